/**
 * Reads the journals of the native channel: a first line about the session, then an entry a line. What a journal holds
 * has not been written for a server yet, so its reports are full ones.
 *
 * It must never throw: the last line of a journal is often torn.
 */

import { damaged, entryOf, isEntryArray } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Place} Place
 */

/**
 * The reader of one journal.
 */
export class JournalReader {
    /**
     * Reads a line.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @returns {DumpRecord} What it holds.
     */
    readLine(line, place) {
        try {
            const parsed = JSON.parse(line);

            if (parsed?.[0] === 'rtcstatsJournal') {
                return {
                    kind: 'client',
                    client: parsed.find((/** @type {any} */ item) => item && typeof item === 'object') ?? {}
                };
            }
            if (isEntryArray(parsed)) {
                return entryOf(parsed, place);
            }
            throw new Error('not an entry');
        } catch (error) {
            return damaged(line, error, place);
        }
    }
}
