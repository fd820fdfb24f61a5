/**
 * One session of one document: opens the native channel when it is known where to and there is something to send, and
 * holds events, within a bound, until then. It decides nothing about delivery: that is the channel's.
 */

'use strict';

/**
 * Milliseconds for what the page did before it left: what is captured comes by another port, and a moment later.
 */
const LEAVING_TIME = 100;

/**
 * @typedef {import('./ipc').PageTraceOptions} PageTraceOptions
 */

/**
 * @typedef {Object} Channel - The native channel, as much of it as is used here.
 * @property {function(boolean=): void} connect
 * @property {function(string): void} push
 * @property {function(): void} reconnectNow
 * @property {function(): void} recover
 * @property {function(string | null): void} setProxy
 * @property {function(): Promise<void>} close
 * @property {function(): boolean} isConnected
 * @property {function(): Record<string, any>} stats
 */

/**
 * @callback OpenChannel - Opens a channel, or says why not and gives null.
 * @param {string} meetingFqn - The meeting.
 * @param {PageTraceOptions} pageOptions - What the page chose.
 * @param {function(Object): void} onEvent - Told what the channel tells.
 * @returns {Channel | null}
 */

/**
 * @typedef {Object} TraceSettings
 * @property {string | null} meetingFqn - The name the app gave; null leaves it to the page.
 * @property {string | null} fallbackMeeting - The name if the page gives none; null waits for one.
 * @property {Object | null} identity - What the app says about the session.
 * @property {boolean} autoConnect - Whether to connect without being asked by the page.
 * @property {number} maxHeldCharacters - Bound of what is held.
 * @property {OpenChannel} openChannel - Opens a channel.
 * @property {function(Channel): void} closeChannel - Closes a channel and sees to its end.
 * @property {function(number): void} onDropped - Told how many batches did not fit.
 */

/**
 * A trace.
 */
class Trace {
    /**
     * Creates a trace that is not open yet.
     *
     * @param {TraceSettings} settings - How to behave.
     */
    constructor(settings) {
        this._settings = settings;

        /** @type {Channel | null} */
        this._channel = null;

        /** @type {PageTraceOptions} */
        this._pageOptions = {};
        this._failed = false;
        this._connected = false;

        /** Whether the page speaks for itself: then it says when to connect. */
        this._isLed = false;

        /** Whether the page has left: what comes now belongs to the session that it begins next. */
        this._hasLeft = false;

        /** @type {NodeJS.Timeout | undefined} */
        this._leaving = undefined;

        /**
         * Who opened it last.
         *
         * @type {unknown}
         */
        this._owner = null;

        /** @type {string[]} */
        this._held = [];
        this._heldCharacters = 0;

        /** @type {Set<function(Object): void>} */
        this._listeners = new Set();
    }

    /**
     * Adds a listener for what the present channel tells, or the next one if there is none. What it tells after
     * `close()` is for those who listened before.
     *
     * @param {function(Object): void} listener - The listener.
     * @returns {function(): void} What removes it.
     */
    listen(listener) {
        const listeners = this._listeners;

        listeners.add(listener);

        return () => listeners.delete(listener);
    }

    /**
     * Takes the page's options. What the app chose stays.
     *
     * @param {PageTraceOptions} options - The options.
     * @param {unknown} owner - Who opens it.
     * @returns {void}
     */
    open(options, owner) {
        this._finishLeaving();
        this._pageOptions = options;
        this._owner = owner;
        this._failed = false;
        this._hasLeft = false;
        this._isLed = true;
        this._release();
    }

    /**
     * Connects because the page wants it.
     *
     * @param {boolean} isBreakoutRoom - Whether it is for a breakout room.
     * @returns {void}
     */
    connect(isBreakoutRoom) {
        this._finishLeaving();
        this._hasLeft = false;
        this._isLed = true;
        const channel = this._ensureChannel();

        // A channel that connected by itself need not be told again, except when the room changes.
        if (channel && (isBreakoutRoom || !this._connected)) {
            this._connected = true;
            channel.connect(isBreakoutRoom);
        }
    }

    /**
     * Takes events.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    push(batch) {
        const channel = this._ensureChannel();

        if (channel) {
            channel.push(batch);
        } else {
            this._hold(batch);
        }
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
     * @param {unknown} owner - Who wants it. Whoever opened it last may; another one has been left behind.
     * @returns {void}
     */
    leave(owner) {
        if (owner === this._owner && !this._leaving) {
            this._leaving = setTimeout(() => this._finishLeaving(), LEAVING_TIME);
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

        this._channel = null;
        this._connected = false;
        this._listeners = new Set();
        this._held = [];
        this._heldCharacters = 0;
        if (channel) {
            this._settings.closeChannel(channel);
        }
    }

    /**
     * Gives the channel, opened now if it can be.
     *
     * @returns {Channel | null} The channel.
     */
    _ensureChannel() {
        const { fallbackMeeting, meetingFqn: appMeeting } = this._settings;
        const meetingFqn = appMeeting ?? this._pageOptions.meetingFqn ?? fallbackMeeting;

        if (this._channel || this._failed || this._hasLeft || !meetingFqn) {
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
        if (this._settings.identity) {
            channel.push(JSON.stringify([ 'identity', null, this._settings.identity, Date.now() ]));
        }
        if (this._settings.autoConnect && !this._isLed) {
            this._connected = true;
            channel.connect();
        }
        const held = this._held;

        this._held = [];
        this._heldCharacters = 0;
        held.forEach(batch => channel.push(batch));
    }

    /**
     * Opens the channel if something waits for it.
     *
     * @returns {void}
     */
    _release() {
        if (this._held.length > 0) {
            this._ensureChannel();
        }
    }

    /**
     * Keeps a batch until the channel can be opened; the newest is refused when there is no room.
     *
     * @param {string} batch - The batch.
     * @returns {void}
     */
    _hold(batch) {
        if (this._failed || this._heldCharacters + batch.length > this._settings.maxHeldCharacters) {
            this._settings.onDropped(1);

            return;
        }
        this._held.push(batch);
        this._heldCharacters += batch.length;
    }
}

module.exports = { Trace };
