/**
 * Reads the journals of the native channel: a first line about the session, then an entry a line. What a journal holds
 * has not been written for a server yet, so its reports are full ones.
 *
 * It must never throw: the last line of a journal is often torn.
 */

import { clientRecord, damaged, entryOf, isEntryArray } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Place} Place
 */

const HEADER = 'rtcstatsJournal';

/**
 * The reader of one journal.
 */
export class JournalReader {
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

            if (parsed?.[0] === HEADER) {
                yield clientRecord(parsed.find((/** @type {any} */ item) => item && typeof item === 'object'));
            } else if (isEntryArray(parsed)) {
                yield entryOf(parsed, place);
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
}
