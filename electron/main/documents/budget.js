/**
 * Bounds what one document may send: a size for each message, and a rate in messages and characters. Counting is all it
 * does, so that saying no costs next to nothing; it never looks at what a message says.
 */

'use strict';

/**
 * @typedef {Object} Limits
 * @property {number} maxMessageLength - Characters in one message.
 * @property {number} charactersPerSecond - Characters a second in the long run.
 * @property {number} burstCharacters - Characters at once.
 * @property {number} messagesPerSecond - Messages a second in the long run.
 * @property {number} burstMessages - Messages at once.
 * @property {number} maxRefusals - Refused messages after which a port is closed.
 * @property {number} maxPorts - Open ports of one document.
 * @property {number} maxClosing - Sessions of one document that are left and not closed yet.
 * @property {number} maxDocuments - Documents of one window. The rest is for each of them.
 * @property {number} maxHeldCharacters - Characters held while the meeting's name is not known.
 */

/**
 * The defaults. A poll of 50 participants is 160 KB, so the rates leave room for ten times that.
 *
 * @type {Limits}
 */
const DEFAULT_LIMITS = Object.freeze({
    burstCharacters: 32 * 1024 * 1024,
    burstMessages: 5000,
    charactersPerSecond: 4 * 1024 * 1024,
    maxClosing: 8,
    maxDocuments: 64,
    maxHeldCharacters: 4 * 1024 * 1024,
    maxMessageLength: 8 * 1024 * 1024,
    maxPorts: 8,
    maxRefusals: 1000,
    messagesPerSecond: 500
});

/**
 * Two token buckets and a count of what was refused.
 */
class Budget {
    /**
     * Creates a full budget.
     *
     * @param {Limits} limits - The bounds.
     * @param {number} now - Milliseconds on a clock that does not jump.
     */
    constructor(limits, now) {
        this.limits = limits;
        this.refusals = 0;
        this._characters = limits.burstCharacters;
        this._messages = limits.burstMessages;
        this._refilledAt = now;
    }

    /**
     * Asks for one message.
     *
     * @param {number} length - Its characters.
     * @param {number} now - Milliseconds on the same clock.
     * @returns {boolean} Whether it is granted.
     */
    take(length, now) {
        const { limits } = this;
        const seconds = (now - this._refilledAt) / 1000;

        this._refilledAt = now;
        this._characters = Math.min(limits.burstCharacters, this._characters + (seconds * limits.charactersPerSecond));
        this._messages = Math.min(limits.burstMessages, this._messages + (seconds * limits.messagesPerSecond));

        if (length > limits.maxMessageLength || length > this._characters || this._messages < 1) {
            this.refusals++;

            return false;
        }
        this._characters -= length;
        this._messages--;

        return true;
    }

    /**
     * Tells whether so much was refused that listening itself is a waste.
     *
     * @returns {boolean} Whether to stop.
     */
    get exhausted() {
        return this.refusals > this.limits.maxRefusals;
    }
}

module.exports = {
    Budget,
    DEFAULT_LIMITS
};
