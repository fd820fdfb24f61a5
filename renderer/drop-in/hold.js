/**
 * Holds event lines until it is known who takes them: in one task, while the meeting's name may still come.
 *
 * It must never hold more than its bound, nor anything but text, and never give anything up uncounted.
 */

'use strict';

/** Characters of lines. */
const MAX_HELD = 4 * 1024 * 1024;

/** @typedef {{ line: string, type: string }} Held */

/**
 * @typedef {Object} Hold
 * @property {(type: string, line: string) => void} add - Takes a line.
 * @property {() => { lines: Held[], lost: number }} take - Gives what is held, and says how many lines were not.
 */

/**
 * Makes a store. Over the bound the oldest `getstats` go first, then what is new.
 *
 * @returns {Hold} - The store.
 */
module.exports.createHold = function() {
    /** @type {Held[]} */
    let held = [];
    let lost = 0;
    let size = 0;

    return {
        add(type, line) {
            for (let i = 0; i < held.length && size + line.length > MAX_HELD; i++) {
                if (held[i].type === 'getstats') {
                    size -= held[i].line.length;
                    held.splice(i--, 1);
                    lost++;
                }
            }
            if (size + line.length <= MAX_HELD) {
                size += line.length;
                held.push({ line,
                    type });
            } else {
                lost++;
            }
        },
        take() {
            const taken = { lines: held,
                lost };

            held = [];
            lost = 0;
            size = 0;

            return taken;
        }
    };
};
