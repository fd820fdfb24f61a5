/**
 * One session on the page: its facts, its timeline, the charts of its connections and its events.
 *
 * It must never read a dump itself; a worker of its own does, and ends with the view.
 */

import { SPECS } from './chart-specs.js';
import { Chart } from './charts.js';
import { showPairs, showStreams, showTabs } from './connection-panel.js';
import { create, forgetStyleValues } from './dom.js';
import { EventList } from './event-list.js';
import { showFacts } from './facts.js';
import { clock } from './format.js';
import { Overview } from './overview.js';
import { meetingOf } from './sessions.js';
import { ViewRange } from './view-range.js';

/**
 * @typedef {import('./sessions.js').Session} Session
 * @typedef {import('../model/session.js').TimelineEvent} TimelineEvent
 */

/**
 * Writes an entry so that people can read it, the lines of a session description included.
 *
 * @param {string} line - The line of the dump.
 * @returns {string} The text.
 */
function readable(line) {
    try {
        return JSON.stringify(JSON.parse(line), null, 2).replace(/\\r\\n/g, '\n      ');
    } catch {
        return line;
    }
}

/**
 * The view.
 */
export class SessionView {
    /**
     * Creates the view and begins to read.
     *
     * @param {Session} session - The session.
     * @param {HTMLElement} container - Where to show it.
     */
    constructor(session, container) {
        this.id = session.id;
        this._session = session;

        /** @type {any} */
        this._summary = null;

        /** @type {TimelineEvent[]} */
        this._events = [];

        /** @type {any} */
        this._series = null;
        this._pc = '';
        this._stream = '';
        this._detailTitle = '';

        /** @type {number | undefined} */
        this._frame = undefined;
        this._range = new ViewRange();
        this._range.addEventListener('change', () => this._scheduleRange());
        this._charts = SPECS.map(spec => new Chart(spec, this._range));
        this._list = new EventList((/** @type {TimelineEvent} */ event) => this._onSelect(event),
            session.open);
        this._overview = new Overview(this._range, (/** @type {number} */ time) => this._list.seek(time));
        this._facts = create('section.facts', { 'aria-label': 'Session' });
        this._tabs = create('div.tabs', {
            role: 'tablist',
            'aria-label': 'Connections',
            onkeydown: (/** @type {KeyboardEvent} */ event) => this._onTabKey(event)
        });
        this._streams = /** @type {HTMLSelectElement} */ (create('select', {
            'aria-label': 'Stream',
            onchange: () => this._select(this._pc, this._streams.value)
        }));
        this._pairs = create('figure.chart.pairs', {
            'data-chart': 'pairs',
            'aria-label': 'Candidate pair in use'
        });
        this._failure = create('p.failure', {
            role: 'alert',
            hidden: true
        });
        container.replaceChildren(this._facts, this._failure, this._overview.element,
            create('section.connections', { 'aria-label': 'Connections' },
                create('div.connections-head', {}, this._tabs, this._streams),
                create('div.charts', {}, ...this._charts.map(({ element }) => element), this._pairs)),
            this._list.element);

        this._worker = new Worker('/page/worker.js', { type: 'module' });
        this._worker.onmessage = ({ data }) => this._onMessage(data);
        this._worker.onerror = ({ message }) => this._fail(message);
        this.follow(session);
    }

    /**
     * Takes the current description of the session and reads what is new.
     *
     * @param {Session} session - The session.
     * @returns {void}
     */
    follow(session) {
        this._session = session;
        this._worker.postMessage({
            type: 'follow',
            parts: session.parts.map(({ id, bytes, open }) => {
                return {
                    id,
                    bytes,
                    open
                };
            })
        });
        this._summary && this._showFacts();
    }

    /**
     * Draws everything anew, for another colour scheme.
     *
     * @returns {void}
     */
    restyle() {
        forgetStyleValues();
        this._charts.forEach(chart => chart.forget());
        this._series && this._showSeries();
        this._overview.draw();
    }

    /**
     * Ends the view.
     *
     * @returns {void}
     */
    close() {
        this._worker.terminate();
        this._charts.forEach(chart => chart.forget());
    }

    /**
     * Takes a message of the worker.
     *
     * @param {any} message - The message.
     * @returns {void}
     */
    _onMessage(message) {
        switch (message.type) {
        case 'summary':
            this._summary = message;
            this._failure.hidden = true;
            this._showSummary();
            break;
        case 'events':
            this._events.length = message.from;
            this._events.push(...message.events);
            this._list.show(this._events, this._range.whole[0]);
            this._overview.show(this._summary, this._events);
            break;
        case 'series':
            this._series = message;
            this._showSeries();
            break;
        case 'line':
            this._list.showDetail(this._detailTitle, readable(message.text));
            break;
        default:
            this._fail(message.message);
        }
    }

    /**
     * Says what went wrong.
     *
     * @param {string} message - What.
     * @returns {void}
     */
    _fail(message) {
        this._failure.hidden = false;
        this._failure.textContent = `This session can not be read on: ${message}`;
    }

    /**
     * Shows what the worker says of the session.
     *
     * @returns {void}
     */
    _showSummary() {
        const { range: [ from, to ], connections } = this._summary;

        this._range.setWhole(from, to);
        this._pc ||= connections[0]?.id ?? '';
        this._showFacts();
        this._showConnection();
        this._overview.show(this._summary, this._events);
    }

    /**
     * Shows the facts.
     *
     * @returns {void}
     */
    _showFacts() {
        showFacts(this._facts, {
            ...this._summary,
            id: this.id,
            name: meetingOf(this._summary.client) || this.id,
            isOpen: this._session.open,
            whole: this._range.whole
        });
    }

    /**
     * Shows what there is of the chosen connection besides its curves.
     *
     * @returns {void}
     */
    _showConnection() {
        const { connections } = this._summary;
        const connection = connections.find((/** @type {any} */ { id }) => id === this._pc);

        showTabs(this._tabs, connections, this._pc, (/** @type {string} */ id) => this._select(id, ''));
        showStreams(this._streams, connection, this._stream);
        showPairs(this._pairs, connection, this._session.open);
    }

    /**
     * Moves between the tabs by keyboard.
     *
     * @param {KeyboardEvent} event - The event.
     * @returns {void}
     */
    _onTabKey(event) {
        const tabs = /** @type {HTMLElement[]} */ ([ ...this._tabs.children ]);
        const step = { ArrowLeft: -1,
            ArrowRight: 1 }[event.key];

        if (step) {
            const index = tabs.findIndex(({ dataset }) => dataset.pc === this._pc);
            const tab = tabs[(index + step + tabs.length) % tabs.length];

            this._select(tab.dataset.pc ?? '', '');
            tab.focus();
        }
    }

    /**
     * Shows the curves.
     *
     * @returns {void}
     */
    _showSeries() {
        const { pc, stream, times, columns } = this._series;
        const gaps = this._summary.connections.find((/** @type {any} */ { id }) => id === pc)?.gaps ?? [];

        this._charts.forEach(chart => chart.show(times, columns, stream !== '', gaps));
    }

    /**
     * Moves all charts to the shared range, once a frame.
     *
     * @returns {void}
     */
    _scheduleRange() {
        this._frame ??= requestAnimationFrame(() => {
            this._frame = undefined;
            this._charts.forEach(chart => chart.showRange());
        });
    }

    /**
     * Chooses a connection or a stream.
     *
     * @param {string} pc - The connection.
     * @param {string} stream - The stream, '' for all.
     * @returns {void}
     */
    _select(pc, stream) {
        this._pc = pc;
        this._stream = stream;
        this._worker.postMessage({
            type: 'select',
            selection: {
                pc,
                stream
            }
        });
        this._showConnection();
    }

    /**
     * Marks the event that was chosen and fetches the whole of it.
     *
     * @param {TimelineEvent} event - The event.
     * @returns {void}
     */
    _onSelect(event) {
        this._range.setMark(event.time);
        this._detailTitle = [ event.type, event.pc, clock(event.time) ].filter(Boolean).join(' · ');
        this._worker.postMessage({
            type: 'line',
            place: event
        });
    }
}
