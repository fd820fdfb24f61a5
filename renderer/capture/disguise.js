/**
 * Proxies over native functions that a page cannot tell from the originals: name, length, statics and descriptors come
 * with the proxy; `toString()` and the stacks of errors are taken care of here.
 *
 * It must never change an argument, a result or an error beyond taking our own frames off its stack, and it knows
 * nothing of WebRTC.
 */

'use strict';

const {
    WeakMap, apply, construct, defineProperty, getOwnPropertyDescriptor, guard, join, replaceText, set, split,
    weakGet, weakSet
} = require('./native');

/**
 * Looks at a call before it is made.
 *
 * @callback Before
 * @param {any} receiver - The receiver, or `new.target` of a construction.
 * @param {any[]} args - The arguments. The engine made the array for the trap: a changed element reaches the function.
 * @returns {After|false|undefined} - What to do when it has returned; nothing when the call is of no interest.
 */

/**
 * Looks at what a call returned.
 *
 * @callback After
 * @param {any} returned - What the function returned.
 * @returns {any} - What the caller gets.
 */

/** Where a frame stands in its file: the end of a line of a stack, in V8 as in Firefox. */
const POSITION = /:\d+:\d+\)?$/;

/**
 * Cuts a line of a stack down to function and file.
 *
 * @param {string} line - The line.
 * @returns {string} - Its beginning.
 */
function withoutPosition(line) {
    return replaceText(line, POSITION, '');
}

/** @type {string[]} */
const ourFrames = [];

/**
 * Tells whether a line of a stack is one of ours.
 *
 * @param {string} line - The line, without its position.
 * @returns {boolean} - Whether it is.
 */
function isOurs(line) {
    for (let i = 0; i < ourFrames.length; i++) {
        if (line === ourFrames[i]) {
            return true;
        }
    }

    return false;
}

/**
 * Takes the frames of the traps off an error's stack. Errors made by the function itself and errors of the page
 * that pass through (a getter in the arguments) then read as in a browser without capture.
 *
 * @param {any} error - The error on its way to the page.
 * @returns {void}
 */
function hideFrames(error) {
    guard(() => {
        const { stack } = error;

        if (typeof stack !== 'string') {
            return;
        }
        const lines = split(stack, '\n');
        const kept = [];

        for (let i = 0; i < lines.length; i++) {
            const line = withoutPosition(lines[i]);

            if (!isOurs(line)) {
                kept[kept.length] = lines[i];
            }
        }
        kept.length < lines.length && set(error, 'stack', join(kept, '\n'));
    });
}

/**
 * Makes the trap for calls. There is one function of ours between the page and the native one, so that one line is all
 * there is to hide.
 *
 * @param {Before} before - Looks at every call.
 * @param {function(any): any} [receiverOf] - Gives the receiver the function gets, when it is another one.
 * @returns {ProxyHandler<any>} - The handler.
 */
function callHandler(before, receiverOf) {
    return {
        apply: function rtcCall(target, receiver, args) {
            const after = guard(() => before(receiver, args));
            let returned;

            try {
                returned = apply(target, receiverOf ? receiverOf(receiver) : receiver, args);
            } catch (error) {
                hideFrames(error);
                throw error;
            }

            return after ? after(returned) : returned;
        }
    };
}

/**
 * Makes the trap for constructions. `new.target` is passed on, so subclasses and `Reflect.construct` work as ever.
 *
 * @param {Before} before - Looks at every construction.
 * @returns {ProxyHandler<any>} - The handler.
 */
function constructHandler(before) {
    return {
        construct: function rtcNew(target, args, newTarget) {
            const after = guard(() => before(newTarget, args));
            let made;

            try {
                made = construct(target, args, newTarget);
            } catch (error) {
                hideFrames(error);
                throw error;
            }
            after && after(made);

            return made;
        }
    };
}

/**
 * Makes what the browser calls in the place of a callback of the page. It is no proxy: Firefox, whose
 * RTCPeerConnection is written in JavaScript, does not call one.
 *
 * @param {any} callback - The page's function.
 * @param {function(any[]): void} before - Told the arguments; must not throw.
 * @returns {function(): any} - The function for the browser.
 */
function observeCallback(callback, before) {
    /**
     * Stands for the callback. A declaration: a minifier takes the names of function expressions away, and without one
     * its line on a stack could be any function of the page.
     *
     * @param {...any} values - What the browser tells.
     * @returns {any} - What the callback gives.
     */
    function rtcCallback(...values) {
        before(values);
        try {
            // The browser calls callbacks with nothing as their receiver.
            return apply(callback, undefined, values);
        } catch (error) {
            hideFrames(error);
            throw error;
        }
    }

    return rtcCallback;
}

/**
 * Learns what a line of each trap looks like in this engine, in this bundle.
 *
 * @returns {void}
 */
function learnFrames() {
    /**
     * Stands in for a native function.
     *
     * @returns {void}
     */
    function thrower() {
        throw new Error('frames');
    }
    const called = new Proxy(thrower, callHandler(() => undefined));
    const constructed = new Proxy(thrower, constructHandler(() => undefined));

    const observed = observeCallback(thrower, () => undefined);

    [ () => called(), () => new constructed(), observed ].forEach(attempt => { // eslint-disable-line new-cap
        try {
            attempt();
        } catch (error) {
            const lines = split(error instanceof Error ? error.stack : '', '\n');

            // Below the line of the function that threw.
            for (let i = 0; i < lines.length - 1; i++) {
                if (lines[i].includes('thrower')) {
                    ourFrames.push(withoutPosition(lines[i + 1]));
                    break;
                }
            }
        }
    });
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

    ourFrames.length || learnFrames();

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

        if (!defineProperty(owner, name, { ...descriptor,
            [slot]: substitute })) {
            return;
        }
        undo[undo.length] = () => {
            /** @type {any} */
            const current = getOwnPropertyDescriptor(owner, name);

            // What the page put on top of ours stays; ours below it is inert from now on.
            if (current?.[slot] === substitute) {
                defineProperty(owner, name, { ...current,
                    [slot]: descriptor[slot] });
            }
        };
    }

    /**
     * Makes a proxy.
     *
     * @param {any} native - The native function.
     * @param {ProxyHandler<any>} handler - The traps.
     * @returns {any} - The proxy, which prints like the function it stands for.
     */
    function disguise(native, handler) {
        const proxy = new Proxy(native, handler);

        weakSet(natives, proxy, native);

        return proxy;
    }

    // A proxy prints as a native function without a name, so the printer has to know which function it stands for.
    const { toString } = global.Function.prototype;

    replace(global.Function.prototype, 'toString', 'value', disguise(toString, callHandler(
        () => undefined,
        receiver => weakGet(natives, receiver) ?? receiver)));

    return {
        callProxy: (/** @type {any} */ native, /** @type {Before} */ before) => disguise(native, callHandler(before)),
        constructProxy: (/** @type {any} */ native, /** @type {Before} */ before) =>
            disguise(native, constructHandler(before)),
        isDisguise: (/** @type {any} */ value) => typeof value === 'function' && weakGet(natives, value) !== undefined,
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

module.exports = { createDisguise,
    hideFrames,
    observeCallback };
