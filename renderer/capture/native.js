/**
 * Untouched references to what capture needs from the browser, taken when the module is loaded, before the page's own
 * scripts run. A page that later patches JSON, Promise, WeakMap or an accessor neither sees capture at work nor breaks
 * it.
 *
 * It must never look up a builtin at call time, and the rest of capture must not either: no iteration protocol
 * (`for of`, array destructuring, spread of arrays) and no methods of arrays, maps or promises on the hot paths.
 */

'use strict';

const {
    apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, set, setPrototypeOf
} = Reflect;
const { stringify } = JSON;
const { now } = Date;
const { isArray } = Array;
const { clearTimeout, setTimeout, performance: clock } = globalThis;

/**
 * Stands in for WeakRef in browsers that are older than it; what is held is let go when the connection closes.
 */
class StrongRef {
    /**
     * Holds an object.
     *
     * @param {any} target - The object.
     */
    constructor(target) {
        this.target = target;
    }

    /**
     * Gives the object.
     *
     * @returns {any} - The object.
     */
    deref() {
        return this.target;
    }
}

/**
 * Stands in for queueMicrotask in browsers that are older than it.
 *
 * @param {function(): void} work - What to do.
 * @returns {Promise<void>} - Settles when it is done.
 */
async function later(work) {
    await undefined;
    work();
}

/** @type {any} */
const Ref = typeof WeakRef === 'undefined' ? StrongRef : WeakRef;

/**
 * A method as a function that takes the receiver as its first argument.
 *
 * @callback Uncurried
 * @param {any} receiver - The receiver.
 * @param {...any} args - The arguments.
 * @returns {any} - What the method returns.
 */

/**
 * Turns a method into a function that takes the receiver as its first argument.
 *
 * @param {any} native - The method, from a prototype.
 * @returns {Uncurried} - The same method, out of reach of later patches.
 */
function uncurry(native) {
    return (receiver, ...args) => apply(native, receiver, args);
}

/**
 * Finds the object in a chain of prototypes that a property is taken from.
 *
 * @param {any} object - Where the chain begins.
 * @param {string} name - The property.
 * @returns {any} - The object that owns it; nothing when there is none.
 */
function findOwner(object, name) {
    for (let owner = object; owner; owner = getPrototypeOf(owner)) {
        if (getOwnPropertyDescriptor(owner, name)) {
            return owner;
        }
    }

    return undefined;
}

/**
 * Finds the accessor of an interface's attribute.
 *
 * @param {any} global - The window.
 * @param {string} type - The interface, e.g. `RTCPeerConnection`.
 * @param {string} name - The attribute, e.g. `signalingState`.
 * @returns {function(any): any} - Reads the attribute from an object. What the accessor refuses (an object of a library
 * that is no native one, as in React Native) is asked by name.
 */
function reader(global, type, name) {
    const owner = findOwner(global[type]?.prototype, name);
    const getter = owner && getOwnPropertyDescriptor(owner, name)?.get;

    return receiver => {
        try {
            return getter ? apply(getter, receiver, []) : receiver[name];
        } catch {
            return receiver[name];
        }
    };
}

/**
 * Finds the method of an interface.
 *
 * @param {any} global - The window.
 * @param {string} type - The interface, e.g. `MediaStream`.
 * @param {string} name - The method, e.g. `getTracks`.
 * @returns {Uncurried} - Calls the method on an object.
 */
function method(global, type, name) {
    const native = global[type]?.prototype?.[name];

    return native ? uncurry(native) : (receiver, ...args) => apply(receiver[name], receiver, args);
}

/**
 * Runs something that is ours; whatever goes wrong in there ends there.
 *
 * @param {function(): any} work - What to do.
 * @returns {any} - What it returned; nothing when it threw.
 */
function guard(work) {
    try {
        return work();
    } catch {
        return undefined;
    }
}

/**
 * Adds to an array. An assignment would run a setter that a page has put on the prototype of arrays.
 *
 * @param {any[]} list - The array.
 * @param {any} value - What to add.
 * @returns {void}
 */
function append(list, value) {
    /** @type {any} */
    const descriptor = { __proto__: null,
        configurable: true,
        enumerable: true,
        value,
        writable: true };

    defineProperty(list, list.length, descriptor);
}

/**
 * Maps an array or anything indexed, without the array's own methods.
 *
 * @param {ArrayLike<any>} list - The list.
 * @param {function(any): any} fn - Called with every item.
 * @returns {any[]} - The results.
 */
function map(list, fn) {
    /** @type {any[]} */
    const results = [];

    for (let i = 0; i < list.length; i++) {
        append(results, fn(list[i]));
    }

    return results;
}

/**
 * Joins strings.
 *
 * @param {string[]} list - The strings.
 * @param {string} separator - What to put between them.
 * @returns {string} - The joined text.
 */
function join(list, separator) {
    let text = '';

    for (let i = 0; i < list.length; i++) {
        text += i ? separator + list[i] : list[i];
    }

    return text;
}

/**
 * Listens to an event. What goes wrong in the listener ends there.
 *
 * @callback Listen
 * @param {any} target - What to listen to.
 * @param {string} type - The event.
 * @param {function(any): void} listener - Told the event.
 * @returns {function(): void} - Ends listening.
 */

/**
 * Makes what listens to the objects of an interface. It uses the interface's own methods, because libraries (zone.js)
 * replace those of one interface and count on their being used, and because an interface need not be an EventTarget of
 * this window's (React Native).
 *
 * @param {any} global - The window.
 * @param {string} interfaceName - The interface, e.g. `RTCPeerConnection`.
 * @param {function(): boolean} isActive - Whether to tell.
 * @returns {Listen} - Listens.
 */
function createListen(global, interfaceName, isActive) {
    const add = method(global, interfaceName, 'addEventListener');
    const remove = method(global, interfaceName, 'removeEventListener');

    return (target, type, listener) => {
        const guarded = (/** @type {any} */ event) => guard(() => isActive() && listener(event));

        add(target, type, guarded);

        return () => remove(target, type, guarded);
    };
}

const timers = globalThis.AbortSignal;
const startTimer = typeof timers?.timeout === 'function' ? uncurry(timers.timeout) : undefined;
const listenToTimer = createListen(globalThis, 'AbortSignal', () => true);

/**
 * Waits. Not by the page's own timers where there is another way: those are numbered, a page notices a number that is
 * missing, and one that ends all timers there are (`clearTimeout` of every number) would end ours.
 *
 * @param {number} milliseconds - How long.
 * @param {function(): void} work - What to do then. What goes wrong in there ends there.
 * @returns {function(): any} - Ends waiting.
 */
function createWake(milliseconds, work) {
    if (!startTimer) {
        const timer = setTimeout(() => guard(work), milliseconds);

        return () => clearTimeout(timer);
    }

    return listenToTimer(startTimer(timers, milliseconds), 'abort', work);
}

/**
 * Tells the time on a clock that is never set: for spans, not for time stamps.
 *
 * @returns {number} - Milliseconds.
 */
const elapsed = clock ? uncurry(clock.now).bind(undefined, clock) : now;

module.exports = {
    WeakMap,
    WeakRef: Ref,
    append,
    apply,
    construct,
    createListen,
    createWake,
    defineProperty,
    deref: uncurry(Ref.prototype.deref),
    elapsed,
    findOwner,
    getOwnPropertyDescriptor,
    getPrototypeOf,
    guard,
    indexOf: uncurry(String.prototype.indexOf),
    isArray,
    join,
    lastIndexOf: uncurry(String.prototype.lastIndexOf),
    listen: createListen(globalThis, 'EventTarget', () => true),
    map,
    method,
    now,
    ownKeys,
    queueMicrotask: typeof queueMicrotask === 'function' ? queueMicrotask : later,
    reader,
    set,
    setPrototypeOf,
    slice: uncurry(String.prototype.slice),
    startsWith: uncurry(String.prototype.startsWith),
    stringify,
    uncurry,
    weakGet: uncurry(WeakMap.prototype.get),
    weakSet: uncurry(WeakMap.prototype.set)
};
