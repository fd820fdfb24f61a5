/**
 * Reads one dump of whatever format, as its bytes come, and gives records that look the same for all of them.
 *
 * It must never know more of a format than that it has lines or is one document, and never give up: what no reader
 * knows is said to be so.
 */

import { documentFormatOf, lineFormatOf, parsed } from './detect.js';
import { modernReports } from './dialects.js';
import { LineReader } from './lines.js';
import { damaged } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').FormatReader} FormatReader
 * @typedef {import('./records.js').Place} Place
 * @typedef {(record: DumpRecord) => void} RecordListener
 *
 * @typedef {Object} HeldLine
 * @property {string} line - The line.
 * @property {Place} place - Where it lies.
 */

// How many lines may be damaged at the start before a file is taken for no dump of lines at all.
const MAX_DAMAGED_START = 20;

/**
 * What can be said of a file that no reader knows.
 *
 * @param {string} text - Its beginning.
 * @returns {string} The words.
 */
function describeUnknown(text) {
    if (text.startsWith('PK\u0003\u0004')) {
        return 'not a dump: a ZIP archive';
    }
    if (text.includes('\u0000') || text.includes('\ufffd')) {
        return 'not a dump: not text';
    }

    return /^\s*[{[]/.test(text)
        ? 'not a dump, or one that is cut: JSON that is not complete or of another kind'
        : `not a dump: begins with ${JSON.stringify(text.slice(0, 60))}`;
}

/**
 * Leaves out what is no report.
 *
 * @param {any} payload - The payload of a poll.
 * @returns {Record<string, Record<string, any>>} The reports; the payload itself if there is nothing else.
 */
function wholeReports(payload) {
    const reports = payload && typeof payload === 'object' ? payload : {};

    return Object.values(reports).every(report => report && typeof report === 'object') ? reports
        : Object.fromEntries(Object.entries(reports).filter(([ , report ]) => report && typeof report === 'object'));
}

/**
 * The reader of one dump.
 */
export class DumpReader {
    /**
     * Creates a reader at the start of a dump.
     */
    constructor() {
        this._lines = new LineReader();
        this._lineNumber = 0;

        /** @type {FormatReader | null} */
        this._reader = null;

        /** @type {HeldLine[]} Lines before the format is known; all of them if the file is one document. */
        this._held = [];
        this._isDocument = false;
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
     * Takes what is left: a dump whose writer died has no last newline, and a document is read as a whole.
     *
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {void}
     */
    finish(onRecord) {
        this._lines.finish(this._lineHandler(onRecord));
        if (this._held.length > 0) {
            this._readHeld(onRecord);
        }
        this._reader && this._give(this._reader.finish(), onRecord);
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
                this._takeLine(line, {
                    line: this._lineNumber,
                    offset,
                    length
                }, onRecord);
            }
        };
    }

    /**
     * Takes a line.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {void}
     */
    _takeLine(line, place, onRecord) {
        if (this._reader) {
            this._give(this._reader.readLine(line, place), onRecord);
        } else {
            this._held.push({
                line,
                place
            });
            this._recognise(line, onRecord);
        }
    }

    /**
     * Looks whether a line says which format the dump has. A broken first line does not hide those behind it.
     *
     * @param {string} line - The line.
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {void}
     */
    _recognise(line, onRecord) {
        if (this._isDocument) {
            return;
        }
        const format = this._held.length <= MAX_DAMAGED_START ? lineFormatOf(line) : undefined;

        if (format) {
            const held = this._held;
            const reader = format.create();

            this._held = [];
            this._reader = reader;
            onRecord({
                kind: 'format',
                format: format.name
            });
            held.forEach(({ line: text, place }) => this._give(reader.readLine(text, place), onRecord));
        } else if (this._held.length === 1) {
            // No line of a dump, be it torn, is made of brackets only.
            this._isDocument = /^\s*[{[][\s{[]*$/.test(line);
        }
    }

    /**
     * Reads a file of which no line is the beginning of a dump.
     *
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {void}
     */
    _readHeld(onRecord) {
        const [ { place } ] = this._held;
        const text = this._held.map(({ line }) => line).join('\n');
        const document = parsed(text);
        const format = document === undefined ? undefined : documentFormatOf(document);

        this._held = [];
        if (format) {
            onRecord({
                kind: 'format',
                format: format.name
            });
            try {
                this._give(format.read(document), onRecord);
            } catch (error) {
                // A document has the names of a format and other things in them.
                onRecord(damaged(text, error, place));
            }
        } else {
            onRecord({
                kind: 'unknown',
                text: describeUnknown(text),
                place
            });
        }
    }

    /**
     * Gives out records, with reports in today's names.
     *
     * @param {Iterable<DumpRecord>} records - The records.
     * @param {RecordListener} onRecord - As for `push`.
     * @returns {void}
     */
    _give(records, onRecord) {
        for (const record of records) {
            if (record.kind === 'entry' && record.type === 'getstats') {
                record.payload = modernReports(wholeReports(record.payload));
            }
            onRecord(record);
        }
    }
}
