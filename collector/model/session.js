/**
 * Everything that is known of one session. It takes the records that the readers give of its parts, whatever their
 * format, and keeps.
 *
 * - `events`: every entry but `getstats`, in the order of the dump, as a row of a list;
 * - `log`: the entries that belong to no connection and that findings are made from, with their payloads;
 * - `connections`: what belongs to a peer connection (`ConnectionModel`: its `log`, its `store` of all statistics, its
 *   curves, states and candidate pairs);
 * - `clock`: when it took place; `parts`, `counts`, `client`, `identity`, `formats`: what else there is to say.
 *
 * It must never know a format, nor throw because of an entry.
 */

import { Clock } from './clock.js';
import { ConnectionModel } from './connection.js';
import { categoryOf, severityOf, summaryOf } from './describe.js';
import { Sequence } from './sequence.js';

/**
 * @typedef {import('../dump/records.js').DumpRecord} DumpRecord
 * @typedef {import('../dump/records.js').Entry} Entry
 * @typedef {import('../dump/records.js').ForeignRecord} ForeignRecord
 * @typedef {import('./connection.js').LogEntry} LogEntry
 *
 * @typedef {Object} Place
 * @property {number} part - The index of the part.
 * @property {number} offset - Where the line begins in the part, -1 if there is none.
 * @property {number} length - Its length in bytes.
 *
 * @typedef {Object} KnownTime
 * @property {number} time - When something was, in ms.
 * @property {'' | 'none' | 'other'} clock - Whether it has no time of its own, or one of another clock.
 *
 * @typedef {Object} Timing
 * @property {number} [time] - When something was, in ms.
 * @property {string} [severity] - How bad it is.
 *
 * @typedef {Object} TimelineEvent
 * @property {number} time - When, in ms.
 * @property {string} type - The entry's type.
 * @property {string} pc - The connection, '' if none.
 * @property {string} category - 'media', 'signaling', 'ice', 'state', 'app' or 'problem'.
 * @property {string} severity - '', 'good', 'warn' or 'bad'.
 * @property {string} text - A few words.
 * @property {'' | 'none' | 'other'} clock - Whether the entry has no time, so that `time` is that of the one before it,
 * or one of another clock, more than a day off.
 * @property {number} part - The index of the part.
 * @property {number} offset - Where its line begins in the part, -1 if it has none.
 * @property {number} length - The length of the line in bytes.
 * @property {any} [payload] - What it holds, if it has no line where it could be read again.
 */

// Of what belongs to no connection, this is what findings are made from; the rest may be as big as a call is long.
const LOGGED = new RegExp([
    'getUserMedia', 'getDisplayMedia', 'enumerateDevices', 'devicechange', 'on(?:un)?mute$', '^onended$', '^enabled$',
    '^stop$', 'applyConstraints', '^computePressure$', '^setVideoType$', '^websocketclose$'
].join('|'), 'i');

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

        /** @type {LogEntry[]} */
        this.log = [];

        /** @type {Map<string, ConnectionModel>} */
        this.connections = new Map();

        /** @type {Record<string, any>} */
        this.client = {};

        /** @type {Record<string, any>} */
        this.identity = {};

        /** @type {Clock[]} When each part took place. */
        this.parts = [];

        /** @type {Set<string>} */
        this.formats = new Set();
        this.clock = new Clock();
        this.counts = {
            entries: 0,
            polls: 0,
            damaged: 0,
            unknown: 0,
            foreign: 0,
            missing: 0,
            repeated: 0,
            untimed: 0,
            offClock: 0
        };
        this._sequence = new Sequence();
        this._lastTime = NaN;
    }

    /**
     * Begins the next part.
     *
     * @returns {void}
     */
    startPart() {
        this.parts.push(new Clock());
    }

    /**
     * Takes what a reader gives.
     *
     * @param {DumpRecord} record - What it is.
     * @param {number} part - The index of the part it is from.
     * @returns {void}
     */
    add(record, part) {
        const where = 'place' in record ? record.place : null;
        const place = {
            part,
            offset: where?.offset ?? -1,
            length: where?.length ?? 0
        };

        switch (record.kind) {
        case 'entry':
            this._addEntry(record, place);
            break;
        case 'client':
            Object.assign(this.client, record.client);
            break;
        case 'format':
            this.formats.add(record.format);
            break;
        case 'foreign':
            this._addForeign(record, place);
            break;
        case 'damaged':
            this.counts.damaged++;
            this._addProblem('damaged line', `line ${where?.line ?? '?'}: ${record.reason}: ${record.text}`, place);
            break;
        default:
            this.counts.unknown++;
            this._addProblem('not known', record.text, place);
        }
    }

    /**
     * Takes an entry.
     *
     * @param {Entry} entry - The entry.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    _addEntry(entry, place) {
        const { type, pc, payload, number, call } = entry;
        const { time, clock } = this._timeOf(entry.time, place);
        const { isRepeated, hole } = this._sequence.add(number);

        this.counts.entries++;
        this.counts.missing = this._sequence.missing;
        this.counts.repeated = this._sequence.repeated;
        if (hole) {
            this._addHole(hole, time, place);
        }
        if (type === 'identity' && payload && typeof payload === 'object') {
            Object.assign(this.identity, payload);
        }
        if (type === 'getstats') {
            this.counts.polls++;
        } else if (!isRepeated) {
            this._addEvent(entry, time, clock, place);
        }
        if (isRepeated || clock === 'other') {
            return;
        }
        if (pc !== '') {
            this._connectionOf(pc).add({
                time,
                type,
                payload,
                call
            }, place);
        } else if (LOGGED.test(type)) {
            this.log.push({
                time,
                type,
                payload,
                call
            });
        }
    }

    /**
     * Takes a request of a backend service: there is no connection behind it, but it says what it is.
     *
     * @param {ForeignRecord} record - The request.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    _addForeign({ type, time, payload }, place) {
        const known = this._timeOf(time, place);

        this.counts.foreign++;
        if (type === 'identity' && payload && typeof payload === 'object') {
            Object.assign(this.identity, payload);
        }
        this._addEvent({
            type,
            pc: '',
            payload
        }, known.time, known.clock, place);
    }

    /**
     * Finds out when something was.
     *
     * @param {number} time - When it says it was, NaN if it does not say.
     * @param {Place} place - Where it lies.
     * @returns {KnownTime} When it was.
     */
    _timeOf(time, place) {
        if (Number.isNaN(time)) {
            this.counts.untimed++;

            return {
                time: this._lastTime,
                clock: 'none'
            };
        }
        this.clock.add(time);
        if (this.clock.isOff(time)) {
            this.counts.offClock++;

            return {
                time,
                clock: 'other'
            };
        }
        this.parts[place.part].add(time);
        this._lastTime = time;

        return {
            time,
            clock: ''
        };
    }

    /**
     * Lists an event.
     *
     * @param {{type: string, pc: string, payload: any}} entry - What happened.
     * @param {number} time - When, in ms.
     * @param {'' | 'none' | 'other'} clock - Whether that is by its own clock.
     * @param {Place} place - Where it lies.
     * @returns {void}
     */
    _addEvent({ type, pc, payload }, time, clock, place) {
        this.events.push({
            time,
            type,
            pc,
            category: categoryOf(type),
            severity: severityOf(type, payload),
            text: summaryOf(type, payload),
            clock,
            ...place,
            ...place.offset < 0 ? { payload } : {}
        });
    }

    /**
     * Notes a hole in the sequence numbers.
     *
     * @param {number[]} hole - The first number that is missing, and the last one.
     * @param {number} time - The time of the entry behind them.
     * @param {Place} place - Where that lies.
     * @returns {void}
     */
    _addHole([ first, last ], time, place) {
        const count = last - first + 1;

        this._addProblem('missing', count === 1
            ? `1 event missing here, number ${first}`
            : `${count} events missing here, numbers ${first} to ${last}`, place, {
            time,
            severity: 'warn'
        });
    }

    /**
     * Lists an event that stands for no entry.
     *
     * @param {string} type - What it is.
     * @param {string} text - In which words.
     * @param {Place} place - Where it lies.
     * @param {Timing} [more] - When it was, if it is known, and how bad.
     * @returns {void}
     */
    _addProblem(type, text, place, { time = this._lastTime || 0, severity = 'bad' } = {}) {
        this.events.push({
            time,
            type,
            severity,
            text,
            ...place,
            clock: '',
            pc: '',
            category: 'problem'
        });
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
