/**
 * Writes a dump of protocol 3.1 from the records of any line format, which readers give in its notation; reports are
 * full ones.
 *
 * It must never write an entry that makes jitsi/rtcstats-server give up on the dump.
 */

/**
 * @typedef {import('./records.js').Entry} Entry
 */

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
     * @returns {string[]} The lines.
     */
    entry({ type, pc, payload, time, number }) {
        // What belongs to the client is no connection's.
        const isClient = type === 'create' && !pc;
        const value = type === 'getstats' ? this._poll(pc, payload) : payload;

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
