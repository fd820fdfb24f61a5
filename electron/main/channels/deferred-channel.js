/**
 * A native channel whose way out is asked for: it is open and counts from the first event on, and only what dials waits
 * until it is known by which proxy. It decides nothing about delivery.
 */

'use strict';

/**
 * @typedef {import('./page-session').Channel} Channel
 */

/**
 * A channel that dials later.
 */
class DeferredChannel {
    /**
     * Wraps a channel.
     *
     * @param {Channel} channel - The native channel.
     * @param {Promise<void>} ready - When its proxy is set. It must settle in bounded time and not be rejected.
     */
    constructor(channel, ready) {
        this._channel = channel;
        this._isReady = false;
        this._ready = ready.then(() => {
            this._isReady = true;
        });
    }

    /**
     * Connects.
     *
     * @param {boolean} [isBreakoutRoom] - Whether it is for a breakout room.
     * @returns {void}
     */
    connect(isBreakoutRoom) {
        this._dial(() => this._channel.connect(isBreakoutRoom));
    }

    /**
     * Delivers what earlier runs left.
     *
     * @returns {void}
     */
    recover() {
        this._dial(() => this._channel.recover());
    }

    /**
     * Takes events.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    push(batch) {
        this._channel.push(batch);
    }

    /**
     * Hurries a reconnection; a channel that has not dialled yet is about to.
     *
     * @returns {void}
     */
    reconnectNow() {
        this._isReady && this._channel.reconnectNow();
    }

    /**
     * Delivers what is pending and ends. It waits for the proxy: a channel that is closed before it has dialled gives
     * up what it holds.
     *
     * @returns {Promise<void>} When it has ended.
     */
    async close() {
        await this._ready;
        await this._channel.close();
    }

    /**
     * Tells whether the server is ready.
     *
     * @returns {boolean} Whether it is.
     */
    isConnected() {
        return this._channel.isConnected();
    }

    /**
     * Gives the counters.
     *
     * @returns {Record<string, any>} The counters.
     */
    stats() {
        return this._channel.stats();
    }

    /**
     * Does what dials, now or as soon as the proxy is set; in the order in which it was asked for.
     *
     * @param {function(): void} action - What.
     * @returns {void}
     */
    _dial(action) {
        if (this._isReady) {
            action();
        } else {
            this._ready.then(action);
        }
    }
}

module.exports = { DeferredChannel };
