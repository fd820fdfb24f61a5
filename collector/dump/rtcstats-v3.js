/**
 * Reads dumps of protocol 3.1, as jitsi/rtcstats-server and the collector write them: an entry a line, with delta
 * compressed reports. Of clients it does not know and of backend services, the server keeps whole requests.
 *
 * It must never throw: dumps come from many clients and may be cut anywhere.
 */

import { applyDelta } from './delta-v3.js';
import { clientRecord, damaged, entryOf, isEntryArray, timeOf } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Place} Place
 * @typedef {import('./delta-v3.js').Reports} Reports
 */

/**
 * What a request holds.
 *
 * @param {any} request - The request.
 * @returns {any} Its data, taken out of its text.
 */
function dataOf({ data }) {
    try {
        return typeof data === 'string' ? JSON.parse(data) : data;
    } catch {
        return data;
    }
}

/**
 * The reader of one dump.
 */
export class RtcstatsV3Reader {
    /**
     * Creates a reader at the start of a dump, whose first reports are full ones.
     */
    constructor() {
        /** @type {Map<string, {now: Reports, gone: Reports}>} */
        this._polls = new Map();
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
            yield this._recordOf(JSON.parse(line), place);
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
     * Makes a record of a parsed line.
     *
     * @param {any} line - The parsed line.
     * @param {Place} place - Where it lies.
     * @returns {DumpRecord} The record.
     */
    _recordOf(line, place) {
        if (isEntryArray(line)) {
            return line[0] === 'connectionInfo' ? clientRecord(line[2]) : this._entryOf(line, place);
        }
        if (line?.statsSessionId && line.type) {
            return this._requestOf(line, place);
        }
        if (line?.fileFormat) {
            return clientRecord(line);
        }
        throw new Error('not an entry');
    }

    /**
     * Makes a record of a request.
     *
     * @param {any} request - The request.
     * @param {Place} place - Where it lies.
     * @returns {DumpRecord} The entry in it, or what it holds instead.
     */
    _requestOf(request, place) {
        const payload = dataOf(request);

        if (isEntryArray(payload)) {
            return this._entryOf(payload, place);
        }

        return {
            kind: 'foreign',
            time: timeOf(payload?.timestamp ?? request.timestamp),
            type: request.type,
            payload,
            place
        };
    }

    /**
     * Makes an entry, with full reports.
     *
     * @param {any[]} line - The parsed line.
     * @param {Place} place - Where it lies.
     * @returns {DumpRecord} The entry.
     */
    _entryOf(line, place) {
        const entry = entryOf(line, place);

        if (entry.type === 'getstats') {
            entry.payload = this._decode(entry.pc, entry.payload);
        }

        return entry;
    }

    /**
     * Decodes a poll. Where the server takes a report for gone, very old clients only had nothing new to say of it:
     * they bring it back without its type, and then it continues what it was.
     *
     * @param {string} pc - The connection.
     * @param {any} delta - The payload; consumed.
     * @returns {Reports} The full reports.
     */
    _decode(pc, delta) {
        if (!delta || typeof delta !== 'object') {
            throw new Error('getstats without reports');
        }
        const poll = this._polls.get(pc) ?? {
            now: {},
            gone: {}
        };
        const { now, gone } = poll;

        this._polls.set(pc, poll);
        for (const id of Object.keys(now)) {
            if (!delta[id]) {
                gone[id] = now[id];
            }
        }
        for (const id of Object.keys(delta)) {
            if (gone[id] && !now[id] && delta[id] && typeof delta[id] === 'object' && !delta[id].type) {
                now[id] = gone[id];
                delete gone[id];
            }
        }

        return applyDelta(now, delta);
    }
}
