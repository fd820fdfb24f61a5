/**
 * Registers our preload on sessions, beside whatever the app has there. One registration a session, however many
 * windows of it are set up; when the last one leaves, the session is as it was.
 */

'use strict';

const fs = require('fs');
const path = require('path');

/**
 * @typedef {import('electron').Session} Session
 */

const PRELOAD = path.join(__dirname, '../../dist', 'auto-preload.js');

/** @type {WeakMap<Session, {users: number, undo: function(): void}>} */
const registrations = new WeakMap();

let warned = false;

/**
 * Says once that there is no preload: Electron says so in each page only, and there in other words.
 *
 * @returns {void}
 */
function checkPreload() {
    if (!warned && !fs.existsSync(PRELOAD)) {
        warned = true;
        console.warn(`rtcstats-native: nothing is captured, because there is no ${PRELOAD}: a bundler must leave this `
            + 'package external in the main process, and packaging must keep its dist folder');
    }
}

/**
 * Adds the preload by the interface that this Electron has.
 *
 * @param {any} session - The session; `registerPreloadScript` came with Electron 35, `setPreloads` leaves after it.
 * @returns {function(): void} What takes it away.
 */
function register(session) {
    checkPreload();
    if (typeof session.registerPreloadScript === 'function') {
        const id = session.registerPreloadScript({ filePath: PRELOAD,
            type: 'frame' });

        return () => session.unregisterPreloadScript(id);
    }
    session.setPreloads([ ...session.getPreloads(), PRELOAD ]);

    return () => session.setPreloads(session.getPreloads().filter((/** @type {string} */ file) => file !== PRELOAD));
}

/**
 * Sees to it that documents of a session get our preload.
 *
 * @param {Session} session - The session.
 * @returns {function(): void} What gives it back; calling it twice does nothing twice.
 */
function usePreload(session) {
    const registration = registrations.get(session) ?? { undo: register(session),
        users: 0 };

    registrations.set(session, registration);
    registration.users++;
    let released = false;

    return () => {
        if (released) {
            return;
        }
        released = true;
        if (--registration.users === 0) {
            registrations.delete(session);
            registration.undo();
        }
    };
}

module.exports = { usePreload };
