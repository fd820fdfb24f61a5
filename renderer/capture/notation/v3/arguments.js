/**
 * How protocol 3.1 writes the arguments of a call that has no notation of its own.
 */

'use strict';

const { plain } = require('../../plain');

/**
 * The arguments the way 9.7.1 writes them: the `arguments` object.
 *
 * @param {any[]} args - The arguments.
 * @returns {Object} - `{ 0: …, 1: … }`.
 */
function argumentsObject(args) {
    return plain({ ...args });
}

module.exports = { argumentsObject };
