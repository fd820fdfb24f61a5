/**
 * Brings capture into the documents that main chose. Bundled into one CommonJS file that needs nothing but `electron`,
 * so that a sandboxed preload can use it. It decides nothing: main says whether a document is captured and where its
 * events go. It must leave nothing behind that a page could reach, and must never throw into the app's preload.
 */

'use strict';

const { ipcRenderer, webFrame } = require('electron');

const { IPC, MAX_URL_LENGTH, PORT_KINDS } = require('../ipc');

const { serveDropIns } = require('./drop-in');
const { pageSource } = require('./page-source');
const { relayPorts } = require('./relay');

/**
 * @typedef {import('../ipc').Welcome} Welcome
 */

/**
 * Sends one of the two ends to main.
 *
 * @param {Welcome} welcome - Main's answer.
 * @param {string} kind - What the port carries.
 * @param {MessagePort} port - The end.
 * @returns {void}
 */
function givePort({ token }, kind, port) {
    ipcRenderer.postMessage(IPC.port, { kind,
        token }, [ port ]);
}

/**
 * Starts capture in the page's world. Without context isolation this already is that world; even so the code goes in as
 * a script of the page, because what a sandboxed preload's own code does is muted there: errors passing through it read
 * "Script error." and ignored rejections go unreported, by which a page could tell. The page's security policy does not
 * apply to it.
 *
 * @param {Welcome} welcome - Main's answer.
 * @returns {void}
 */
function capture(welcome) {
    const { port1, port2 } = new MessageChannel();

    givePort(welcome, PORT_KINDS.capture, port2);
    const nonce = crypto.randomUUID ? crypto.randomUUID() : `${welcome.token}${Math.random()}`;

    window.addEventListener(
        `${nonce}?`,
        () => window.dispatchEvent(new MessageEvent(nonce, { ports: [ port1 ] })),
        { once: true });
    webFrame
        .executeJavaScript(`${pageSource}.takeOver(${JSON.stringify(nonce)}, ${JSON.stringify(welcome.settings)})`)
        .catch(() => undefined);
}

/**
 * Tells main when the network is back, so that it need not wait for the next attempt.
 *
 * @param {Welcome} welcome - Main's answer.
 * @returns {void}
 */
function reportOnline({ token }) {
    window.addEventListener('online', event => {
        if (event.isTrusted) {
            ipcRenderer.send(IPC.online, { token });
        }
    });
}

/**
 * Takes a document for the preload, so that what main injects leaves it alone.
 *
 * @param {Welcome} welcome - Main's answer.
 * @returns {boolean} Whether it was free.
 */
function claim({ claim: name }) {
    const isFree = performance.dispatchEvent(new Event(name, { cancelable: true }));

    isFree && performance.addEventListener(name, event => event.preventDefault());

    return isFree;
}

/**
 * Installs capture in this document, if main wants it. Main must have called `setupRTCStatsMain` before. A second call
 * in the same document does nothing, so an app's preload may call it besides the one that main registers.
 *
 * @returns {boolean} Whether this call did it.
 */
function install() {
    try {
        // Synchronous, because the page's scripts must not run before capture does. Measured: about 1 ms a document.
        const welcome = ipcRenderer.sendSync(IPC.hello, {
            timeOrigin: performance.timeOrigin,
            url: location.href.slice(0, MAX_URL_LENGTH)
        });

        if (!welcome) {
            return false;
        }
        welcome.relay && relayPorts(welcome.relay);
        if (!claim(welcome) || !welcome.token) {
            return false;
        }
        if (welcome.capture) {
            capture(welcome);
        }
        serveDropIns(welcome.capture, port => givePort(welcome, PORT_KINDS.dropIn, port));
        reportOnline(welcome);

        return true;
    } catch (error) {
        console.warn('rtcstats-native: this document is not captured:', error);

        return false;
    }
}

module.exports = { install };
