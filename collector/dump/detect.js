/**
 * Says from its beginning which format a dump has, and what that beginning tells of it. A new format is a reader in
 * this folder and a line here.
 *
 * It must never look at a name: files are renamed, and what is in them is not.
 */

import { JournalReader } from './journal.js';
import { LineReader } from './lines.js';
import { RtcstatsV3Reader } from './rtcstats-v3.js';

/**
 * @typedef {(record: import('./records.js').DumpRecord) => void} RecordListener
 *
 * @typedef {Object} Start
 * @property {Record<string, any> | null} client - Who recorded the dump, null if its beginning does not say.
 * @property {unknown} startedAt - When it began, in ms since the epoch.
 */

/**
 * What the first line of a dump tells.
 *
 * @param {string} line - The line.
 * @returns {Start | null} What it tells, null if it is not that of a dump.
 */
export function readStart(line) {
    if (!/^(?:\["connectionInfo"|\["rtcstatsJournal"|\{"fileFormat")/.test(line)) {
        return null;
    }
    try {
        const header = JSON.parse(line);

        return header.fileFormat
            ? {
                client: header,
                startedAt: header.startedAt
            }
            : {
                client: header[0] === 'connectionInfo' ? header[2] : null,
                startedAt: header[3]
            };
    } catch {
        return null;
    }
}

/**
 * Creates the reader for a dump.
 *
 * @param {string} firstLine - Its first line.
 * @returns {JournalReader | RtcstatsV3Reader} The reader.
 */
function readerFor(firstLine) {
    return firstLine.startsWith('["rtcstatsJournal"') ? new JournalReader() : new RtcstatsV3Reader();
}

/**
 * Reads one dump of whatever format, as its bytes come.
 */
export class DumpReader {
    /**
     * Creates a reader at the start of a dump.
     */
    constructor() {
        this._lines = new LineReader();
        this._lineNumber = 0;

        /** @type {JournalReader | RtcstatsV3Reader | null} */
        this._reader = null;
    }

    /**
     * How much has been read.
     *
     * @returns {number} Where the next unread byte lies.
     */
    get offset() {
        return this._lines.offset;
    }

    /**
     * Takes the next bytes.
     *
     * @param {Uint8Array} bytes - The bytes.
     * @param {RecordListener} onRecord - Called with what each complete line holds.
     * @returns {void}
     */
    push(bytes, onRecord) {
        this._lines.push(bytes, this._lineHandler(onRecord));
    }

    /**
     * Takes what is left for a line: a dump whose writer died has no last newline.
     *
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {void}
     */
    finish(onRecord) {
        this._lines.finish(this._lineHandler(onRecord));
    }

    /**
     * Reads lines.
     *
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {Function} To be called with each line.
     */
    _lineHandler(onRecord) {
        return (/** @type {string} */ line, /** @type {number} */ offset, /** @type {number} */ length) => {
            this._lineNumber++;
            if (line.trim() !== '') {
                this._reader ??= readerFor(line);
                onRecord(this._reader.readLine(line, {
                    line: this._lineNumber,
                    offset,
                    length
                }));
            }
        };
    }
}
