/**
 * Observes calls by table: each entry of a table says how one method is written down (see CallSpec). The tables stand
 * in media.js, peer-connection.js and extended.js; a new event is one more entry there.
 *
 * It must never change what a call does, gives or throws, and never mark a promise of the page handled.
 */

'use strict';

const { hideFrames } = require('./disguise');
const { getOwnPropertyDescriptor, guard } = require('./native');

/** @typedef {import('./batcher').Emit} Emit */

/**
 * How one call is observed. Only `payload` is needed.
 *
 * @typedef {Object} CallSpec
 * @property {(args: any[], receiver: any) => any} payload - What the entry carries.
 * @property {string} [type] - The entry's type, the method's name by default.
 * @property {(value: any) => any} [result] - The call ends later: the payload of `<type>OnSuccess`.
 * @property {(reason: any) => any} [failure] - The payload of `<type>OnFailure`, the error as text by default.
 * @property {number} [callbacks] - Where the success callback of the legacy form stands; the failure callback is next.
 * @property {(receiver: any, id: any) => void} [done] - Called when the call has succeeded.
 */

/**
 * The error as text, e.g. `InvalidStateError: …`.
 *
 * @param {any} reason - What a call was rejected with.
 * @returns {string} - The text.
 */
function errorText(reason) {
    return `${reason}`;
}

/**
 * Takes no notice.
 *
 * @returns {void}
 */
function nothing() {
    // On purpose.
}

/**
 * Follows a promise to its end and returns one that ends the same way.
 *
 * The page gets the derived promise. Observing on the side, with a handler on the native promise, would mark that one
 * handled, and a rejection that the page ignores would never raise `unhandledrejection`. So the native promise is
 * handled here, and the one the page holds rejects with the very same reason, and raises the event exactly once if
 * nobody cares. An async function always makes a native Promise of this realm and needs no patchable `then`; the price
 * is one microtask.
 *
 * @param {Promise<any>} promise - What the native call returned.
 * @param {function(any): void} onSuccess - Told the value; must not throw.
 * @param {function(any): void} onFailure - Told the reason; must not throw.
 * @returns {Promise<any>} - For the page.
 */
async function follow(promise, onSuccess, onFailure) {
    let value;

    try {
        value = await promise;
    } catch (reason) {
        hideFrames(reason);
        onFailure(reason);
        throw reason;
    }
    onSuccess(value);

    return value;
}

/**
 * Lets a call go that is not captured; still, the error it may end with must not show our frames.
 *
 * @param {any} returned - What the native call returned.
 * @returns {any} - For the page.
 */
function pass(returned) {
    return returned && follow(returned, nothing, nothing);
}

/**
 * Makes the tools that put observers on prototypes.
 *
 * @param {any} disguise - See disguise.js.
 * @param {Emit} emit - Where entries go.
 * @param {function(): boolean} isActive - Whether anybody listens; calls go straight through otherwise.
 * @returns {any} - The tools.
 */
module.exports.createObserver = function(disguise, emit, isActive) {
    /**
     * Puts observers into the places of legacy callbacks. The browser calls them as ever, with the page's functions
     * behind them.
     *
     * @param {any[]} args - The arguments.
     * @param {number} index - Where the success callback stands.
     * @param {Function[]} observers - For success and failure.
     * @returns {void}
     */
    function observeCallbacks(args, index, observers) {
        for (let i = 0; i < 2; i++) {
            if (typeof args[index + i] === 'function') {
                args[index + i] = disguise.callProxy(args[index + i],
                    (/** @type {any} */ _, /** @type {any[]} */ values) => observers[i](values[0]));
            }
        }
    }

    /**
     * Writes down how a call begins, and later how it ends.
     *
     * @param {CallSpec} spec - How.
     * @param {string|null} id - The connection.
     * @param {any} receiver - The receiver.
     * @param {any[]} args - The arguments.
     * @returns {any} - To be called with what the call returns.
     */
    function begin(spec, id, receiver, args) {
        const { callbacks = Infinity, done, failure = errorText, payload, result, type = '' } = spec;

        guard(() => emit(type, id, payload(args, receiver)));
        if (!result) {
            return done && ((/** @type {any} */ returned) => {
                guard(() => done(receiver, id));

                return returned;
            });
        }

        /**
         * Writes down that the call succeeded.
         *
         * @param {any} value - What it gave.
         * @returns {void}
         */
        const onSuccess = value => {
            guard(() => emit(`${type}OnSuccess`, id, result(value)));
            done && guard(() => done(receiver, id));
        };

        /**
         * Writes down that the call failed.
         *
         * @param {any} reason - Why.
         * @returns {void}
         */
        const onFailure = reason => {
            guard(() => emit(`${type}OnFailure`, id, failure(reason)));
        };

        // In the legacy form the promise resolves to nothing, before or after the callback: only the callback tells.
        const legacy = args.length > callbacks + 1;

        legacy && observeCallbacks(args, callbacks, [ onSuccess, onFailure ]);

        return (/** @type {any} */ returned) => returned && follow(returned, legacy ? nothing : onSuccess, onFailure);
    }

    /**
     * Observes the methods of a prototype that exist there.
     *
     * @param {any} prototype - The prototype; nothing happens without one.
     * @param {Record<string, CallSpec>} table - A CallSpec for each method.
     * @param {function(any): any} idOf - The connection a receiver belongs to; `undefined` for one that is not
     * captured, whose calls then go straight through.
     * @returns {void}
     */
    function methods(prototype, table, idOf) {
        Object.entries(table).forEach(([ name, entry ]) => {
            const native = getOwnPropertyDescriptor(prototype ?? {}, name)?.value;

            if (typeof native !== 'function') {
                return;
            }
            const spec = { type: name,
                ...entry };

            disguise.replace(prototype, name, 'value',
                disguise.callProxy(native, (/** @type {any} */ receiver, /** @type {any[]} */ args) => {
                    if (!isActive()) {
                        return undefined;
                    }
                    const id = idOf(receiver);

                    return id === undefined ? spec.result && pass : begin(spec, id, receiver, args);
                }));
        });
    }

    /**
     * Observes the setter of an attribute.
     *
     * @param {any} prototype - The prototype; nothing happens without one.
     * @param {string} name - The attribute.
     * @param {function(any, any): void} onSet - Told the receiver and the value once it is set.
     * @returns {void}
     */
    function setter(prototype, name, onSet) {
        const native = getOwnPropertyDescriptor(prototype ?? {}, name)?.set;

        native && disguise.replace(prototype, name, 'set',
            disguise.callProxy(native, (/** @type {any} */ receiver, /** @type {any[]} */ args) =>
                isActive() && (() => guard(() => onSet(receiver, args[0])))));
    }

    return { methods,
        setter };
};
