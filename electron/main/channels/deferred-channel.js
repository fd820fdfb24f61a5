/**
 * A channel that is used before it can be opened: keeps what it is told, in order and within a bound, until the proxy
 * is known and the native channel is there. After that it only passes on; it decides nothing about delivery.
 */

'use strict';

/**
 * @typedef {import('./page-session').Channel} Channel
 */

/**
 * Counts the events of a batch, as the native channel does.
 *
 * @param {string} batch - Newline-separated events.
 * @returns {number} How many there are.
 */
function countEvents(batch) {
    return batch.split('\n').filter(Boolean).length;
}

/**
 * A channel that is opened later.
 */
class DeferredChannel {
    /**
     * Creates it.
     *
     * @param {Promise<Channel | null>} opening - Gives the native channel, or null when it cannot be opened. It must
     * settle in bounded time and not be rejected.
     * @param {number} maxHeldCharacters - Bound of what is kept until then.
     */
    constructor(opening, maxHeldCharacters) {
        /** @type {Channel | null} */
        this._channel = null;
        this._failed = false;
        this._maxHeldCharacters = maxHeldCharacters;
        this._heldCharacters = 0;

        /** @type {Array<function(Channel): void>} */
        this._held = [];
        this._counts = { captured: 0,
            dropped: 0,
            pending: 0 };
        this._opened = opening.then(channel => this._use(channel));
    }

    /**
     * Connects.
     *
     * @param {boolean} [isBreakoutRoom] - Whether it is for a breakout room.
     * @returns {void}
     */
    connect(isBreakoutRoom) {
        this._do(channel => channel.connect(isBreakoutRoom));
    }

    /**
     * Delivers what earlier runs left.
     *
     * @returns {void}
     */
    recover() {
        this._do(channel => channel.recover());
    }

    /**
     * Changes the proxy.
     *
     * @param {string | null} proxy - The proxy.
     * @returns {void}
     */
    setProxy(proxy) {
        this._do(channel => channel.setProxy(proxy));
    }

    /**
     * Takes events.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    push(batch) {
        if (this._channel) {
            this._channel.push(batch);

            return;
        }
        const count = countEvents(batch);

        this._counts.captured += count;
        if (this._failed || this._heldCharacters + batch.length > this._maxHeldCharacters) {
            this._counts.dropped += count;

            return;
        }
        this._heldCharacters += batch.length;
        this._counts.pending += count;
        this._held.push(channel => channel.push(batch));
    }

    /**
     * Hurries a reconnection; a channel that is not there yet connects by itself.
     *
     * @returns {void}
     */
    reconnectNow() {
        this._channel?.reconnectNow();
    }

    /**
     * Delivers what is pending and ends.
     *
     * @returns {Promise<void>} When it has ended.
     */
    async close() {
        await this._opened;
        await this._channel?.close();
    }

    /**
     * Tells whether the server is ready.
     *
     * @returns {boolean} Whether it is.
     */
    isConnected() {
        return this._channel?.isConnected() ?? false;
    }

    /**
     * Gives the counters: those of the native channel, and before it those of what is kept for it.
     *
     * @returns {Record<string, any>} The counters.
     */
    stats() {
        if (!this._channel) {
            return { ...this._counts };
        }
        const stats = this._channel.stats();

        // What did not fit before is lost for good; what did fit the native channel counts.
        return { ...stats,
            captured: stats.captured + this._counts.dropped,
            dropped: stats.dropped + this._counts.dropped };
    }

    /**
     * Does something with the native channel, now or as soon as it is there.
     *
     * @param {function(Channel): void} action - What.
     * @returns {void}
     */
    _do(action) {
        if (this._channel) {
            action(this._channel);
        } else if (!this._failed) {
            this._held.push(action);
        }
    }

    /**
     * Takes the native channel, or gives up what was kept for it.
     *
     * @param {Channel | null} channel - The channel.
     * @returns {void}
     */
    _use(channel) {
        const held = this._held;

        this._held = [];
        this._channel = channel;
        this._failed = !channel;
        if (channel) {
            held.forEach(action => action(channel));
        } else {
            this._counts.dropped += this._counts.pending;
        }
        this._counts.pending = 0;
    }
}

module.exports = { DeferredChannel };
