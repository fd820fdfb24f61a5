/**
 * One session of one document: opens the native channel when it is known where to and there is something to send, and
 * holds events, within a bound, until then. It decides nothing about delivery: that is the channel's.
 */

'use strict';

const { HeldBatches } = require('./held-batches');

/**
 * Milliseconds for what the page did before it left: what is captured comes by another port, and a moment later.
 */
const LEAVING_TIME = 100;

/**
 * @typedef {import('../../ipc').PageOptions} PageOptions
 * @typedef {import('./tally').Tally} Tally
 */

/**
 * @typedef {Object} Channel - What delivers, as much of it as is used here.
 * @property {function(boolean=): void} connect
 * @property {function(string): void} push
 * @property {function(): void} reconnectNow
 * @property {function(): void} recover
 * @property {function(): Promise<void>} close
 * @property {function(): boolean} isConnected
 * @property {function(): Record<string, any>} stats
 */

/**
 * @callback Listener
 * @param {Object} event - What the channel tells, or `{type: 'ended'}` when there was none to tell its end.
 * @returns {void}
 */

/**
 * @callback OpenChannel - Opens a channel, or says why not and gives null.
 * @param {string} meetingFqn - The meeting.
 * @param {PageOptions} pageOptions - What the page chose.
 * @param {function(Object): void} onEvent - Told what the channel tells.
 * @returns {Channel | null}
 */

/**
 * @typedef {Object} SessionSettings
 * @property {string | undefined} endpoint - The server the app chose; without one the page names it.
 * @property {string | null} meetingFqn - The name the app gave; null leaves it to the page.
 * @property {string | null} fallbackMeeting - The name if the page gives none; null waits for one.
 * @property {string | null} identity - What the app says about the session, as JSON.
 * @property {boolean} isCaptured - Whether the document is captured: connects without being asked by the page.
 * @property {number} maxHeldCharacters - Bound of what is held.
 * @property {OpenChannel} openChannel - Opens a channel.
 * @property {function(Channel): void} closeChannel - Closes a channel and sees to its end.
 * @property {Tally} tally - Counts what is held and what is given up.
 * @property {function(string[]): void} onDropped - Told what is given up.
 */

/** What a page looks at before it makes a call, or without ever making one: it opens no session by itself. */
const QUIET = /^\["(navigator\.mediaDevices\.enumerateDevices|ondevicechange)/;

/**
 * Tells whether a batch has nothing that a session is worth.
 *
 * @param {string} batch - The batch.
 * @returns {boolean} Whether it has not.
 */
function isQuiet(batch) {
    return QUIET.test(batch) && batch.split('\n').every(line => QUIET.test(line));
}

/**
 * A session of a document.
 */
class PageSession {
    /**
     * Creates a session that is not open yet.
     *
     * @param {SessionSettings} settings - How to behave.
     */
    constructor(settings) {
        this._settings = settings;

        /** @type {Channel | null} */
        this._channel = null;

        /** @type {PageOptions} */
        this._pageOptions = {};
        this._failed = false;
        this._connected = false;
        this._isInBreakoutRoom = false;

        /** Whether the page speaks for itself: then it says when to connect. */
        this._isLed = false;

        /** Whether the page has left: what comes now belongs to the session that it begins next. */
        this._hasLeft = false;

        /** @type {NodeJS.Timeout | undefined} */
        this._leaving = undefined;

        /**
         * Who opened it last.
         *
         * @type {Listener | null}
         */
        this._owner = null;

        /** @type {Record<string, any> | null} */
        this._identity = settings.identity ? JSON.parse(settings.identity) : null;

        this._held = new HeldBatches(settings.maxHeldCharacters);

        /**
         * Told what the present channel tells, or the next one if there is none.
         *
         * @type {Set<Listener>}
         */
        this._listeners = new Set();
    }

    /**
     * Stops telling somebody.
     *
     * @param {Listener} listener - Who listened.
     * @returns {void}
     */
    ignore(listener) {
        this._listeners.delete(listener);
    }

    /**
     * Takes the page's options. What the app chose stays.
     *
     * @param {PageOptions} options - The options.
     * @param {Listener} owner - Who opens it, and listens.
     * @returns {void}
     */
    open(options, owner) {
        this._lead(owner);
        this._pageOptions = options;
        this._owner = owner;
        this._failed = false;
        this._release();
    }

    /**
     * Connects because the page wants it.
     *
     * @param {boolean} isBreakoutRoom - Whether it is for a breakout room.
     * @param {Listener} owner - Who wants it, and listens.
     * @returns {void}
     */
    connect(isBreakoutRoom, owner) {
        this._lead(owner);
        const channel = this._ensureChannel(true);

        const changesRoom = this._connected && (isBreakoutRoom || this._isInBreakoutRoom);

        // A channel that connected by itself need not be told again, except when the room changes.
        if (channel && (changesRoom || !this._connected)) {
            this._connected = true;
            this._isInBreakoutRoom = isBreakoutRoom;
            channel.connect(isBreakoutRoom);
            changesRoom && this._pushIdentity(channel);
        }
    }

    /**
     * Takes events.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    push(batch) {
        const channel = this._channel || !isQuiet(batch) ? this._ensureChannel() : null;

        if (channel) {
            channel.push(batch);
        } else {
            this._hold(batch);
        }
    }

    /**
     * Counts what the page could not hold.
     *
     * @param {number} events - How many.
     * @returns {void}
     */
    lose(events) {
        this._settings.tally.lose(events);
    }

    /**
     * Adds to what is known of who takes part.
     *
     * @param {Record<string, any>} data - Members of the identity.
     * @returns {void}
     */
    identify(data) {
        this._identity = { ...this._identity,
            ...data };
        this._channel && this._pushIdentity(this._channel);
    }

    /**
     * Says who takes part, as far as the app has said it.
     *
     * @param {Channel} channel - The channel.
     * @returns {void}
     */
    _pushIdentity(channel) {
        this._identity && channel.push(JSON.stringify([ 'identity', null, this._identity, Date.now() ]));
    }

    /**
     * Hurries a reconnection.
     *
     * @returns {void}
     */
    reconnectNow() {
        this._channel?.reconnectNow();
    }

    /**
     * Ends the session because the page wants it.
     *
     * @param {Listener} owner - Who wants it. Whoever opened it last may; another one has been left behind.
     * @returns {void}
     */
    leave(owner) {
        if (owner === this._owner && !this._leaving) {
            const { isCaptured } = this._settings;

            this._leaving = setTimeout(() => this._finishLeaving(), isCaptured ? LEAVING_TIME : 0);
        }
    }

    /**
     * Lets the page speak for the session from now on, a new one if it has left the one before. Only now is its port a
     * listener: a port is there a moment before the page opens it, when the session may still be the one before.
     *
     * @param {Listener} listener - Told what the session's channel tells.
     * @returns {void}
     */
    _lead(listener) {
        this._finishLeaving();
        this._hasLeft = false;
        this._isLed = true;
        if (!this._listeners.has(listener)) {
            this._listeners.add(listener);

            // What this port missed: capture may have connected by itself.
            this._channel?.isConnected() && listener({ statsSessionId: this._channel.stats().statsSessionId,
                type: 'connected' });
        }
    }

    /**
     * Ends the session that the page has left, if it has left one.
     *
     * @returns {void}
     */
    _finishLeaving() {
        if (this._leaving) {
            this._hasLeft = true;
            this.close();
        }
    }

    /**
     * Ends the session.
     *
     * @returns {void}
     */
    close() {
        clearTimeout(this._leaving);
        this._leaving = undefined;
        const channel = this._channel;
        const listeners = this._listeners;

        this._channel = null;
        this._connected = false;
        this._isInBreakoutRoom = false;
        this._listeners = new Set();
        this._giveUp(this._held.take());
        if (channel) {
            this._settings.closeChannel(channel);
        } else {
            // No channel will say that it is closed.
            listeners.forEach(listener => listener({ type: 'ended' }));
        }
    }

    /**
     * Gives the channel, opened now if it can be.
     *
     * @param {boolean} [isWanted] - Whether to complain about a missing endpoint, and not to wait for it.
     * @returns {Channel | null} The channel.
     */
    _ensureChannel(isWanted = false) {
        const { endpoint: appEndpoint, fallbackMeeting, meetingFqn: appMeeting } = this._settings;
        const meetingFqn = appMeeting ?? this._pageOptions.meetingFqn ?? fallbackMeeting;
        const endpoint = appEndpoint ?? this._pageOptions.endpoint;

        if (this._channel || this._failed || this._hasLeft || !meetingFqn || !(endpoint || isWanted)) {
            return this._channel;
        }
        const listeners = this._listeners;

        this._channel = this._settings.openChannel(
            meetingFqn,
            this._pageOptions,
            event => listeners.forEach(listener => listener(event)));
        if (!this._channel) {
            // Asking again for each batch would only repeat the complaint.
            this._failed = true;
            this._giveUp(this._held.take());

            return null;
        }
        this._begin(this._channel);

        return this._channel;
    }

    /**
     * Sends what belongs before everything else.
     *
     * @param {Channel} channel - The new channel.
     * @returns {void}
     */
    _begin(channel) {
        this._pushIdentity(channel);
        if (this._settings.isCaptured && !this._isLed) {
            this._connected = true;
            channel.connect();
        }
        this._held.take().forEach(batch => {
            this._settings.tally.handOver(batch);
            channel.push(batch);
        });
    }

    /**
     * Opens the channel if something waits for it.
     *
     * @returns {void}
     */
    _release() {
        if (!this._held.isEmpty) {
            this._ensureChannel();
        }
    }

    /**
     * Keeps a batch until the channel can be opened, if there is room.
     *
     * @param {string} batch - The batch.
     * @returns {void}
     */
    _hold(batch) {
        this._settings.tally.hold(batch);
        if (this._failed || !this._held.add(batch)) {
            this._giveUp([ batch ]);
        }
    }

    /**
     * Gives up what was held.
     *
     * @param {string[]} batches - The batches.
     * @returns {void}
     */
    _giveUp(batches) {
        const { onDropped, tally } = this._settings;

        batches.forEach(batch => {
            tally.handOver(batch);
            tally.drop(batch);
        });
        batches.length > 0 && onDropped(batches);
    }
}

module.exports = { PageSession };
