/**
 * Everything that is known of one session: it takes what the readers give of its parts and keeps events, curves and
 * what is missing.
 *
 * It must never know a format, nor throw because of an entry.
 */

import { ConnectionModel } from './connection.js';
import { categoryOf, severityOf, summaryOf } from './describe.js';

/**
 * @typedef {import('../dump/records.js').DamagedRecord} DamagedRecord
 * @typedef {import('../dump/records.js').DumpRecord} DumpRecord
 * @typedef {import('../dump/records.js').Entry} Entry
 *
 * @typedef {Object} Place
 * @property {number} part - The index of the part.
 * @property {number} offset - Where the line begins in the part, -1 if there is none.
 * @property {number} length - Its length in bytes.
 *
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
 */

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
            entries: 0,
            polls: 0,
            damaged: 0,
            foreign: 0,
            missing: 0,
            repeated: 0
        };
        this._lastNumber = 0;

        /** @type {Set<number>} */
        this._missing = new Set();
    }

    /**
     * Begins the next part.
     *
     * @returns {void}
     */
    startPart() {
        this.parts.push({
            index: this.parts.length,
            from: NaN,
            to: NaN
        });
    }

    /**
     * Takes what a reader gives.
     *
     * @param {DumpRecord} record - What it is.
     * @param {number} part - The index of the part it is from.
     * @returns {void}
     */
    add(record, part) {
        if (record.kind === 'client') {
            Object.assign(this.client, record.client);

            return;
        }
        const place = {
            part,
            offset: record.place?.offset ?? -1,
            length: record.place?.length ?? 0
        };

        if (record.kind === 'entry') {
            this._addEntry(record, place);
        } else if (record.kind === 'foreign') {
            this.counts.foreign++;
        } else {
            this._addDamaged(record, place);
        }
    }

    /**
     * Takes an entry.
     *
     * @param {Entry} entry - The entry.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    _addEntry({ type, pc, payload, time, number }, place) {
        this.counts.entries++;
        this._extendPart(this.parts[place.part], time);
        const isRepeated = this._countNumber(number, time, place);

        if (type === 'identity') {
            Object.assign(this.identity, payload);
        }
        if (pc !== '') {
            this._connectionOf(pc).add(type, payload, time);
        }
        if (type === 'getstats') {
            this.counts.polls++;
        } else if (!isRepeated) {
            this.events.push({
                time,
                type,
                pc,
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
     * @param {number} number - The entry's sequence number, 0 if it has none.
     * @param {number} time - The entry's time.
     * @param {Place} place - Where it lies.
     * @returns {boolean} Whether the entry has been there before.
     */
    _countNumber(number, time, place) {
        if (number === 0) {
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
     * @param {DamagedRecord} record - What is known of it.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    _addDamaged({ reason, text, place: where }, place) {
        const last = this.events[this.events.length - 1];

        this.counts.damaged++;
        this._addProblem({
            time: this.parts[place.part].to || last?.time || 0,
            type: 'damaged line',
            severity: 'bad',
            text: `line ${where?.line ?? '?'}: ${reason}: ${text}`,
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
     * Lets a part reach up to a time.
     *
     * @param {{from: number, to: number}} part - The part; changed.
     * @param {number} time - The time, in ms.
     * @returns {void}
     */
    _extendPart(part, time) {
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
