/**
 * Any member of any report as a curve: a search over all of them, and a chart for each unit of what was chosen.
 *
 * It must never compute a curve; the worker does.
 */

import { Chart } from './charts.js';
import { create, setText } from './dom.js';
import { metric, number } from './format.js';

/**
 * @typedef {import('./view-range.js').ViewRange} ViewRange
 * @typedef {import('../model/curves.js').Choice} Choice
 * @typedef {import('../model/curves.js').Curve} Curve
 * @typedef {(value: number) => string} ValueFormat
 * @typedef {{id: string, type: string, label: string, members: string[]}} CatalogueEntry
 */

const COLORS = [ 'in', 'out', 'third', 'fourth', 'fifth', 'sixth' ];
const MOST_SHOWN = 200;

/** @type {Record<string, string>} */
const HOWS = {
    value: 'value',
    rate: 'a second',
    mean: 'mean'
};

/**
 * What writes the values of a curve.
 *
 * @param {Curve} curve - The curve.
 * @returns {ValueFormat} The function.
 */
function formatOf({ unit, texts }) {
    if (unit === 'text') {
        return (/** @type {number} */ value) => texts[value] ?? '';
    }

    return (/** @type {number} */ value) => (unit === 'bit/s' || unit === 'B' ? metric(value, unit)
        : [ number(value), unit ].filter(Boolean).join(' '));
}

/**
 * The name of a choice, as in the address.
 *
 * @param {Choice} choice - The choice.
 * @returns {string} The name.
 */
function nameOf({ report, member, how }) {
    return [ report, member, how ?? '' ].map(encodeURIComponent).join('~');
}

/**
 * The explorer.
 */
export class StatsExplorer {
    /**
     * Creates it, with nothing chosen.
     *
     * @param {ViewRange} range - The shared range.
     * @param {Function} fetchCurves - Gives curves.
     * @param {Function} onChange - Called when something else was chosen.
     */
    constructor(range, fetchCurves, onChange) {
        this._range = range;
        this._fetchCurves = fetchCurves;
        this._onChange = onChange;

        /** @type {Choice[]} */
        this._choices = [];

        /** @type {CatalogueEntry[]} */
        this._catalogue = [];

        /** @type {Map<string, Chart>} */
        this._charts = new Map();
        this._asked = 0;
        this._search = /** @type {HTMLInputElement} */ (create('input', {
            type: 'search',
            placeholder: 'Search statistics',
            'aria-label': 'Search statistics',
            oninput: () => this._showCatalogue()
        }));
        this._count = create('span.quiet', { role: 'status' });
        this._results = create('div.catalogue');
        this._chosen = create('ul.chosen', { 'aria-label': 'Chosen statistics' });
        this._drawn = create('div.charts');
        this.element = create('div.explorer', {}, create('div.explorer-search', {}, this._search, this._count,
            this._results), create('div.explorer-charts', {}, this._chosen, this._drawn));
    }

    /**
     * What is chosen, for the address.
     *
     * @returns {string} The text.
     */
    get state() {
        return this._choices.map(nameOf).join(',');
    }

    /**
     * Chooses what an address says.
     *
     * @param {string} text - The text.
     * @returns {void}
     */
    restore(text) {
        this._choices = text.split(',').filter(Boolean)
            .map(name => {
                const [ report, member, how ] = name.split('~').map(part => {
                    try {
                        return decodeURIComponent(part);
                    } catch {
                        return part;
                    }
                });

                return /** @type {Choice} */ ({
                    report,
                    member,
                    how: how || undefined
                });
            });
    }

    /**
     * Chooses curves instead of those that are chosen.
     *
     * @param {Choice[]} choices - Which.
     * @returns {void}
     */
    choose(choices) {
        this._choices = choices;
        this._onChange();
        this.draw();
    }

    /**
     * Shows what there is to choose from.
     *
     * @param {CatalogueEntry[]} catalogue - All reports and their members.
     * @returns {void}
     */
    show(catalogue) {
        this._catalogue = catalogue;
        this._showCatalogue();
        this.draw();
    }

    /**
     * Shows what the search finds.
     *
     * @returns {void}
     */
    _showCatalogue() {
        const words = this._search.value.trim().toLowerCase()
            .split(/\s+/);
        const found = this._catalogue.flatMap(entry => entry.members.filter(member => words.every(word =>
            `${member} ${entry.type} ${entry.label} ${entry.id}`.toLowerCase().includes(word))).map(member => {
            return {
                entry,
                member
            };
        }));
        const shown = found.slice(0, MOST_SHOWN);

        /** @type {Map<CatalogueEntry, string[]>} */
        const groups = new Map();

        shown.forEach(({ entry, member }) => groups.set(entry, [ ...groups.get(entry) ?? [], member ]));

        setText(this._count, found.length > shown.length ? `${shown.length} of ${found.length} statistics`
            : `${found.length} statistics`);
        this._results.replaceChildren(...[ ...groups ].map(([ entry, members ]) => create('fieldset', {},
            create('legend', { title: entry.id }, entry.label),
            ...members.map(member => this._option(entry, member)))));
    }

    /**
     * Makes the switch of a member.
     *
     * @param {CatalogueEntry} entry - Its report.
     * @param {string} member - The member.
     * @returns {HTMLElement} The switch.
     */
    _option(entry, member) {
        const is = (/** @type {Choice} */ choice) => choice.report === entry.id && choice.member === member;
        const box = /** @type {HTMLInputElement} */ (create('input', {
            type: 'checkbox',
            checked: this._choices.some(is),
            onchange: () => this.choose(box.checked ? [ ...this._choices, {
                report: entry.id,
                member
            } ] : this._choices.filter(choice => !is(choice)))
        }));

        return create('label', {}, box, ` ${member}`);
    }

    /**
     * Draws what is chosen.
     *
     * @returns {Promise<void>} Resolves once it is drawn.
     */
    async draw() {
        const asked = ++this._asked;
        const { times, curves } = this._choices.length === 0 ? {
            times: new Float64Array(),
            curves: []
        } : await this._fetchCurves(this._choices);

        if (asked !== this._asked) {
            return;
        }

        /** @type {Map<string, Curve[]>} */
        const units = new Map();

        curves.forEach((/** @type {Curve} */ curve) => {
            const unit = curve.unit === 'text' ? `text ${curve.report} ${curve.member}` : curve.unit;

            units.set(unit, [ ...units.get(unit) ?? [], curve ]);
        });
        this._charts.forEach(chart => chart.forget());
        this._charts.clear();
        units.forEach((group, unit) => this._charts.set(unit, this._chart(group, unit, times)));
        this._drawn.replaceChildren(...[ ...this._charts.values() ].map(({ element }) => element));
        this._charts.size > 0 || this._drawn.append(
            create('p.quiet', {}, 'Choose statistics to draw them, several at once.'));
        this._charts.forEach(chart => chart.showRange());
        this._chosen.replaceChildren(...curves.map((/** @type {Curve} */ curve) => this._chosenItem(curve)));
    }

    /**
     * Makes the chart of curves in one unit.
     *
     * @param {Curve[]} curves - The curves.
     * @param {string} unit - The unit.
     * @param {Float64Array} times - Their times, in ms.
     * @returns {Chart} The chart.
     */
    _chart(curves, unit, times) {
        const lines = curves.map(({ label, member }, index) => {
            return {
                column: String(index),
                label: `${member} · ${label}`,
                color: COLORS[index % COLORS.length]
            };
        });
        const chart = new Chart({
            key: `any-${unit || 'plain'}`,
            title: unit.startsWith('text') ? curves[0].member : unit || 'number',
            hint: lines.map(({ label }) => label).join(', '),
            format: formatOf(curves[0]),
            summary: 'median',
            stepped: unit.startsWith('text'),
            total: lines,
            stream: lines
        }, this._range);

        chart.show({
            times,
            columns: Object.fromEntries(curves.map(({ values }, index) => [ String(index), values ])),
            summaries: Object.fromEntries(curves.map(({ median }, index) => [ String(index), { median } ])),
            gaps: []
        }, false);

        return chart;
    }

    /**
     * Makes the item of a chosen curve.
     *
     * @param {Curve} curve - The curve.
     * @returns {HTMLElement} The item.
     */
    _chosenItem({ report, member, label, how, hows }) {
        const isThis = (/** @type {Choice} */ choice) => choice.report === report && choice.member === member;
        const select = /** @type {HTMLSelectElement} */ (create('select', {
            'aria-label': `How to draw ${member}`,
            onchange: () => this.choose(this._choices.map(choice => (isThis(choice) ? {
                ...choice,
                how: /** @type {any} */ (select.value)
            } : choice)))
        }, hows.map(way => create('option', {
            value: way,
            selected: way === how
        }, HOWS[way]))));

        return create('li', {}, `${member} `, create('span.quiet', {}, `${label} `), select, create('button.plain', {
            type: 'button',
            'aria-label': `Remove ${member}`,
            onclick: () => {
                this.choose(this._choices.filter(choice => !isThis(choice)));
                this._showCatalogue();
            }
        }, '×'));
    }

    /**
     * Moves to the shared range.
     *
     * @returns {void}
     */
    showRange() {
        this._charts.forEach(chart => chart.showRange());
    }
}
