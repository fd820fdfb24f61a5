/**
 * The rules by which jitsi/rtcstats-server turns delta-compressed `getstats` entries back into reports; the one copy of
 * them for tests, for the page and for tools.
 *
 * It must never be more clever than the server: what this file can read and the server can not is a bug of the writer.
 */

/**
 * @typedef {Record<string, any>} Report
 * @typedef {Record<string, Report>} Reports
 */

/**
 * Applies one delta to the reports of the poll before it. The result shares structure with both arguments.
 *
 * @param {Reports} base - The reports of the previous poll; changed. Empty for the first poll of a connection.
 * @param {Record<string, any>} delta - The payload of a `getstats` entry; changed.
 * @returns {Reports} `base`, now holding the reports of this poll.
 */
export function applyDelta(base, delta) {
    const newest = delta.timestamp;

    delete delta.timestamp;
    for (const id of Object.keys(base)) {
        if (!delta[id]) {
            delete base[id];
        }
    }
    for (const id of Object.keys(delta)) {
        const previous = base[id];
        const report = delta[id];

        if (report.timestamp === 0) {
            report.timestamp = newest;
        } else if (previous && !report.timestamp) {
            // The server makes a date of it, and a date has no fractions of a millisecond.
            report.timestamp = new Date(previous.timestamp).getTime();
        }
        base[id] = previous ? Object.assign(previous, report) : report;
    }

    return base;
}

/**
 * Decodes the polls of any number of connections.
 */
export class StatsDecoder {
    /**
     * Creates a decoder that has seen nothing.
     */
    constructor() {
        /** @type {Map<string, Reports>} */
        this._bases = new Map();
    }

    /**
     * Decodes one `getstats` payload.
     *
     * @param {string} pcId - The connection.
     * @param {Record<string, any>} delta - The payload; consumed.
     * @returns {Reports} The full reports. Valid until the next call for this connection; copy what is to be kept.
     */
    decode(pcId, delta) {
        const reports = applyDelta(this._bases.get(pcId) ?? {}, delta);

        this._bases.set(pcId, reports);

        return reports;
    }

    /**
     * Forgets a connection, as at the start of a new dump.
     *
     * @param {string} [pcId] - The connection, all if left out.
     * @returns {void}
     */
    reset(pcId) {
        if (pcId === undefined) {
            this._bases.clear();
        } else {
            this._bases.delete(pcId);
        }
    }
}

/**
 * Decodes all `getstats` entries of a dump.
 *
 * @param {Array<any[]>} entries - Parsed lines, `[type, pcId, payload, ...]`; left as they are.
 * @returns {Array<{pcId: string, reports: Reports, entry: any[]}>} An element per poll, with reports of its own.
 */
export function decodeAll(entries) {
    const decoder = new StatsDecoder();

    return entries.filter(([ type ]) => type === 'getstats')
        .map(entry => {
            const [ , pcId, payload ] = entry;

            return {
                pcId,
                reports: JSON.parse(JSON.stringify(decoder.decode(pcId, JSON.parse(JSON.stringify(payload))))),
                entry
            };
        });
}
