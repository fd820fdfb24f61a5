/**
 * The list of a session's events: filtered, searchable, and only as many rows in the document as fit on the screen.
 *
 * It must never show markup from a dump, only text.
 */

import { create, setText } from './dom.js';
import { clock, sinceStart } from './format.js';

/**
 * @typedef {import('../model/session.js').TimelineEvent} TimelineEvent
 */

const CATEGORIES = [ 'media', 'signaling', 'ice', 'state', 'app', 'problem' ];

/**
 * The list.
 */
export class EventList {
    /**
     * Creates it, empty.
     *
     * @param {Function} onSelect - Called with the event that was chosen, with null if none is any more.
     * @param {boolean} isFollowing - Whether to begin at the end and stay there, as for a live session.
     */
    constructor(onSelect, isFollowing) {
        this._onSelect = onSelect;

        /** @type {TimelineEvent[]} */
        this._events = [];

        /** @type {TimelineEvent[]} */
        this._shown = [];

        /** @type {number[] | null} */
        this._range = null;

        /** @type {TimelineEvent[]} */
        this._drawn = [];
        this._drawnCurrent = -1;
        this._first = -1;
        this._hidden = new Set();
        this._search = '';
        this._start = 0;
        this._current = -1;
        this._isFollowing = isFollowing;
        this._count = create('span.quiet', { role: 'status' });
        this._chips = CATEGORIES.map(category => this._chip(category));
        this._spacer = create('div.event-spacer');
        this._rows = create('div.event-rows');
        this._scroller = create('div.event-scroller', {
            tabindex: 0,
            role: 'listbox',
            'aria-label': 'Events',
            onscroll: () => this._onScroll(),
            onkeydown: (/** @type {KeyboardEvent} */ event) => this._onKey(event),
            onclick: (/** @type {MouseEvent} */ event) => this._onClick(event)
        }, this._spacer, this._rows);
        this.detail = create('div.event-detail', { hidden: true });
        this.element = create('section.card.events', { 'aria-label': 'Events' },
            create('div.events-head', {},
                create('h3', {}, 'Events ', this._count),
                create('div.chips', {}, this._chips),
                create('input', {
                    type: 'search',
                    placeholder: 'Search events',
                    'aria-label': 'Search events',
                    oninput: (/** @type {any} */ event) => this._onSearch(event.target.value)
                })),
            create('div.events-body', {}, this._scroller, this.detail));
        new ResizeObserver(() => this._draw()).observe(this._scroller);
    }

    /**
     * The height of a row, as the style sheet has it.
     *
     * @returns {number} In pixels.
     */
    get _rowHeight() {
        return parseFloat(getComputedStyle(this._scroller).getPropertyValue('--row')) || 28;
    }

    /**
     * Shows events.
     *
     * @param {TimelineEvent[]} events - All events so far; the array grows.
     * @param {number} start - When the session began, in ms.
     * @returns {void}
     */
    show(events, start) {
        this._events = events;
        this._start = start;
        this._filter();
    }

    /**
     * Scrolls to the event next to a time.
     *
     * @param {number} time - In ms.
     * @returns {void}
     */
    seek(time) {
        let nearest = -1;

        this._shown.forEach((event, index) => {
            if (nearest < 0 || Math.abs(event.time - time) < Math.abs(this._shown[nearest].time - time)) {
                nearest = index;
            }
        });
        nearest >= 0 && this._choose(nearest);
    }

    /**
     * Scrolls to the event next to a time without choosing it.
     *
     * @param {number} time - In ms.
     * @returns {void}
     */
    seekQuietly(time) {
        const index = this._shown.findIndex(event => event.time >= time);

        if (index >= 0) {
            this._scroller.scrollTop = (index * this._rowHeight) - (this._scroller.clientHeight / 2);
        }
    }

    /**
     * Chooses an event, if it is among those that are shown.
     *
     * @param {TimelineEvent} event - The event.
     * @returns {void}
     */
    choose(event) {
        const index = this._shown.indexOf(event);

        index >= 0 && index !== this._current && this._choose(index);
    }

    /**
     * Shows only the events of a stretch of time.
     *
     * @param {number[] | null} range - From and to, in ms; null for all.
     * @returns {void}
     */
    setRange(range) {
        if (String(range) !== String(this._range)) {
            this._range = range;
            this._filter();
        }
    }

    /**
     * Makes the switch of a category.
     *
     * @param {string} category - The category.
     * @returns {HTMLElement} The switch.
     */
    _chip(category) {
        const chip = create(`button.chip.${category}`, {
            type: 'button',
            'aria-pressed': 'true',
            'data-category': category,
            onclick: () => {
                const isHidden = !this._hidden.delete(category);

                isHidden && this._hidden.add(category);
                chip.setAttribute('aria-pressed', String(!isHidden));
                this._filter();
            }
        }, category, ' ', create('b'));

        return chip;
    }

    /**
     * Searches.
     *
     * @param {string} text - What for.
     * @returns {void}
     */
    _onSearch(text) {
        this._search = text.trim().toLowerCase();
        this._filter();
    }

    /**
     * Picks the events to show.
     *
     * @returns {void}
     */
    _filter() {
        const current = this._shown[this._current];

        /** @type {Record<string, number>} */
        const counts = {};

        this._shown = this._events.filter(event => {
            if (this._range && (event.time < this._range[0] || event.time > this._range[1])) {
                return false;
            }
            counts[event.category] = (counts[event.category] ?? 0) + 1;

            return !this._hidden.has(event.category) && (!this._search
                || `${event.type} ${event.pc} ${event.text}`.toLowerCase().includes(this._search));
        });
        this._current = current ? this._shown.indexOf(current) : -1;
        this._chips.forEach((chip, index) =>
            setText(/** @type {Element} */ (chip.lastChild), String(counts[CATEGORIES[index]] ?? 0)));
        setText(this._count, this._shown.length === this._events.length
            ? `${this._events.length}` : `${this._shown.length} of ${this._events.length}`);
        this._spacer.style.height = `${this._shown.length * this._rowHeight}px`;
        if (this._isFollowing && this._current < 0) {
            this._scroller.scrollTop = this._scroller.scrollHeight;
        }
        this._draw();
    }

    /**
     * Notes whether the end is in sight, which is then followed.
     *
     * @returns {void}
     */
    _onScroll() {
        const { scrollTop, scrollHeight, clientHeight } = this._scroller;

        this._isFollowing = scrollTop + clientHeight >= scrollHeight - this._rowHeight;
        this._draw();
    }

    /**
     * Puts the rows in sight into the document.
     *
     * @returns {void}
     */
    _draw() {
        const height = this._rowHeight;
        const first = Math.max(0, Math.floor(this._scroller.scrollTop / height) - 4);
        const count = Math.ceil(this._scroller.clientHeight / height) + 8;
        const wanted = this._shown.slice(first, first + count);
        const isSame = first === this._first && this._current === this._drawnCurrent
            && wanted.length === this._drawn.length && wanted.every((event, index) => event === this._drawn[index]);

        // Rows that need not change stay the elements they are: somebody may be about to click one.
        if (isSame) {
            return;
        }
        this._first = first;
        this._drawn = wanted;
        this._drawnCurrent = this._current;
        this._rows.style.transform = `translateY(${first * height}px)`;
        this._rows.replaceChildren(...wanted.map((event, index) => this._row(event, first + index)));
        if (this._current >= 0) {
            this._scroller.setAttribute('aria-activedescendant', `event-${this._current}`);
        } else {
            this._scroller.removeAttribute('aria-activedescendant');
        }
    }

    /**
     * Makes a row.
     *
     * @param {TimelineEvent} event - Its event.
     * @param {number} index - Its place in the list.
     * @returns {HTMLElement} The row.
     */
    _row({ time, type, pc, category, severity, text, part }, index) {
        return create(`div.event${severity ? `.${severity}` : ''}`, {
            id: `event-${index}`,
            role: 'option',
            'data-index': index,
            'aria-setsize': this._shown.length,
            'aria-posinset': index + 1,
            'aria-selected': index === this._current ? 'true' : 'false'
        },
        create('time', { title: clock(time) }, sinceStart(time - this._start)),
        create(`span.category.${category}`, { title: category }),
        create('span.pc', { title: part > 0 ? `part ${part}` : undefined }, pc || '–'),
        create('span.type', {}, type),
        create('span.text', { title: text }, text));
    }

    /**
     * Moves by keyboard.
     *
     * @param {KeyboardEvent} event - The event.
     * @returns {void}
     */
    _onKey(event) {
        const page = Math.max(1, Math.floor(this._scroller.clientHeight / this._rowHeight) - 1);
        const target = {
            ArrowDown: this._current + 1,
            ArrowUp: this._current - 1,
            PageDown: this._current + page,
            PageUp: this._current - page,
            Home: 0,
            End: this._shown.length - 1
        }[event.key];

        if (target !== undefined && this._shown.length > 0) {
            this._choose(Math.min(this._shown.length - 1, Math.max(0, target)));
            event.preventDefault();
        } else if (event.key === 'Escape') {
            this.hideDetail();
        }
    }

    /**
     * Chooses the event that was clicked.
     *
     * @param {MouseEvent} event - The event.
     * @returns {void}
     */
    _onClick(event) {
        const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('.event'));

        row && this._choose(Number(row.dataset.index));
    }

    /**
     * Chooses an event and brings it into sight.
     *
     * @param {number} index - Its place in the list.
     * @returns {void}
     */
    _choose(index) {
        const height = this._rowHeight;
        const { scrollTop, clientHeight } = this._scroller;

        this._current = index;
        if (index * height < scrollTop || (index + 1) * height > scrollTop + clientHeight) {
            this._scroller.scrollTop = (index * height) - (clientHeight / 2);
        }
        this._draw();
        this._onSelect(this._shown[index]);
    }

    /**
     * Shows the whole of an entry.
     *
     * @param {string} title - Its title.
     * @param {string} text - The text.
     * @returns {void}
     */
    showDetail(title, text) {
        this.detail.hidden = false;
        this.detail.replaceChildren(create('div.detail-head', {}, create('b', {}, title), create('button.plain', {
            type: 'button',
            'aria-label': 'Close',
            onclick: () => this.hideDetail()
        }, '×')), create('pre', { tabindex: 0 }, text));
    }

    /**
     * Hides the whole of an entry.
     *
     * @returns {void}
     */
    hideDetail() {
        const hadFocus = this.detail.contains(document.activeElement);

        this.detail.hidden = true;
        this.detail.replaceChildren();
        this._current = -1;
        this._draw();
        hadFocus && this._scroller.focus();
        this._onSelect(null);
    }
}
