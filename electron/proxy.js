/**
 * Asks a session which proxy leads to a server, so that channels get out of a company's network the way its pages do.
 * Only HTTP proxies are supported. It must never fail, never wait for ever, and never show credentials.
 */

'use strict';

/**
 * @typedef {import('electron').Session} Session
 */

/**
 * @typedef {Object} ProxyCredentials - Electron tells the proxy but never its credentials.
 * @property {string} username - The name.
 * @property {string} password - The password.
 */

/** A PAC file that cannot be fetched must not hold up a session for long; events are held meanwhile. */
const ANSWER_TIMEOUT = 5000;

/** @type {Record<string, string>} */
const SCHEMES = { HTTP: 'http',
    HTTPS: 'https',
    PROXY: 'http' };

let warned = false;

/**
 * Says once that a proxy cannot be used.
 *
 * @param {string} kind - What kind of proxy it is.
 * @returns {void}
 */
function warnOnce(kind) {
    if (!warned) {
        warned = true;
        console.warn(`rtcstats-native: ${kind} proxies are not supported, only HTTP and HTTPS ones`);
    }
}

/**
 * Finds the first proxy that can be used in an answer such as `PROXY one:8080; SOCKS5 two:1080; DIRECT`.
 *
 * @param {string} answer - The answer, as PAC files give it.
 * @returns {string | undefined} Its URL, or nothing for a direct connection.
 */
function parseProxies(answer) {
    for (const entry of answer.split(';')) {
        const [ kind, address ] = entry.trim().split(/\s+/);

        if (kind.toUpperCase() === 'DIRECT') {
            return undefined;
        }
        if (SCHEMES[kind.toUpperCase()] && address) {
            return `${SCHEMES[kind.toUpperCase()]}://${address}`;
        }
        if (kind) {
            warnOnce(kind);
        }
    }

    return undefined;
}

/**
 * Adds credentials to a proxy's URL.
 *
 * @param {string} proxy - The URL.
 * @param {ProxyCredentials} [credentials] - The credentials.
 * @returns {string} The URL with them.
 */
function withCredentials(proxy, credentials) {
    if (!credentials) {
        return proxy;
    }
    const { password, username } = credentials;

    return proxy.replace('://', `://${encodeURIComponent(username)}:${encodeURIComponent(password)}@`);
}

/**
 * Asks a session.
 *
 * @param {Session} session - The session.
 * @param {string} endpoint - The server, `wss:` or `ws:`.
 * @param {ProxyCredentials} [credentials] - For the proxy.
 * @returns {Promise<string | undefined>} The proxy's URL, or nothing for a direct connection. Never rejected.
 */
async function resolveProxy(session, endpoint, credentials) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;

    try {
        const answer = await Promise.race([

            // Rules are for the schemes of pages: a websocket goes the way of its http counterpart.
            session.resolveProxy(endpoint.replace(/^ws/, 'http')),
            new Promise(resolve => {
                timer = setTimeout(resolve, ANSWER_TIMEOUT, 'DIRECT');
            })
        ]);
        const proxy = parseProxies(String(answer));

        return proxy && withCredentials(proxy, credentials);
    } catch {
        return undefined;
    } finally {
        clearTimeout(timer);
    }
}

module.exports = { resolveProxy };
