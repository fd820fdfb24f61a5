/**
 * The part of the preload that runs in the page's world: takes the port and starts capture on it. It runs before the
 * page's own scripts; nothing of it may be reachable from `window` afterwards.
 */

'use strict';

const { installCapture } = require('../capture');

// Taken before the page can replace them.
const { postMessage } = MessagePort.prototype;
const { apply } = Reflect;

/**
 * @typedef {import('./ipc').CaptureSettings} CaptureSettings
 */

/**
 * Starts capture on a port.
 *
 * A batch goes over a MessagePort whose other end is in the main process, and not by `ipcRenderer.send`: it needs no
 * hop through the preload's world, leaves nothing on `window`, and main learns from the port when the document is gone.
 *
 * @param {MessagePort} port - Where batches go.
 * @param {CaptureSettings} settings - What to capture.
 * @returns {void}
 */
function startCapture(port, settings) {
    installCapture({
        ...settings,
        send: (/** @type {string} */ batch) => {
            apply(postMessage, port, [ batch ]);
        }
    });
}

/**
 * Takes the port from the preload's isolated world. The name of the event is a secret between the two, and both
 * listeners are gone when this returns.
 *
 * @param {string} nonce - The name.
 * @param {CaptureSettings} settings - What to capture.
 * @returns {void}
 */
function takeOver(nonce, settings) {
    window.addEventListener(
        nonce,
        (/** @type {any} */ event) => startCapture(event.ports[0], settings),
        { once: true });
    window.dispatchEvent(new Event(`${nonce}?`));
}

module.exports = {
    startCapture,
    takeOver
};
