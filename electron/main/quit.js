/**
 * Lets what is still on its way arrive before the app is gone, within a bound. It must never override an app that keeps
 * itself alive, never ask for a quit that the app did not ask for, and never hold one up twice.
 */

'use strict';

const electron = require('electron');

const { app } = electron;

/** @type {Set<Promise<unknown>>} */
const pending = new Set();

let users = 0;
let quitTimeout = 0;

/**
 * Waits for something, but not for ever.
 *
 * @param {Promise<unknown>} promise - What to wait for.
 * @param {number} milliseconds - How long at most.
 * @returns {Promise<void>} When it is there or the time is up.
 */
function atMost(promise, milliseconds) {
    return new Promise(resolve => {
        const timer = setTimeout(resolve, milliseconds);

        promise.finally(() => {
            clearTimeout(timer);
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
    if (event.defaultPrevented || pending.size === 0) {
        return;
    }
    event.preventDefault();
    const arrived = Promise.allSettled([ ...pending ]);

    pending.clear();
    const before = new Set(openWindows());

    atMost(arrived, quitTimeout).then(() => openWindows().every(window => before.has(window)) && app.quit());
}

/**
 * Remembers something that a quit should wait for.
 *
 * @param {Promise<unknown>} promise - It.
 * @returns {void}
 */
function holdQuitFor(promise) {
    pending.add(promise);
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
