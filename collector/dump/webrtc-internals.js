/**
 * Reads what chrome://webrtc-internals saves: a JSON document with a log of calls and events and a series of values for
 * each member of each report. Entries are given in the order of time, as if they had been recorded one by one.
 *
 * It must never take a series for complete: Chrome keeps 1,000 values of each, and says nothing of those before.
 */

import { pollsOf } from './internals-series.js';
import { clientRecord, entry, timeOf } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').Entry} Entry
 */

// Events that old versions write without their "on", or in the words of the library.
const EVENTS = new Set([
    'icecandidate', 'icecandidateerror', 'signalingstatechange', 'iceconnectionstatechange', 'connectionstatechange',
    'icegatheringstatechange', 'negotiationneeded', 'track', 'datachannel', 'addstream', 'removestream'
]);

/**
 * Names an event as protocol 3.1 does.
 *
 * @param {string} type - Its name.
 * @returns {string} The name.
 */
function typeOf(type) {
    const lower = type.toLowerCase().replace(/^on/, '');

    return EVENTS.has(lower) ? `on${lower}` : type;
}

/**
 * Reads text of the kind `type: offer, sdp: v=0…`, in which only the last member may hold commas.
 *
 * @param {string} text - The text.
 * @returns {Record<string, string> | null} The members, null if it is no such text.
 */
function membersOf(text) {
    const description = /^type: (\w+), sdp: ([^]*)$/.exec(text);

    if (description) {
        return {
            type: description[1],
            sdp: description[2]
        };
    }
    if (!/^\w+: [^,]*(?:, \w+: |$)/.test(text)) {
        return null;
    }

    return Object.fromEntries(text.split(/, (?=\w+: )/).map(part => {
        const at = part.indexOf(': ');

        return [ part.slice(0, at), part.slice(at + 2) ];
    }));
}

/**
 * Reads the value of an event, which is always text: JSON in newer versions, notes for people in older ones.
 *
 * @param {any} value - The value.
 * @returns {any} What it says.
 */
function valueOf(value) {
    if (typeof value !== 'string') {
        return value ?? null;
    }
    if (value === '') {
        return null;
    }
    try {
        return JSON.parse(value);
    } catch {
        return membersOf(value) ?? value.replace(/^ICE(?:Connection|Gathering)State/, '');
    }
}

/**
 * Gives the payload of an event the shape it has in protocol 3.1.
 *
 * @param {string} type - The type of its entry.
 * @param {any} value - Its value.
 * @returns {any} The payload.
 */
function payloadOf(type, value) {
    const payload = valueOf(value);

    if (type === 'onicecandidateerror' && payload && typeof payload === 'object') {
        return {
            ...payload,
            errorCode: Number(payload.error_code ?? payload.errorCode),
            errorText: payload.error_text ?? payload.errorText
        };
    }
    if (/statechange$/.test(type) && typeof payload === 'string') {
        return payload.toLowerCase();
    }

    return payload;
}

/**
 * Reads constraints, or what else a member of a request says.
 *
 * @param {any} value - The text; '' says that anything will do.
 * @returns {any} What it says.
 */
function constraintsOf(value) {
    return value === '' ? true : valueOf(value);
}

/**
 * Makes an entry of a row of getUserMedia or getDisplayMedia.
 *
 * @param {any} row - The row.
 * @returns {Entry} The entry.
 */
function mediaEntry(row) {
    const type = `navigator.mediaDevices.${row.request_type ?? 'getUserMedia'}`;
    const common = {
        time: timeOf(row.timestamp),
        call: row.request_id === undefined ? '' : `${row.pid}-${row.rid}-${row.request_id}`
    };

    if (row.error !== undefined) {
        return entry({
            ...common,
            type: `${type}OnFailure`,
            payload: [ row.error, row.error_message ].filter(Boolean).join(': ')
        });
    }
    if (row.stream_id !== undefined || row.audio_track_info !== undefined) {
        return entry({
            ...common,
            type: `${type}OnSuccess`,
            payload: {
                id: row.stream_id,
                tracks: [ 'audio', 'video' ].flatMap(kind => {
                    const track = valueOf(row[`${kind}_track_info`]);

                    return track ? [ {
                        ...track,
                        kind
                    } ] : [];
                })
            }
        });
    }

    return entry({
        ...common,
        type,
        payload: Object.fromEntries([ 'audio', 'video' ].filter(kind => row[kind] !== undefined)
            .map(kind => [ kind, constraintsOf(row[kind]) ]))
    });
}

/**
 * Makes the entries of a connection.
 *
 * @param {string} pc - Its id.
 * @param {any} connection - What is known of it.
 * @returns {Entry[]} The entries.
 */
function connectionEntries(pc, { rtcConfiguration, constraints, updateLog, stats }) {
    const events = (updateLog ?? []).filter(Boolean).map((/** @type {any} */ { type, value, timestamp, time }) => {
        const name = typeOf(String(type));

        return entry({
            type: name,
            time: timeOf(timestamp) || Date.parse(time),
            pc,
            payload: payloadOf(name, value)
        });
    });
    const polls = pollsOf(stats ?? {}).map(({ time, reports }) => entry({
        type: 'getstats',
        time,
        pc,
        payload: reports
    }));
    const times = [ ...events, ...polls ].map(({ time }) => time).filter(Number.isFinite);
    const begin = times.length > 0 ? times.reduce((least, time) => Math.min(least, time)) : NaN;

    return [
        entry({
            type: 'create',
            time: begin,
            pc,
            payload: valueOf(rtcConfiguration)
        }),
        ...constraints ? [ entry({
            type: 'constraints',
            time: begin,
            pc,
            payload: valueOf(constraints)
        }) ] : [],
        ...events,
        ...polls
    ];
}

/**
 * Whether a document is of this format.
 *
 * @param {any} document - The parsed document.
 * @returns {boolean} Whether it is.
 */
export function isInternals(document) {
    return Boolean(document) && typeof document === 'object' && !document.peerConnections
        && ('PeerConnections' in document || ('UserAgent' in document && 'getUserMedia' in document));
}

/**
 * Reads a document.
 *
 * @param {any} document - The parsed document.
 * @yields {DumpRecord} What it holds.
 * @returns {Iterable<DumpRecord>} The same.
 */
export function *readInternals({ PeerConnections, UserAgent, UserAgentData, getUserMedia, ...client }) {
    yield clientRecord({
        userAgent: UserAgent,
        userAgentData: Array.isArray(UserAgentData) ? { brands: UserAgentData } : UserAgentData,
        ...client
    });
    const media = (getUserMedia ?? []).filter(Boolean).map(mediaEntry);
    const connections = Object.entries(PeerConnections ?? {})
        .flatMap(([ pc, connection ]) => connectionEntries(pc, connection ?? {}));

    yield* [ ...media, ...connections ].sort((a, b) => a.time - b.time);
}
