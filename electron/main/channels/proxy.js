/**
 * Asks a session which proxy leads to a server, so that channels get out of a company's network the way its pages do.
 * Only HTTP proxies are supported. It must never fail, never wait for ever, and never show credentials.
 */

'use strict';

/**
 * @typedef {import('electron').Session} Session
 * @typedef {import('./page-session').Channel & {setProxy: function(string | null): void}} ProxiedChannel
 */

/**
 * @typedef {Object} ProxyCredentials - Electron tells the proxy but never its credentials.
 * @property {string} host - The proxy they are for, `host` or `host:port`. That a session names a proxy is no reason to
 * trust it: on a foreign network it can be anybody's.
 * @property {string} username - The name.
 * @property {string} password - The password.
 */

/** A PAC file that cannot be fetched must not hold up a session for long; events are held meanwhile. */
const ANSWER_TIMEOUT = 5000;

/** Milliseconds between two reconnections for the sake of a new proxy. */
const HURRY_INTERVAL = 30000;

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
 * Adds credentials to a proxy's URL, if they are for this one. The proxy gets them when it asks.
 *
 * @param {string | undefined} proxy - The URL, if there is one.
 * @param {ProxyCredentials} [credentials] - The credentials.
 * @returns {string | undefined} The URL, with them where they belong to it.
 */
function withCredentials(proxy, credentials) {
    if (!proxy || !credentials) {
        return proxy;
    }
    const { host, password, username } = credentials;

    return isHost(proxy, host)
        ? proxy.replace('://', `://${encodeURIComponent(username)}:${encodeURIComponent(password)}@`)
        : proxy;
}

/**
 * Says whether a proxy is the one that is meant.
 *
 * @param {string} proxy - Its URL.
 * @param {string} host - The name, with the port or without.
 * @returns {boolean} Whether it is.
 */
function isHost(proxy, host) {
    try {
        const scheme = proxy.slice(0, proxy.indexOf('://'));
        const [ named, meant ] = [ new URL(proxy), new URL(`${scheme}://${host}`) ];

        return named.hostname === meant.hostname && (!(/:\d+$/).test(host) || named.port === meant.port);
    } catch {
        return false;
    }
}

/**
 * The way out that a session names, which changes with the network the machine is in.
 */
class SessionProxy {
    /**
     * Knows nothing yet.
     *
     * @param {Session} session - The session.
     * @param {string} endpoint - The server, `wss:` or `ws:`.
     * @param {ProxyCredentials} [credentials] - For the proxy.
     */
    constructor(session, endpoint, credentials) {
        this._session = session;
        this._credentials = credentials;

        // Rules are for the schemes of pages: a websocket goes the way of its http counterpart.
        this._url = endpoint.replace(/^ws/, 'http');

        /** @type {string | undefined} */
        this._proxy = undefined;
        this._hurriedAt = 0;

        /** @type {ProxiedChannel | null} */
        this._channel = null;
    }

    /**
     * Asks the session. Where it does not answer, what it said last holds.
     *
     * @returns {Promise<string | undefined>} The proxy's URL, or nothing for a direct connection. Never rejected.
     */
    async resolve() {
        /** @type {NodeJS.Timeout | undefined} */
        let timer;

        try {
            const answer = await Promise.race([
                this._session.resolveProxy(this._url),
                new Promise(resolve => {
                    timer = setTimeout(resolve, ANSWER_TIMEOUT);
                })
            ]);

            if (answer !== undefined) {
                this._proxy = withCredentials(parseProxies(String(answer)), this._credentials);
            }
        } catch {
            // As without an answer.
        } finally {
            clearTimeout(timer);
        }

        return this._proxy;
    }

    /**
     * Leads a channel, which has not dialled yet, to the proxy, and from now on whenever another leads to the server.
     *
     * @param {ProxiedChannel} channel - The channel.
     * @returns {Promise<void>} When it knows the way. Never rejected.
     */
    async lead(channel) {
        this._channel = channel;
        this._use(await this.resolve());
    }

    /**
     * Asks again when the channel has lost its link or did not get one: the machine may be in another network by now.
     *
     * @param {{type: string}} event - What the channel told.
     * @returns {Promise<void>} When it knows the way.
     */
    async follow({ type }) {
        if (type !== 'disconnected' && type !== 'error') {
            return;
        }
        const before = this._proxy;
        const proxy = await this.resolve();

        if (proxy === before) {
            return;
        }
        this._use(proxy);

        // It has given up; another proxy is another chance. One that changes all the time is not.
        if (type === 'error' && Date.now() - this._hurriedAt > HURRY_INTERVAL) {
            this._hurriedAt = Date.now();
            this._channel?.reconnectNow();
        }
    }

    /**
     * Sets the channel's proxy.
     *
     * @param {string | undefined} proxy - The proxy, or nothing for a direct connection.
     * @returns {void}
     */
    _use(proxy) {
        try {
            this._channel?.setProxy(proxy ?? null);
        } catch {
            // Not the error, which may name the proxy with its password.
            console.warn('rtcstats-native: the proxy that the session names cannot be used');
        }
    }
}

module.exports = { SessionProxy };
