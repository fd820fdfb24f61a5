/**
 * How page code reaches the preload of an Electron app, if there is one: it posts a port to its own window, and a
 * preload with `install()` takes the port before the page sees the message and answers `{ type: 'welcome' }` on it.
 *
 * It must never leave anything on the window, and never fail: without a bridge the answer is `null`.
 */

'use strict';

const { createBatcher } = require('../capture/batcher');

const capturedTypes = require('./captured-types');
const { pageRequest } = require('./port-protocol');

/** How long to wait for the welcome, in milliseconds. A preload answers within one. */
const WELCOME_TIMEOUT = 2000;

/**
 * @typedef {Object} Bridge
 * @property {boolean} capturing - Whether the preload captures this page already.
 * @property {(message: any) => void} post - Sends a message.
 * @property {() => void} close - Gives the port back.
 */

/** @type {Array<() => void>} */
const waiting = [];
let isCapturing = false;

/**
 * Calls back once it is known that the preload captures this page, so that the page need not do it too.
 *
 * @param {function(): void} callback - Called at most once, at once when it is known already.
 * @returns {void}
 */
function onCapturing(callback) {
    if (isCapturing) {
        callback();
    } else {
        waiting.push(callback);
    }
}

/**
 * Takes note of a welcome.
 *
 * @param {any} welcome - The message.
 * @returns {boolean} - Whether the preload captures.
 */
function noteWelcome({ capturing }) {
    if (capturing) {
        isCapturing = true;
        waiting.splice(0).forEach(callback => callback());
    }

    return Boolean(capturing);
}

/**
 * Asks for a bridge.
 *
 * @param {function(any): void} onMessage - Gets what comes after the welcome.
 * @returns {Promise<Bridge|null>} - The bridge, or `null` when nobody answers. Never rejects.
 */
function requestBridge(onMessage) {
    if (typeof window === 'undefined' || typeof MessageChannel === 'undefined' || !window.location) {
        return Promise.resolve(null);
    }

    return new Promise(resolve => {
        const { port1, port2 } = new MessageChannel();
        const timer = setTimeout(() => {
            port1.close();
            resolve(null);
        }, WELCOME_TIMEOUT);

        port1.onmessage = ({ data }) => {
            if (data?.type !== 'welcome') {
                onMessage(data);

                return;
            }
            clearTimeout(timer);
            resolve({
                capturing: noteWelcome(data),
                close: () => port1.close(),
                post: message => port1.postMessage(message)
            });
        };
        try {
            const { origin } = window.location;

            // An opaque origin (file:, sandboxed frames) cannot be named.
            window.postMessage(pageRequest(), origin === 'null' || origin === 'file://' ? '*' : origin, [ port2 ]);
        } catch {
            clearTimeout(timer);
            resolve(null);
        }
    });
}

/**
 * Speaks with the native channel through the preload.
 *
 * @param {Bridge} bridge - The bridge.
 * @param {any} options - For the channel.
 * @returns {any} - A carrier: `connect`, `entry`, `line`, `keepAlive` and `close`.
 */
function createBridgeCarrier(bridge, options) {
    const isOurs = (/** @type {string} */ type) => !(bridge.capturing && capturedTypes.has(type));
    const sendBatch = (/** @type {string} */ batch) => bridge.post({ batch,
        type: 'events' });
    const batcher = createBatcher(sendBatch, () => undefined);

    bridge.post({ options,
        type: 'open' });

    return {
        close() {
            batcher.close();
            bridge.post({ type: 'close' });
        },
        connect(/** @type {boolean} */ isBreakoutRoom) {
            bridge.post({ isBreakoutRoom,
                type: 'connect' });
        },
        entry(/** @type {string} */ type, /** @type {string} */ pcId, /** @type {any} */ payload) {
            isOurs(type) && batcher.entry(type, pcId, payload);
        },
        keepAlive: () => undefined,
        line(/** @type {string} */ type, /** @type {string} */ line) {
            isOurs(type) && sendBatch(line);
        }
    };
}

module.exports = {
    createBridgeCarrier,
    onCapturing,
    requestBridge
};
