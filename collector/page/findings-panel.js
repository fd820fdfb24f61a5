/**
 * What went wrong, on top of the session: its verdict, the findings behind it with their episodes, numbers, causes and
 * what to look at next, and what could not be looked for.
 *
 * It must never decide anything: rules and verdicts come from the worker.
 */

import { create, setText } from './dom.js';
import { clock, duration, number } from './format.js';

/**
 * @typedef {import('../model/findings/finding.js').Finding} Finding
 * @typedef {import('../model/findings/index.js').Report} Report
 */

/** @type {Record<string, string>} */
const VERDICTS = {
    critical: 'did not work',
    major: 'people noticed',
    minor: 'worth knowing',
    info: 'fine',
    '': 'fine'
};
const LEVELS = [ 'critical', 'major', 'minor', 'info' ];

// So many episodes have a button each.
const SHOWN_EPISODES = 12;

/** @type {Array<[RegExp, string, number]>} How numbers are called, what they are in, and by what to multiply. */
const UNITS = [
    [ /BitsPerSecond$|Bits$/, ' bit/s', 1 ], [ /Ms$/, ' ms', 1 ], [ /[sS]hare/, ' %', 100 ], [ /[sS]econds$/, ' s', 1 ]
];

/**
 * A number with its name and unit.
 *
 * @param {string} name - The name, as the rule has it.
 * @param {number} value - The value.
 * @returns {string} The words.
 */
function numberWords(name, value) {
    const [ , unit, factor ] = UNITS.find(([ expression ]) => expression.test(name)) ?? [ /$/, '', 1 ];
    const words = name.replace(/(?:BitsPerSecond|Bits|Ms)$/, '').replace(/([A-Z])/g, ' $1')
        .toLowerCase();

    return `${words || 'value'} ${Number.isFinite(value) ? `${number(value * Number(factor))}${unit}` : '–'}`;
}

/**
 * The panel.
 */
export class FindingsPanel {
    /**
     * Creates it, empty.
     *
     * @param {Function} onChoose - Called with the finding
     * that is clicked, or one of its episodes.
     */
    constructor(onChoose) {
        this._onChoose = onChoose;

        /** @type {Report | null} */
        this._report = null;
        this._current = -1;
        this._key = '';
        this._levels = new Set(LEVELS);
        this._verdict = create('div.verdict', { role: 'status' });
        this._chips = create('div.chips');
        this._list = create('ol.findings-list');
        this._rest = create('details.not-measurable');
        this.element = create('section.card.findings', {
            'aria-label': 'Findings',
            hidden: true
        }, this._verdict, this._chips, this._list, this._rest);
    }

    /**
     * Shows what was found.
     *
     * @param {Report} report - What.
     * @param {string} current - The id of the chosen finding, as in the address.
     * @returns {void}
     */
    show(report, current) {
        const key = JSON.stringify([ report.verdict, report.findings.map(({ id, title, pc }) => [ id, title, pc ]) ]);

        this._report = report;
        if (key === this._key) {
            // What is being read stays as it is.
            return;
        }
        this._key = key;
        this._current = report.findings.findIndex(finding => keyOf(finding) === current);
        this.element.hidden = false;
        this._showVerdict();
        this._showChips();
        this._showList();
        this._showRest();
    }

    /**
     * Shows the verdict.
     *
     * @returns {void}
     */
    _showVerdict() {
        const { level, text, limits } = /** @type {Report} */ (this._report).verdict;

        this._verdict.dataset.level = level;
        this._verdict.replaceChildren(
            create('span.verdict-level', {}, VERDICTS[level] ?? level),
            create('p.verdict-text', {}, text),
            ...limits.length > 0 ? [ create('p.verdict-limits', {}, `Can not be judged: ${limits.join('; ')}.`) ] : []);
    }

    /**
     * Shows how many findings of each level there are.
     *
     * @returns {void}
     */
    _showChips() {
        const findings = this._report?.findings ?? [];

        this._chips.replaceChildren(...LEVELS.flatMap(level => {
            const count = findings.filter(finding => finding.level === level).length;

            return count === 0 ? [] : [ create(`button.chip.level.${level}`, {
                type: 'button',
                'aria-pressed': String(this._levels.has(level)),
                'data-level': level,
                onclick: (/** @type {MouseEvent} */ event) => {
                    const isShown = !this._levels.delete(level);

                    isShown && this._levels.add(level);
                    /** @type {Element} */ (event.currentTarget).setAttribute('aria-pressed', String(isShown));
                    this._showList();
                }
            }, level, ' ', create('b', {}, String(count))) ];
        }));
    }

    /**
     * Shows the findings.
     *
     * @returns {void}
     */
    _showList() {
        this._list.replaceChildren(...(this._report?.findings ?? []).flatMap((finding, index) =>
            (this._levels.has(finding.level) ? [ this._item(finding, index) ] : [])));
    }

    /**
     * Makes the item of a finding.
     *
     * @param {Finding} finding - The finding.
     * @param {number} index - Its place.
     * @returns {HTMLElement} The item.
     */
    _item(finding, index) {
        const isOpen = index === this._current;
        const { level, title, pc, from, to, id } = finding;
        const details = create('div.finding-details', { hidden: !isOpen });
        const head = create('button.finding-head', {
            type: 'button',
            'aria-expanded': String(isOpen),
            onclick: () => {
                const isNow = head.getAttribute('aria-expanded') !== 'true';

                head.setAttribute('aria-expanded', String(isNow));
                details.hidden = !isNow;
                isNow && details.replaceChildren(...this._details(finding));
                isNow && this._onChoose(finding);
            }
        }, create(`span.level-badge.${level}`, {}, level),
        create('span.finding-title', {}, title),
        create('span.finding-where', {}, [ pc, `${clock(from)}${to - from >= 1000 ? ` to ${clock(to)}` : ''}` ]
            .filter(Boolean).join(' · ')));

        isOpen && details.replaceChildren(...this._details(finding));

        return create('li.finding', {
            'data-finding': id,
            'data-level': level
        }, head, details);
    }

    /**
     * Makes what is shown of an open finding.
     *
     * @param {Finding} finding - The finding.
     * @returns {HTMLElement[]} The elements.
     */
    _details(finding) {
        const { streams, episodes, numbers, causes, next, source, id } = finding;
        const list = (/** @type {string} */ title, /** @type {any[]} */ items) => (items.length === 0 ? []
            : [ create('div', {}, create('h3', {}, title),
                create('ul', {}, items.map(item => create('li', {}, item)))) ]);
        const shown = episodes.slice(0, SHOWN_EPISODES);

        return [
            create('div', {}, create('h3', {}, episodes.length === 1 ? 'When' : `${episodes.length} times`),
                create('div.episodes', {}, shown.map(([ from, to ]) => create('button', {
                    type: 'button',
                    onclick: () => this._onChoose(finding, [ from, to ])
                }, `${clock(from)} `,
                create('span.quiet', {}, to - from >= 1000 ? duration(to - from) : 'at once'))),
                episodes.length > SHOWN_EPISODES
                    ? create('span.quiet', {}, `and ${episodes.length - SHOWN_EPISODES} more`) : null)),
            ...list('Streams', streams.length > 1 ? streams.map(({ label, title }) => `${label}: ${title}`)
                : streams.map(({ label }) => label)),
            ...list('Numbers', Object.entries(numbers).map(([ name, value ]) => numberWords(name, value))),
            ...list('What may be behind it', causes),
            ...list('What to look at next', next),
            create('p.quiet', {}, `rule ${id}; ${source}`)
        ];
    }

    /**
     * Shows what could not be looked for.
     *
     * @returns {void}
     */
    _showRest() {
        const rules = this._report?.notMeasurable ?? [];

        this._rest.hidden = rules.length === 0;
        this._rest.replaceChildren(create('summary', {}, `${rules.length} rules not measurable here`),
            create('ul', {}, rules.map(({ id, why }) => create('li', {}, create('code', {}, id), ` ${why}`))));
    }

    /**
     * Says that findings are still being computed.
     *
     * @param {boolean} isLoading - Whether the dump is still being read.
     * @returns {void}
     */
    setLoading(isLoading) {
        if (!this._report && isLoading) {
            this.element.hidden = false;
            this._verdict.dataset.level = 'none';
            setText(this._verdict, 'Findings come when the dump has been read.');
        }
    }
}

/**
 * What a finding is called in the address.
 *
 * @param {Finding} finding - The finding.
 * @returns {string} The name.
 */
export function keyOf({ id, pc, from }) {
    return `${id}~${pc}~${Math.round(from)}`;
}
