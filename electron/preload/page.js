/**
 * The part of the preload that runs in the page's world: takes the port and starts capture on it. It runs before the
 * page's own scripts; nothing of it may be reachable from `window` afterwards.
 */

'use strict';

const { installCapture } = require('../../renderer');

const { serveFrame } = require('./frame');
const { obey } = require('./obey');

// Taken before the page can replace them.
const { postMessage } = MessagePort.prototype;
const { apply } = Reflect;

/**
 * @typedef {import('../ipc').CaptureSettings} CaptureSettings
 */

/**
 * Takes the port from the preload and starts capture on it. The name of the event is a secret between the two, and both
 * listeners are gone when this returns.
 *
 * A batch goes over a MessagePort whose other end is in the main process, and not by `ipcRenderer.send`: it needs no
 * hop through the preload's world, leaves nothing on `window`, and main learns from the port when the document is gone.
 * It is chosen for that and not for speed. Page thread per 160 KB, median of 300 in Electron 22 on two busy cores:
 * MessagePort 0.8 ms, a transferred buffer 1.1 to 1.2 ms, `contextBridge` and `ipcRenderer.send` 0.5 to 0.6 ms,
 * `ipcRenderer.send` alone (preload's world only) 0.4 to 0.5 ms.
 *
 * @param {string} nonce - The name.
 * @param {CaptureSettings} settings - What to capture.
 * @returns {void}
 */
function takeOver(nonce, settings) {
    window.addEventListener(nonce, (/** @type {any} */ { ports: [ port ] }) => {
        const handle = installCapture({
            ...settings,
            send: (/** @type {string} */ batch) => {
                apply(postMessage, port, [ batch ]);
            }
        });

        port.onmessage = (/** @type {any} */ { data }) => obey(handle, data);
    }, { once: true });
    window.dispatchEvent(new Event(`${nonce}?`));
}

module.exports = {
    serveFrame,
    takeOver
};
