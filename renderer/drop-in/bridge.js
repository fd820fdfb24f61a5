/**
 * The trace of a page that is served: by the preload of an Electron app or by a script that main injected. It gives a
 * port away and speaks with the native channel behind it.
 *
 * It must never decide about delivery, and never fail: in a page that nobody serves there is simply no such trace.
 */

'use strict';

const { createBatcher } = require('../capture/batcher');

const { ask, control, say: sayTo } = require('./port-protocol');

/** The code that 9.7.1 closes with when the page leaves. */
const LEFT = 3001;

/**
 * @typedef {Object} Bridge
 * @property {() => void} close - Gives the port back: main counts them.
 * @property {(text: string) => void} send - Sends a batch or a control message.
 */

/**
 * Asks for a bridge.
 *
 * @param {function(any, Bridge): void} onEvent - Told what the channel tells.
 * @returns {Bridge|undefined} - The bridge; nothing when nobody serves this page.
 */
function openBridge(onEvent) {
    if (typeof MessageChannel === 'undefined') {
        return undefined;
    }
    const { port1, port2 } = new MessageChannel();
    const { lane, served } = ask(port2);
    const bridge = {
        close() {
            sayTo(port1, lane, null);
            port1.close();
        },
        send: (/** @type {string} */ text) => sayTo(port1, lane, text)
    };

    if (!served) {
        port1.close();

        return undefined;
    }
    port1.onmessage = ({ data }) => data?.type === 'event' && onEvent(data.event, bridge);

    return bridge;
}

/** @typedef {import('./port-protocol').ControlMessage} ControlMessage */
/** @typedef {import('./trace').Carrier} Carrier */

/**
 * Makes the trace.
 *
 * @param {any} options - For the channel.
 * @param {function(any): void} reportClose - Told of every close.
 * @returns {Carrier|undefined} - The trace; nothing when nobody serves this page.
 */
function createBridgeTrace(options, reportClose) {
    /** @type {Bridge|undefined} */
    let bridge;

    /** @type {import('../capture/batcher').Batcher} */
    let batcher;

    /** @type {boolean|undefined} */
    let room;
    let connected = false;
    let closed = false;
    let lastWord = false;

    /**
     * Tells the app that a connection is closed.
     *
     * @param {any} event - Code and reason.
     * @returns {void}
     */
    function disconnect({ code, reason }) {
        connected = false;
        reportClose({ code,
            reason });
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
            disconnect(event);
        } else if (event.type === 'closed') {
            // The end of a connection that was reported as over is not another close.
            lastWord || disconnect(event);
            lastWord = true;
        } else if (event.type === 'ended') {
            connected && disconnect({ code: LEFT,
                reason: '' });
            bridge = undefined;
        }
    }

    /**
     * Takes an event that came by a port. A port that is of no use any more is given back.
     *
     * @param {any} event - The event.
     * @param {Bridge} from - The port in use, or one from before the trace was connected again.
     * @returns {void}
     */
    function onEvent(event, from) {
        const isCurrent = from === bridge;

        isCurrent && onChannelEvent(event);
        if (event.type === 'ended' || (event.type === 'closed' && (closed || !isCurrent))) {
            from.close();
        }
    }

    /**
     * Says something that is no batch, after all that came before it.
     *
     * @param {ControlMessage} message - The message.
     * @returns {void}
     */
    function say(message) {
        batcher.flush();
        bridge?.send(control(message));
    }

    /**
     * Opens a channel.
     *
     * @returns {boolean} - Whether there is one.
     */
    function open() {
        closed = false;
        lastWord = false;
        bridge = openBridge(onEvent);
        batcher = createBatcher(batch => bridge?.send(batch), () => undefined);
        say({ options,
            type: 'open' });

        return bridge !== undefined;
    }

    return open() ? {
        close() {
            if (!closed) {
                say({ type: 'close' });
                closed = true;
                connected = false;
            }
        },
        connect(isBreakoutRoom) {
            // A trace that was left is used again: a new channel, as 9.7.1 opens a new socket.
            closed && open();
            room = isBreakoutRoom;
            say({ isBreakoutRoom,
                type: 'connect' });
        },
        entry(type, pcId, payload) {
            closed || batcher.entry(type, pcId, payload);
        },
        isClosed: () => closed || room === undefined,
        isConnected: () => connected,
        keepAlive: () => undefined,
        line: line => bridge?.send(line),
        lost: events => say({ events,
            type: 'lost' })
    } : undefined;
}

module.exports = { createBridgeTrace };
