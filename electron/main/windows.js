/**
 * Small knowledge about windows: what an app gave us, and whether a window lets us into its subframes. It changes
 * nothing in a window.
 */

'use strict';

/**
 * @typedef {import('electron').Session} Session
 * @typedef {import('electron').WebContents} WebContents
 */

/**
 * @typedef {Object} Target
 * @property {WebContents | null} contents - The contents, if it is one window.
 * @property {Session} session - The session.
 */

/**
 * Tells what an app gave.
 *
 * @param {any} target - A window, its contents, or a session.
 * @returns {Target} The contents, if it is one window, and the session.
 */
function resolveTarget(target) {
    const contents = target?.webContents ?? target;

    if (typeof contents?.getUserAgent === 'function' && contents.session) {
        return { contents,
            session: contents.session };
    }
    if (typeof target?.getPreloads === 'function' || typeof target?.registerPreloadScript === 'function') {
        return { contents: null,
            session: target };
    }
    throw Object.assign(
        new TypeError('setupRTCStatsMain: the first argument must be a BrowserWindow, a WebContents or a Session'),
        { code: 'ERR_RTCSTATS_INVALID_TARGET' });
}

/**
 * Says where a document is from. Its whole address is not for a log: query and path may hold secrets.
 *
 * @param {string} url - Its URL.
 * @returns {string} Its origin, or its scheme where there is none.
 */
function originOf(url) {
    try {
        const { origin, protocol } = new URL(url);

        return origin === 'null' ? protocol : origin;
    } catch {
        return 'unknown';
    }
}

/**
 * Warns once a window when a document in a subframe cannot be seen for want of a preference.
 *
 * @param {any} contents - The window's contents.
 * @returns {function(): void} What stops watching.
 */
function watchSubframes(contents) {
    const onNavigate = (/** @type {any[]} */ ...args) => {
        const [ , url, , , isMainFrame ] = args;

        if (isMainFrame || contents.getLastWebPreferences?.()?.nodeIntegrationInSubFrames !== false) {
            return;
        }
        contents.removeListener('did-frame-navigate', onNavigate);
        console.warn('rtcstats-native: iframes are not captured, because this window is without '
            + `webPreferences.nodeIntegrationInSubFrames: true (first seen: ${originOf(url)})`);
    };

    contents.on('did-frame-navigate', onNavigate);

    return () => contents.removeListener('did-frame-navigate', onNavigate);
}

module.exports = {
    resolveTarget,
    watchSubframes
};
