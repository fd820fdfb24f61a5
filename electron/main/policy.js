/**
 * Decides which servers may be dialled. The page is not trusted: without a rule here it could make the app's process
 * connect to anything. Main asks before each channel; nothing else may decide it.
 */

'use strict';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Hosts of this machine and of the network around it, by name or address: RFC 1918, 3927, 4193, 4291 and 6598, and
 * names that no public server has. A URL has its addresses in these forms only, however they were written.
 */
const INTERNAL = [
    /^(localhost|.*\.(localhost|local|internal|lan|home|corp|intranet|home\.arpa)|[^.:[\]]+)\.?$/,
    /^(0|10|127)\./, /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./, /^169\.254\./, /^172\.(1[6-9]|2\d|3[01])\./,
    /^192\.168\./, /^\[::1?\]$/, /^\[f[cd]/, /^\[fe[89ab]/, /^\[::ffff:/, /^\[64:ff9b:/
];

/**
 * Reads a URL.
 *
 * @param {string} text - The text.
 * @returns {URL | null} The URL, or null when it is none.
 */
function parseUrl(text) {
    try {
        return new URL(text);
    } catch {
        return null;
    }
}

/**
 * Tells whether something can be a server's URL at all.
 *
 * @param {any} text - It.
 * @returns {boolean} Whether it can.
 */
function isEndpoint(text) {
    return typeof text === 'string' && [ 'ws:', 'wss:' ].includes(parseUrl(text)?.protocol ?? '');
}

/**
 * Tells whether an endpoint is under an allowed one: same scheme, host and port, and a path that begins with its path.
 *
 * @param {URL} endpoint - The endpoint.
 * @param {string} allowed - The allowed one.
 * @returns {boolean} Whether it is.
 */
function isUnder(endpoint, allowed) {
    const base = parseUrl(allowed);

    if (!base || base.protocol !== endpoint.protocol || base.host !== endpoint.host) {
        return false;
    }
    const folder = base.pathname.replace(/\/*$/, '/');

    return `${endpoint.pathname}/`.startsWith(folder);
}

/**
 * Tells whether a host is of this machine or of the network around it: a page that named it could look around there.
 *
 * @param {string} hostname - The host, as a URL has it.
 * @returns {boolean} Whether it is.
 */
function isInternal(hostname) {
    return INTERNAL.some(form => form.test(hostname));
}

/**
 * Tells whether a server that a page names may be dialled: one of `allowedEndpoints` if there is such a list, otherwise
 * any by `wss:` that is not of this machine or of the network around it.
 *
 * @param {string} endpoint - The server.
 * @param {string[]} [allowedEndpoints] - The list.
 * @returns {boolean} Whether it may.
 */
function isPageEndpointAllowed(endpoint, allowedEndpoints) {
    return isEndpointAllowed(endpoint, allowedEndpoints)
        && (Boolean(allowedEndpoints) || !isInternal(parseUrl(endpoint)?.hostname ?? ''));
}

/**
 * Tells whether a server may be dialled: one of `allowedEndpoints` if there is such a list, otherwise any by `wss:` and
 * those on this machine by `ws:`.
 *
 * @param {string} endpoint - The server.
 * @param {string[]} [allowedEndpoints] - The list.
 * @returns {boolean} Whether it may.
 */
function isEndpointAllowed(endpoint, allowedEndpoints) {
    const url = parseUrl(endpoint);

    if (!url || url.username || url.password) {
        return false;
    }
    if (allowedEndpoints) {
        return allowedEndpoints.some(allowed => isUnder(url, allowed));
    }

    return url.protocol === 'wss:' || (url.protocol === 'ws:' && LOOPBACK.test(url.hostname));
}

module.exports = {
    isEndpoint,
    isEndpointAllowed,
    isPageEndpointAllowed
};
