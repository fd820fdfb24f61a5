/**
 * Reads the dumps of the first rtcstats servers: formats 1 and 2, whose lines end with an absolute time, and the one
 * JSON document from before there were formats.
 *
 * It must never be used for what protocol 3.1 writes: there, a report that a delta leaves out is gone; here it stays.
 */

import { clientRecord, damaged, entry, isEntryArray, timeOf } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Place} Place
 * @typedef {Record<string, Record<string, any>>} Reports
 */

/**
 * Names a type as protocol 3.1 does.
 *
 * @param {string} type - The type.
 * @returns {string} Its name.
 */
function typeOf(type) {
    return type === 'getStats' ? 'getstats' : type;
}

/**
 * Applies one delta.
 *
 * @param {Reports} base - The reports of the poll before; changed.
 * @param {Record<string, any>} delta - The delta.
 * @param {number} time - When the entry was made; what takes the place of times of reports before format 2.
 * @param {boolean} hasTimes - Whether the times of reports count.
 * @returns {Reports} `base`, now holding this poll.
 */
function applyDelta(base, delta, time, hasTimes) {
    for (const [ id, report ] of Object.entries(delta)) {
        if (report && typeof report === 'object') {
            const merged = Object.assign(base[id] ?? {}, report);

            if (report.timestamp === 0) {
                merged.timestamp = delta.timestamp;
            }
            base[id] = merged;
        }
    }
    if (!hasTimes) {
        Object.values(base).forEach(report => {
            report.timestamp = time;
        });
    }

    return base;
}

/**
 * The reader of one dump with lines.
 */
export class RtcstatsDumpReader {
    /**
     * Creates a reader at the start of a dump.
     */
    constructor() {
        this._format = 1;

        /** @type {Map<string, Reports>} */
        this._bases = new Map();
    }

    /**
     * Reads a line.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @yields {DumpRecord} What it holds.
     * @returns {Iterable<DumpRecord>} The same.
     */
    *readLine(line, place) {
        try {
            const parsed = JSON.parse(line);

            if (isEntryArray(parsed)) {
                yield this._entryOf(parsed, place);
            } else if (parsed && typeof parsed === 'object' && !Array.isArray(parsed)) {
                this._format = parsed.fileFormat ?? 1;
                yield clientRecord(parsed);
            } else {
                throw new Error('not an entry');
            }
        } catch (error) {
            yield damaged(line, error, place);
        }
    }

    /**
     * Nothing is left at the end.
     *
     * @returns {Iterable<DumpRecord>} Nothing.
     */
    finish() {
        return [];
    }

    /**
     * Makes an entry.
     *
     * @param {any[]} line - The parsed line.
     * @param {Place} place - Where it lies.
     * @returns {DumpRecord} The entry.
     */
    _entryOf([ type, pc, payload, ...rest ], place) {
        const last = rest[rest.length - 1];
        const made = entry({
            type: typeOf(type),
            time: timeOf(last?.time ?? last),
            pc: pc ?? '',
            payload,
            place
        });

        if (made.type === 'getstats') {
            const base = this._bases.get(made.pc) ?? {};

            this._bases.set(made.pc, base);
            made.payload = applyDelta(base, payload ?? {}, made.time, this._format >= 2);
        }

        return made;
    }
}

/**
 * Reads the document from before there were formats.
 *
 * @param {any} document - The parsed document.
 * @yields {DumpRecord} What it holds, in the order of time.
 * @returns {Iterable<DumpRecord>} The same.
 */
export function *readRtcstatsDocument({ peerConnections, getUserMedia, ...client }) {
    yield clientRecord(client);
    const entries = [ [ '', getUserMedia ], ...Object.entries(peerConnections ?? {}) ].flatMap(([ pc, events ]) =>
        (Array.isArray(events) ? events : []).filter(Boolean).map(({ type, value, time }) => entry({
            type: typeOf(String(type)),
            time: timeOf(time),
            pc,
            payload: value
        })));

    yield* entries.sort((a, b) => a.time - b.time);
}
