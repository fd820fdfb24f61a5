/**
 * What a reader of any format gives: the one shape in which the model gets to know a dump. Here stands what the readers
 * share; what a format looks like is known to its reader alone.
 *
 * It must never lose a line: what is not an entry becomes a record that says what it is.
 */

/**
 * @typedef {Object} Place
 * @property {number} line - The number of the line, from 1.
 * @property {number} offset - Where it begins, in bytes.
 * @property {number} length - Its length in bytes.
 *
 * @typedef {Object} Entry
 * @property {'entry'} kind - What it is.
 * @property {number} time - When it was recorded, in ms since the epoch; NaN if the dump does not say.
 * @property {string} type - Its type, as protocol 3.1 names it.
 * @property {string} pc - The peer connection, '' if it belongs to none.
 * @property {any} payload - Its payload. That of `getstats` holds all reports in full, by id, and is valid until the
 * next entry of its connection is read.
 * @property {number} number - Its sequence number, 0 if it has none.
 * @property {Place | null} place - Where its line lies, null if the format has no lines.
 *
 * @typedef {Object} ClientRecord
 * @property {'client'} kind - What it is.
 * @property {Record<string, any>} client - What the dump says of who recorded it.
 *
 * @typedef {Object} ForeignRecord
 * @property {'foreign'} kind - What it is: a request of a backend service, which no peer connection is behind.
 * @property {Place | null} place - Where its line lies.
 *
 * @typedef {Object} DamagedRecord
 * @property {'damaged'} kind - What it is.
 * @property {string} reason - Why it can not be read.
 * @property {string} text - What it begins with.
 * @property {Place | null} place - Where its line lies.
 *
 * @typedef {Entry | ClientRecord | ForeignRecord | DamagedRecord} DumpRecord
 */

const MAX_TEXT = 80;

/**
 * Makes an entry of the array that dumps of protocol 3.1 and journals have for it.
 *
 * @param {any[]} line - The array.
 * @param {Place | null} place - Where its line lies.
 * @returns {Entry} The entry.
 */
export function entryOf([ type, pc, payload, time, number ], place) {
    if (typeof time !== 'number' || Number.isNaN(time)) {
        throw new Error('an entry without a time');
    }

    return {
        kind: 'entry',
        time,
        type,
        pc: typeof pc === 'string' ? pc : '',
        payload,
        number: typeof number === 'number' ? number : 0,
        place
    };
}

/**
 * Whether a parsed line is the array of an entry.
 *
 * @param {unknown} line - The parsed line.
 * @returns {boolean} Whether it is.
 */
export function isEntryArray(line) {
    return Array.isArray(line) && typeof line[0] === 'string' && line.length >= 4;
}

/**
 * Makes a record of a line that can not be read.
 *
 * @param {string} line - The line.
 * @param {unknown} error - What went wrong.
 * @param {Place | null} place - Where it lies.
 * @returns {DamagedRecord} The record.
 */
export function damaged(line, error, place) {
    return {
        kind: 'damaged',
        reason: /** @type {Error} */ (error).message.slice(0, MAX_TEXT),
        text: line.slice(0, MAX_TEXT),
        place
    };
}
