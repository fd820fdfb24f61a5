/**
 * Opens the native channels of one setup, adds up what they count, and sees each of them to its end. The addon is
 * loaded here and nowhere else in this folder; where it does not load, nothing else may fail.
 */

'use strict';

const { withoutSecrets } = require('../address');
const { isEndpointAllowed, isPageEndpointAllowed } = require('../policy');
const { holdQuitFor } = require('../quit');

const { DeferredChannel } = require('./deferred-channel');
const { SessionProxy } = require('./proxy');
const { Tally } = require('./tally');

/**
 * @typedef {import('electron').Session} Session
 * @typedef {import('../../ipc').PageOptions} PageOptions
 * @typedef {import('../options').Settings} Settings
 * @typedef {import('./page-session').Channel} Channel
 */

/**
 * @typedef {Object} DocumentFacts
 * @property {string} url - The document's URL.
 * @property {string} origin - Its origin, for the server.
 * @property {string} userAgent - Its user agent; the server derives the format of stats from it.
 */

/**
 * What a channel's events say of its link.
 *
 * @type {Record<string, boolean>}
 */
const LINK = { connected: true,
    disconnected: false,
    error: false,
    resumed: true };

/** The name of the channel that only delivers what earlier runs left; no meeting of its own ever begins. */
const RECOVERY = 'recovery';

let warned = false;

/**
 * Loads the addon.
 *
 * @returns {Record<'addon' | 'error', any>} Its exports; or the cause why there are none, of which it warns once.
 */
function loadAddon() {
    try {
        const addon = require('../../../addon.js');

        if (typeof addon.TraceChannel !== 'function') {
            throw new Error('the addon has no TraceChannel');
        }

        return { addon,
            error: null };
    } catch (error) {
        if (!warned) {
            warned = true;
            console.warn('rtcstats-native: the addon cannot be loaded, so nothing is captured:', error);
        }

        return { addon: null,
            error };
    }
}

/**
 * Adds the numbers of one record to another.
 *
 * @param {Record<string, number>} sum - Where to.
 * @param {Record<string, any>} stats - What.
 * @returns {void}
 */
function add(sum, stats) {
    Object.keys(stats).forEach(name => {
        if (typeof stats[name] === 'number') {
            sum[name] = (sum[name] ?? 0) + stats[name];
        }
    });
}

/**
 * Makes an event of an error.
 *
 * @param {any} error - What was thrown.
 * @returns {{type: 'error', code: string, message: string}} The event.
 */
function toEvent(error) {
    return { code: String(error?.code ?? 'ERR_RTCSTATS_CHANNEL'),
        message: String(error?.message ?? error),
        type: 'error' };
}

/**
 * The channels of one setup.
 */
class Channels {
    /**
     * Creates an empty set.
     *
     * @param {any} addon - The addon.
     * @param {Session} session - Knows the proxy.
     * @param {Settings} settings - The app's settings.
     * @param {function(Object): void} emit - Told what channels tell.
     */
    constructor(addon, session, settings, emit) {
        this._addon = addon;
        this._session = session;
        this._settings = settings;
        this._emit = emit;

        /** @type {Map<Channel, DocumentFacts>} */
        this._channels = new Map();

        /** @type {Map<Channel, Promise<void>>} */
        this._closing = new Map();

        /**
         * Whether a document's channel has a link or is about to get its first.
         *
         * @type {WeakMap<DocumentFacts, boolean>}
         */
        this._links = new WeakMap();

        /** @type {Record<string, number>} */
        this._ended = {};

        /** @type {Channel | null} */
        this._recovery = null;

        /** What is held for channels to come, and what is given up before it has one. */
        this.tally = new Tally();
    }

    /**
     * Delivers what earlier runs of the app left in its journal, without waiting for a call.
     *
     * @returns {void}
     */
    recover() {
        const { channel: { journal }, endpoint } = this._settings;

        if (journal && endpoint) {
            this._recovery = this._openNative({ ...this._settings.channel,
                endpoint,
                meetingFqn: RECOVERY
            }, event => event.type === 'closed' || this._emit(event));
            this._recovery?.recover();
        }
    }

    /**
     * Opens a channel for a document. The app's choices go before the page's.
     *
     * @param {DocumentFacts} document - The document.
     * @param {string} meetingFqn - The meeting.
     * @param {PageOptions} pageOptions - What the page chose.
     * @param {function(Object): void} onEvent - Told what this channel tells, besides the app.
     * @returns {Channel | null} The channel, or null when it may not or cannot be opened.
     */
    open(document, meetingFqn, pageOptions, onEvent) {
        const { origin, url, userAgent } = document;
        const { channel: channelOptions } = this._settings;
        const endpoint = this._settings.endpoint ?? pageOptions.endpoint;
        const tell = (/** @type {any} */ event) => {
            event.type in LINK && this._links.set(document, LINK[event.type]);
            onEvent(event);
            this._emit({ ...event,
                url: withoutSecrets(url) });
        };
        const refusal = this._refusal(document, pageOptions);

        if (refusal) {
            tell({ ...refusal,
                type: 'error' });

            return null;
        }
        const options = { origin,
            userAgent,
            ...pageOptions,
            ...channelOptions,
            endpoint,
            meetingFqn };
        const channel = this._openNative(options, tell);

        if (channel) {
            this._channels.set(channel, document);
        }

        return channel;
    }

    /**
     * Says why a document gets no channel. What it has left and is not closed yet counts: a page could leave sessions
     * faster than a silent server lets them go.
     *
     * @param {DocumentFacts} document - The document.
     * @param {PageOptions} pageOptions - What the page chose.
     * @returns {{code: string, message: string} | null} Why; null when it gets one.
     */
    _refusal(document, pageOptions) {
        const { allowedEndpoints, endpoint, limits } = this._settings;
        const isAllowed = endpoint ? isEndpointAllowed(endpoint, allowedEndpoints)
            : isPageEndpointAllowed(pageOptions.endpoint ?? '', allowedEndpoints);
        const closing = [ ...this._closing.keys() ].filter(channel => this._channels.get(channel) === document).length;

        if (!isAllowed) {
            return { code: 'ERR_RTCSTATS_ENDPOINT',
                message: endpoint ?? pageOptions.endpoint ? 'the endpoint is not allowed' : 'there is no endpoint' };
        }

        return closing >= limits.maxClosing ? { code: 'ERR_RTCSTATS_CLOSING',
            message: 'too many sessions of this document are still closing' } : null;
    }

    /**
     * Opens a native channel: by the app's proxy, or by the one that the session names, which it does a moment later.
     *
     * @param {Record<string, any>} options - For the channel; `proxy` as the app gave it.
     * @param {function(any): void} tell - Told what it tells.
     * @returns {Channel | null} The channel, to be used at once, or null when it cannot be opened.
     */
    _openNative(options, tell) {
        if (options.proxy !== undefined) {
            return this._create({ ...options,
                proxy: options.proxy ?? undefined }, tell);
        }
        const way = new SessionProxy(this._session, options.endpoint, this._settings.proxyCredentials);
        const channel = this._create(options, (/** @type {any} */ event) => {
            tell(event);
            way.follow(event);
        });

        return channel && new DeferredChannel(channel, way.lead(channel));
    }

    /**
     * Creates a native channel.
     *
     * @param {Record<string, any>} options - For the channel.
     * @param {function(any): void} tell - Told what it tells.
     * @returns {any} The channel, or null after saying why there is none.
     */
    _create(options, tell) {
        try {
            return new this._addon.TraceChannel(options, tell);
        } catch (error) {
            tell(toEvent(error));
            console.warn('rtcstats-native: a channel cannot be opened:', error);

            return null;
        }
    }

    /**
     * Closes a channel in its own time. A quit waits for it, within its bound.
     *
     * @param {Channel} channel - The channel.
     * @returns {void}
     */
    close(channel) {
        const document = this._channels.get(channel);

        if (this._closing.has(channel) || !document) {
            return;
        }
        const closed = channel.close()
            .catch(() => undefined)
            .then(() => {
                add(this._ended, channel.stats());
                this._channels.delete(channel);
                this._closing.delete(channel);
            });

        this._closing.set(channel, closed);

        // With a journal nothing is lost by going; without a link nothing is gained by waiting.
        holdQuitFor(closed, () => {
            const isUseful = !this._settings.channel.journal && this._links.get(document) !== false;

            return isUseful ? channel.stats().delivered : null;
        });
    }

    /**
     * Waits for all that is closing, and ends the recovery: what it has not delivered waits for the next start.
     *
     * @returns {Promise<void>} When all is closed.
     */
    async closed() {
        await Promise.all([ ...this._closing.values(), this._recovery?.close() ]);
    }

    /**
     * Hurries the reconnection of all.
     *
     * @returns {void}
     */
    reconnectNow() {
        [ ...this._channels.keys() ].forEach(channel => channel.reconnectNow());
    }

    /**
     * Adds up what all channels counted, the ended ones too.
     *
     * @returns {Record<string, number>} The sums, and how many are open.
     */
    stats() {
        const sum = { ...this._ended };

        add(sum, this.tally.stats());
        [ ...this._channels.keys() ].forEach(channel => add(sum, channel.stats()));
        sum.channels = this._channels.size;

        return sum;
    }
}

module.exports = {
    Channels,
    loadAddon
};
