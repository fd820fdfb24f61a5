/**
 * The trace of page code: takes entries from the app and from rtcstatsInit and gives them to whoever carries them: the
 * native channel where the page is served, else a fallback, else nobody. Who that is is known at once.
 *
 * It must never decide about delivery, and never throw into the app.
 */

'use strict';

const { toLine } = require('../capture/batcher');
const { queueMicrotask } = require('../capture/native');

const { createBridgeTrace } = require('./bridge');
const { createFallbackTrace } = require('./fallback');
const { createHold } = require('./hold');

/**
 * The options of 9.7.1, and `fallback`.
 *
 * @typedef {Object} TraceOptions
 * @property {string} endpoint - The server, `wss://…`.
 * @property {string} [meetingFqn] - The meeting. Without it: the conference of the identity, or the page's path.
 * @property {(event: { code: number, reason: string }) => void} [onCloseCallback] - Told of every close.
 * @property {string} [protocol] - `jitsi-3.1` (default), or `rtcstats-5.0`, which the fallback cannot speak. Where the
 * Electron app says what is spoken, that holds.
 * @property {boolean} [useLegacy] - Protocol `3.1_LEGACY`.
 * @property {boolean} [obfuscate] - Whether addresses are masked, `true` by default.
 * @property {number} [pingInterval] - Milliseconds between keepalives, 30000 by default.
 * @property {boolean} [isBreakoutRoom] - Taken and ignored: `connect` is told.
 * @property {any} [fallback] - `traceInit` of `@jitsi/rtcstats/trace-ws`, or a function that gives it.
 */

/**
 * @typedef {Object} TraceMethods
 * @property {(type: string, pcId: string|null, payload: any) => void} identity - Says who this is:
 * `identity('identity', null, {…})`.
 * @property {(type: string, pcId?: string|null, payload?: any) => void} statsEntry - Sends an entry.
 * @property {() => void} keepAlive - Kept for the callers of 9.7.1; the native channel sees to it by itself.
 * @property {(isBreakoutRoom?: boolean, isReconnect?: boolean) => void} connect - Connects; reconnecting is the
 * channel's business.
 * @property {() => void} close - Ends the session.
 * @property {() => boolean} isConnected - Whether there is a connection to the server.
 * @property {() => boolean} isClosed - Whether it is closed, or was never told to connect.
 */

/** @typedef {((type: string, pcId?: string|null, payload?: any) => void) & TraceMethods} Trace */

/**
 * @callback TraceInit
 * @param {TraceOptions|string} optionsOrEndpoint - The options, or the server.
 * @param {(event: { code: number, reason: string }) => void} [onCloseCallback] - With a server only.
 * @param {number} [pingInterval] - With a server only.
 * @returns {Trace}
 */

/**
 * Who takes the entries.
 *
 * @typedef {Object} Carrier
 * @property {() => void} close - Ends the session.
 * @property {(isBreakoutRoom: boolean) => void} connect - Connects, again if need be.
 * @property {(type: string, pcId?: string|null, payload?: any) => void} entry - Takes an entry.
 * @property {() => boolean} isClosed - See TraceMethods.
 * @property {() => boolean} isConnected - See TraceMethods.
 * @property {() => void} keepAlive - See TraceMethods.
 * @property {(line: string) => void} line - Takes a line that was held.
 * @property {(events: number) => void} lost - Told how many lines could not be held.
 */

/** @type {Carrier} */
const NOBODY = {
    close: () => undefined,
    connect: () => undefined,
    entry: () => undefined,
    isClosed: () => true,
    isConnected: () => false,
    keepAlive: () => undefined,
    line: () => undefined,
    lost: () => undefined
};

let warned = false;

/**
 * Says once that nothing is sent.
 *
 * @returns {Carrier} - Nobody.
 */
function warnOnce() {
    if (!warned) {
        warned = true;
        console.warn('@jitsi/rtcstats-native: no bridge to a native channel and no @jitsi/rtcstats to fall back to: '
            + 'WebRTC statistics are not sent');
    }

    return NOBODY;
}

/**
 * Does something for the app; what goes wrong (the fallback refuses a malformed endpoint, say) ends on the console.
 *
 * @param {function(): any} work - What to do.
 * @returns {any} - What it returned; nothing when it threw.
 */
function attempt(work) {
    try {
        return work();
    } catch (error) {
        console.error('@jitsi/rtcstats-native:', error);

        return undefined;
    }
}

/**
 * The name of the meeting where the app gives none.
 *
 * @returns {string} - The page's path, or its host.
 */
function pageName() {
    const { host = '', pathname = '' } = globalThis.location ?? {};

    return pathname.replace(/^\/+/, '') || host || 'page';
}

/**
 * Says whether only a native channel can speak what is asked for.
 *
 * @param {any} options - The app's options.
 * @returns {boolean} - Whether.
 */
function speaksNativeOnly({ protocol = 'jitsi-3.1' }) {
    return protocol !== 'jitsi-3.1';
}

/**
 * Makes a trace.
 *
 * @param {TraceOptions} traceOptions - See there.
 * @param {boolean} autoConnect - Whether to connect without being told.
 * @returns {Trace} - The trace: a function `trace(type, pcId, payload)` that has `identity`, `statsEntry`, `keepAlive`,
 * `connect`, `close`, `isConnected` and `isClosed`.
 */
function createTrace({ fallback, onCloseCallback, ...options }, autoConnect) {
    const hold = createHold();

    /** @type {Carrier|undefined} */
    let carrier;

    /** @type {boolean|undefined} */
    let room = autoConnect ? false : undefined;
    let closed = false;

    /**
     * Tells the app that a connection is closed.
     *
     * @param {any} event - Code and reason.
     * @returns {void}
     */
    function reportClose({ code, reason }) {
        attempt(() => onCloseCallback?.({ code,
            reason }));
    }

    /**
     * Finds who takes the entries, and gives them what was held.
     *
     * @param {string} meetingFqn - The meeting's name.
     * @returns {void}
     */
    function begin(meetingFqn) {
        const named = { ...options,
            meetingFqn };
        const found = createBridgeTrace(named, reportClose)
            ?? attempt(() => createFallbackTrace(speaksNativeOnly(options) ? undefined : fallback, { ...named,
                onCloseCallback: reportClose }))
            ?? warnOnce();
        const { lines, lost } = hold.take();

        carrier = found;
        attempt(() => room === undefined || found.connect(room));
        lost && found.lost(lost);
        lines.forEach(({ line }) => attempt(() => found.line(line)));
        closed && found.close();
    }

    /**
     * Takes an entry. Where the meeting has no name yet, the identity may bring it.
     *
     * @param {string} type - The type.
     * @param {string|null} [pcId] - The connection.
     * @param {any} [payload] - The payload.
     * @returns {void}
     */
    function entry(type, pcId, payload) {
        carrier || (type === 'identity' && payload?.conference && begin(payload.conference));
        if (carrier) {
            const { entry: take } = carrier;

            attempt(() => take(type, pcId, payload));
        } else if (!closed) {
            const line = toLine(type, pcId, payload);

            line && hold.add(type, line);
        }
    }

    if (options.meetingFqn) {
        begin(options.meetingFqn);
    } else {
        queueMicrotask(() => carrier || begin(pageName()));
    }

    return Object.assign(
        (/** @type {string} */ type, /** @type {any} */ pcId, /** @type {any} */ payload) =>
            entry(type, pcId, payload),
        {
            close() {
                closed = true;
                attempt(() => carrier?.close());
            },
            connect(isBreakoutRoom = false, _isReconnect = false) {
                closed = false;
                room = Boolean(isBreakoutRoom);
                attempt(() => carrier?.connect(Boolean(isBreakoutRoom)));
            },
            identity: entry,
            isClosed: () => carrier?.isClosed() ?? (closed || room === undefined),
            isConnected: () => carrier?.isConnected() ?? false,
            keepAlive: () => attempt(() => carrier?.keepAlive()),
            statsEntry: entry
        });
}

/**
 * Makes the `traceInit` of an entry point.
 *
 * @param {any} [fallback] - What to fall back to when the app names nothing, see TraceOptions.
 * @returns {TraceInit} - `traceInit(options)`, or in the documented positional shape, which connects by itself,
 * `traceInit(endpoint, onClose, pingInterval)`.
 */
function createTraceInit(fallback) {
    return (/** @type {any} */ options, /** @type {any} */ onCloseCallback, /** @type {any} */ pingInterval) => {
        const isPositional = typeof options === 'string';

        return createTrace({ fallback,
            ...isPositional ? { endpoint: options,
                onCloseCallback,
                pingInterval } : options }, isPositional);
    };
}

module.exports = { createTraceInit };
