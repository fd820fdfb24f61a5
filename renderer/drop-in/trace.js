/**
 * The trace of page code: takes entries from the app and from rtcstatsInit and gives them to the preload's native
 * channel; without one, to a fallback; without either, to nobody.
 *
 * It must never decide about delivery, never throw into the app, and hold only a bounded number of bytes while it does
 * not know yet who takes them.
 */

'use strict';

const { toLine } = require('../capture/batcher');

const { createBridgeCarrier, requestBridge } = require('./bridge');
const { createFallbackTrace } = require('./fallback');
const { createHold } = require('./hold');

/**
 * The options of 9.7.1, and `fallback`.
 *
 * @typedef {Object} TraceOptions
 * @property {string} endpoint - The server, `wss://…`.
 * @property {string} [meetingFqn] - The meeting. Without it: the conference of the identity, or the page's path.
 * @property {(event: { code: number, reason: string }) => void} [onCloseCallback] - Told of every close.
 * @property {boolean} [useLegacy] - Protocol `3.1_LEGACY`.
 * @property {boolean} [obfuscate] - Whether addresses are masked, `true` by default.
 * @property {number} [pingInterval] - Milliseconds between keepalives, 30000 by default.
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

let warned = false;

/**
 * Says once that nothing is sent.
 *
 * @returns {void}
 */
function warnOnce() {
    if (!warned) {
        warned = true;
        console.warn('@jitsi/rtcstats-native: no bridge to a native channel and no @jitsi/rtcstats to fall back to: '
            + 'WebRTC statistics are not sent');
    }
}

/** The code that 9.7.1 closes with when the page leaves. */
const LEFT = 3001;

/** Carries nothing. */
const NOBODY = {
    close: () => undefined,
    connect: () => undefined,
    entry: () => undefined,
    keepAlive: () => undefined,
    line: () => undefined
};

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
 * Makes a trace.
 *
 * @param {TraceOptions} traceOptions - See there.
 * @param {boolean} autoConnect - Whether to connect without being told.
 * @returns {Trace} - The trace: a function `trace(type, pcId, payload)` that has `identity`, `statsEntry`, `keepAlive`,
 * `connect`, `close`, `isConnected` and `isClosed`.
 */
function createTrace({ fallback, onCloseCallback, ...options }, autoConnect) {
    const hold = createHold();

    /** @type {any} */
    let carrier;

    /** @type {any} */
    let conference;
    let connected = false;
    let closed = false;

    /** @type {boolean|undefined} */
    let room = autoConnect ? false : undefined;
    let lastWord = false;
    let round = 0;

    /**
     * Tells the app that a connection is closed.
     *
     * @param {any} event - Code and reason.
     * @returns {void}
     */
    function reportClose({ code, reason }) {
        connected = false;
        try {
            onCloseCallback?.({ code,
                reason });
        } catch (error) {
            console.error('@jitsi/rtcstats-native: onCloseCallback threw', error);
        }
    }

    /**
     * Takes an event of the native channel.
     *
     * @param {any} event - The event.
     * @returns {void}
     */
    function onChannelEvent(event) {
        if (event.type === 'connected' || event.type === 'resumed') {
            connected = true;
            lastWord = false;
        } else if (event.type === 'disconnected') {
            lastWord = !event.willReconnect;
            reportClose(event);
        } else if (event.type === 'closed') {
            // The end of a connection that was reported as over is not another close.
            lastWord || reportClose(event);
            lastWord = true;
        } else if (event.type === 'ended') {
            connected && reportClose({ code: LEFT,
                reason: '' });
            carrier = NOBODY;
        }
    }

    /**
     * Takes a message that came by a port. One that is of no use any more is given back: main counts them.
     *
     * @param {any} message - The message.
     * @param {boolean} isCurrent - Whether it is the port in use, or one from before the trace was connected again.
     * @param {function(): void} end - Gives the port back.
     * @returns {void}
     */
    function onMessage(message, isCurrent, end) {
        const event = message?.type === 'event' && message.event;

        if (!event) {
            return;
        }
        isCurrent && onChannelEvent(event);
        if (event.type === 'ended' || (event.type === 'closed' && (closed || !isCurrent))) {
            end();
        }
    }

    /**
     * Finds who takes the entries, and gives them what was held.
     *
     * @returns {Promise<void>} - Settles when that is done.
     */
    async function begin() {
        const mine = ++round;

        /** @type {import('./bridge').Bridge|null} */
        const bridge = await requestBridge(message => onMessage(message, mine === round, () => bridge?.close()));

        if (mine !== round) {
            bridge?.close();

            return;
        }
        const channelOptions = { ...options,
            meetingFqn: options.meetingFqn || conference || pageName() };

        carrier = bridge
            ? createBridgeCarrier(bridge, channelOptions)
            : createFallbackTrace(fallback, { ...channelOptions,
                onCloseCallback: reportClose });
        if (!carrier) {
            warnOnce();
            carrier = NOBODY;
        }
        room === undefined || carrier.connect(room);
        hold.take().forEach((/** @type {any} */ { line, type }) => carrier.line(type, line));
        closed && carrier.close();
    }

    /**
     * Takes an entry.
     *
     * @param {string} type - The type.
     * @param {string|null} [pcId] - The connection.
     * @param {any} [payload] - The payload.
     * @returns {void}
     */
    function entry(type, pcId, payload) {
        if (closed) {
            return;
        }
        if (type === 'identity') {
            conference ??= payload?.conference;
        }
        if (carrier) {
            carrier.entry(type, pcId, payload);
        } else {
            const line = toLine(type, pcId, payload);

            line && hold.add(type, line);
        }
    }

    /**
     * Begins; what the fallback throws (a malformed endpoint, say) ends on the console.
     *
     * @returns {void}
     */
    function start() {
        begin().catch(error => console.error('@jitsi/rtcstats-native: the trace could not begin', error));
    }

    start();

    return Object.assign(
        (/** @type {string} */ type, /** @type {any} */ pcId, /** @type {any} */ payload) =>
            entry(type, pcId, payload),
        {
            close() {
                if (!closed) {
                    closed = true;
                    connected = false;
                    carrier?.close();
                }
            },
            connect(isBreakoutRoom = false, _isReconnect = false) {
                room = Boolean(isBreakoutRoom);
                if (closed) {
                    // A trace that was left is used again: a new channel, as 9.7.1 opens a new socket.
                    closed = false;
                    lastWord = false;
                    carrier = undefined;
                    start();
                } else {
                    carrier?.connect(room);
                }
            },
            identity: entry,
            isClosed: () => Boolean(closed || (carrier?.isClosed?.() ?? room === undefined)),
            isConnected: () => Boolean(carrier?.isConnected?.() ?? connected),
            keepAlive: () => carrier?.keepAlive(),
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
