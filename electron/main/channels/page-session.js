/**
 * One session of one document: opens the native channel when it is known where to and there is something to send, and
 * holds events, within a bound, until then. It decides nothing about delivery: that is the channel's.
 */

'use strict';

const { EntryHook } = require('./entry-hook');
const { HeldBatches } = require('./held-batches');

/**
 * Milliseconds for what the page did before it left: what is captured comes by another port, and a moment later.
 */
const LEAVING_TIME = 100;

/** Milliseconds in which the page may still name its meeting before its events go under the name of its address. */
const NAME_GRACE = 100;

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
 * @typedef {import('./entry-hook').BeforeSend} BeforeSend
 * @typedef {import('../control').Gate} Gate
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
 * @property {function(): Gate} gate - Says what is to be done with events.
 * @property {BeforeSend | undefined} beforeSend - Looks at each entry before it is sent.
 * @property {function(string, string): void} onComplaint - Told of mistakes of the app: a code and a sentence.
 * @property {function(function(string): void): function(): void} joinMachine - Writes the machine's side into a session
 * that begins; gives what ends it.
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
 * Does nothing.
 *
 * @returns {void}
 */
function nothing() {
    // On purpose.
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

        /** @type {NodeJS.Timeout | undefined} */
        this._naming = undefined;
        this._isNameOverdue = false;

        this._held = new HeldBatches(settings.maxHeldCharacters);

        /**
         * Whether the page wants to connect as soon as it may: whether it is for a breakout room, null if not.
         *
         * @type {boolean | null}
         */
        this._wanted = null;
        this._leaveMachine = nothing;
        this._hook = settings.beforeSend && this._createHook(settings.beforeSend);

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
        this._wanted = this._settings.gate() === 'open' ? null : isBreakoutRoom;
        const channel = this._wanted === null ? this._ensureChannel(true) : null;

        const changesRoom = this._connected && (isBreakoutRoom || this._isInBreakoutRoom);

        // A channel that connected by itself need not be told again, except when the room changes.
        if (channel && (changesRoom || !this._connected)) {
            this._connected = true;
            this._isInBreakoutRoom = isBreakoutRoom;
            channel.connect(isBreakoutRoom);
            changesRoom && this._pushIdentity();
        }
    }

    /**
     * Takes events.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    push(batch) {
        const gate = this._settings.gate();
        const isWorthIt = this._channel || !isQuiet(batch);

        if (gate !== 'open' && gate !== 'pending') {
            this._settings.tally.withhold(gate, batch);
        } else if (gate === 'open' && isWorthIt && this._ensureChannel()) {
            this._deliver(batch);
        } else {
            this._hold(batch);
        }
    }

    /**
     * Does what a change of the gate asks for.
     *
     * @returns {void}
     */
    onGate() {
        const gate = this._settings.gate();

        if (gate === 'denied') {
            this._held.take().forEach(batch => {
                this._settings.tally.handOver(batch);
                this._settings.tally.withhold('denied', batch);
            });
            this._endChannel();
        } else if (gate === 'open' && this._wanted !== null) {
            const isBreakoutRoom = this._wanted;
            const channel = this._ensureChannel(true);

            this._wanted = null;
            if (channel && !this._connected) {
                this._connected = true;
                this._isInBreakoutRoom = isBreakoutRoom;
                channel.connect(isBreakoutRoom);
            }
        } else if (gate === 'open') {
            this._release();
        }
    }

    /**
     * Sends events, by way of the app's hook if there is one.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    _deliver(batch) {
        if (this._hook) {
            this._hook.push(batch);
        } else {
            this._channel?.push(batch);
        }
    }

    /**
     * Makes what passes entries through the app's hook.
     *
     * @param {BeforeSend} beforeSend - The hook.
     * @returns {EntryHook} It.
     */
    _createHook(beforeSend) {
        const { onComplaint, tally } = this._settings;

        return new EntryHook(beforeSend, {
            complain: onComplaint,
            deliver: batch => this._channel?.push(batch),
            filter: line => tally.withhold('filtered', line),
            hold: line => tally.hold(line),
            release: line => tally.handOver(line)
        });
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
        this._channel && this._pushIdentity();
    }

    /**
     * Says who takes part, as far as the app has said it.
     *
     * @returns {void}
     */
    _pushIdentity() {
        this._identity && this._deliver(JSON.stringify([ 'identity', null, this._identity, Date.now() ]));
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
        const listeners = this._listeners;

        this._wanted = null;
        this._stopWaitingForName();
        this._giveUp(this._held.take());
        if (!this._endChannel()) {
            // No channel will say that it is closed.
            listeners.forEach(listener => listener({ type: 'ended' }));
        }
    }

    /**
     * Closes the channel, if there is one.
     *
     * @returns {boolean} Whether there was.
     */
    _endChannel() {
        const channel = this._channel;

        this._leaveMachine();
        this._leaveMachine = nothing;
        this._hook?.flush();
        this._channel = null;
        this._connected = false;
        this._isInBreakoutRoom = false;
        this._listeners = new Set();
        channel && this._settings.closeChannel(channel);

        return Boolean(channel);
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

        const mayOpen = !this._failed && !this._hasLeft && this._settings.gate() === 'open';

        if (this._channel || !mayOpen || !meetingFqn || !(endpoint || isWanted)) {
            return this._channel;
        }
        if (!isWanted && meetingFqn !== (appMeeting ?? this._pageOptions.meetingFqn) && !this._isNameOverdue) {
            this._waitForName();

            return null;
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
     * Gives the page a moment to name its meeting: what it captured and what it says come by two ports, and nothing
     * tells which of them is heard first.
     *
     * @returns {void}
     */
    _waitForName() {
        this._naming ??= setTimeout(() => this._stopWaitingForName(), NAME_GRACE);
        this._naming.unref();
    }

    /**
     * Goes on under the name there is, if a name is waited for.
     *
     * @returns {void}
     */
    _stopWaitingForName() {
        if (this._naming && !this._isNameOverdue) {
            clearTimeout(this._naming);
            this._isNameOverdue = true;
            this._release();
        }
    }

    /**
     * Sends what belongs before everything else.
     *
     * @param {Channel} channel - The new channel.
     * @returns {void}
     */
    _begin(channel) {
        this._pushIdentity();
        if (this._settings.isCaptured && !this._isLed) {
            this._connected = true;
            channel.connect();
        }
        this._held.take().forEach(batch => {
            this._settings.tally.handOver(batch);
            this._deliver(batch);
        });
        this._leaveMachine = this._settings.joinMachine(line => this.push(line));
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
