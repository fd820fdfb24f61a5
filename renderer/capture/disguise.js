/**
 * Proxies over native functions that a page cannot tell from the originals: name, length, statics and descriptors come
 * with the proxy; `toString()` and the stacks of errors are taken care of here.
 *
 * It must never change an argument, a result or an error beyond taking our own frames off its stack, and it knows
 * nothing of WebRTC.
 */

'use strict';

const { hideFrames } = require('./frames');
const {
    WeakMap, append, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, guard, setPrototypeOf, weakGet, weakSet
} = require('./native');
const { callHandler, callbackFor, constructHandler, learnFrames } = require('./traps');
const { createPositions } = require('./uncaught');

/** @typedef {import('./traps').Before} Before */
/** @typedef {import('./uncaught').Remember} Remember */

/**
 * Takes no notice.
 *
 * @returns {undefined} - Nothing.
 */
function ignore() {
    return undefined;
}

/**
 * Copies a descriptor, without a prototype from which a page could complete it.
 *
 * @param {any} descriptor - The descriptor.
 * @param {string} [slot] - A member to change.
 * @param {any} [value] - Its value.
 * @returns {any} - The copy.
 */
function withSlot(descriptor, slot, value) {
    /** @type {any} */
    const copy = { __proto__: null,
        ...descriptor };

    if (slot) {
        copy[slot] = value;
    }

    return copy;
}

/**
 * Tells whether a chain of prototypes leads to an object. The engine refuses such a circle itself, but does not see one
 * that goes through a proxy.
 *
 * @param {any} prototype - Where the chain begins.
 * @param {any} object - The object.
 * @returns {boolean} - Whether it does.
 */
function leadsTo(prototype, object) {
    for (let link = prototype; link; link = getPrototypeOf(link)) {
        if (link === object) {
            return true;
        }
    }

    return false;
}

/**
 * A workshop for one window: everything it replaces, it can put back.
 *
 * @param {any} global - The window.
 * @returns {any} - The tools.
 */
function createDisguise(global) {
    const natives = new WeakMap();

    /** @type {Array<() => void>} */
    const undo = [];

    /** @type {Remember} */
    let remember = ignore;

    learnFrames();

    /**
     * Lets an error go on to the page as if nobody stood between.
     *
     * @param {any} error - The error.
     * @param {any} [limit] - How many frames the page wants.
     * @returns {void}
     */
    function onThrow(error, limit) {
        remember(error, hideFrames(error, limit));
    }

    /**
     * Replaces the value, getter or setter of a property and keeps everything else about it.
     *
     * @param {any} owner - The object that owns the property.
     * @param {string} name - The property.
     * @param {string} slot - Which function of the descriptor: `value`, `get` or `set`.
     * @param {any} substitute - The new function.
     * @returns {void}
     */
    function replace(owner, name, slot, substitute) {
        /** @type {any} */
        const descriptor = getOwnPropertyDescriptor(owner, name);

        if (!defineProperty(owner, name, withSlot(descriptor, slot, substitute))) {
            return;
        }
        append(undo, () => {
            const current = getOwnPropertyDescriptor(owner, name);

            // What the page put on top of ours stays; ours below it is inert from now on.
            if (current && withSlot(current)[slot] === substitute) {
                defineProperty(owner, name, withSlot(current, slot, descriptor[slot]));
            }
        });
    }

    /**
     * Makes a proxy.
     *
     * @param {any} native - The native function.
     * @param {any} handler - The traps.
     * @returns {any} - The proxy, which prints like the function it stands for.
     */
    function disguise(native, handler) {
        const proxy = new Proxy(native, handler);

        handler.setPrototypeOf = (/** @type {any} */ target, /** @type {any} */ prototype) =>
            !leadsTo(prototype, proxy) && setPrototypeOf(target, prototype);
        weakSet(natives, proxy, native);

        return proxy;
    }

    /**
     * Makes a proxy for a function whose receiver may be one of our proxies, which it has to take for the function that
     * stands for.
     *
     * @param {any} native - The native function.
     * @returns {any} - The proxy.
     */
    const seesThrough = native => disguise(native, callHandler(() => undefined, onThrow, receiver =>
        (typeof receiver === 'function' && weakGet(natives, receiver)) || receiver));

    const callProxy = (/** @type {any} */ native, /** @type {Before} */ before) =>
        disguise(native, callHandler(before, onThrow));

    remember = createPositions(global, (owner, name, slot, make) => {
        /** @type {any} */
        const descriptor = owner && getOwnPropertyDescriptor(owner, name);

        descriptor && replace(owner, name, slot, make(descriptor[slot]));
    }, callProxy);

    // A proxy prints as a native function without a name, and is asked for its `arguments` as if it were strict.
    const { prototype } = global.Function;

    replace(prototype, 'toString', 'value', seesThrough(prototype.toString));
    [ 'arguments', 'caller' ].forEach(name => [ 'get', 'set' ].forEach(slot => {
        const native = withSlot(getOwnPropertyDescriptor(prototype, name) ?? {})[slot];

        native && replace(prototype, name, slot, seesThrough(native));
    }));

    return {
        callProxy,
        constructProxy: (/** @type {any} */ native, /** @type {Before} */ before) =>
            disguise(native, constructHandler(before, onThrow)),
        isDisguise: (/** @type {any} */ value) => typeof value === 'function' && weakGet(natives, value) !== undefined,
        observeCallback: (/** @type {any} */ callback, /** @type {function(any[]): void} */ before) =>
            callbackFor(callback, before, onThrow),
        replace,

        /**
         * Takes everything back, in reverse.
         *
         * @returns {void}
         */
        restore() {
            for (let i = undo.length - 1; i >= 0; i--) {
                guard(undo[i]);
            }
        }
    };
}

module.exports = { createDisguise };
