/**
 * Tabs with their panels, as ARIA has them: one tab in the order of focus, arrows move between them.
 *
 * It must never build a panel's content; whoever owns the panel fills it when it is shown.
 */

import { create } from './dom.js';

/**
 * @typedef {{id: string, title: string, panel: HTMLElement}} Tab
 */

/**
 * Tabs and panels.
 */
export class ViewTabs {
    /**
     * Creates them; the first one is shown.
     *
     * @param {string} label - What they are tabs of.
     * @param {Tab[]} tabs - The tabs.
     * @param {Function} onChoose - Called with the id of the one that is chosen.
     */
    constructor(label, tabs, onChoose) {
        this._tabs = tabs;
        this._onChoose = onChoose;
        this.current = tabs[0].id;
        this._buttons = tabs.map(({ id, title, panel }) => {
            panel.setAttribute('role', 'tabpanel');
            panel.id = `panel-${id}`;
            panel.setAttribute('aria-labelledby', `tab-${id}`);

            return create('button', {
                type: 'button',
                role: 'tab',
                id: `tab-${id}`,
                'aria-controls': `panel-${id}`,
                'data-view': id,
                onclick: () => this.choose(id)
            }, title);
        });
        this.element = create('div.tabs.view-tabs', {
            role: 'tablist',
            'aria-label': label,
            onkeydown: (/** @type {KeyboardEvent} */ event) => this._onKey(event)
        }, this._buttons);
        this._mark();
    }

    /**
     * Chooses a tab.
     *
     * @param {string} id - Its id; an unknown one changes nothing.
     * @returns {void}
     */
    choose(id) {
        if (this._tabs.some(tab => tab.id === id)) {
            this.current = id;
            this._mark();
            this._onChoose(id);
        }
    }

    /**
     * Marks the chosen tab and shows its panel.
     *
     * @returns {void}
     */
    _mark() {
        this._tabs.forEach(({ id, panel }, index) => {
            const isCurrent = id === this.current;

            this._buttons[index].setAttribute('aria-selected', String(isCurrent));
            this._buttons[index].tabIndex = isCurrent ? 0 : -1;
            panel.hidden = !isCurrent;
        });
    }

    /**
     * Moves by keyboard.
     *
     * @param {KeyboardEvent} event - The event.
     * @returns {void}
     */
    _onKey(event) {
        const count = this._tabs.length;
        const index = this._tabs.findIndex(({ id }) => id === this.current);
        const target = {
            ArrowLeft: (index + count - 1) % count,
            ArrowRight: (index + 1) % count,
            Home: 0,
            End: count - 1
        }[event.key];

        if (target !== undefined) {
            this.choose(this._tabs[target].id);
            this._buttons[target].focus();
            event.preventDefault();
        }
    }
}
