/**
 * The functions of ours that stand between the page and the browser. There is one of them on a stack at a time, so that
 * one line is all there is to hide.
 *
 * They must never change a result or an error, and an argument only where a trap's observer says so.
 */

'use strict';

const { learnFrame, lowerLimit, raiseLimit } = require('./frames');
const { apply, construct, guard } = require('./native');

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

/**
 * Told of an error that goes on to the page.
 *
 * @callback OnThrow
 * @param {any} error - The error.
 * @param {any} [limit] - How many frames the page wants on its stack.
 * @returns {void}
 */

/**
 * Takes no notice.
 *
 * @returns {undefined} - Nothing.
 */
function ignore() {
    return undefined;
}

/**
 * Makes the trap for calls. There is one function of ours between the page and the native one, so that one line is all
 * there is to hide. A handler has no prototype, where a page could put a trap of its own.
 *
 * @param {Before} before - Looks at every call.
 * @param {OnThrow} onThrow - Told of errors.
 * @param {function(any): any} [receiverOf] - Gives the receiver the function gets, when it is another one.
 * @returns {any} - The handler.
 */
function callHandler(before, onThrow, receiverOf) {
    /**
     * Stands between the page and the native function. A declaration, as all functions of ours that a stack can show: a
     * minifier takes the names of function expressions away, and without one a line could be any function of the page.
     *
     * @param {any} target - The native function.
     * @param {any} receiver - The receiver.
     * @param {any[]} args - The arguments.
     * @returns {any} - What the page gets.
     */
    function rtcCall(target, receiver, args) {
        const after = guard(() => before(receiver, args));
        const limit = raiseLimit();
        let returned;

        try {
            returned = apply(target, receiverOf ? receiverOf(receiver) : receiver, args);
        } catch (error) {
            lowerLimit(limit);
            onThrow(error, limit);
            throw error;
        }
        lowerLimit(limit);

        return after ? after(returned) : returned;
    }

    return { __proto__: null,
        apply: rtcCall };
}

/**
 * Makes the trap for constructions. `new.target` is passed on, so subclasses and `Reflect.construct` work as ever.
 *
 * @param {Before} before - Looks at every construction.
 * @param {OnThrow} onThrow - Told of errors.
 * @returns {any} - The handler.
 */
function constructHandler(before, onThrow) {
    /**
     * Stands between the page and the native constructor.
     *
     * @param {any} target - The native constructor.
     * @param {any[]} args - The arguments.
     * @param {any} newTarget - What `new` was said of.
     * @returns {any} - What was made.
     */
    function rtcNew(target, args, newTarget) {
        const after = guard(() => before(newTarget, args));
        const limit = raiseLimit();
        let made;

        try {
            made = construct(target, args, newTarget);
        } catch (error) {
            lowerLimit(limit);
            onThrow(error, limit);
            throw error;
        }
        lowerLimit(limit);
        after && after(made);

        return made;
    }

    return { __proto__: null,
        construct: rtcNew };
}

/**
 * Makes what the browser calls in the place of a callback of the page. It is no proxy: Firefox, whose
 * RTCPeerConnection is written in JavaScript, does not call one.
 *
 * @param {any} callback - The page's function.
 * @param {function(any[]): void} before - Told the arguments; must not throw.
 * @param {OnThrow} onThrow - Told of errors.
 * @returns {function(): any} - The function for the browser.
 */
function callbackFor(callback, before, onThrow) {
    /**
     * Stands for the callback.
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
            onThrow(error);
            throw error;
        }
    }

    return rtcCallback;
}

let isLearned = false;

/**
 * Learns what a line of each of our functions looks like in this engine, in this bundle; once.
 *
 * @returns {void}
 */
function learnFrames() {
    if (isLearned) {
        return;
    }
    isLearned = true;
    learnFrame('rtcCall', thrower => new Proxy(thrower, callHandler(ignore, ignore))());
    learnFrame('rtcNew', thrower => {
        /** @type {any} */
        const Thrower = new Proxy(thrower, constructHandler(ignore, ignore));

        return new Thrower();
    });
    learnFrame('rtcCallback', thrower => callbackFor(thrower, ignore, ignore)());
}

module.exports = { callHandler,
    callbackFor,
    constructHandler,
    learnFrames };
