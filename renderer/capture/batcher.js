/**
 * Turns entries into event lines and hands them over in batches.
 *
 * It must never throw into the page, never keep an object of the page beyond the call, never reorder, and never decide
 * about delivery: what `send` does with a batch is none of its business.
 */

'use strict';

const { guard, now, queueMicrotask, stringify } = require('./native');
const { hideToJson } = require('./plain');

/**
 * Takes an entry as it leaves the wrappers.
 *
 * @callback Emit
 * @param {string} type - The entry's type, e.g. `createOffer`.
 * @param {string|null|undefined} pcId - The connection, `null` for what belongs to none.
 * @param {any} [payload] - Anything JSON can hold; it is serialised before the call returns.
 * @returns {void}
 */

/**
 * @typedef {Object} Batcher
 * @property {Emit} entry - Takes an entry.
 * @property {() => void} flush - Hands over what was collected, without waiting for the tick.
 * @property {() => void} close - Flushes; entries are ignored from then on, at no cost.
 * @property {{ captured: number, refused: number }} counts - `refused` counts entries JSON could not hold.
 */

/**
 * Writes one event line: `[type, pcId | null, payload, timestampMs]`.
 *
 * @param {any} type - The entry's type.
 * @param {any} pcId - The connection.
 * @param {any} payload - The payload; `undefined` becomes `null`.
 * @returns {string|undefined} - The line; nothing when JSON refuses the payload (cycles, BigInt, a throwing getter).
 */
function toLine(type, pcId, payload) {
    /** @type {any} */
    const event = [ type, pcId, payload, now() ];

    // Libraries that define Array.prototype.toJSON (Prototype.js did) must not reach the envelope.
    hideToJson(event);

    return guard(() => stringify(event));
}

/**
 * Collects lines and hands them over once per tick.
 *
 * The tick is a microtask. Everything a page does in one task (a burst of candidates, the wrappers around one call)
 * leaves in one hand-over as soon as the page's code returns, so a crash loses no more than the task that crashed. A
 * macrotask would also merge neighbouring tasks, but it is throttled in hidden pages, loses what waits when the page
 * goes, and a timer shifts the ids of the page's own timers. In the steady state, one poll per connection, both hand
 * over equally often.
 *
 * @param {function(string): any} send - Gets newline-joined lines. Returning `false` says that nobody listens any more.
 * @param {function(): void} onGone - Called once when `send` said so.
 * @returns {Batcher} - The batcher.
 */
function createBatcher(send, onGone) {
    const counts = { captured: 0,
        refused: 0 };
    let closed = false;
    let lines = '';
    let scheduled = false;

    /**
     * Hands over what was collected.
     *
     * @returns {void}
     */
    function flush() {
        const batch = lines;

        lines = '';
        scheduled = false;
        if (batch && !closed && guard(() => send(batch)) === false) {
            closed = true;
            guard(onGone);
        }
    }

    /**
     * Takes a line.
     *
     * @param {string|undefined} line - The line; nothing when JSON refused the payload.
     * @returns {void}
     */
    function add(line) {
        if (line === undefined) {
            counts.refused++;

            return;
        }
        counts.captured++;
        lines = lines ? `${lines}\n${line}` : line;
        if (!scheduled) {
            scheduled = true;
            queueMicrotask(flush);
        }
    }

    return {
        close() {
            flush();
            closed = true;
        },
        counts,
        entry(type, pcId, payload) {
            closed || add(toLine(type, pcId, payload));
        },
        flush
    };
}

module.exports = {
    createBatcher,
    toLine
};
