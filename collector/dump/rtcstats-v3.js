/**
 * Reads dumps of protocol 3.1, as jitsi/rtcstats-server and the collector write them: an entry a line, with delta
 * compressed reports.
 *
 * It must never throw: dumps come from many clients and may be cut anywhere.
 */

import { StatsDecoder } from './delta-v3.js';
import { damaged, entryOf, isEntryArray } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Place} Place
 */

/**
 * Finds the entry in a line. Of clients it does not know, the server keeps the whole request.
 *
 * @param {any} line - The parsed line.
 * @returns {any} The entry, or what the line holds instead.
 */
function unwrap(line) {
    const data = line?.type === 'stats-entry' && typeof line.data === 'string' ? JSON.parse(line.data) : line?.data;

    return Array.isArray(data) ? data : line;
}

/**
 * The reader of one dump.
 */
export class RtcstatsV3Reader {
    /**
     * Creates a reader at the start of a dump, whose first reports are full ones.
     */
    constructor() {
        this._decoder = new StatsDecoder();
    }

    /**
     * Reads a line.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @returns {DumpRecord} What it holds.
     */
    readLine(line, place) {
        try {
            return this._recordOf(unwrap(JSON.parse(line)), place);
        } catch (error) {
            return damaged(line, error, place);
        }
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
            return line[0] === 'connectionInfo' ? this._clientOf(line[2]) : this._entryOf(line, place);
        }
        if (line?.statsSessionId && line.type) {
            return {
                kind: 'foreign',
                place
            };
        }
        if (line?.fileFormat) {
            return this._clientOf(line);
        }
        throw new Error('not an entry');
    }

    /**
     * Makes a record of what the first line says.
     *
     * @param {any} client - The client, by old servers as text.
     * @returns {DumpRecord} The record.
     */
    _clientOf(client) {
        return {
            kind: 'client',
            client: typeof client === 'string' ? JSON.parse(client) : client ?? {}
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
            entry.payload = this._decoder.decode(entry.pc, entry.payload);
        }

        return entry;
    }
}
