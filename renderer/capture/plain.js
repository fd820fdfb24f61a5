/**
 * Copies what a page passes to a call, for payloads.
 *
 * It must never run code of the page: accessors are left out, since reading them again would show, and may have
 * effects (the browser itself reads them once), and copies have no prototype, where a setter or a `toJSON` could be.
 */

'use strict';

const {
    apply, defineProperty, getOwnPropertyDescriptor, guard, isArray, map, ownKeys
} = require('./native');

const arrayPrototype = Array.prototype;
const objectPrototype = Object.prototype;
const { hasOwnProperty } = objectPrototype;

/** Deeper than any dictionary of WebRTC. What is deeper (a cycle, say) is refused, as JSON would. */
const MAX_DEPTH = 12;

/** Stands for what has no value of its own. A symbol, so that nothing of the page can be it. */
const ABSENT = Symbol('absent');

/** @type {any} */
const { RTCIceCandidate, RTCSessionDescription } = globalThis;

/** How the browser writes its own objects that have members beside those a page gave them. */
const natives = [ RTCIceCandidate, RTCSessionDescription ].map(type => type?.prototype?.toJSON).filter(Boolean);

/**
 * Looks at a property without running an accessor.
 *
 * @param {any} object - The object.
 * @param {PropertyKey} key - The property.
 * @returns {any} - Its value, or `ABSENT` where there is none or an accessor.
 */
function ownValue(object, key) {
    const descriptor = getOwnPropertyDescriptor(object, key);

    return descriptor && apply(hasOwnProperty, descriptor, [ 'value' ]) ? descriptor.value : ABSENT;
}

/**
 * Lets the browser write an object of its own.
 *
 * @param {any} value - An object.
 * @returns {any} - What it is in JSON; nothing for an object that is none of the browser's.
 */
function writeNative(value) {
    for (let i = 0; i < natives.length; i++) {
        const written = guard(() => apply(natives[i], value, []));

        if (written) {
            return written;
        }
    }

    return undefined;
}

/**
 * Copies dictionaries and lists. Of other objects (tracks, streams, instances of classes) what they hold as own values
 * is copied, which of the browser's own is nothing; candidates and descriptions are copied as they are in JSON.
 *
 * @param {any} value - Anything.
 * @param {number} [depth] - How deep this is.
 * @returns {any} - The copy.
 */
function plain(value, depth = 0) {
    if (typeof value !== 'object' || value === null) {
        return typeof value === 'function' ? undefined : value;
    }
    if (depth > MAX_DEPTH) {
        throw new RangeError('too deep');
    }
    if (isArray(value)) {
        let index = 0;

        return map(value, () => {
            const item = ownValue(value, index++);

            return item === ABSENT ? undefined : plain(item, depth + 1);
        });
    }
    const source = writeNative(value) ?? value;

    /** @type {any} */
    const copy = { __proto__: null };

    map(ownKeys(source), key => {
        const item = typeof key === 'string' && isEnumerable(source, key) ? ownValue(source, key) : ABSENT;

        if (item !== ABSENT) {
            copy[key] = plain(item, depth + 1);
        }
    });

    return copy;
}

/**
 * Tells whether JSON would write a property.
 *
 * @param {any} object - The object.
 * @param {PropertyKey} key - The property.
 * @returns {boolean} - Whether it is enumerable.
 */
function isEnumerable(object, key) {
    return getOwnPropertyDescriptor(object, key)?.enumerable === true;
}

/**
 * Tells whether a page (or a library: Prototype.js did) has put a `toJSON` where every object would be asked for it.
 *
 * @returns {boolean} - Whether it has.
 */
function isJsonPatched() {
    return Boolean(getOwnPropertyDescriptor(objectPrototype, 'toJSON')
        || getOwnPropertyDescriptor(arrayPrototype, 'toJSON'));
}

/**
 * Copies a payload so that no `toJSON` that a page has put on the prototypes of objects and arrays is asked.
 *
 * @param {any} value - A payload that holds values only.
 * @returns {any} - The copy.
 */
function withoutToJson(value) {
    const copy = plain(value);

    seal(copy);

    return copy;
}

/**
 * Gives a list a `toJSON` of its own, which is none.
 *
 * @param {any[]} list - The list.
 * @returns {void}
 */
function hideToJson(list) {
    /** @type {any} */
    const descriptor = { __proto__: null,
        value: undefined };

    defineProperty(list, 'toJSON', descriptor);
}

/**
 * Gives every list in a copy a `toJSON` of its own, which is none.
 *
 * @param {any} copy - The copy.
 * @returns {void}
 */
function seal(copy) {
    if (typeof copy !== 'object' || copy === null) {
        return;
    }
    map(ownKeys(copy), key => seal(ownValue(copy, key)));
    isArray(copy) && hideToJson(copy);
}

module.exports = { ABSENT,
    hideToJson,
    isJsonPatched,
    ownValue,
    plain,
    withoutToJson };
