/**
 * Passes on to main the ports of documents in which no preload runs: what main injected there posts them to the
 * window's top document. The page there must not see them, and nothing else that is posted is looked at.
 */

'use strict';

const { ipcRenderer } = require('electron');

const { IPC } = require('../ipc');

/** Frames in frames beyond this are not looked for. */
const MAX_DEPTH = 16;

/** Frames of one parent beyond this are not looked for. */
const MAX_FRAMES = 256;

/**
 * Finds a window among the frames of another, as the browser counts them: who speaks is not taken from what it says.
 *
 * @param {any} source - The window to be found.
 * @param {any} parent - Where to look.
 * @param {number} depth - How deep it is.
 * @returns {number[] | null} The way to it: the number of a frame in each window; or null.
 */
function findFrame(source, parent, depth = 0) {
    // Asking a foreign window for a frame that it has not is an error.
    const frames = depth < MAX_DEPTH ? Math.min(parent.length, MAX_FRAMES) : 0;

    for (let i = 0; i < frames; i++) {
        const frame = parent[i];
        const way = frame === source ? [] : findFrame(source, frame, depth + 1);

        if (way) {
            return [ i, ...way ];
        }
    }

    return null;
}

/**
 * Passes on ports.
 *
 * @param {string} secret - What the messages begin with; no page knows it.
 * @returns {void}
 */
function relayPorts(secret) {
    const onMessage = (/** @type {MessageEvent} */ event) => {
        // In this order: what has no port costs nothing here, however large it is.
        if (event.ports.length !== 1 || typeof event.data !== 'string' || !event.data.startsWith(secret)) {
            return;
        }
        event.stopImmediatePropagation();
        ipcRenderer.postMessage(IPC.relay, {
            origin: event.origin,
            text: event.data.slice(secret.length),
            way: findFrame(event.source, window)
        }, [ ...event.ports ]);
    };
    const probe = `${secret}?`;
    const observer = new MutationObserver(() => {
        if (window.dispatchEvent(new Event(probe, { cancelable: true }))) {
            // The page's listeners come first from now on: main must send no more ports this way.
            observer.disconnect();
            ipcRenderer.send(IPC.deaf);
        }
    });

    window.addEventListener(probe, event => event.preventDefault());
    window.addEventListener('message', onMessage, true);

    // document.open() takes the window's listeners away, and the document's children with them.
    observer.observe(document, { childList: true });
}

module.exports = { relayPorts };
