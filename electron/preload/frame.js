/**
 * Brings capture into a document that Electron runs no preload in. Main injects it by the DevTools protocol, into the
 * page's world and before the page's scripts, and it speaks with main by ports that it hands to the window's top
 * document, where our preload is. It must leave nothing behind that a page could reach, and must never throw.
 */

'use strict';

const { installCapture } = require('../../renderer');

const { serveDropIns } = require('./drop-in');
const { obey } = require('./obey');

// Taken before the page can replace them.
const { MessageChannel, performance } = window;

/** @type {any} */
const top = window.top;
const { preventDefault } = Event.prototype;
const { postMessage: postToPort } = MessagePort.prototype;
const { postMessage: postToWindow } = window;
const { apply } = Reflect;
const { stringify } = JSON;

/**
 * @typedef {import('../ipc').CaptureSettings} CaptureSettings
 * @typedef {import('../ipc').FrameSettings} FrameSettings
 */

/**
 * Takes a document for this copy, unless a preload or another copy has it: main may inject more than once. The event's
 * name is a secret of ours.
 *
 * @param {string} name - The name.
 * @returns {boolean} Whether the document was free.
 */
function claim(name) {
    const isFree = performance.dispatchEvent(new Event(name, { cancelable: true }));

    isFree && performance.addEventListener(name, event => apply(preventDefault, event, []));

    return isFree;
}

/**
 * Finds what posts to the top document so that the page does not see it: a page of the same origin may have replaced
 * its own `postMessage`, one of another origin cannot.
 *
 * @returns {Function} The function.
 */
function findPost() {
    try {
        return top.document && postToWindow;
    } catch {
        return top.postMessage;
    }
}

/**
 * Captures this document and serves its drop-ins.
 *
 * @param {FrameSettings} settings - What main wants.
 * @returns {void}
 */
function serveFrame({ capture, claim: name, kinds, maxUrlLength, relay, settings }) {
    if (!top || !claim(name)) {
        return;
    }
    const post = findPost();
    const document = `${Math.random()}${performance.now()}`;
    const givePort = (/** @type {string} */ kind, /** @type {MessagePort} */ port) => {
        const text = stringify({ document,
            kind,
            timeOrigin: performance.timeOrigin,
            url: location.href.slice(0, maxUrlLength) });

        apply(post, top, [ relay + text, '*', [ port ] ]);
    };

    capture && captureFrame(port => givePort(kinds.capture, port), settings);
    serveDropIns(capture, port => givePort(kinds.dropIn, port));
}

/**
 * Starts capture. It ends when main does not want the document, which only main can tell.
 *
 * @param {function(MessagePort): any} givePort - Gives a port to main.
 * @param {CaptureSettings} settings - What to capture.
 * @returns {void}
 */
function captureFrame(givePort, settings) {
    const { port1, port2 } = new MessageChannel();
    const handle = installCapture({
        ...settings,
        send: (/** @type {string} */ batch) => {
            apply(postToPort, port1, [ batch ]);
        }
    });

    port1.onmessage = ({ data }) => obey(handle, data);
    givePort(port2);
}

module.exports = { serveFrame };
