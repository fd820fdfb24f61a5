/**
 * The connections of a session: their tabs, the verdict and numbers of the chosen one, and the ways to look at it - its
 * curves, all its statistics, a single poll, tables, session descriptions.
 *
 * A way is filled when it is looked at. It must never ask the worker for what nobody sees.
 */

import { SPECS } from './chart-specs.js';
import { Chart } from './charts.js';
import { showPairs, showStreams, showTabs } from './connection-panel.js';
import { dataTable } from './data-table.js';
import { showDescriptions } from './descriptions-panel.js';
import { create } from './dom.js';
import { showNumbers } from './numbers-panel.js';
import { PollInspector } from './poll-inspector.js';
import { StatsExplorer } from './stats-explorer.js';
import { ViewTabs } from './view-tabs.js';

/**
 * @typedef {import('../model/findings/index.js').Report} Report
 * @typedef {import('../model/curves.js').Choice} Choice
 * @typedef {import('./session-worker.js').SessionWorker} SessionWorker
 * @typedef {import('./view-range.js').ViewRange} ViewRange
 *
 * @typedef {Object} Owner
 * @property {SessionWorker} worker - Answers questions.
 * @property {ViewRange} range - The shared range.
 * @property {() => void} onChange - Called when something else is looked at.
 * @property {(message: string) => void} onFailure - Called with what went wrong.
 */

/**
 * The connections.
 */
export class ConnectionView {
    /**
     * Creates the view, empty.
     *
     * @param {Owner} owner - Whose it is.
     */
    constructor(owner) {
        const { worker, range } = owner;

        this._owner = owner;
        this.pc = '';
        this.stream = '';

        /** @type {any} */
        this._series = null;

        /** @type {any} */
        this._summary = null;

        /** @type {import('../model/findings/index.js').Report | null} */
        this._report = null;
        this._isOpen = false;
        this._filled = '';
        this._charts = SPECS.map(spec => new Chart(spec, range));
        this._explorer = new StatsExplorer(range, (/** @type {any} */ choices) => worker.ask('curves', {
            pc: this.pc,
            choices
        }), owner.onChange);
        this._inspector = new PollInspector((/** @type {any} */ which) => worker.ask('poll', {
            pc: this.pc,
            ...which
        }), (/** @type {string} */ report, /** @type {string} */ member) => this.showCurves([ {
            report,
            member
        } ]));
        this._tabs = create('div.tabs', {
            role: 'tablist',
            'aria-label': 'Connections',
            onkeydown: (/** @type {KeyboardEvent} */ event) => this._onTabKey(event)
        });
        this._streams = /** @type {HTMLSelectElement} */ (create('select', {
            'aria-label': 'Stream',
            onchange: () => this.select(this.pc, this._streams.value)
        }));
        this._pairs = create('figure.chart.pairs', {
            'data-chart': 'pairs',
            'aria-label': 'Candidate pair in use'
        });
        this._numbers = create('section.card.numbers-card', {
            'aria-label': 'Numbers of the whole call',
            hidden: true
        });
        this._panels = {
            curves: create('div.charts', {}, ...this._charts.map(({ element }) => element), this._pairs),
            statistics: create('div.card.panel', {}, this._explorer.element),
            poll: create('div.card.panel', {}, this._inspector.element),
            tables: create('div.card.panel'),
            sdp: create('div.card.panel')
        };
        this._views = new ViewTabs('Ways to look at the connection', [
            [ 'curves', 'Curves' ], [ 'statistics', 'All statistics' ], [ 'poll', 'One poll' ], [ 'tables', 'Tables' ],
            [ 'sdp', 'Session descriptions' ]
        ].map(([ id, title ]) => {
            return {
                id,
                title,
                panel: /** @type {any} */ (this._panels)[id]
            };
        }), () => {
            this._fill();
            owner.onChange();
        });
        this.element = create('section.connections', { 'aria-label': 'Connections' },
            create('div.connections-head', {}, this._tabs, this._streams), this._numbers, this._views.element,
            ...Object.values(this._panels));
    }

    /**
     * What is looked at, for the address.
     *
     * @returns {Record<string, string>} The state.
     */
    get state() {
        const isFirst = this.pc === this._summary?.connections[0]?.id;

        return {
            pc: isFirst ? '' : this.pc,
            stream: this.stream,
            view: this._views.current === 'curves' ? '' : this._views.current,
            curves: this._explorer.state
        };
    }

    /**
     * Looks at what an address says.
     *
     * @param {Record<string, string>} state - The state.
     * @returns {void}
     */
    restore({ pc = '', stream = '', view = 'curves', curves = '' }) {
        this._explorer.restore(curves);
        this._views.choose(view || 'curves');
        this.select(pc || this._summary?.connections[0]?.id || '', stream);
    }

    /**
     * Shows what the worker says of the session.
     *
     * @param {any} summary - What it says.
     * @param {boolean} isOpen - Whether the session still goes on.
     * @returns {void}
     */
    show(summary, isOpen) {
        this._summary = summary;
        this._isOpen = isOpen;
        this.pc ||= summary.connections[0]?.id ?? '';
        this._draw();
        this._fill();
    }

    /**
     * Shows what was found.
     *
     * @param {Report} report - What.
     * @returns {void}
     */
    showReport(report) {
        this._report = report;
        this._draw();
    }

    /**
     * Shows curves.
     *
     * @param {any} series - The series of the worker.
     * @returns {void}
     */
    showSeries(series) {
        const { pc, stream, times, columns, summaries } = series;
        const gaps = this._summary.connections.find((/** @type {any} */ { id }) => id === pc)?.gaps ?? [];

        this._series = series;
        this._charts.forEach(chart => chart.show({
            times,
            columns,
            summaries,
            gaps
        }, stream !== ''));
    }

    /**
     * Shows curves of any members.
     *
     * @param {Choice[]} choices - Which.
     * @returns {void}
     */
    showCurves(choices) {
        this._explorer.choose(choices);
        this._views.choose('statistics');
    }

    /**
     * Chooses a connection or a stream.
     *
     * @param {string} pc - The connection.
     * @param {string} stream - The stream, '' for all.
     * @returns {void}
     */
    select(pc, stream) {
        this.pc = pc;
        this.stream = stream;
        this._owner.worker.tell({
            type: 'select',
            selection: {
                pc,
                stream
            }
        });
        this._draw();
        this._fill();
        this._owner.onChange();
    }

    /**
     * Moves all charts to the shared range.
     *
     * @returns {void}
     */
    showRange() {
        this._charts.forEach(chart => chart.showRange());
        this._explorer.showRange();
    }

    /**
     * Shows the poll next to the marked moment, if one poll is looked at.
     *
     * @returns {void}
     */
    showMark() {
        if (this._views.current === 'poll' && this.pc) {
            this._inspector.show({ time: this._owner.range.mark }).catch(error => this._owner.onFailure(error.message));
        }
    }

    /**
     * Draws everything anew, for another colour scheme.
     *
     * @returns {void}
     */
    restyle() {
        this._charts.forEach(chart => chart.forget());
        this._series && this.showSeries(this._series);
        this._explorer.draw();
    }

    /**
     * Lets go of what is drawn.
     *
     * @returns {void}
     */
    close() {
        this._charts.forEach(chart => chart.forget());
    }

    /**
     * Shows what there is of the chosen connection besides its curves.
     *
     * @returns {void}
     */
    _draw() {
        const connections = this._summary?.connections ?? [];
        const connection = connections.find((/** @type {any} */ { id }) => id === this.pc);

        showTabs(this._tabs, connections, this.pc, (/** @type {string} */ id) => this.select(id, ''));
        showStreams(this._streams, connection, this.stream);
        showPairs(this._pairs, connection, this._isOpen);
        showNumbers(this._numbers, this._report?.connections.find(({ pc }) => pc === this.pc));
    }

    /**
     * Fills the panel that is looked at, unless it is filled.
     *
     * @returns {void}
     */
    _fill() {
        const connection = this._summary?.connections.find((/** @type {any} */ { id }) => id === this.pc);
        const view = this._views.current;
        const key = [ view, this.pc, connection?.polls, this._summary?.counts.entries ].join(' ');

        if (!connection || view === 'curves' || key === this._filled) {
            return;
        }
        this._filled = key;
        this._fillPanel(view).catch(error => this._owner.onFailure(error.message));
    }

    /**
     * Fills a panel.
     *
     * @param {string} view - Which.
     * @returns {Promise<void>} Resolves once it is filled.
     */
    async _fillPanel(view) {
        const { worker, range } = this._owner;
        const { pc } = this;

        if (view === 'statistics') {
            this._explorer.show(await worker.ask('catalogue', { pc }));
        } else if (view === 'poll') {
            await this._inspector.show({ time: range.mark });
        } else if (view === 'tables') {
            const tables = await worker.ask('tables', { pc });

            this._panels.tables.replaceChildren(...tables.map((/** @type {any} */ table) =>
                dataTable(table, (/** @type {string} */ report) => this._inspect(report))));
        } else {
            showDescriptions(this._panels.sdp, await worker.ask('descriptions', { pc }),
                (/** @type {number} */ time) => range.setMark(time));
        }
    }

    /**
     * Shows a report in the poll next to the mark.
     *
     * @param {string} report - Its id.
     * @returns {void}
     */
    _inspect(report) {
        this._views.choose('poll');
        this._inspector.show({ time: this._owner.range.mark }, report)
            .catch(error => this._owner.onFailure(error.message));
    }

    /**
     * Moves between the tabs by keyboard.
     *
     * @param {KeyboardEvent} event - The event.
     * @returns {void}
     */
    _onTabKey(event) {
        const tabs = /** @type {HTMLElement[]} */ ([ ...this._tabs.children ]);
        const step = {
            ArrowLeft: -1,
            ArrowRight: 1
        }[event.key];

        if (step) {
            const index = tabs.findIndex(({ dataset }) => dataset.pc === this.pc);
            const tab = tabs[(index + step + tabs.length) % tabs.length];

            this.select(tab.dataset.pc ?? '', '');
            tab.focus();
        }
    }
}
