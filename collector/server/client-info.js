/**
 * Describes a connected client the way jitsi/rtcstats-server does in the first line of a dump.
 *
 * It must never refuse a client: whether one is supported is the reader's business, an unsupported one is only
 * labelled.
 */

'use strict';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 *
 * @typedef {Object} ClientInfo
 * @property {string} path - Path and query of the websocket's URL, as the client sent them.
 * @property {string} origin - The Origin header, or ''.
 * @property {string} url - Origin and path together.
 * @property {string} userAgent - The User-Agent header, or ''.
 * @property {string} clientProtocol - The negotiated subprotocol, or ''.
 * @property {string} statsFormat - Which getStats dialect the server derives from the user agent.
 * @property {string} clientType - Which kind of client the server derives from the subprotocol.
 */

// In the order in which the server looks. 3.1_LEGACY is missing there, too: it counts as unsupported.
const CLIENT_TYPES = [
    [ '3.1_STANDARD', 'RTCSTATS_CLIENT' ],
    [ 'JIGASI', 'JIGASI_CLIENT' ],
    [ 'JICOFO', 'JICOFO_CLIENT' ],
    [ 'JIBRI', 'JIBRI_CLIENT' ],
    [ 'JVB', 'JVB_CLIENT' ]
];

// A coarse reading of the user agent; the server uses a parser library that knows some hundred browsers.
/** @type {Array<[RegExp, string]>} */
const STATS_FORMATS = [
    [ /^react-native|Electron\/|Edge?\//, 'chrome_standard' ],
    [ /Firefox\//, 'firefox' ],
    [ /(?:Headless)?Chrome\//, 'chrome_standard' ],
    [ /Version\/.*Safari\//, 'safari' ]
];

/**
 * Tells which getStats dialect a user agent speaks.
 *
 * @param {string} userAgent - The User-Agent header.
 * @returns {string} The dialect; 'unsupported' switches the server's feature extraction off.
 */
function statsFormatOf(userAgent) {
    const match = STATS_FORMATS.find(([ expression ]) => expression.test(userAgent));

    return match ? match[1] : 'unsupported';
}

/**
 * Tells which kind of client speaks a subprotocol.
 *
 * @param {string} protocol - The negotiated subprotocol.
 * @returns {string} The kind.
 */
function clientTypeOf(protocol) {
    const match = CLIENT_TYPES.find(([ part ]) => protocol.includes(part));

    return match ? match[1] : 'UNSUPPORTED_CLIENT';
}

/**
 * Describes the client behind a websocket.
 *
 * @param {IncomingMessage} request - The upgrade request.
 * @param {string} clientProtocol - The negotiated subprotocol.
 * @returns {ClientInfo} The description.
 */
function describeClient(request, clientProtocol) {
    const { origin = '', 'user-agent': userAgent = '' } = request.headers;
    const path = request.url ?? '';

    return {
        path,
        origin,
        url: origin + path,
        userAgent,
        clientProtocol,
        statsFormat: statsFormatOf(userAgent),
        clientType: clientTypeOf(clientProtocol)
    };
}

module.exports = { describeClient };
