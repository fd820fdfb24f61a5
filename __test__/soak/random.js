/**
 * Chance that can be had again: a seeded generator (Park and Miller's).
 */

'use strict';

const MODULUS = 2147483647;

/**
 * Makes a generator.
 *
 * @param {number} seed - Where it starts.
 * @returns {{below: function(number): number, between: function(number, number): number, pick: function(any[]): any}}
 * Whole numbers below a bound, whole numbers from one to another, one of several.
 */
function randomOf(seed) {
    let state = (seed % (MODULUS - 1)) + 1;
    const next = () => {
        state = (state * 16807) % MODULUS;

        return (state - 1) / (MODULUS - 1);
    };
    const below = bound => Math.floor(next() * bound);

    return { below,
        between: (from, to) => from + below(to - from + 1),
        pick: choices => choices[below(choices.length)] };
}

module.exports = { randomOf };
