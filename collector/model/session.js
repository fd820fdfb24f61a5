/**
 * Everything the page knows of one session: it takes the lines of its parts and keeps events, curves and what is
 * missing.
 *
 * It must never throw because of a line; a line that can not be read is an event of its own.
 */

import { ConnectionModel } from './connection.js';
import { categoryOf, severityOf, summaryOf } from './describe.js';

/**
 * @typedef {Object} TimelineEvent
 * @property {number} time - When, in ms.
 * @property {string} type - The entry's type.
 * @property {string} pc - The connection, '' if none.
 * @property {string} category - 'media', 'signaling', 'ice', 'state', 'app' or 'problem'.
 * @property {string} severity - '', 'good', 'warn' or 'bad'.
 * @property {string} text - A few words.
 * @property {number} part - The index of the part.
 * @property {number} offset - Where its line begins in the part, -1 if it has none.
 * @property {number} length - The length of the line in bytes.
 *
 * @typedef {Object} Place
 * @property {number} part - The index of the part.
 * @property {number} offset - Where the line begins.
 * @property {number} length - Its length in bytes.
 */

/**
 * Whether a parsed line is an entry.
 *
 * @param {unknown} entry - The parsed line.
 * @returns {boolean} Whether it is.
 */
function isEntry(entry) {
    return Array.isArray(entry) && typeof entry[0] === 'string' && entry.length >= 4;
}

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
 * One session.
 */
export class SessionModel {
    /**
     * Creates an empty session.
     */
    constructor() {
        /** @type {TimelineEvent[]} */
        this.events = [];

        /** @type {Map<string, ConnectionModel>} */
        this.connections = new Map();

        /** @type {Record<string, any>} */
        this.client = {};

        /** @type {Record<string, any>} */
        this.identity = {};

        /** @type {Array<{index: number, from: number, to: number}>} */
        this.parts = [];
        this.counts = {
            lines: 0,
            entries: 0,
            polls: 0,
            damaged: 0,
            foreign: 0,
            missing: 0,
            repeated: 0
        };
        this._isJournal = false;
        this._lastNumber = 0;

        /** @type {Set<number>} */
        this._missing = new Set();
    }

    /**
     * Begins the next part: every part stands alone, so its first reports are full ones.
     *
     * @returns {void}
     */
    startPart() {
        this._isJournal = false;
        this.parts.push({
            index: this.parts.length,
            from: NaN,
            to: NaN
        });
        this.connections.forEach(connection => connection.startPart());
    }

    /**
     * Takes a line.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    addLine(line, place) {
        this.counts.lines++;
        if (line.trim() === '') {
            return;
        }
        try {
            const entry = unwrap(JSON.parse(line));

            if (isEntry(entry)) {
                this._addEntry(entry, place);
            } else if (entry?.statsSessionId && entry.type) {
                this.counts.foreign++;
            } else if (!this._addHeader(entry)) {
                this._addDamaged(line, place, 'not an entry');
            }
        } catch (error) {
            this._addDamaged(line, place, /** @type {Error} */ (error).message);
        }
    }

    /**
     * Takes a first line.
     *
     * @param {any} header - The parsed line.
     * @returns {boolean} Whether it was one.
     */
    _addHeader(header) {
        if (Array.isArray(header) && header[0] === 'rtcstatsJournal') {
            this._isJournal = true;
            Object.assign(this.client, header.find(item => item && typeof item === 'object'));

            return true;
        }
        if (header?.fileFormat) {
            Object.assign(this.client, header);

            return true;
        }

        return false;
    }

    /**
     * Takes an entry.
     *
     * @param {any[]} entry - The entry.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    _addEntry([ type, pcId, payload, time, number ], place) {
        if (type === 'connectionInfo') {
            Object.assign(this.client, typeof payload === 'string' ? JSON.parse(payload) : payload);

            return;
        }
        if (type === 'rtcstatsJournal') {
            this._addHeader([ type, pcId, payload ]);

            return;
        }
        if (typeof time !== 'number' || Number.isNaN(time)) {
            throw new Error('an entry without a time');
        }
        this.counts.entries++;
        this._extendPart(time);
        const isRepeated = this._countNumber(number, time, place);

        if (type === 'identity') {
            Object.assign(this.identity, payload);
        }
        if (typeof pcId === 'string') {
            this._connectionOf(pcId).add(type, payload, time, this._isJournal);
        }
        if (type === 'getstats') {
            this.counts.polls++;
        } else if (!isRepeated) {
            this.events.push({
                time,
                type,
                pc: pcId ?? '',
                category: categoryOf(type),
                severity: severityOf(type, payload),
                text: summaryOf(type, payload),
                ...place
            });
        }
    }

    /**
     * Follows the sequence numbers: they never repeat in a session, so a hole is an event that was lost or dropped, and
     * one that comes again was sent anew after the connection had been lost.
     *
     * @param {unknown} number - The entry's sequence number.
     * @param {number} time - The entry's time.
     * @param {Place} place - Where it lies.
     * @returns {boolean} Whether the entry has been there before.
     */
    _countNumber(number, time, place) {
        if (typeof number !== 'number') {
            return false;
        }
        if (number <= this._lastNumber) {
            if (this._missing.delete(number)) {
                this.counts.missing--;

                return false;
            }
            this.counts.repeated++;

            return true;
        }
        const first = this._lastNumber + 1;

        if (number > first) {
            this._addMissing(first, number - 1, time, place);
        }
        this._lastNumber = number;

        return false;
    }

    /**
     * Notes a hole in the sequence numbers.
     *
     * @param {number} first - The first number that is missing.
     * @param {number} last - The last one.
     * @param {number} time - The time of the entry behind them.
     * @param {Place} place - Where that lies.
     * @returns {void}
     */
    _addMissing(first, last, time, place) {
        const count = last - first + 1;

        for (let number = first; number <= last && this._missing.size < 100000; number++) {
            this._missing.add(number);
        }
        this.counts.missing += count;
        const text = count === 1
            ? `1 event missing here, number ${first}`
            : `${count} events missing here, numbers ${first} to ${last}`;

        this._addProblem({
            time,
            type: 'missing',
            severity: 'warn',
            text,
            ...place
        });
    }

    /**
     * Notes a line that can not be read.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @param {string} reason - Why.
     * @returns {void}
     */
    _addDamaged(line, place, reason) {
        const last = this.events[this.events.length - 1];
        const part = this.parts[this.parts.length - 1];

        this.counts.damaged++;
        this._addProblem({
            time: part?.to || last?.time || 0,
            type: 'damaged line',
            severity: 'bad',
            text: `line ${this.counts.lines}: ${reason.slice(0, 80)}: ${line.slice(0, 80)}`,
            ...place
        });
    }

    /**
     * Adds an event that stands for no entry.
     *
     * @param {any} problem - When, what, how bad, in which words, and where the line lies.
     * @returns {void}
     */
    _addProblem(problem) {
        this.events.push({
            ...problem,
            pc: '',
            category: 'problem'
        });
    }

    /**
     * Lets the current part reach up to a time.
     *
     * @param {number} time - The time, in ms.
     * @returns {void}
     */
    _extendPart(time) {
        const part = this.parts[this.parts.length - 1];

        part.from = Math.min(Number.isNaN(part.from) ? time : part.from, time);
        part.to = Math.max(Number.isNaN(part.to) ? time : part.to, time);
    }

    /**
     * The connection of an id, a new one if need be.
     *
     * @param {string} id - The id.
     * @returns {ConnectionModel} The connection.
     */
    _connectionOf(id) {
        let connection = this.connections.get(id);

        if (!connection) {
            connection = new ConnectionModel(id);
            this.connections.set(id, connection);
        }

        return connection;
    }
}
