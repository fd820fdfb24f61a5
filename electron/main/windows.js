/**
 * Follows the windows of one setup: what the app gave, what those open, and what is shown in them. It changes nothing
 * in a window.
 */

'use strict';

const { app, webContents } = require('electron');

/**
 * @typedef {import('electron').BrowserWindow} BrowserWindow
 * @typedef {import('electron').Session} Session
 * @typedef {import('electron').WebContents} WebContents
 */

/**
 * @typedef {Object} Target
 * @property {WebContents | null} contents - The contents, if it is one window.
 * @property {Session} session - The session.
 */

/**
 * @typedef {Object} WindowListener
 * @property {function(WebContents): function(): void} enter - Begins with a window; gives what ends it.
 * @property {function(WebContents): void} onGone - Told that one is destroyed.
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

/** @type {Set<Windows>} */
const all = new Set();

/**
 * The windows of one setup.
 */
class Windows {
    /**
     * Follows nothing yet.
     *
     * @param {Target} target - What the app gave.
     * @param {WindowListener} listener - Told of windows.
     */
    constructor({ contents, session }, listener) {
        this._contents = contents;
        this._session = session;
        this._listener = listener;

        /** @type {Map<WebContents, function(): void>} */
        this._windows = new Map();
    }

    /**
     * Begins with the windows that are there.
     *
     * @returns {void}
     */
    open() {
        all.size === 0 && app.on('web-contents-created', onCreated);
        all.add(this);
        (this._contents ? [ this._contents ] : webContents.getAllWebContents().filter(other => this.serves(other)))
            .forEach(own => this.watch(own));
    }

    /**
     * Tells whether a window is the setup's: its own, what that opened and shows, or any of its session.
     *
     * @param {WebContents} contents - The window's contents.
     * @returns {boolean} Whether it is.
     */
    serves(contents) {
        return this._contents ? this._windows.has(contents) : contents.session === this._session;
    }

    /**
     * Follows a window: what it opens and shows, and its end.
     *
     * @param {WebContents} contents - The window's contents.
     * @returns {void}
     */
    watch(contents) {
        if (this._windows.has(contents) || contents.isDestroyed()) {
            return;
        }
        const onWindow = (/** @type {BrowserWindow} */ window) => this.watch(window.webContents);
        const onWebview = (/** @type {any} */ _event, /** @type {WebContents} */ guest) => this.watch(guest);
        const onDestroyed = () => {
            this._windows.get(contents)?.();
            this._windows.delete(contents);
            this._listener.onGone(contents);
        };

        contents.on('did-create-window', onWindow);
        contents.on('did-attach-webview', onWebview);
        contents.once('destroyed', onDestroyed);

        // Before it is entered: who asks meanwhile must hear that it is served.
        this._windows.set(contents, () => undefined);
        const leave = this._listener.enter(contents);

        this._windows.set(contents, () => {
            leave();
            contents.removeListener('did-create-window', onWindow);
            contents.removeListener('did-attach-webview', onWebview);
            contents.removeListener('destroyed', onDestroyed);
        });
    }

    /**
     * Follows nothing any more.
     *
     * @returns {void}
     */
    close() {
        all.delete(this);
        all.size === 0 && app.removeListener('web-contents-created', onCreated);
        this._windows.forEach(leave => leave());
        this._windows.clear();
    }

    /**
     * Looks at new contents: those of a session are its own at once.
     *
     * @param {WebContents} contents - The contents.
     * @returns {void}
     */
    onCreated(contents) {
        !this._contents && this.serves(contents) && this.watch(contents);
    }

    /**
     * Looks at contents that are about to load: a view is a window's when it is in it.
     *
     * @param {any} contents - The contents.
     * @returns {void}
     */
    onNavigation(contents) {
        const owner = contents.getOwnerBrowserWindow?.()?.webContents;

        owner && owner !== contents && this._windows.has(owner) && this.watch(contents);
    }
}

/**
 * Shows new contents to all setups. One listener for all: an app may have dozens of windows, and Node warns of a leak
 * at eleven.
 *
 * @param {any} _event - Electron's event.
 * @param {WebContents} contents - The contents.
 * @returns {void}
 */
function onCreated(_event, contents) {
    all.forEach(windows => windows.onCreated(contents));
    contents.on('did-start-navigation', () => all.forEach(windows => windows.onNavigation(contents)));
}

module.exports = {
    Windows,
    resolveTarget
};
