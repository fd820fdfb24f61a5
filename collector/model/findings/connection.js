/**
 * One peer connection as the findings see it: its streams, the candidate pair in use, the states and when it was
 * connected, and what it was for.
 */

import { candidatesOf, serverUrls } from '../candidates.js';
import { lanesOf } from '../lanes.js';
import { negotiationsOf } from '../negotiations.js';

import { Series, Stream } from './stream.js';

/**
 * @typedef {import('../connection.js').ConnectionModel} ConnectionModel
 * @typedef {import('../stats-store.js').ReportHistory} ReportHistory
 *
 * @typedef {Object} PathSpan
 * @property {number} from - From when a pair was in use, in ms.
 * @property {number} to - Until when.
 * @property {string} id - The id of its report.
 * @property {Record<string, any>} pair - The pair.
 * @property {Record<string, any>} local - Our end.
 * @property {Record<string, any>} remote - The other end.
 */

// Receivers that a bridge's offer always has and that never get a packet.
const PLACEHOLDER = /mixedlabel(?:audio|video)/;

// What tells that a connection was to carry media, besides its descriptions.
const MEDIA_CALLS = /^(?:addTrack|addStream|ontrack|onaddstream|addTransceiver|transceiverAdded)$/;

/**
 * The members of a report in a row.
 *
 * @param {ReportHistory | undefined} report - The report.
 * @param {number} row - The row.
 * @returns {Record<string, any>} The members, none if there is no report.
 */
function membersAt(report, row) {
    return report ? Object.fromEntries([ ...report.fields ].map(([ name, field ]) => [ name, field.at(row) ])
        .filter(([ , value ]) => value !== undefined)) : {};
}

/**
 * One peer connection.
 */
export class Connection {
    /**
     * Creates the view of a connection.
     *
     * @param {ConnectionModel} model - The connection.
     */
    constructor(model) {
        const { id, role, log, store, firstSeen, lastSeen } = model;

        this.id = id;
        this.isP2P = role === 'P2P';
        this.from = firstSeen;
        this.to = lastSeen;
        this.log = log;
        this.store = store;
        this.lanes = lanesOf(log);
        this.negotiations = negotiationsOf(log);
        this.candidates = candidatesOf(log);
        this.configuration = log.find(({ type }) => type === 'create')?.payload ?? {};
        this.servers = serverUrls(this.configuration);
        this.streams = this._streams();
        this.paths = this._paths();

        /** @type {Array<[number, number]>} When it was connected, from and to, in ms. */
        this.connected = this.lanes.connection.filter(({ value }) => value === 'connected')
            .map(({ from, to }) => [ from, Number.isNaN(to) ? this.to : to ]);

        /** When it was connected for the first time, in ms; NaN if it never was. */
        this.connectedAt = this.connected[0]?.[0] ?? NaN;

        /** When it was closed, in ms; NaN if it never was. */
        this.closedAt = log.find(({ type }) => type === 'close')?.time ?? NaN;

        /** Whether it never was to carry media: a test before a call, or data only. */
        this.isSide = this.streams.length === 0 && !log.some(({ type, payload }) =>
            MEDIA_CALLS.test(type) || /^m=(?:audio|video) /m.test(payload?.sdp ?? ''));

        /** @type {Array<[number, number]>} When another connection carried the call instead. */
        this.idle = [];
    }

    /**
     * Whether it is known to be connected: old dumps may begin in the middle of a call.
     *
     * @param {number} time - When, in ms.
     * @param {number} [warmUp] - For how long it must have been, in ms.
     * @returns {boolean} Whether it was.
     */
    isUp(time, warmUp = 0) {
        return this.lanes.connection.length === 0
            || this.connected.some(([ from, to ]) => time >= from + warmUp && time <= to + 1000);
    }

    /**
     * Whether another connection carried the call.
     *
     * @param {number} time - When, in ms.
     * @returns {boolean} Whether it did.
     */
    isIdle(time) {
        return this.idle.some(([ from, to ]) => time >= from - 5000 && time <= to + 5000);
    }

    /**
     * The streams of a direction.
     *
     * @param {boolean} isInbound - Which direction.
     * @param {string} [kind] - 'audio' or 'video'; both if left out.
     * @returns {Stream[]} The streams.
     */
    streamsOf(isInbound, kind = '') {
        return this.streams.filter(stream => stream.isInbound === isInbound && (kind === '' || stream.kind === kind));
    }

    /**
     * What the pair in use said, at each poll.
     *
     * @param {string} name - The member.
     * @returns {Array<{time: number, value: any}>} The values.
     */
    pathValues(name) {
        return this.paths.flatMap(({ id, from, to }) => {
            const report = this.store.reports.get(id);
            const rows = report?.rows()
                .filter(row => this.store.times[row] >= from && this.store.times[row] <= to) ?? [];

            return (report?.values(name, rows) ?? []).map((value, index) => {
                return {
                    time: this.store.times[rows[index]],
                    value
                };
            });
        });
    }

    /**
     * The views of all streams.
     *
     * @returns {Stream[]} The streams.
     */
    _streams() {
        const { store } = this;
        const remotes = store.ofType('remote-inbound-rtp').map(report => new Series(store, report));
        const sources = store.ofType('media-source').map(report => new Series(store, report));
        const streams = [ ...store.ofType('inbound-rtp'), ...store.ofType('outbound-rtp') ]
            .map(report => new Stream(store, report))
            .filter(stream => ![ stream.id, stream.last('trackIdentifier'), stream.last('trackId') ]
                .some(name => PLACEHOLDER.test(String(name ?? ''))));

        for (const stream of streams) {
            stream.mimeTypes = stream.raw('codecId').map((id, index) =>
                String(store.reports.get(id)?.fields.get('mimeType')?.at(stream.rows[index]) ?? ''));
        }
        for (const stream of streams.filter(({ isInbound }) => !isInbound)) {
            const sourceId = stream.last('mediaSourceId');

            stream.remote = remotes.find(remote => remote.last('localId') === stream.id) ?? null;

            // Firefox does not say where a stream comes from.
            stream.source = sources.find(source => (sourceId === undefined
                ? source.last('kind') === stream.kind : source.id === sourceId)) ?? null;
        }

        return streams;
    }

    /**
     * The id of the pair in use.
     *
     * @param {number} row - The poll.
     * @returns {string} The id, '' if none was.
     */
    _selectedPair(row) {
        for (const transport of this.store.ofType('transport')) {
            const id = transport.isIn(row) ? transport.fields.get('selectedCandidatePairId')?.at(row) : undefined;

            if (id) {
                return id;
            }
        }
        const pairs = this.store.ofType('candidate-pair').filter(pair => pair.isIn(row));
        const is = (/** @type {ReportHistory} */ pair, /** @type {string} */ name) => pair.fields.get(name)?.at(row);

        return (pairs.find(pair => is(pair, 'selected') === true)
            ?? pairs.find(pair => is(pair, 'nominated') && is(pair, 'state') === 'succeeded'))?.id ?? '';
    }

    /**
     * The pairs that were in use, one after the other.
     *
     * @returns {PathSpan[]} The pairs.
     */
    _paths() {
        const { reports, times } = this.store;

        /** @type {PathSpan[]} */
        const paths = [];

        times.forEach((time, row) => {
            const id = this._selectedPair(row);
            const last = paths[paths.length - 1];

            if (id && last?.id === id) {
                last.to = time;
            } else if (id) {
                const pair = membersAt(reports.get(id), row);

                paths.push({
                    from: time,
                    to: time,
                    id,
                    pair,
                    local: membersAt(reports.get(pair.localCandidateId), row),
                    remote: membersAt(reports.get(pair.remoteCandidateId), row)
                });
            }
        });

        return paths;
    }
}
