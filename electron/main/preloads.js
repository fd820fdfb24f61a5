/**
 * Registers our preload on sessions, beside whatever the app has there. One registration a session, however many
 * windows of it are set up; when the last one leaves, the app's own preloads are what is left. It never throws.
 */

'use strict';

const fs = require('fs');
const path = require('path');

/**
 * @typedef {import('electron').Session} Session
 */

/**
 * @typedef {Object} Preloads
 * @property {function(Session): unknown} add - Adds our preload to a session.
 * @property {function(Session): boolean} has - Tells whether it is there.
 * @property {function(Session): void} remove - Takes it away, as often as it is there.
 */

const PRELOAD = path.join(__dirname, '../../dist', 'auto-preload.js');

/** @type {WeakMap<Session, number>} */
const users = new WeakMap();

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
 * The interface since Electron 35. A script is known by its file: `setPreloads`, which is still there, registers all of
 * them anew, and so under other ids than we were given. Its type is loose, because older Electrons do not have it.
 *
 * @type {Preloads}
 */
const BY_ID = {
    add: (/** @type {any} */ session) => session.registerPreloadScript({ filePath: PRELOAD,
        type: 'frame' }),
    has: (/** @type {any} */ session) => ownScripts(session).length > 0,
    remove: (/** @type {any} */ session) => ownScripts(session).forEach(({ id }) =>
        session.unregisterPreloadScript(id))
};

/**
 * The interface before, which newer Electrons warn about and will lose.
 *
 * @type {Preloads}
 */
const BY_LIST = {
    add: (/** @type {Session} */ session) => session.setPreloads([ ...session.getPreloads(), PRELOAD ]),
    has: (/** @type {Session} */ session) => session.getPreloads().includes(PRELOAD),
    remove: (/** @type {Session} */ session) =>
        session.setPreloads(session.getPreloads().filter(file => file !== PRELOAD))
};

/**
 * Finds our preload among the scripts of a session.
 *
 * @param {any} session - The session, of Electron 35 or later.
 * @returns {{ id: string }[]} Each registration of it.
 */
function ownScripts(session) {
    return session.getPreloadScripts().filter((/** @type {{ filePath: string }} */ script) =>
        script.filePath === PRELOAD);
}

/**
 * Does something with a session's preloads. A session that refuses must neither break the app's setup nor keep a
 * cleanup from releasing everything else.
 *
 * @param {any} session - The session.
 * @param {function(Preloads): void} use - What to do, with the interface that this Electron has.
 * @returns {void}
 */
function withPreloads(session, use) {
    try {
        use(typeof session.registerPreloadScript === 'function' ? BY_ID : BY_LIST);
    } catch (error) {
        console.warn('rtcstats-native: the session\'s preloads cannot be changed:', error);
    }
}

/**
 * Adds our preload, unless it is there.
 *
 * @param {Session} session - The session.
 * @returns {void}
 */
function addPreload(session) {
    checkPreload();
    withPreloads(session, preloads => preloads.has(session) || preloads.add(session));
}

/**
 * Takes our preload away. Where the app has done so already, there is nothing to do.
 *
 * @param {Session} session - The session.
 * @returns {void}
 */
function removePreload(session) {
    withPreloads(session, preloads => preloads.has(session) && preloads.remove(session));
}

/**
 * Sees to it that documents of a session get our preload, also where the app has thrown it out since an earlier call.
 *
 * @param {Session} session - The session.
 * @returns {function(): void} What gives it back; it never throws, and calling it twice does nothing twice.
 */
function usePreload(session) {
    users.set(session, (users.get(session) ?? 0) + 1);
    addPreload(session);
    let released = false;

    return () => {
        if (released) {
            return;
        }
        released = true;
        const left = (users.get(session) ?? 1) - 1;

        users.set(session, left);
        if (left === 0) {
            removePreload(session);
        }
    };
}

module.exports = { usePreload };
