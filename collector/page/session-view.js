/**
 * One session on the page: what it is, what went wrong in it, its timeline, its connections and its events.
 *
 * It must never read a dump itself; a worker of its own does, and ends with the view.
 */

import { ConnectionView } from './connection-view.js';
import { create, forgetStyleValues } from './dom.js';
import { EventList } from './event-list.js';
import { showFacts } from './facts.js';
import { FindingsPanel, keyOf } from './findings-panel.js';
import { clock } from './format.js';
import { Overview } from './overview.js';
import { SessionWorker } from './session-worker.js';
import { meetingOf } from './sessions.js';
import { ViewRange } from './view-range.js';

/**
 * @typedef {import('../model/findings/index.js').Report} Report
 * @typedef {import('./sessions.js').Session} Session
 * @typedef {import('../model/session.js').TimelineEvent} TimelineEvent
 * @typedef {import('../model/findings/finding.js').Finding} Finding
 */

// What is shown around an episode, in ms.
const MARGIN = 10000;

// A live session is looked at again this often, in ms.
const FINDINGS_INTERVAL = 5000;

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
     * @param {Record<string, string>} state - What of it the address asks for.
     * @param {Function} onState - Called with what is looked at, when that changes.
     */
    constructor(session, container, state, onState) {
        this.id = session.id;
        this._session = session;
        this._onState = onState;

        /** @type {Record<string, string> | null} What is still to be restored. */
        this._wanted = state;
        this._finding = '';
        this._event = -1;

        /** @type {any} */
        this._summary = null;

        /** @type {TimelineEvent[]} */
        this._events = [];

        /** @type {import('../model/findings/index.js').Report | null} */
        this._report = null;
        this._foundAt = -Infinity;

        /** @type {ReturnType<typeof setTimeout> | undefined} */
        this._findTimer = undefined;

        /** @type {number | undefined} */
        this._frame = undefined;
        this._range = new ViewRange();
        this._range.addEventListener('change', () => this._scheduleRange());
        this._worker = new SessionWorker((/** @type {any} */ message) => this._onMessage(message),
            (/** @type {string} */ message) => this._fail(message));
        this._findings = new FindingsPanel((/** @type {Finding} */ finding, /** @type {any} */ episode) =>
            this._onFinding(finding, episode));
        this._connections = new ConnectionView({
            worker: this._worker,
            range: this._range,
            onChange: () => this._tellState(),
            onFailure: message => this._fail(message)
        });
        this._list = new EventList((/** @type {TimelineEvent} */ event) => this._onSelect(event), session.open);
        this._overview = new Overview(this._range, (/** @type {number} */ time) => this._list.seek(time));
        this._facts = create('section.facts', { 'aria-label': 'Session' });
        this._failure = create('p.failure', {
            role: 'alert',
            hidden: true
        });
        container.replaceChildren(this._facts, this._failure, this._findings.element, this._overview.element,
            this._connections.element, this._list.element);
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
        this._worker.tell({
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
        this._connections.restyle();
        this._overview.draw();
    }

    /**
     * Ends the view.
     *
     * @returns {void}
     */
    close() {
        clearTimeout(this._findTimer);
        this._worker.close();
        this._connections.close();
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
            this._restoreEvent();
            break;
        case 'series':
            this._connections.showSeries(message);
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
        const { range: [ from, to ], isLoading } = this._summary;

        this._range.setWhole(from, to);
        this._showFacts();
        this._connections.show(this._summary, this._session.open);
        this._overview.show(this._summary, this._events);
        this._findings.setLoading(isLoading);
        isLoading || this._restore();
        isLoading || this._scheduleFindings();
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
     * Asks for the findings, of a live session from time to time.
     *
     * @returns {void}
     */
    _scheduleFindings() {
        const wait = Math.max(0, this._foundAt + FINDINGS_INTERVAL - performance.now());

        this._findTimer ??= setTimeout(async () => {
            try {
                this._report = await this._worker.ask('findings');
                this._showReport(/** @type {any} */ (this._report));
            } catch (error) {
                this._fail(/** @type {Error} */ (error).message);
            } finally {
                this._foundAt = performance.now();
                this._findTimer = undefined;
            }
        }, Number.isFinite(wait) ? wait : 0);
    }

    /**
     * Shows what was found.
     *
     * @param {Report} report - What.
     * @returns {void}
     */
    _showReport(report) {
        this._findings.show(report, this._finding);
        this._connections.showReport(report);
        this._overview.showFindings(report.findings);
    }

    /**
     * Shows where and when a finding was: its range, connection, stream and curves.
     *
     * @param {Finding} finding - The finding.
     * @param {[number, number]} [episode] - One of its episodes; from the first to the last if left out.
     * @returns {void}
     */
    _onFinding(finding, episode) {
        const [ from, to ] = episode ?? [ finding.from, finding.to ];
        const { pc, streams, curves } = finding;

        this._finding = keyOf(finding);
        if (pc) {
            this._connections.select(pc, streams.length === 1 ? streams[0].id : '');
        }
        if (Number.isFinite(from) && Number.isFinite(to)) {
            this._range.choose(from - MARGIN, to + MARGIN);
        }
        curves.length > 0 && this._connections.showCurves(curves.slice(0, 6));
        this._list.seekQuietly(from);
        this._tellState();
    }

    /**
     * Moves everything to the shared range, once a frame.
     *
     * @returns {void}
     */
    _scheduleRange() {
        this._frame ??= requestAnimationFrame(() => {
            this._frame = undefined;
            this._connections.showRange();
            this._list.setRange(this._range.isWhole ? null : this._range.shown);
            this._tellState();
        });
    }

    /**
     * Looks at what the address asks for, once there is something to look at.
     *
     * @returns {void}
     */
    _restore() {
        const wanted = this._wanted;

        if (!wanted) {
            return;
        }
        this._wanted = null;
        this._finding = wanted.finding ?? '';
        this._event = wanted.event ? Number(wanted.event) : -1;
        Object.keys(wanted).length > 0 && this._connections.restore(wanted);
        wanted.from && wanted.to && this._range.choose(Number(wanted.from), Number(wanted.to));
        this._restoreEvent();
    }

    /**
     * Chooses the event that the address asks for, once it is there.
     *
     * @returns {void}
     */
    _restoreEvent() {
        if (!this._wanted && this._event >= 0 && this._events[this._event]) {
            this._list.choose(this._events[this._event]);
        }
    }

    /**
     * Tells what is looked at.
     *
     * @returns {void}
     */
    _tellState() {
        if (!this._wanted) {
            const [ from, to ] = this._range.isWhole ? [ '', '' ]
                : this._range.shown.map(time => String(Math.round(time)));

            this._onState({
                ...this._connections.state,
                from,
                to,
                finding: this._finding,
                event: this._event < 0 ? '' : String(this._event)
            });
        }
    }

    /**
     * Marks the event that was chosen and fetches the whole of it.
     *
     * @param {TimelineEvent | null} event - The event, null if none is chosen any more.
     * @returns {Promise<void>} Resolves once it is shown.
     */
    async _onSelect(event) {
        this._event = event ? /** @type {any} */ (event).index : -1;
        this._tellState();
        if (!event) {
            return;
        }
        this._range.setMark(event.time);
        this._connections.showMark();
        try {
            const text = await this._worker.ask('line', event);

            if (this._event === /** @type {any} */ (event).index) {
                this._list.showDetail([ event.type, event.pc, clock(event.time) ].filter(Boolean).join(' · '),
                    readable(text));
            }
        } catch (error) {
            this._fail(/** @type {Error} */ (error).message);
        }
    }
}
