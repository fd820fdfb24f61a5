/**
 * Writes a dump of format 3 (protocol 5.0) from the records of any line format: what protocol 3.1 says otherwise is
 * said in its notation, what it has no word for under `:<name>`.
 *
 * It must never write a line that the reader of rtcstats/rtcstats does not survive, nor a report that it would read as
 * another than was meant: it only knows how to set fields, and merges into what held an object or null.
 */

import { METHODS } from './rtcstats-v5-tables.js';
import { RTCSTATS_DUMP } from './rtcstats-v5.js';

/**
 * @typedef {import('./records.js').Entry} Entry
 * @typedef {Record<string, any>} Report
 */

/** Names that this protocol has and 3.1 has otherwise. */
/** @type {Record<string, string>} */
const METHOD_NAMES = {
    applyConstraints: 'MediaStreamTrack.applyConstraints',
    contentHint: 'MediaStreamTrack.contentHint',
    enabled: 'MediaStreamTrack.enabled',
    getstats: 'getStats',
    'navigator.mediaDevices.enumerateDevicesOnSuccess': 'navigator.mediaDevices.enumerateDevices',
    ondevicechange: 'navigator.mediaDevices.ondevicechange',
    onended: 'MediaStreamTrack.onended',
    onmute: 'MediaStreamTrack.onmute',
    onunmute: 'MediaStreamTrack.onunmute',
    stop: 'MediaStreamTrack.stop'
};

const KNOWN = new Set([ ...Object.values(METHODS), 'MediaStreamTrack.contentHint', 'MediaStreamTrack.enabled',
    'navigator.mediaDevices.getDisplayMediaOnFailure' ]);

/** Of a description that the page kept to itself the reader asks the type. */
/** @type {Record<string, object>} */
const DESCRIPTIONS = { createAnswerOnSuccess: { type: 'answer' },
    createOfferOnSuccess: { type: 'offer' } };

/** What the reader takes apart, so that there must be something. */
const NEEDED = [ 'addTrack', 'addTransceiver', 'ontrack', 'replaceTrack' ];

/**
 * Whether a value is an object with members.
 *
 * @param {unknown} value - The value.
 * @returns {boolean} Whether it is.
 */
function isPlain(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a track that stands as text: `<kind>:<id> stream:<id>,…`.
 *
 * @param {string} text - The text.
 * @returns {any[] | null} `[kind, id, label, …streams]`, null for none.
 */
function trackOf(text) {
    const [ , kind, id, streams ] = /^(\w+):(\S+)(?: (.*))?$/.exec(text) ?? [];

    const names = [ ...(streams ?? '').matchAll(/stream:([^,;]+)/g) ].map(([ , name ]) => name);

    return kind ? [ kind, id, '', ...names ] : null;
}

/**
 * Reads a transceiver that stands as text: kind or track, then the init.
 *
 * @param {string} text - The text.
 * @returns {any[]} `[kind or track, init]`.
 */
function transceiverOf(text) {
    const [ source, ...init ] = text.split(/ (.*)/s);

    return [ trackOf(source) ?? source, ...init[0] ? [ JSON.parse(init[0]) ] : [] ];
}

/** How payloads that protocol 3.1 has otherwise are written; nothing where they can not be. */
/** @type {Record<string, function(any): any>} */
const VALUES = {
    addTrack: value => (typeof value === 'string' ? trackOf(value) : value),
    addTransceiver: value => (typeof value === 'string' ? transceiverOf(value) : value),
    applyConstraints: value => [ value?.constraints ],
    close: () => null,
    contentHint: value => String(value).replace(/^\S+ /, ''),
    create: ({ browserType: _, nullConfig, ...config }) => (nullConfig ? null : config),
    createDataChannel: value => (isPlain(value) ? Object.values(value) : value),
    enabled: value => String(value).endsWith('true'),
    onended: value => trackOf(String(value))?.[1] ?? value,
    onmute: value => trackOf(String(value))?.[1] ?? value,
    onnegotiationneeded: () => null,
    ontrack: value => (typeof value === 'string' ? trackOf(value) : value),
    onunmute: value => trackOf(String(value))?.[1] ?? value,
    removeTrack: value => trackOf(String(value))?.[1] ?? value,
    replaceTrack: value => (typeof value === 'string' ? [ null, trackOf(value) ] : value),
    restartIce: () => null,
    setParameters: value => (isPlain(value) ? [ value ] : value),
    stop: () => []
};

/** Which track an entry is about, where that stands behind the value. */
/** @type {Record<string, function(any): any>} */
const TRACKS = {
    applyConstraints: value => trackOf(String(value?.track))?.[1],
    contentHint: value => trackOf(String(value).split(' ')[0])?.[1],
    enabled: value => trackOf(String(value).split(' ')[0])?.[1],
    stop: value => trackOf(String(value))?.[1]
};

/**
 * Writes a stream as the list of its tracks.
 *
 * @param {any} stream - `{id, tracks: [{id, kind, label}]}`.
 * @returns {any[] | undefined} The list; nothing for what is no stream.
 */
function tracksOf(stream) {
    return Array.isArray(stream?.tracks) ? stream.tracks.map((/** @type {any} */ { id, kind, label }) =>
        [ kind, id, label, stream.id ]) : undefined;
}

/**
 * Writes a payload.
 *
 * @param {string} type - The entry's type.
 * @param {any} payload - The payload.
 * @returns {any} The value; undefined where this protocol has none for it.
 */
function valueOf(type, payload) {
    if (/^navigator\..*get.*OnSuccess$/.test(type)) {
        return tracksOf(payload);
    }
    if (DESCRIPTIONS[type] && !isPlain(payload)) {
        return DESCRIPTIONS[type];
    }
    if (NEEDED.includes(type) && payload === null) {
        return undefined;
    }
    const value = VALUES[type] && payload !== null ? VALUES[type](payload) : payload;

    // What the page kept to itself stands as an empty text in protocol 3.1.
    return value === '' ? null : value ?? (NEEDED.includes(type) ? undefined : null);
}

/**
 * Writes the polls of one connection.
 */
class Polls {
    /**
     * Creates a writer that has written nothing.
     */
    constructor() {
        this._next = 0;

        /** @type {Map<string, number>} */
        this._numbers = new Map();

        /** @type {Map<number, Report>} What the reader holds. */
        this._held = new Map();
    }

    /**
     * Writes a poll.
     *
     * @param {Record<string, Report>} reports - The reports.
     * @returns {Record<string, any>} What the reader makes these reports of.
     */
    write(reports) {
        const kept = new Set();

        for (const [ id, report ] of Object.entries(reports)) {
            const known = this._numbers.get(id);
            const held = known === undefined ? undefined : this._held.get(known);

            if (known === undefined || (held && !Polls.canFollow(held, report))) {
                this._numbers.set(id, this._next++);
            }
            kept.add(this._numbers.get(id));
        }

        /** @type {Record<string, any>} */
        const delta = Object.fromEntries([ ...this._held.keys() ].filter(number => !kept.has(number))
            .map(number => [ number, null ]));

        Object.keys(delta).forEach(number => this._held.delete(Number(number)));
        for (const [ id, report ] of Object.entries(reports)) {
            const number = /** @type {number} */ (this._numbers.get(id));

            delta[number] = this._report(number, report);
        }

        return delta;
    }

    /**
     * Whether the reader can be brought from one report to another.
     *
     * @param {Report} held - What it holds.
     * @param {Report} report - What it is to hold.
     * @returns {boolean} Whether it can.
     */
    static canFollow(held, report) {
        return Object.entries(held).every(([ name, value ]) => {
            const next = report[name] ?? null;

            if (typeof value !== 'object' || JSON.stringify(value) === JSON.stringify(next)) {
                return true;
            }

            return Array.isArray(next) || (isPlain(next) && !Array.isArray(value));
        });
    }

    /**
     * Writes what the reader does not hold of a report.
     *
     * @param {number} number - Its number.
     * @param {Report} report - The report.
     * @returns {Report} The fields.
     */
    _report(number, { id: _, ...report }) {
        const held = this._held.get(number) ?? {};
        const fields = Object.fromEntries([ ...new Set([ ...Object.keys(held), ...Object.keys(report) ]) ].map(name => {
            const value = report[name] ?? null;
            const named = name.endsWith('Id') ? this._numbers.get(value) : undefined;

            return [ name, named === undefined ? value : String(named) ];
        }));
        const changed = Object.entries(fields).filter(([ name, value ]) =>
            !(name in held) || JSON.stringify(held[name]) !== JSON.stringify(value));

        this._held.set(number, structuredClone(fields));

        return Object.fromEntries(changed.map(([ name, value ]) => [ name, isPlain(value) && isPlain(held[name])
            ? { ...Object.fromEntries(Object.keys(held[name]).map(member => [ member, null ])),
                ...value } : value ]));
    }
}

/**
 * Writes one dump.
 */
export class V5Writer {
    /**
     * Creates a writer at the start of a dump.
     */
    constructor() {
        this._time = 0;
        this._hasClient = false;

        /** @type {Map<string, Polls>} */
        this._connections = new Map();
    }

    /**
     * Writes what is said of the client.
     *
     * @param {Record<string, any>} client - What is said.
     * @returns {string[]} The lines.
     */
    header(client) {
        return [ RTCSTATS_DUMP, JSON.stringify({ ...client,
            fileFormat: 3 }) ];
    }

    /**
     * Writes an entry, and before it what the reader must know first.
     *
     * @param {Entry} entry - The entry.
     * @returns {string[]} The lines.
     */
    entry(entry) {
        const { type, pc, payload, time } = entry;
        const isClient = !pc && (type === 'client' || type === 'create');
        const lines = [];

        if (!this._hasClient && !isClient) {
            lines.push(this._line('create', '', [ {} ], time));
        }
        this._hasClient = true;
        if (pc && !this._connections.has(pc)) {
            this._connections.set(pc, new Polls());
            type === 'create' || lines.push(this._line('create', pc, [ null ], time));
        }

        return [ ...lines, isClient ? this._line('create', '', [ payload ], time) : this._said(entry) ];
    }

    /**
     * Says an entry in this protocol's words, or as the application's where it has none.
     *
     * @param {Entry} entry - The entry.
     * @returns {string} The line.
     */
    _said({ type, pc, payload, time, call }) {
        if (type === 'getstats' && pc && isPlain(payload)) {
            const polls = /** @type {Polls} */ (this._connections.get(pc));

            return this._line('getStats', pc, [ polls.write(payload) ], time);
        }
        if (type === 'websocketclose') {
            return this._line('close', '', [ payload ], time);
        }
        const method = METHOD_NAMES[type] ?? type;
        const value = valueOf(type, payload);

        if (!KNOWN.has(method) || value === undefined) {
            return this._line(`:${type.replace(/^:/, '')}`, pc, [ payload ], time);
        }
        const track = TRACKS[type]?.(payload);

        return this._line(method, pc, [ value, ...track ? [ track ] : [], ...call ? [ call ] : [] ], time);
    }

    /**
     * Writes a line.
     *
     * @param {string} method - The method's name.
     * @param {string} pc - The connection.
     * @param {any[]} values - The value, and what stands behind it.
     * @param {number} time - When it happened; unknown is when the one before did.
     * @returns {string} The line.
     */
    _line(method, pc, values, time) {
        const step = Number.isFinite(time) ? time - this._time : 0;

        this._time += step;

        return JSON.stringify([ method, pc || null, ...values, step ]);
    }
}
