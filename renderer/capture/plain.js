/**
 * Copies the dictionaries a page passes to a call, for payloads.
 *
 * It must never run code of the page: accessors are left out, since reading them again would show, and may have
 * effects. (The browser itself reads them once.).
 */

'use strict';

const { getOwnPropertyDescriptor, isArray, map, ownKeys } = require('./native');

const { getPrototypeOf } = Reflect;
const objectPrototype = Object.prototype;

/** Deeper than any dictionary of WebRTC. What is deeper (a cycle, say) is refused, as JSON would. */
const MAX_DEPTH = 12;

/**
 * Copies dictionaries and lists. Other objects (tracks, candidates, descriptions) stay what they are: JSON knows how to
 * write them.
 *
 * @param {any} value - Anything.
 * @param {string} [omit] - A key that must not get out. Then every object is taken apart, and none keeps its `toJSON`.
 * @param {number} [depth] - How deep this is.
 * @returns {any} - The copy.
 */
function plain(value, omit, depth = 0) {
    if (typeof value !== 'object' || value === null) {
        return typeof value === 'function' ? undefined : value;
    }
    if (depth > MAX_DEPTH) {
        throw new RangeError('too deep');
    }
    if (isArray(value)) {
        return map(value, item => plain(item, omit, depth + 1));
    }
    const prototype = getPrototypeOf(value);

    if (!omit && prototype !== objectPrototype && prototype !== null) {
        return value;
    }

    /** @type {any} */
    const copy = {};

    map(ownKeys(value), key => {
        const descriptor = typeof key === 'string' && key !== omit && getOwnPropertyDescriptor(value, key);

        if (descriptor && descriptor.enumerable && 'value' in descriptor) {
            copy[key] = plain(descriptor.value, omit, depth + 1);
        }
    });

    return copy;
}

module.exports = { plain };
