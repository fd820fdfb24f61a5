/**
 * Bounds how many entries of one type the extended coverage writes. The clock is one that nobody sets back: what is
 * bounded by the time of day falls silent for the hour that is set back.
 */

'use strict';

const { elapsed } = require('../native');

/** @typedef {import('../batcher').Emit} Emit */

/** Entries of one type per second; what is above is left out. */
const BUDGET = 20;

/**
 * Bounds the rate of entries, per type.
 *
 * @param {Emit} emit - Where entries go.
 * @returns {Emit} - Where the bounded ones go.
 */
module.exports.createLimiter = function(emit) {
    /** @type {any} */
    const windows = { __proto__: null };

    return (type, pcId, payload) => {
        const time = elapsed();
        const budget = windows[type] ??= { left: 0,
            until: 0 };

        if (time >= budget.until) {
            budget.until = time + 1000;
            budget.left = BUDGET;
        }
        if (budget.left-- > 0) {
            emit(type, pcId, payload);
        }
    };
};
