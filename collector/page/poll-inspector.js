/**
 * A poll of getStats as it was: all its reports, what changed since the poll before, and links between reports that can
 * be followed.
 *
 * It must never round a value: what stands here is what the dump says.
 */

import { create, setText } from './dom.js';
import { clock, day } from './format.js';

/**
 *
 * @typedef {Object} Which
 * @property {number} [row] - Its row.
 * @property {number} [time] - A time next to it, in ms.
 * @typedef {import('../model/polls.js').InspectedPoll} InspectedPoll
 * @typedef {import('../model/polls.js').InspectedReport} InspectedReport
 * @typedef {import('../model/polls.js').InspectedMember} InspectedMember
 */

/**
 * Writes a value as it is.
 *
 * @param {any} value - The value.
 * @returns {string} The text.
 */
function plain(value) {
    return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

/**
 * What a number did since the poll before.
 *
 * @param {InspectedMember} member - The member.
 * @returns {string} The difference, '' if there is none to tell.
 */
function stepOf({ value, previous, isChanged }) {
    if (!isChanged) {
        return '';
    }
    if (typeof value === 'number' && typeof previous === 'number') {
        const step = value - previous;

        return `${step > 0 ? '+' : ''}${Number(step.toPrecision(6))}`;
    }

    return previous === undefined ? 'new' : `was ${plain(previous)}`;
}

/**
 * The inspector.
 */
export class PollInspector {
    /**
     * Creates it, empty.
     *
     * @param {Function} fetchPoll - Gives a poll.
     * @param {Function} onCurve - Called with a member whose curve is wanted.
     */
    constructor(fetchPoll, onCurve) {
        this._fetchPoll = fetchPoll;
        this._onCurve = onCurve;

        /** @type {InspectedPoll | null} */
        this._poll = null;
        this._asked = 0;
        this._title = create('span.quiet', { role: 'status' });
        this._search = /** @type {HTMLInputElement} */ (create('input', {
            type: 'search',
            placeholder: 'Find in this poll',
            'aria-label': 'Find in this poll',
            oninput: () => this._draw()
        }));
        this._changedOnly = /** @type {HTMLInputElement} */ (create('input', {
            type: 'checkbox',
            onchange: () => this._draw()
        }));
        this._reports = create('div.reports');
        const button = (/** @type {string} */ label, /** @type {string} */ text, /** @type {number} */ step) =>
            create('button', {
                type: 'button',
                'aria-label': label,
                title: label,
                onclick: () => this._poll && this.show({ row: this._poll.row + step })
            }, text);

        this.element = create('div.inspector', {}, create('div.inspector-head', {},
            button('Ten polls back', '«', -10), button('Poll before', '‹', -1), button('Next poll', '›', 1),
            button('Ten polls on', '»', 10), this._title, this._search,
            create('label', {}, this._changedOnly, ' only what changed')), this._reports);
    }

    /**
     * Shows a poll.
     *
     * @param {Which} which - Its row, or a time next to it.
     * @param {string} [report] - A report to bring into sight.
     * @returns {Promise<void>} Resolves once it is shown.
     */
    async show(which, report = '') {
        const asked = ++this._asked;
        const poll = await this._fetchPoll(which);

        if (asked === this._asked) {
            this._poll = poll;
            this._draw();
            this._goTo(report);
        }
    }

    /**
     * Draws the poll.
     *
     * @returns {void}
     */
    _draw() {
        const wanted = this._search.value.trim().toLowerCase();

        if (!this._poll) {
            this._reports.replaceChildren(create('p.quiet', {}, 'There are no statistics.'));

            return;
        }
        const { row, rows, time, reports, gone } = this._poll;

        setText(this._title, `poll ${row + 1} of ${rows} · ${clock(time)}`);
        this._title.title = day(time);
        this._reports.replaceChildren(...reports.flatMap(report => this._report(report, wanted)),
            ...gone.length > 0 ? [ create('p.quiet', {}, `gone since the poll before: ${gone.join(', ')}`) ] : []);
    }

    /**
     * Makes the element of a report.
     *
     * @param {InspectedReport} report - The report.
     * @param {string} wanted - What is searched for.
     * @returns {HTMLElement[]} The element; none if nothing of it is to be shown.
     */
    _report({ id, type, label, members }, wanted) {
        const isNamed = `${id} ${type} ${label}`.toLowerCase().includes(wanted);
        const shown = members.filter(({ name, value, isChanged }) => (!this._changedOnly.checked || isChanged)
            && (isNamed || `${name} ${plain(value)}`.toLowerCase().includes(wanted)));

        return shown.length === 0 ? [] : [ create('details.report', {
            open: true,
            'data-report': id
        }, create('summary', {}, create('b', {}, label), ' ', create('code.quiet', {}, id)), create('table', {},
            create('tbody', {}, shown.map(member => this._row(id, member))))) ];
    }

    /**
     * Makes the row of a member.
     *
     * @param {string} report - The id of its report.
     * @param {InspectedMember} member - The member.
     * @returns {HTMLElement} The row.
     */
    _row(report, member) {
        const { name, value, isChanged, link } = member;

        return create(`tr${isChanged ? '.changed' : ''}`, {}, create('th', { scope: 'row' }, create('button.link', {
            type: 'button',
            title: 'Draw its curve',
            onclick: () => this._onCurve(report, name)
        }, name)), create('td', {}, link ? create('button.link', {
            type: 'button',
            title: 'Go to this report',
            onclick: () => this._goTo(link)
        }, plain(value)) : plain(value)), create('td.step', {}, stepOf(member)));
    }

    /**
     * Brings a report into sight.
     *
     * @param {string} id - Its id.
     * @returns {void}
     */
    _goTo(id) {
        if (!id) {
            return;
        }
        if (this._search.value || this._changedOnly.checked) {
            this._search.value = '';
            this._changedOnly.checked = false;
            this._draw();
        }
        const report = /** @type {HTMLDetailsElement | undefined} */ ([ ...this._reports.children ]
            .find(element => /** @type {HTMLElement} */ (element).dataset.report === id));

        if (report) {
            report.open = true;
            report.scrollIntoView({ block: 'nearest' });
            report.querySelector('summary')?.focus();
        }
    }
}
