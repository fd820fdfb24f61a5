/**
 * Turns the decoded reports of one connection into rows of numbers: per stream, and summed up for the connection.
 *
 * It must never keep a report. It reads standard getStats names only; the old goog* statistics have no curves.
 */

import { Column, Table } from './columns.js';
import { greatest, mean, median, numberOf, sum } from './numbers.js';

/**
 * @typedef {Record<string, any>} Report
 *
 * @typedef {Object} Stream
 * @property {string} id - The id of its report.
 * @property {string} kind - 'audio' or 'video'.
 * @property {'in' | 'out'} direction - Which way it goes.
 * @property {string} label - For people.
 * @property {Table} table - Its rows.
 *
 * @typedef {Object} Sample
 * @property {number} timestamp - When the report was made, in ms.
 * @property {Record<string, number>} counters - Its counters.
 */

const COUNTERS = [
    'bytesReceived', 'bytesSent', 'packetsLost', 'freezeCount', 'totalFreezesDuration'
];

// A poll this many times later than usual, and at least this many ms, is a gap: the curves break there.
const GAP_FACTOR = 3;
const GAP_MINIMUM = 3000;

/**
 * The curves of one connection.
 */
export class StatsSeries {
    /**
     * Creates empty series.
     */
    constructor() {
        this.times = new Column(Float64Array);
        this.totals = new Table();

        /** @type {Map<string, Stream>} */
        this.streams = new Map();

        /** @type {Map<string, Sample>} */
        this._previous = new Map();

        /** @type {number[]} */
        this._intervals = [];
        this.rows = 0;
        this.polls = 0;

        /** @type {Array<[number, number]>} */
        this.gaps = [];
    }

    /**
     * Takes the reports of one poll.
     *
     * @param {number} time - When it was recorded, in ms.
     * @param {Record<string, Report>} reports - The reports.
     * @returns {void}
     */
    add(time, reports) {
        const last = this.rows > 0 ? this.times.get(this.rows - 1) : NaN;

        if (time <= last) {
            // Two polls within one millisecond, or a clock that was set back. A curve can not run backwards.
            return;
        }
        this._breakAtGap(last, time);
        const row = this.rows++;

        this.polls++;
        this.times.set(row, time);
        this.totals.write(row, this._rowOf(row, Object.entries(reports)));
    }

    /**
     * Breaks the curves if a poll comes much later than usual.
     *
     * @param {number} last - The time of the poll before, NaN if there is none.
     * @param {number} time - The time of this one.
     * @returns {void}
     */
    _breakAtGap(last, time) {
        const interval = time - last;

        if (Number.isNaN(interval)) {
            return;
        }
        if (this._intervals.length >= 3 && interval > GAP_MINIMUM && interval > GAP_FACTOR * median(this._intervals)) {
            this.times.set(this.rows++, (last + time) / 2);
            this.gaps.push([ last, time ]);
        } else {
            this._intervals.push(interval);
            this._intervals.length > 15 && this._intervals.shift();
        }
    }

    /**
     * Makes the row of a poll and writes those of its streams.
     *
     * @param {number} row - The row.
     * @param {Array<[string, Report]>} reports - The reports by id.
     * @returns {Record<string, number>} The connection's row.
     */
    _rowOf(row, reports) {
        /** @type {Record<string, Array<Record<string, number>>>} */
        const rows = {
            'audio in': [],
            'video in': [],
            'audio out': [],
            'video out': []
        };
        const remotes = new Map(reports.filter(([ , { type } ]) => type === 'remote-inbound-rtp')
            .map(([ id, report ]) => [ report.localId, this._remoteRow(id, report) ]));

        for (const [ id, report ] of reports) {
            const direction = { 'inbound-rtp': 'in',
                'outbound-rtp': 'out' }[/** @type {string} */ (report.type)];
            const kind = report.kind ?? report.mediaType;

            if (direction && rows[`${kind} ${direction}`]) {
                const stream = this._streamOf(id, report, kind, /** @type {'in' | 'out'} */ (direction));
                const values = {
                    ...this._streamRow(id, report),
                    ...remotes.get(id)
                };

                stream.table.write(row, values);
                rows[`${kind} ${direction}`].push(values);
            }
        }

        return {
            ...this._transportRow(reports, rows),
            ...this._summaryRow(rows, [ ...remotes.values() ])
        };
    }

    /**
     * The values of one stream.
     *
     * @param {string} id - The id of its report.
     * @param {Report} report - The report.
     * @returns {Record<string, number>} The values.
     */
    _streamRow(id, report) {
        const { elapsed, deltas } = this._advance(id, report);

        return {
            bitrate: sum([ deltas.bytesReceived, deltas.bytesSent ]) * 8 / elapsed,
            lost: deltas.packetsLost,
            jitter: numberOf(report.jitter) * 1000,
            fps: numberOf(report.framesPerSecond),
            width: numberOf(report.frameWidth),
            height: numberOf(report.frameHeight),
            freezes: deltas.freezeCount,
            frozen: deltas.totalFreezesDuration * 1000
        };
    }

    /**
     * What the other side says of a stream we send.
     *
     * @param {string} id - The id of the report.
     * @param {Report} report - The report.
     * @returns {Record<string, number>} The values.
     */
    _remoteRow(id, report) {
        return {
            lost: this._advance(id, report).deltas.packetsLost,
            jitter: numberOf(report.jitter) * 1000,
            rtt: numberOf(report.roundTripTime) * 1000
        };
    }

    /**
     * Bitrates and the round trip of the transport.
     *
     * @param {Array<[string, Report]>} reports - The reports by id.
     * @param {Record<string, Array<Record<string, number>>>} rows - The values of the streams.
     * @returns {Record<string, number>} The values.
     */
    _transportRow(reports, rows) {
        const transports = reports.filter(([ , { type } ]) => type === 'transport');
        const selected = new Set(transports.map(([ , { selectedCandidatePairId } ]) => selectedCandidatePairId));
        const pairs = reports.filter(([ id, { type, selected: isSelected } ]) =>
            type === 'candidate-pair' && (isSelected || selected.has(id)));
        const carriers = transports.some(([ , { bytesReceived } ]) => typeof bytesReceived === 'number')
            ? transports : pairs;
        const rates = carriers.map(([ id, report ]) => {
            const { elapsed, deltas } = this._advance(id, report);

            return [ deltas.bytesReceived * 8 / elapsed, deltas.bytesSent * 8 / elapsed ];
        });
        const ofStreams = (/** @type {string} */ direction) => sum([ 'audio', 'video' ]
            .flatMap(kind => rows[`${kind} ${direction}`].map(({ bitrate }) => bitrate)));

        return {
            bitrateIn: rates.length > 0 ? sum(rates.map(([ rate ]) => rate)) : ofStreams('in'),
            bitrateOut: rates.length > 0 ? sum(rates.map(([ , rate ]) => rate)) : ofStreams('out'),
            rtt: greatest(pairs.map(([ , { currentRoundTripTime } ]) => numberOf(currentRoundTripTime) * 1000))
        };
    }

    /**
     * What all streams together come to.
     *
     * @param {Record<string, Array<Record<string, number>>>} rows - Their values.
     * @param {Array<Record<string, number>>} remotes - What the other side says.
     * @returns {Record<string, number>} The values.
     */
    _summaryRow(rows, remotes) {
        const all = (/** @type {string} */ name, /** @type {string[]} */ ...groups) =>
            groups.flatMap(group => rows[group].map(values => values[name] ?? NaN));
        const ofRemotes = (/** @type {string} */ name) => remotes.map(values => values[name]);

        return {
            lostIn: sum(all('lost', 'audio in', 'video in')),
            lostOut: sum(ofRemotes('lost')),
            jitterAudio: greatest(all('jitter', 'audio in')),
            jitterVideo: greatest(all('jitter', 'video in')),
            jitterRemote: greatest(ofRemotes('jitter')),
            rttMedia: greatest(ofRemotes('rtt')),
            fpsIn: mean(all('fps', 'video in')),
            fpsOut: greatest(all('fps', 'video out')),
            heightIn: greatest(all('height', 'video in')),
            heightOut: greatest(all('height', 'video out')),
            freezes: sum(all('freezes', 'video in')),
            frozen: sum(all('frozen', 'video in'))
        };
    }

    /**
     * Compares the counters of a report with the ones before.
     *
     * @param {string} id - The id of the report.
     * @param {Report} report - The report.
     * @returns {{elapsed: number, deltas: Record<string, number>}} The time between them in seconds and the increases;
     * NaN where there is nothing to compare or a counter ran backwards.
     */
    _advance(id, report) {
        const previous = this._previous.get(id);

        /** @type {Record<string, number>} */
        const counters = {};

        /** @type {Record<string, number>} */
        const deltas = {};

        for (const name of COUNTERS) {
            counters[name] = numberOf(report[name]);
            const delta = counters[name] - (previous?.counters[name] ?? NaN);

            deltas[name] = delta >= 0 ? delta : NaN;
        }
        const elapsed = (report.timestamp - (previous?.timestamp ?? NaN)) / 1000;

        this._previous.set(id, {
            timestamp: report.timestamp,
            counters
        });

        return {
            elapsed: elapsed > 0 ? elapsed : NaN,
            deltas
        };
    }

    /**
     * The stream behind a report, a new one if need be.
     *
     * @param {string} id - The id of the report.
     * @param {Report} report - The report.
     * @param {string} kind - 'audio' or 'video'.
     * @param {'in' | 'out'} direction - Which way it goes.
     * @returns {Stream} The stream.
     */
    _streamOf(id, report, kind, direction) {
        let stream = this.streams.get(id);

        if (!stream) {
            const detail = [ report.rid, report.ssrc ].filter(part => part !== undefined && part !== '').join(' ');

            stream = {
                id,
                kind,
                direction,
                label: `${kind} ${direction} · ${detail || id}`,
                table: new Table()
            };
            this.streams.set(id, stream);
        }

        return stream;
    }
}
