/**
 * Takes our own frames off the stacks of errors, and gives the frame they took the place of back to the page.
 *
 * It must never change an error beyond that, and never run code of the page but an `Error.prepareStackTrace`, which
 * the engine would have run when the page looks at the stack.
 */

'use strict';

const {
    append, apply, defineProperty, getOwnPropertyDescriptor, guard, indexOf, isArray, join, map, set
} = require('./native');
const { readPosition, splitLines, withoutPosition } = require('./stack-lines');

/** @typedef {import('./stack-lines').Position} Position */

/** @type {any} */
const PageError = Error;
const { hasOwnProperty } = Object.prototype;

/**
 * The accessors that engines keep stacks in: on each error, or inherited, where errors of the DOM have one of their
 * own.
 *
 * @type {any[]}
 */
const nativeStacks = [ new Error('stack'), Error.prototype, globalThis.DOMException?.prototype ]
    .map(owner => owner && getOwnPropertyDescriptor(owner, 'stack')?.get)
    .filter(Boolean);

/** Whether the engine takes the position of an uncaught error from its stack, and not from where it was thrown last. */
const takesPositionFromStack = Boolean(getOwnPropertyDescriptor(new Error('stack'), 'stack')?.get);

/** Whether errors inherit their stack, as in Firefox. */
const hasInheritedStacks = Boolean(getOwnPropertyDescriptor(Error.prototype, 'stack'));

/**
 * The functions of ours that can stand between the page and the browser: for each its name, and a line of it on a
 * stack without the position. Their names survive a minifier because they are declarations.
 *
 * @type {Record<string, string>}
 */
const names = Object.create(null);

/** @type {Record<string, true>} */
const lines = Object.create(null);

/**
 * Where our functions call the native ones; each throws on a few lines, or characters of a bundle's one line, below.
 *
 * @type {Position[]}
 */
const places = [];
const MAX_LINES = 8;
const MAX_CHARACTERS = 400;

/**
 * Reads the stack of an error without asking an accessor of the page.
 *
 * @param {any} error - The error.
 * @returns {any} - The stack.
 */
function readStack(error) {
    const descriptor = getOwnPropertyDescriptor(error, 'stack');

    if (descriptor && apply(hasOwnProperty, descriptor, [ 'value' ])) {
        return descriptor.value;
    }

    for (let i = 0; i < nativeStacks.length; i++) {
        const stack = !descriptor || descriptor.get === nativeStacks[i]
            ? guard(() => apply(nativeStacks[i], error, [])) : undefined;

        // Firefox's accessor of errors is empty for those of the DOM.
        if (stack) {
            return stack;
        }
    }

    return undefined;
}

/**
 * Does something while a page's `Error.prepareStackTrace` is given stacks without our frames.
 *
 * @param {function(): any} read - Reads a stack.
 * @returns {any} - The stack.
 */
function withoutOursPrepared(read) {
    /** @type {any} */
    const found = getOwnPropertyDescriptor(PageError, 'prepareStackTrace');

    if (typeof found?.value !== 'function') {
        return read();
    }
    const prepare = found.value;

    /** @type {any} */
    const descriptor = { __proto__: null,
        ...found };

    descriptor.value = (/** @type {any} */ error, /** @type {any} */ frames) => {
        /** @type {any[]} */
        const kept = [];

        isArray(frames) && map(frames, frame => {
            frame.getFunctionName() in names || append(kept, frame);
        });

        return apply(prepare, PageError, [ error, kept ]);
    };
    defineProperty(PageError, 'prepareStackTrace', descriptor);
    try {
        return read();
    } finally {
        descriptor.value = prepare;
        defineProperty(PageError, 'prepareStackTrace', descriptor);
    }
}

/**
 * Takes our frames off an error's stack. Errors made by the function itself and errors of the page that pass through
 * (a getter in the arguments) then read as in a browser without capture.
 *
 * @param {any} error - The error on its way to the page.
 * @param {any} [limit] - How many frames the page wants, where `raiseLimit` let the engine take one more.
 * @returns {Position|undefined} - Where the browser would say that the error comes from.
 */
function hideFrames(error, limit) {
    return guard(() => {
        const stack = withoutOursPrepared(() => readStack(error));

        if (typeof stack !== 'string') {
            return undefined;
        }
        const all = splitLines(stack);

        /** @type {string[]} */
        const kept = [];

        /** @type {Position|undefined} */
        let first;
        let count = 0;
        let isBelow = false;

        map(all, line => {
            const position = lines[withoutPosition(line)] ? undefined : readPosition(line);

            // Older engines tell where the native function was called, newer ones where the error was made.
            first = !position || (!takesPositionFromStack && !isBelow) ? first : first ?? position;
            isBelow = isBelow || lines[withoutPosition(line)] === true;
            count += position ? 1 : 0;
            if (!lines[withoutPosition(line)] && count <= (limit?.value ?? Infinity)) {
                append(kept, line);
            }
        });
        kept.length < all.length && set(error, 'stack', join(kept, '\n'));

        return first && { colno: first.colno,
            filename: eventFile(first.filename),
            lineno: first.lineno };
    });
}

/**
 * Lets the engine take one frame more, for that of ours, which is taken off again.
 *
 * @returns {any} - What `lowerLimit` is to be given.
 */
function raiseLimit() {
    const limit = getOwnPropertyDescriptor(PageError, 'stackTraceLimit');

    if (limit && apply(hasOwnProperty, limit, [ 'value' ]) && limit.writable && typeof limit.value === 'number') {
        PageError.stackTraceLimit = limit.value + 1;

        return limit;
    }

    return undefined;
}

/**
 * Takes back what `raiseLimit` did.
 *
 * @param {any} limit - What that gave.
 * @returns {void}
 */
function lowerLimit(limit) {
    if (limit) {
        PageError.stackTraceLimit = limit.value;
    }
}

/**
 * Learns what a line of a function of ours looks like in this engine, in this bundle.
 *
 * @param {string} name - The function's name.
 * @param {function(function(): void): void} attempt - Runs the function with one that throws behind it.
 * @returns {void}
 */
function learnFrame(name, attempt) {
    /**
     * Stands in for a native function.
     *
     * @returns {void}
     */
    function rtcThrower() {
        throw new Error('frames');
    }

    names[name] = name;
    try {
        attempt(rtcThrower);
    } catch (error) {
        const stack = splitLines(readStack(error) ?? '');

        // Below the line of the function that threw.
        for (let i = 0; i < stack.length - 1; i++) {
            if (indexOf(stack[i], 'rtcThrower') >= 0) {
                lines[withoutPosition(stack[i + 1])] = true;
                const place = readPosition(stack[i + 1]);

                place && append(places, place);
                break;
            }
        }
    }
}

/**
 * Names a file as events do.
 *
 * @param {string} filename - The file, as stacks name it.
 * @returns {string} - That of the document for a script without one, where the engine says so.
 */
function eventFile(filename) {
    return filename || (takesPositionFromStack ? '' : globalThis.location?.href ?? '');
}

/**
 * Tells whether the position of an uncaught error is ours, or gone with our frames.
 *
 * @param {Position} position - The position, as the event has it.
 * @returns {boolean} - Whether it is.
 */
function isOwnPosition({ colno, filename, lineno }) {
    for (let i = 0; i < places.length; i++) {
        const below = lineno - places[i].lineno;
        const isNear = below === 0
            ? colno > places[i].colno && colno - places[i].colno < MAX_CHARACTERS
            : below > 0 && below < MAX_LINES;

        if (isNear && filename === eventFile(places[i].filename)) {
            return true;
        }
    }

    return takesPositionFromStack;
}

module.exports = {
    hasInheritedStacks,
    hideFrames,
    isOwnPosition,
    learnFrame,
    lowerLimit,
    raiseLimit
};
