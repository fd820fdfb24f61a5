/**
 * Observes calls by table: each row says how one method is written (see `notation/`), and what its end means for
 * capture.
 *
 * It must never change what a call does, gives or throws, and never mark a promise of the page handled.
 */

'use strict';

const { hideFrames } = require('./frames');
const { WeakMap, findOwner, getOwnPropertyDescriptor, getPrototypeOf, guard, weakGet, weakSet } = require('./native');

/** @typedef {import('./batcher').Emit} Emit */

/**
 * How one call is observed, besides how it is written.
 *
 * @typedef {Object} CallHandling
 * @property {number} [callbacks] - Where the success callback of the legacy form stands; the failure callback is next.
 * @property {(receiver: any, id: any, value?: any) => void} [done] - Called when the call has succeeded, with what it
 * gave.
 * @property {boolean} [isSilent] - Nothing is written; `done` is all there is to do.
 * @property {(reason: any, args: any[]) => void} [failed] - Called when the call that ends later has failed.
 */

/** @typedef {import('./notation/v3').CallNotation & CallHandling} CallSpec */

/**
 * Observes the methods that are found on an object or its prototypes. Nothing happens without the object.
 *
 * @callback ObserveMethods
 * @param {any} object - Where the page would find them: a prototype, or an object that may have its own.
 * @param {Record<string, CallSpec>} table - A CallSpec for each method.
 * @param {function(any): any} idOf - The connection a receiver belongs to; `undefined` for one that is not captured,
 * whose calls then go straight through.
 * @returns {void}
 */

/**
 * @typedef {Object} Observer
 * @property {ObserveMethods} methods - Observes methods.
 * @property {(table: Record<string, CallSpec>, idOf: (receiver: any) => any) => (object: any) => void} once - The same,
 * for every object that comes along, once each.
 * @property {(prototype: any, name: string, onSet: (receiver: any, value: any) => void) => void} setter - Observes the
 * setter of an attribute: told the receiver and the value once it is set. Nothing happens without the prototype.
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
 * Tells whether a call that ends later may be refused for what it was given; the error then is made while our function
 * is on the stack.
 *
 * @param {any[]} args - What it was given.
 * @returns {boolean} - Whether it may.
 */
function mayFailAtOnce(args) {
    return args.length > 0 && args[0] !== null && args[0] !== undefined;
}

/**
 * Makes the tools that put observers on prototypes.
 *
 * @param {any} disguise - See disguise.js.
 * @param {Emit} emit - Where entries go.
 * @param {function(): boolean} isActive - Whether anybody listens; calls go straight through otherwise.
 * @returns {Observer} - The tools.
 */
module.exports.createObserver = function(disguise, emit, isActive) {
    /**
     * Puts observers into the places of legacy callbacks. The browser calls them as ever, with the page's functions
     * behind them.
     *
     * @param {any[]} args - The arguments.
     * @param {number} index - Where the success callback stands.
     * @param {Array<function(any): void>} observers - For success and failure.
     * @returns {void}
     */
    function observeCallbacks(args, index, observers) {
        for (let i = 0; i < 2; i++) {
            if (typeof args[index + i] === 'function') {
                args[index + i] = disguise.observeCallback(args[index + i],
                    (/** @type {any[]} */ values) => observers[i](values[0]));
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
        const {
            callbacks = Infinity, done, failed, failure = errorText, isSilent, isWrittenLast, payload, result, type = ''
        } = spec;
        const write = () => isSilent || guard(() => emit(type, id, payload(args, receiver)));

        isWrittenLast || write();
        if (!result) {
            return (done || isWrittenLast) && ((/** @type {any} */ returned) => {
                isWrittenLast && write();
                done && guard(() => done(receiver, id, returned));

                return isSilent && mayFailAtOnce(args) ? pass(returned) : returned;
            });
        }

        /**
         * Writes down that the call succeeded.
         *
         * @param {any} value - What it gave.
         * @returns {void}
         */
        const onSuccess = value => {
            guard(() => emit(`${type}OnSuccess`, id, result(value, args, receiver)));
            done && guard(() => done(receiver, id, value));
        };

        /**
         * Writes down that the call failed.
         *
         * @param {any} reason - Why.
         * @returns {void}
         */
        const onFailure = reason => {
            guard(() => emit(`${type}OnFailure`, id, failure(reason)));
            failed && guard(() => failed(reason, args));
        };

        // In the legacy form the promise resolves to nothing, before or after the callback: only the callback tells.
        const legacy = args.length > callbacks + 1;

        legacy && observeCallbacks(args, callbacks, [ onSuccess, reason => {
            hideFrames(reason);
            onFailure(reason);
        } ]);

        return (/** @type {any} */ returned) => returned && follow(returned, legacy ? nothing : onSuccess, onFailure);
    }

    /**
     * Finds the function that the page would call. What the page has put over the native one is what counts: it calls
     * that one, or did away with it. Where ours stands further down the chain already, what is above calls it.
     *
     * @param {any} object - Where the page looks.
     * @param {string} name - The method.
     * @returns {{ native: any, owner: any } | undefined} - The function and whose property it is.
     */
    function findCallee(object, name) {
        const owner = findOwner(object, name);

        for (let below = owner; below; below = findOwner(getPrototypeOf(below), name)) {
            if (disguise.isDisguise(getOwnPropertyDescriptor(below, name)?.value)) {
                return undefined;
            }
        }
        const native = owner && getOwnPropertyDescriptor(owner, name)?.value;

        return typeof native === 'function' ? { native,
            owner } : undefined;
    }

    /**
     * Observes methods, see Observer.
     *
     * @param {any} object - Where the page would find them.
     * @param {Record<string, CallSpec>} table - A CallSpec for each.
     * @param {function(any): any} idOf - The connection a receiver belongs to.
     * @returns {void}
     */
    function methods(object, table, idOf) {
        Object.entries(table).forEach(([ name, row ]) => {
            const callee = findCallee(object, name);

            if (!callee) {
                return;
            }

            /**
             * Without a prototype: what a page puts on that of objects must not be taken for a part of the row.
             *
             * @type {any}
             */
            const spec = { __proto__: null,
                type: name,
                ...row };

            disguise.replace(callee.owner, name, 'value',
                disguise.callProxy(callee.native, (/** @type {any} */ receiver, /** @type {any[]} */ args) => {
                    if (!isActive()) {
                        return undefined;
                    }
                    const id = idOf(receiver);

                    return id === undefined
                        ? (spec.result || spec.isSilent) && pass
                        : begin(spec, id, receiver, args);
                }));
        });
    }

    return {
        methods,
        once(table, idOf) {
            const seen = new WeakMap();

            return object => {
                if (object && !weakGet(seen, object)) {
                    weakSet(seen, object, true);
                    methods(object, table, idOf);
                }
            };
        },
        setter(prototype, name, onSet) {
            const native = getOwnPropertyDescriptor(prototype ?? {}, name)?.set;

            native && disguise.replace(prototype, name, 'set',
                disguise.callProxy(native, (/** @type {any} */ receiver, /** @type {any[]} */ args) =>
                    isActive() && (() => guard(() => onSet(receiver, args[0])))));
        }
    };
};
