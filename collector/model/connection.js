/**
 * What is known of one peer connection: its `log` of all entries but the polls, with their payloads; the `store` of
 * everything that getStats said; the `series` that the page's charts draw; the `states` it went through and the
 * candidate `pairs` it used.
 *
 * It must never keep a report.
 */

import { advanceSpan } from './lanes.js';
import { StatsSeries } from './series.js';
import { StatsStore } from './stats-store.js';

/**
 * @typedef {import('./session.js').Place} Place
 *
 * @typedef {Object} LogEntry
 * @property {number} time - When, in ms since the epoch.
 * @property {string} type - Its type.
 * @property {any} payload - Its payload.
 * @property {string} call - Which call of the API it belongs to, '' if the format does not say.
 *
 * @typedef {Object} Span
 * @property {number} from - When it began, in ms.
 * @property {number} to - When it ended, NaN if it has not.
 * @property {string} value - What it was.
 *
 * @typedef {Record<string, any>} Report
 */

/**
 * Describes one end of a candidate pair.
 *
 * @param {Report | undefined} candidate - Its report.
 * @returns {string} Type, protocol and address.
 */
function describeCandidate(candidate) {
    if (!candidate) {
        return '?';
    }
    const { address, ip, candidateType, port, protocol, relayProtocol, networkType } = candidate;
    const via = relayProtocol && relayProtocol !== protocol ? `${protocol} over ${relayProtocol}` : protocol;
    const host = address ?? ip;

    return [ candidateType, via, host && `${host}:${port}`, networkType ].filter(Boolean).join(' ');
}

/**
 * One peer connection.
 */
export class ConnectionModel {
    /**
     * Creates it.
     *
     * @param {string} id - `PC_<n>`.
     */
    constructor(id) {
        this.id = id;
        this.role = '';
        this.firstSeen = NaN;
        this.lastSeen = NaN;
        this.series = new StatsSeries();
        this.store = new StatsStore();

        /** @type {LogEntry[]} */
        this.log = [];

        /** @type {Span[]} */
        this.states = [];
        this._hasConnectionState = false;

        /** @type {Span[]} */
        this.pairs = [];
    }

    /**
     * Takes an entry.
     *
     * @param {LogEntry} entry - The entry. The payload of `getstats` are full reports, valid for this call only.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    add(entry, place) {
        const { type, payload, time } = entry;

        this.firstSeen = Number.isNaN(this.firstSeen) ? time : Math.min(this.firstSeen, time);
        this.lastSeen = Number.isNaN(this.lastSeen) ? time : Math.max(this.lastSeen, time);
        if (type === 'getstats') {
            this.store.add(time, payload, place);
            this._addReports(payload, time);
        } else {
            this.log.push(entry);
            this._addState(type, payload, time);
        }
    }

    /**
     * Takes the reports of a poll.
     *
     * @param {Record<string, Report>} reports - The reports.
     * @param {number} time - When, in ms.
     * @returns {void}
     */
    _addReports(reports, time) {
        this.series.add(time, reports);
        const ids = Object.keys(reports);
        const transport = ids.map(id => reports[id]).find(({ selectedCandidatePairId }) => selectedCandidatePairId);
        const pair = reports[transport?.selectedCandidatePairId]
            ?? ids.map(id => reports[id]).find(report => report.type === 'candidate-pair' && report.selected);

        if (pair) {
            const local = describeCandidate(reports[pair.localCandidateId]);
            const remote = describeCandidate(reports[pair.remoteCandidateId]);

            advanceSpan(this.pairs, time, `${local} → ${remote}`);
        }
    }

    /**
     * Ends the pair in use, as nothing flows over a closed connection.
     *
     * @param {number} time - When, in ms.
     * @returns {void}
     */
    _endPair(time) {
        const last = this.pairs[this.pairs.length - 1];

        if (last && Number.isNaN(last.to)) {
            last.to = time;
        }
    }

    /**
     * Takes an entry that may change the state.
     *
     * @param {string} type - Its type.
     * @param {any} payload - Its payload.
     * @param {number} time - When, in ms.
     * @returns {void}
     */
    _addState(type, payload, time) {
        if (type === 'create') {
            this.states.length === 0 && advanceSpan(this.states, time, 'new');
        } else if (type === 'close') {
            advanceSpan(this.states, time, 'closed');
            this._endPair(time);
        } else if (type === 'onconnectionstatechange' && typeof payload === 'string') {
            this._hasConnectionState = true;
            advanceSpan(this.states, time, payload);
        } else if (type === 'oniceconnectionstatechange' && !this._hasConnectionState && typeof payload === 'string') {
            // Only where the newer event is missing: the two disagree for moments, and one lane shows one of them.
            advanceSpan(this.states, time, payload === 'completed' ? 'connected' : payload);
        } else if (type === 'constraints') {
            const flag = [ payload?.optional ?? [] ].flat()
                .find((/** @type {any} */ item) => 'rtcStatsSFUP2P' in (item ?? {}));

            if (flag) {
                this.role = flag.rtcStatsSFUP2P ? 'P2P' : 'bridge';
            }
        }
    }
}
