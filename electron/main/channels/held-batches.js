/**
 * Batches that wait until it is known where to: a bounded number of characters, the oldest first.
 */

'use strict';

/**
 * A bounded store.
 */
class HeldBatches {
    /**
     * Creates an empty one.
     *
     * @param {number} maxCharacters - The bound.
     */
    constructor(maxCharacters) {
        this._maxCharacters = maxCharacters;

        /** @type {string[]} */
        this._batches = [];
        this._characters = 0;
    }

    /**
     * Tells whether nothing waits.
     *
     * @returns {boolean} Whether it is so.
     */
    get isEmpty() {
        return this._batches.length === 0;
    }

    /**
     * Keeps a batch; the newest is refused when there is no room.
     *
     * @param {string} batch - The batch.
     * @returns {boolean} Whether there was room.
     */
    add(batch) {
        if (this._characters + batch.length > this._maxCharacters) {
            return false;
        }
        this._batches.push(batch);
        this._characters += batch.length;

        return true;
    }

    /**
     * Gives all, and keeps none.
     *
     * @returns {string[]} The batches.
     */
    take() {
        const batches = this._batches;

        this._batches = [];
        this._characters = 0;

        return batches;
    }
}

module.exports = { HeldBatches };
