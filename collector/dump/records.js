/**
 * What a reader of any format gives: the one shape in which the model gets to know a dump. Here stands what the readers
 * share; what a format looks like is known to its reader alone.
 *
 * A reader is an object with two generators: `readLine(line, place)` is called with every line that is not blank, and
 * `finish()` at the end of a dump that will not grow any more. It must never throw and never lose a line: what is not
 * an entry becomes a record that says what it is.
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
 * @property {string} call - Which call of the API it belongs to, for formats that number them; '' otherwise.
 * @property {Place | null} place - Where its line lies, null if the format has no lines.
 *
 * @typedef {{type: string, time: number} & Partial<Entry>} EntryParts
 *
 * @typedef {Object} FormatRecord
 * @property {'format'} kind - What it is: always the first record of a dump.
 * @property {string} format - The name of the format, for people.
 *
 * @typedef {Object} ClientRecord
 * @property {'client'} kind - What it is.
 * @property {Record<string, any>} client - What the dump says of who recorded it.
 *
 * @typedef {Object} ForeignRecord
 * @property {'foreign'} kind - What it is: a request of a backend service, which no peer connection is behind.
 * @property {number} time - When it was made, in ms since the epoch; NaN if it does not say.
 * @property {string} type - 'identity' or 'stats-entry'.
 * @property {any} payload - What it holds.
 * @property {Place | null} place - Where its line lies.
 *
 * @typedef {Object} DamagedRecord
 * @property {'damaged'} kind - What it is.
 * @property {string} reason - Why it can not be read.
 * @property {string} text - What it begins with.
 * @property {Place | null} place - Where its line lies.
 *
 * @typedef {Object} UnknownRecord
 * @property {'unknown'} kind - What it is: something that no reader knows, and that is not damaged for all it is worth.
 * @property {string} text - What it is, as far as can be said.
 * @property {Place | null} place - Where it lies.
 *
 * @typedef {Entry | FormatRecord | ClientRecord | ForeignRecord | DamagedRecord | UnknownRecord} DumpRecord
 *
 * @typedef {Object} FormatReader
 * @property {(line: string, place: Place) => Iterable<DumpRecord>} readLine - Reads a line.
 * @property {() => Iterable<DumpRecord>} finish - Reads what can be read only once the dump is complete.
 */

const MAX_TEXT = 80;

/**
 * Reads a time in any of the notations in use.
 *
 * @param {unknown} time - A number of ms since the epoch, or a date as text.
 * @returns {number} In ms since the epoch, NaN if it is neither.
 */
export function timeOf(time) {
    if (typeof time === 'string' && /^\d{4}-\d\d-\d\dT/.test(time)) {
        return Date.parse(time);
    }

    return typeof time === 'number' ? time : NaN;
}

/**
 * Makes an entry. What is left out is what most entries have not.
 *
 * @param {EntryParts} parts - What is known of it.
 * @returns {Entry} The entry.
 */
export function entry({ type, time, pc = '', payload = null, number = 0, call = '', place = null }) {
    return {
        kind: 'entry',
        time,
        type,
        pc,
        payload,
        number,
        call,
        place
    };
}

/**
 * Makes an entry of the array that dumps of protocol 3.1 and journals have for it. Some events of old clients have no
 * time.
 *
 * @param {any[]} line - The array.
 * @param {Place | null} place - Where its line lies.
 * @returns {Entry} The entry.
 */
export function entryOf([ type, pc, payload, time, number ], place) {
    return entry({
        type,
        time: timeOf(time),
        pc: typeof pc === 'string' ? pc : '',
        payload,
        number: typeof number === 'number' ? number : 0,
        place
    });
}

/**
 * Whether a parsed line is the array of an entry.
 *
 * @param {unknown} line - The parsed line.
 * @returns {boolean} Whether it is.
 */
export function isEntryArray(line) {
    return Array.isArray(line) && typeof line[0] === 'string' && line.length >= 3
        && (line[1] === null || typeof line[1] === 'string');
}

/**
 * Makes a record of what is said of the client.
 *
 * @param {any} client - What is said, by old servers as text.
 * @returns {ClientRecord} The record.
 */
export function clientRecord(client) {
    const said = typeof client === 'string' ? JSON.parse(client) : client;

    return {
        kind: 'client',
        client: said && typeof said === 'object' ? said : {}
    };
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
