/**
 * Lets what is still on its way arrive before the app is gone, while it does arrive and within a bound. It must never
 * override an app that keeps itself alive, never ask for a quit that the app did not ask for, and never hold one up
 * twice.
 */

'use strict';

const electron = require('electron');

const { app } = electron;

/** Milliseconds after which a delivery that does not get on is not waited for. */
const STALL = 1000;

/** Milliseconds between two looks. */
const LOOK = 100;

/**
 * What a quit may wait for, with what tells how far it is: null where nothing is gained by waiting.
 *
 * @type {Map<Promise<unknown>, function(): (number | null)>}
 */
const pending = new Map();

let users = 0;
let quitTimeout = 0;

/**
 * Waits for deliveries as long as they get on, but not for ever.
 *
 * @param {Array<[Promise<unknown>, function(): (number | null)]>} deliveries - What to wait for.
 * @param {number} milliseconds - How long at most.
 * @returns {Promise<void>} When all is there, nothing gets on any more, or the time is up.
 */
function whileItGetsOn(deliveries, milliseconds) {
    const far = () => deliveries.reduce((sum, [ , progress ]) => sum + (progress() ?? 0), 0);
    const begin = Date.now();
    let changed = begin;
    let last = far();

    return new Promise(resolve => {
        const timer = setInterval(() => {
            const now = Date.now();
            const next = far();

            changed = next === last ? changed : now;
            last = next;
            if (now - changed > STALL || now - begin > milliseconds) {
                clearInterval(timer);
                resolve();
            }
        }, LOOK);

        Promise.allSettled(deliveries.map(([ promise ]) => promise)).then(() => {
            clearInterval(timer);
            resolve();
        });
    });
}

/**
 * Becomes the last listener of `will-quit`, so that it sees whether one of the app's prevents the quit.
 *
 * @returns {void}
 */
function goLast() {
    app.removeListener('will-quit', onWillQuit);
    app.on('will-quit', onWillQuit);
}

/**
 * Lists the windows that are open.
 *
 * @returns {unknown[]} The windows.
 */
function openWindows() {
    /** @type {any} `BaseWindow` came with Electron 30. */
    const { BaseWindow, BrowserWindow } = electron;

    return (BaseWindow ?? BrowserWindow).getAllWindows();
}

/**
 * Holds the quit until what is pending has arrived or the time is up, then asks again. All windows are closed by now;
 * where one is opened meanwhile, the user has come back, and would lose it.
 *
 * @param {{defaultPrevented: boolean, preventDefault: function(): void}} event - Electron's event.
 * @returns {void}
 */
function onWillQuit(event) {
    const deliveries = [ ...pending ].filter(([ , progress ]) => progress() !== null);

    if (event.defaultPrevented || deliveries.length === 0) {
        return;
    }
    event.preventDefault();
    pending.clear();
    const before = new Set(openWindows());

    whileItGetsOn(deliveries, quitTimeout).then(() => openWindows().every(window => before.has(window)) && app.quit());
}

/**
 * Remembers something that a quit should wait for.
 *
 * @param {Promise<unknown>} promise - It.
 * @param {function(): (number | null)} progress - Tells how far it is; null where nothing is gained by waiting.
 * @returns {void}
 */
function holdQuitFor(promise, progress) {
    pending.set(promise, progress);
    const forget = () => {
        pending.delete(promise);
        leave();
    };

    users++;
    promise.then(forget, forget);
}

/**
 * Begins to watch for the app's end.
 *
 * @param {number} timeout - Milliseconds a quit may be held up.
 * @returns {void}
 */
function watchQuit(timeout) {
    if (users++ === 0) {
        app.on('before-quit', goLast);
        app.on('will-quit', onWillQuit);
    }
    quitTimeout = Math.max(quitTimeout, timeout);
}

/**
 * Stops watching, when nobody needs it any more.
 *
 * @returns {void}
 */
function leave() {
    if (--users === 0) {
        quitTimeout = 0;
        app.removeListener('before-quit', goLast);
        app.removeListener('will-quit', onWillQuit);
    }
}

module.exports = {
    holdQuitFor,
    unwatchQuit: leave,
    watchQuit
};
