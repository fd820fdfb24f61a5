/**
 * Who may talk to the collector: which names it answers to, and from which pages websockets are taken.
 *
 * A browser lets any web page open a websocket to this machine; only the Origin header, which a page can not choose,
 * tells them apart. It must never let a page in that nobody allowed, by a rebound host name or by an opaque origin:
 * `null` is what a sandboxed frame of any page sends.
 */

'use strict';

const { STATUS_CODES } = require('node:http');
const net = require('node:net');
const os = require('node:os');

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:stream').Duplex} Duplex
 *
 * @typedef {Object} Refusal
 * @property {number} status - The HTTP status.
 * @property {string} reason - Why, for the client and for the log.
 */

const EVERY_ORIGIN = '*';

/**
 * Tells whether a name means this machine whoever resolves it.
 *
 * @param {string} name - A host name or an address, without brackets.
 * @returns {boolean} Whether it does.
 */
function isLoopback(name) {
    return name === 'localhost' || name.endsWith('.localhost') || name === '::1'
        || (net.isIPv4(name) && name.startsWith('127.'));
}

/**
 * Tells whether a Host header names this machine: by an address, as localhost, or as it calls itself. A foreign name
 * that has been made to resolve to loopback does not.
 *
 * @param {string} header - The header.
 * @param {string} ownHost - The host the collector was told to listen on.
 * @returns {boolean} Whether it does.
 */
function isOwnHost(header, ownHost) {
    const name = header.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
        .toLowerCase();
    const known = [ ownHost, os.hostname(), `${os.hostname()}.local` ].map(host => host.toLowerCase());

    return net.isIP(name) > 0 || isLoopback(name) || known.includes(name);
}

/**
 * Tells whether websockets are taken from pages of an origin.
 *
 * @param {string | undefined} origin - The Origin header; programs that are no browsers send none.
 * @param {string[]} allowed - The origins that are allowed besides pages of this machine, '*' for all.
 * @returns {boolean} Whether they are.
 */
function isAllowedOrigin(origin, allowed) {
    if (origin === undefined || origin === '' || origin === 'file://'
        || allowed.includes(EVERY_ORIGIN) || allowed.includes(origin)) {
        return true;
    }
    try {
        const { protocol, hostname } = new URL(origin);

        return /^https?:$/.test(protocol) && isLoopback(hostname.replace(/^\[|\]$/g, ''));
    } catch {
        return false;
    }
}

/**
 * Writes an origin as browsers send it.
 *
 * @param {string} text - What the user wrote: an origin, 'null' or '*'.
 * @returns {string} The origin.
 */
function readOrigin(text) {
    if (text === EVERY_ORIGIN || text === 'null') {
        return text;
    }
    const [ origin ] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+(?=\/?$)/i.exec(text) ?? [ '' ];

    if (!origin) {
        throw Object.assign(new Error(`"${text}" is not an origin such as https://meet.example`), {
            code: 'ERR_RTCSTATS_COLLECTOR_ORIGIN'
        });
    }

    return origin.toLowerCase();
}

/**
 * Who is let in.
 */
class Admission {
    /**
     * Creates it.
     *
     * @param {string} ownHost - The host the collector was told to listen on.
     * @param {string[]} origins - The origins that are allowed besides pages of this machine, '*' for all.
     */
    constructor(ownHost, origins) {
        this._ownHost = ownHost;
        this._origins = origins.map(readOrigin);
    }

    /**
     * Why a client may not open a websocket.
     *
     * @param {IncomingMessage} request - Its upgrade request.
     * @returns {Refusal | null} Why not, null if it may.
     */
    refusalOf({ headers: { host = '', origin } }) {
        if (!isOwnHost(host, this._ownHost)) {
            return {
                status: 421,
                reason: `"${host}" is no name of this machine`
            };
        }

        return isAllowedOrigin(origin, this._origins) ? null : {
            status: 403,
            reason: `pages of ${origin} are not allowed; allow them with --origin ${origin}`
        };
    }
}

/**
 * Refuses an upgrade.
 *
 * @param {Duplex} transport - The transport.
 * @param {Refusal} refusal - Why.
 * @returns {void}
 */
function refuseUpgrade(transport, { status, reason }) {
    const name = STATUS_CODES[status];

    transport.on('error', () => undefined);
    transport.end([
        `HTTP/1.1 ${status} ${name}`, 'Connection: close', 'Content-Type: text/plain; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(reason)}`, '', reason
    ].join('\r\n'));
}

module.exports = {
    Admission,
    isOwnHost,
    refuseUpgrade
};
