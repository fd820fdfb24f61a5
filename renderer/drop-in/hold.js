/**
 * Holds event lines until somebody takes them.
 *
 * It must never hold more than its bound, nor anything but text.
 */

'use strict';

/** Characters of lines. */
const MAX_HELD = 4 * 1024 * 1024;

/**
 * Makes a store. Over the bound the oldest `getstats` go first, then what is new.
 *
 * @returns {any} - The store.
 */
module.exports.createHold = function() {
    /** @type {Array<{ line: string, type: string }>} */
    let held = [];
    let size = 0;

    return {
        add(/** @type {string} */ type, /** @type {string} */ line) {
            for (let i = 0; i < held.length && size + line.length > MAX_HELD; i++) {
                if (held[i].type === 'getstats') {
                    size -= held[i].line.length;
                    held.splice(i--, 1);
                }
            }
            if (size + line.length <= MAX_HELD) {
                size += line.length;
                held.push({ line,
                    type });
            }
        },
        take() {
            const all = held;

            held = [];
            size = 0;

            return all;
        }
    };
};
