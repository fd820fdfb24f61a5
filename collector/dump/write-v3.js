/**
 * Writes a dump of protocol 3.1 from the records of any line format: what another protocol says otherwise is said in
 * its notation, reports are full ones.
 *
 * It must never write an entry that makes jitsi/rtcstats-server give up on the dump.
 */

/**
 * @typedef {import('./records.js').Entry} Entry
 */

/**
 * Writes a track, which protocol 5.0 has as `[kind, id, label, …streams]`.
 *
 * @param {any} track - The track.
 * @returns {string} `<kind>:<id>`.
 */
function trackName(track) {
    return Array.isArray(track) ? `${track[0]}:${track[1]}` : String(track);
}

/**
 * Writes a track with its streams.
 *
 * @param {any[]} track - The track.
 * @param {string} separator - What stands between streams.
 * @param {string} none - What stands where there are none.
 * @returns {string} The text.
 */
function withStreams(track, separator, none) {
    return `${trackName(track)} ${track.slice(3).map(id => `stream:${id}`)
        .join(separator) || none}`;
}

/** How payloads that are lists in protocol 5.0 are written; others are the same in both. */
/** @type {Record<string, function(any, any[]): any>} */
const PAYLOADS = {
    addTrack: value => (Array.isArray(value) ? withStreams(value, ';', '-') : value),
    addTransceiver: value => (Array.isArray(value) ? [ trackName(value[0]), ...value.slice(1).map(init =>
        JSON.stringify(init)) ].join(' ') : value),
    applyConstraints: (value, [ track ]) => (Array.isArray(value) ? { constraints: value[0],
        track } : value),
    close: value => value ?? {},
    contentHint: (value, [ track ]) => (track ? `${track} ${value}` : value),
    create: value => value ?? { nullConfig: true },
    createDataChannel: value => (Array.isArray(value) ? { ...value } : value),
    enabled: (value, [ track ]) => (track ? `${track} ${value}` : value),
    ontrack: value => (Array.isArray(value) ? withStreams(value, ',', '') : value),
    replaceTrack: value => (Array.isArray(value) ? trackName(value[1]) : value),
    restartIce: value => value ?? {},
    setParameters: value => (Array.isArray(value) ? value[0] : value)
};

/**
 * Writes one dump.
 */
export class V3Writer {
    /**
     * Creates a writer at the start of a dump.
     */
    constructor() {
        this._number = 0;

        /** @type {Map<string, Record<string, any>>} */
        this._polls = new Map();
    }

    /**
     * Writes what is said of the client.
     *
     * @param {Record<string, any>} client - What is said.
     * @returns {string[]} The lines.
     */
    header(client) {
        return [ JSON.stringify([ 'connectionInfo', null, client, client.startTime ?? client.startedAt ?? 0 ]) ];
    }

    /**
     * Writes an entry.
     *
     * @param {Entry} entry - The entry.
     * @param {any[]} extra - What stood behind its value.
     * @returns {string[]} The lines.
     */
    entry({ type, pc, payload, time, number }, extra) {
        // What belongs to the client is no connection's.
        const isClient = type === 'create' && !pc;
        const write = isClient ? undefined : PAYLOADS[type];
        const value = type === 'getstats' ? this._poll(pc, payload) : write?.(payload, extra) ?? payload;

        this._number = number || this._number + 1;

        return [ JSON.stringify([ isClient ? 'client' : type, pc || null, value, time, this._number ]) ];
    }

    /**
     * Writes a poll: every report in full, what is gone as null, which is how this protocol forgets a field.
     *
     * @param {string} pc - The connection.
     * @param {Record<string, any>} reports - The reports.
     * @returns {Record<string, any>} The payload.
     */
    _poll(pc, reports) {
        const before = this._polls.get(pc) ?? {};
        const delta = Object.fromEntries(Object.entries(reports).map(([ id, { id: _, ...report } ]) => {
            const gone = Object.keys(before[id] ?? {}).filter(name => name !== 'id' && !(name in report));

            return [ id, { ...report,
                ...Object.fromEntries(gone.map(name => [ name, null ])) } ];
        }));
        const times = Object.values(delta).map(({ timestamp }) => timestamp)
            .filter(Number.isFinite);

        this._polls.set(pc, structuredClone(reports));

        return { ...delta,
            timestamp: times.length ? Math.max(...times) : null };
    }
}
