/**
 * Lets a trace of `@jitsi/rtcstats` (9.7.1) carry our entries where there is no native channel. That client expects
 * reports already delta-compressed, so this is done here, by the server's rules.
 *
 * It must never be needed inside Electron, and never change a report it is given.
 */

'use strict';

/** @typedef {import('./trace').Carrier} Carrier */

/** The same in every copy of this package. */
const OURS = Symbol.for('@jitsi/rtcstats-native/trace-ws');

/**
 * Compresses a report against the one before.
 *
 * @param {any} previous - The previous report of the same connection, `{}` at first.
 * @param {any} report - `{ <id>: <stats> }`.
 * @returns {any} - What goes on the wire.
 */
function compress(previous, report) {
    const ids = Object.keys(report);
    const newest = Math.max(...ids.map(id => report[id].timestamp ?? -Infinity));

    /** @type {any} */
    const delta = {};

    ids.forEach(id => {
        const before = previous[id] ?? {};

        delta[id] = {};
        Object.keys(report[id]).forEach(name => {
            const value = report[id][name];

            // Any other timestamp is always sent: the server would fill in a rounded one.
            if (name === 'timestamp') {
                delta[id].timestamp = value === newest ? 0 : value;
            } else if (name !== 'id' && JSON.stringify(value) !== JSON.stringify(before[name])) {
                delta[id][name] = value;
            }
        });
    });
    delta.timestamp = newest;

    return delta;
}

/**
 * Finds the `traceInit` of 9.7.1 in what the app gave.
 *
 * @param {any} fallback - The function, the module, or a function without parameters that gives either.
 * @returns {any} - The function; nothing when there is none.
 */
function findTraceInit(fallback) {
    try {
        const given = typeof fallback === 'function' && fallback.length === 0 ? fallback() : fallback;
        const init = given?.default ?? given;

        if (init?.[OURS]) {
            console.warn('@jitsi/rtcstats-native: @jitsi/rtcstats is an alias of this package here, so there is '
                + 'nothing to fall back to. Alias it where it is imported only, or give traceInit a `fallback`');

            return undefined;
        }

        return typeof init === 'function' ? init : undefined;
    } catch {
        return undefined;
    }
}

/**
 * Marks a function as ours, so that it is not taken for a client to fall back to: an alias of `@jitsi/rtcstats` to
 * this package, or to another copy of it, would call itself for ever.
 *
 * @param {any} init - The function.
 * @returns {any} - The function.
 */
function markAsOurs(init) {
    return Object.defineProperty(init, OURS, { value: true });
}

/**
 * Makes a carrier from the 9.7.1 client.
 *
 * @param {any} fallback - See findTraceInit.
 * @param {any} options - For its `traceInit`.
 * @returns {Carrier|undefined} - The trace; nothing when there is no client.
 */
function createFallbackTrace(fallback, options) {
    const trace = findTraceInit(fallback)?.(options);

    /** @type {any} */
    const previous = {};

    /**
     * Passes an entry on.
     *
     * @param {string} type - The type.
     * @param {any} pcId - The connection.
     * @param {any} payload - The payload.
     * @returns {void}
     */
    function entry(type, pcId, payload) {
        if (type === 'identity') {
            trace.identity(type, pcId, payload);
        } else if (type === 'getstats' && payload) {
            const delta = compress(previous[pcId] ?? {}, payload);

            previous[pcId] = payload;
            trace.statsEntry(type, pcId, delta);
        } else {
            type === 'close' && delete previous[pcId];
            trace.statsEntry(type, pcId, payload);
        }
    }

    return trace && {
        close: () => trace.close(),
        connect: isBreakoutRoom => trace.connect(isBreakoutRoom),
        entry,
        isClosed: () => trace.isClosed(),
        isConnected: () => trace.isConnected(),
        keepAlive: () => trace.keepAlive(),
        line(line) {
            const event = JSON.parse(line);

            entry(event[0], event[1], event[2]);
        },
        lost: () => undefined
    };
}

module.exports = {
    createFallbackTrace,
    markAsOurs
};
