/**
 * Counts the events that no native channel has: those that wait in main for one, and those that main gives up. Added to
 * what the channels count it keeps `captured == delivered + pending + dropped` true from a document's first event on.
 * It knows numbers and types only, and keeps no event.
 */

'use strict';

/** An event's type is the first thing in its line. */
const TYPE = /^\["((?:[^"\\]|\\.){1,100})"/;

/**
 * Counts the events of a batch, as the native channel does.
 *
 * @param {string} batch - Newline-separated events.
 * @returns {number} How many there are.
 */
function countEvents(batch) {
    let count = 0;

    for (let start = 0; start < batch.length; start++) {
        const end = batch.indexOf('\n', start);
        const next = end === -1 ? batch.length : end;

        count += Number(next > start);
        start = next;
    }

    return count;
}

/**
 * Counts the events of batches by type.
 *
 * @param {string[]} batches - The batches.
 * @returns {Record<string, number>} The counts.
 */
function countTypes(batches) {
    /** @type {Map<string, number>} */
    const types = new Map();

    batches.forEach(batch => batch.split('\n').filter(Boolean)
        .forEach(line => {
            const type = TYPE.exec(line)?.[1] ?? '';

            types.set(type, (types.get(type) ?? 0) + 1);
        }));

    return Object.fromEntries(types);
}

/**
 * The figures of one setup.
 */
class Tally {
    /**
     * Counts from zero.
     */
    constructor() {
        this._pending = 0;
        this._dropped = 0;

        /** Events that were never to be sent, by why: they are neither captured nor dropped. */
        this._withheld = { denied: 0,
            filtered: 0,
            paused: 0,
            sampledOut: 0 };
    }

    /**
     * Takes note of a batch that waits.
     *
     * @param {string} batch - The batch.
     * @returns {void}
     */
    hold(batch) {
        this._pending += countEvents(batch);
    }

    /**
     * Takes note of a batch that waits no more: a channel has it now, and counts it.
     *
     * @param {string} batch - The batch.
     * @returns {void}
     */
    handOver(batch) {
        this._pending -= countEvents(batch);
    }

    /**
     * Takes note of a batch that is given up at once.
     *
     * @param {string} batch - The batch.
     * @returns {number} How many events it has.
     */
    drop(batch) {
        const count = countEvents(batch);

        this._dropped += count;

        return count;
    }

    /**
     * Takes note of events that never came here.
     *
     * @param {number} events - How many.
     * @returns {void}
     */
    lose(events) {
        this._dropped += events;
    }

    /**
     * Takes note of a batch that is not to be sent.
     *
     * @param {'denied' | 'filtered' | 'paused' | 'sampledOut'} reason - Why.
     * @param {string} batch - The batch.
     * @returns {void}
     */
    withhold(reason, batch) {
        this._withheld[reason] += countEvents(batch);
    }

    /**
     * Gives the figures, by the names that a channel's have.
     *
     * @returns {Record<string, number>} The figures.
     */
    stats() {
        return { ...this._withheld,
            captured: this._pending + this._dropped,
            dropped: this._dropped,
            pending: this._pending };
    }
}

module.exports = {
    Tally,
    countTypes
};
