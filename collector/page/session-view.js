/**
 * One session on the page: its facts, its timeline, the charts of its connections and its events.
 *
 * It must never read a dump itself; a worker of its own does, and ends with the view.
 */

import { Chart, SPECS } from './charts.js';
import { create, forgetStyleValues, setText } from './dom.js';
import { EventList } from './event-list.js';
import { showFacts } from './facts.js';
import { clock, duration } from './format.js';
import { Overview } from './overview.js';
import { nameOf } from './sessions.js';
import { ViewRange } from './view-range.js';

/**
 * @typedef {import('./sessions.js').Session} Session
 * @typedef {import('./session-model.js').TimelineEvent} TimelineEvent
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
        const { parts, connections } = this._summary;
        const times = parts.flatMap((/** @type {any} */ { from, to }) => [ from, to ]).filter(Number.isFinite);

        times.length > 0 && this._range.setWhole(Math.min(...times), Math.max(...times));
        this._pc ||= connections[0]?.id ?? '';
        this._showFacts();
        this._showTabs();
        this._showStreams();
        this._showPairs();
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
            name: nameOf(this._session),
            isOpen: this._session.open,
            whole: this._range.whole
        });
    }

    /**
     * Shows a tab for each connection.
     *
     * @returns {void}
     */
    _showTabs() {
        const { connections } = this._summary;

        if (this._tabs.childElementCount !== connections.length) {
            this._tabs.replaceChildren(...connections.map((/** @type {any} */ { id }) => create('button', {
                type: 'button',
                role: 'tab',
                'data-pc': id,
                onclick: () => this._select(id, '')
            }, create('span.dot'), create('span'))));
        }
        connections.forEach((/** @type {any} */ { id, role, states }, /** @type {number} */ index) => {
            const tab = /** @type {HTMLElement} */ (this._tabs.children[index]);
            const state = states[states.length - 1]?.value ?? '';

            tab.setAttribute('aria-selected', String(id === this._pc));
            tab.tabIndex = id === this._pc ? 0 : -1;
            /** @type {Element} */ (tab.firstChild).className = `dot ${state}`;
            setText(/** @type {Element} */ (tab.lastChild), [ id, role, state ].filter(Boolean).join(' · '));
        });
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
     * Shows the streams to choose from.
     *
     * @returns {void}
     */
    _showStreams() {
        const connection = this._summary.connections.find((/** @type {any} */ { id }) => id === this._pc);
        const streams = connection?.streams ?? [];

        if (this._streams.dataset.key !== `${this._pc} ${streams.length}`) {
            this._streams.dataset.key = `${this._pc} ${streams.length}`;
            this._streams.replaceChildren(create('option', { value: '' }, `all ${streams.length} streams`),
                ...streams.map((/** @type {any} */ { id, label }) => create('option', { value: id }, label)));
            this._streams.value = this._stream;
        }
        this._streams.hidden = streams.length === 0;
    }

    /**
     * Shows the candidate pairs of the connection.
     *
     * @returns {void}
     */
    _showPairs() {
        const connection = this._summary.connections.find((/** @type {any} */ { id }) => id === this._pc);
        const pairs = connection?.pairs ?? [];
        const key = `${this._pc} ${pairs.length}`;

        if (this._pairs.dataset.key !== key) {
            this._pairs.dataset.key = key;
            this._pairs.replaceChildren(
                create('figcaption', { title: 'Where media flows: type, protocol, address, network' },
                    create('b', {}, 'Candidate pair in use')),
                pairs.length > 0
                    ? create('ol', {}, pairs.map((/** @type {any} */ { from, to, value }) => create('li', {},
                        create('time', {}, this._pairTime(from, to)),
                        ...value.split(' → ').map((/** @type {string} */ side, /** @type {number} */ index) =>
                            create('span.candidate', {}, index === 0 ? 'local ' : 'remote ', create('b', {}, side))))))
                    : create('span.chart-empty', {}, 'no data'));
            this._pairs.classList.toggle('is-empty', pairs.length === 0);
        }
    }

    /**
     * Says how long a candidate pair was in use.
     *
     * @param {number} from - Since when, in ms.
     * @param {number} to - Until when, NaN if nothing ended it.
     * @returns {string} The words.
     */
    _pairTime(from, to) {
        const end = this._session.open ? 'until now' : 'to the end';

        return `${clock(from)}, ${Number.isFinite(to) ? `for ${duration(to - from)}` : end}`;
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
        this._showTabs();
        this._showStreams();
        this._showPairs();
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
