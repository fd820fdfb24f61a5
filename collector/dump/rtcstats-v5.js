/**
 * Reads dumps of format 3, as the server of rtcstats/rtcstats writes them for protocol 5: a line with the name of the
 * format, one about the client, then an array a line that ends with the time since the one before it. Methods, types
 * and properties may be numbers. Everything is given the names and shapes of protocol 3.1.
 *
 * It must never give up on a file because of a line, as their own reader does.
 */

import { applyStatsDelta, restoreDescription } from './delta-v5.js';
import { inV3Notation } from './notation-v3.js';
import { clientRecord, damaged, entry } from './records.js';
import { METHODS } from './rtcstats-v5-tables.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Place} Place
 */

/** The first line of such a dump. */
export const RTCSTATS_DUMP = 'RTCStatsDump';

// A call as its number and count say it: `"2-0"` is the first createOffer.
const CALL = /^\d+-\d+$/;

/** @type {Record<string, string>} */
const TYPES = {
    getStats: 'getstats',
    'navigator.mediaDevices.ondevicechange': 'ondevicechange'
};

/** What a description may have been compared with: the last one of the same kind that was made or set. */
/** @type {Record<string, string>} */
const COMPARED_WITH = {
    createOfferOnSuccess: 'setLocalDescription',
    createAnswerOnSuccess: 'setLocalDescription',
    setLocalDescription: 'create',
    setRemoteDescription: 'setRemoteDescription'
};

/**
 * Names a method as protocol 3.1 does.
 *
 * @param {string | number} method - Its name or its number.
 * @returns {string} The name.
 */
function typeOf(method) {
    const name = METHODS[method] ?? String(method);

    return TYPES[name] ?? name.replace(/^MediaStreamTrack\.(?=on|enabled|applyConstraints|stop)/, '').replace(/^:/, '');
}

/**
 * Makes a track's list into what 3.1 has for it.
 *
 * @param {any} track - `[kind, id, label, …streams]`.
 * @returns {any} The track.
 */
function trackOf(track) {
    return Array.isArray(track) ? {
        kind: track[0],
        id: track[1],
        label: track[2]
    } : track;
}

/**
 * The reader of one dump.
 */
export class RtcstatsV5Reader {
    /**
     * Creates a reader at the start of a dump.
     */
    constructor() {
        this._time = 0;

        /** @type {Map<string, Record<string, any>>} */
        this._polls = new Map();

        /** @type {Map<string, string>} */
        this._descriptions = new Map();
    }

    /**
     * Reads a line.
     *
     * @param {string} line - The line.
     * @param {Place} place - Where it lies.
     * @yields {DumpRecord} What it holds.
     * @returns {Iterable<DumpRecord>} The same.
     */
    *readLine(line, place) {
        if (line.trim() === RTCSTATS_DUMP) {
            return;
        }
        try {
            const parsed = JSON.parse(line);

            if (Array.isArray(parsed)) {
                yield* this._recordsOf(parsed, place);
            } else if (place.line === 2 && parsed && typeof parsed === 'object') {
                yield clientRecord(parsed);
            } else {
                yield {
                    kind: 'unknown',
                    text: `not an entry: ${line.slice(0, 80)}`,
                    place
                };
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

    /**
     * Makes records of an array.
     *
     * @param {any[]} line - `[method, connection, value, …extra, delta]`.
     * @param {Place} place - Where it lies.
     * @yields {DumpRecord} The records.
     * @returns {Iterable<DumpRecord>} The same.
     */
    *_recordsOf([ method, connection, value, ...rest ], place) {
        const delta = rest.pop();
        const type = typeOf(method);
        const pc = typeof connection === 'string' ? connection : '';

        this._time += Number.isFinite(delta) ? delta : 0;
        if (type === 'create' && pc === '') {
            yield clientRecord(value);
        }
        yield entry({
            type: type === 'close' && pc === '' ? 'websocketclose' : type,
            time: Number.isFinite(delta) ? this._time : NaN,
            pc,
            payload: this._payloadOf(type, pc, value, rest),
            call: rest.find(item => CALL.test(String(item))) ?? '',
            place
        });
    }

    /**
     * Gives a value the shape it has in protocol 3.1.
     *
     * @param {string} type - The type of its entry.
     * @param {string} pc - The connection.
     * @param {any} value - The value.
     * @param {any[]} extra - What comes behind it.
     * @returns {any} The payload.
     */
    _payloadOf(type, pc, value, extra) {
        if (type === 'getstats') {
            const reports = applyStatsDelta(this._polls.get(pc) ?? {}, value ?? {});

            this._polls.set(pc, reports);

            return reports;
        }
        if (COMPARED_WITH[type] && value?.sdp !== undefined) {
            return this._descriptionOf(type, pc, value);
        }
        if (/^navigator\.mediaDevices\.get.*OnSuccess$/.test(type) && Array.isArray(value)) {
            return {
                id: value[0]?.[3],
                tracks: value.map(trackOf)
            };
        }
        if (/statechange$/.test(type) && typeof value === 'string') {
            // Chrome's own writer has the state as JSON.
            return value.replace(/^"(.*)"$/, '$1');
        }

        return type === 'create' && pc === '' ? value : inV3Notation(type, value, extra);
    }

    /**
     * Puts back what was left out of a session description.
     *
     * @param {string} type - The type of its entry.
     * @param {string} pc - The connection.
     * @param {any} description - The description.
     * @returns {any} The full one.
     */
    _descriptionOf(type, pc, description) {
        const key = (/** @type {string} */ name) =>
            `${pc} ${name} ${name === 'setRemoteDescription' ? '' : description.type}`;
        const sdp = restoreDescription(this._descriptions.get(key(COMPARED_WITH[type])), String(description.sdp));

        this._descriptions.set(key(type.startsWith('create') ? 'create' : type), sdp);

        return {
            ...description,
            sdp
        };
    }
}
