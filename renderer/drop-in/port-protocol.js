/**
 * The page's side of the handshake, said once: how a drop-in asks for a port, and what it hears first.
 *
 * It must never know Electron or how a port is served: `electron/ipc.js` imports it, not the other way round.
 */

'use strict';

/** What a drop-in posts to its own window, with a port: `{ type: PAGE_REQUEST, version: PAGE_PROTOCOL_VERSION }`. */
const PAGE_REQUEST = '@jitsi/rtcstats-native';

const PAGE_PROTOCOL_VERSION = 1;

/**
 * @typedef {Object} PortWelcome
 * @property {'welcome'} type - Says that somebody listens.
 * @property {boolean} capturing - Whether the page's calls are captured already, so that it must not wrap them again.
 */

/**
 * Makes the request for a port.
 *
 * @returns {{ type: string, version: number }} - What to post.
 */
function pageRequest() {
    return { type: PAGE_REQUEST,
        version: PAGE_PROTOCOL_VERSION };
}

/**
 * Tells whether something asks for a port, in the version that is spoken here.
 *
 * @param {any} value - What was posted.
 * @returns {boolean} - Whether it does.
 */
function isPageRequest(value) {
    return typeof value === 'object' && value !== null
        && value.type === PAGE_REQUEST && value.version === PAGE_PROTOCOL_VERSION;
}

module.exports = {
    isPageRequest,
    pageRequest
};
