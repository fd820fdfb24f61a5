/**
 * Gives the page its own position of an uncaught error. An error that a captured call throws is thrown once more by our
 * function, and the engine takes the place of the last throw for its position: it would be ours.
 *
 * Nothing is touched before the first error passes through. It must never leave a frame of ours on the stack of a
 * page's handler: see `createHandlerProxy`.
 */

'use strict';

const { hasInheritedStacks, isOwnPosition } = require('./frames');
const {
    WeakMap, apply, getOwnPropertyDescriptor, guard, reader, weakGet, weakSet
} = require('./native');

/** @typedef {import('./frames').Position} Position */

/**
 * Puts a function in the place of an accessor.
 *
 * @callback Intercept
 * @param {any} owner - The object, if there is one.
 * @param {string} name - The property.
 * @param {string} slot - Which accessor: `get` or `set`.
 * @param {function(any): any} make - Makes the substitute of the native function.
 * @returns {void}
 */

/**
 * Remembers the page's position of an error.
 *
 * @callback Remember
 * @param {any} error - The error.
 * @param {Position|undefined} position - The position, if there is one.
 * @returns {void}
 */

const { bind } = Function.prototype;

/**
 * Makes the keeper of positions for one window.
 *
 * @param {any} global - The window.
 * @param {Intercept} intercept - Puts functions in the place of accessors.
 * @param {Function} callProxy - Makes a proxy that looks at calls.
 * @returns {Remember} - Remembers the page's position of an error.
 */
module.exports.createPositions = function(global, intercept, callProxy) {
    const positions = new WeakMap();
    const originals = new WeakMap();
    const proxies = new WeakMap();
    const errorOf = reader(global, 'ErrorEvent', 'error');
    const colnoOf = reader(global, 'ErrorEvent', 'colno');
    const filenameOf = reader(global, 'ErrorEvent', 'filename');
    const linenoOf = reader(global, 'ErrorEvent', 'lineno');
    const messageOf = reader(global, 'ErrorEvent', 'message');
    const currentEvent = getOwnPropertyDescriptor(global, 'event')?.get;
    const onerror = getOwnPropertyDescriptor(global, 'onerror');

    // Firefox takes the position when an error is made, and keeps it on the error as well: nothing to give back. (And
    // its own code calls `onerror` through a wall that no proxy gets through.)
    let isWatching = hasInheritedStacks;

    /**
     * Finds the page's position of the error in an event.
     *
     * @param {any} event - The event.
     * @returns {Position|undefined} - The position; nothing where the browser's is right.
     */
    function find(event) {
        const error = guard(() => errorOf(event));
        const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';

        return isObject && isOwnPosition({ colno: colnoOf(event),
            filename: filenameOf(event),
            lineno: linenoOf(event) }) ? weakGet(positions, error) : undefined;
    }

    /**
     * Makes what stands for a page's `onerror`. The engine asks the handler of a proxy for its trap before each call:
     * there we learn of the call, and answer with no trap, so that the page's function is called as if we were not
     * there; or, for an error of ours, with the native `Reflect.apply`, bound to the right arguments.
     *
     * @param {any} handler - The page's function.
     * @returns {any} - What the browser is given.
     */
    function createHandlerProxy(handler) {
        const traps = {
            __proto__: null,
            get apply() {
                return guard(() => {
                    const event = currentEvent && apply(currentEvent, global, []);
                    const position = event && find(event);

                    return position && apply(bind, apply, [ undefined, handler, global, [ messageOf(event),
                        position.filename, position.lineno, position.colno, errorOf(event) ] ]);
                });
            }
        };

        return new Proxy(handler, traps);
    }

    /**
     * Gives what stands for a handler.
     *
     * @param {any} handler - What the page sets.
     * @returns {any} - The same where it is no function.
     */
    function standInFor(handler) {
        if (typeof handler !== 'function') {
            return handler;
        }
        let proxy = weakGet(proxies, handler);

        if (!proxy) {
            proxy = createHandlerProxy(handler);
            weakSet(proxies, handler, proxy);
            weakSet(originals, proxy, handler);
        }

        return proxy;
    }

    /**
     * Sees to the events and to `onerror` from now on.
     *
     * @returns {void}
     */
    function watch() {
        const { prototype } = global.ErrorEvent ?? {};

        isWatching = true;
        [ 'colno', 'filename', 'lineno' ].forEach(name => intercept(prototype, name, 'get', native =>
            callProxy(native, (/** @type {any} */ event) => {
                /** @type {any} */
                const position = find(event);

                return position && (() => position[name]);
            })));
        if (!onerror?.set || !onerror.get) {
            return;
        }
        apply(onerror.set, global, [ standInFor(apply(onerror.get, global, [])) ]);
        intercept(global, 'onerror', 'set', native =>
            callProxy(native, (/** @type {any} */ _, /** @type {any[]} */ args) => {
                args.length && (args[0] = standInFor(args[0]));

                return undefined;
            }));
        intercept(global, 'onerror', 'get', native => callProxy(native, () => (/** @type {any} */ handler) =>
            (typeof handler === 'function' && weakGet(originals, handler)) || handler));
    }

    return (error, position) => {
        const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';

        if (isObject && position) {
            weakSet(positions, error, position);
            isWatching || guard(watch);
        }
    };
};
