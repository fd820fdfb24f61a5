/**
 * The one call that an app makes in its main process: captures what WebRTC does in a window, or in all windows of a
 * session, and delivers it by native channels. The renderer is not trusted here, and nothing that goes wrong in here
 * may reach the app: without the addon the app runs as if it had not called.
 */

'use strict';

const { webFrameMain } = require('electron');

const { Channels, loadAddon } = require('./channels/channels');
const { addHost, forget, listen, removeHost } = require('./documents/admission');
const { CapturedDocument, makeRoom } = require('./documents/document');
const { readOptions } = require('./options');
const { usePreload } = require('./preloads');
const { unwatchQuit, watchQuit } = require('./quit');
const { onWake } = require('./wake');
const { resolveTarget, watchSubframes } = require('./windows');

/**
 * @typedef {import('electron').BrowserWindow} BrowserWindow
 * @typedef {import('electron').IpcMainEvent} IpcMainEvent
 * @typedef {import('electron').Session} Session
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('./options').Settings} Settings
 * @typedef {import('./options').SetupOptions} SetupOptions
 */

/**
 * @typedef {Object} RTCStatsHandle
 * @property {function(): Promise<void>} cleanup - Undoes the setup; resolves when what was on its way is delivered.
 * @property {function(function(any): void): function(): void} onEvent - Adds a listener, gives what removes it.
 * @property {function(): Record<string, number>} stats - What was counted since the setup.
 */

/** @type {WeakMap<Object, RTCStatsMainHook>} */
const hooks = new WeakMap();

/**
 * What one setup does, and the handle that the app gets.
 */
class RTCStatsMainHook {
    /**
     * Creates a hook.
     *
     * @param {WebContents | null} contents - The window's contents, or null for all windows of the session.
     * @param {Session} session - The session.
     * @param {Settings} settings - The app's settings.
     * @param {any} addon - The addon.
     */
    constructor(contents, session, settings, addon) {
        this._session = session;
        this._settings = settings;
        this._channels = new Channels(addon, session, settings, event => this._emit(event));

        /** @type {Set<CapturedDocument>} */
        this._documents = new Set();

        /** @type {Set<function(any): void>} */
        this._listeners = new Set(settings.onEvent ? [ settings.onEvent ] : []);

        /** @type {Map<WebContents, function(): void>} */
        this._windows = new Map();
        this._refused = 0;
        this._lost = 0;
        this._ended = false;
        this.isForWindow = Boolean(contents);
        this.capture = settings.autoCapture;
        this.captureSettings = settings.capture;
        this.cleanup = this.cleanup.bind(this);

        this._releasePreload = settings.registerPreload ? usePreload(session) : () => undefined;
        if (contents) {
            this._watchWindow(contents);
            contents.once('destroyed', this.cleanup);
        }
        this._unwatchWake = onWake(() => this._channels.reconnectNow());
        watchQuit(settings.quitTimeout);
        addHost(this);
        this._channels.recover();
    }

    /**
     * Undoes the setup: no new document is captured, and what is on its way is delivered.
     *
     * @returns {Promise<void>} When all channels are closed.
     */
    async cleanup() {
        if (!this._ended) {
            this._ended = true;
            removeHost(this);
            this._releasePreload();
            this._unwatchWake();
            [ ...this._documents ].forEach(document => document.close());
            this._windows.forEach(unwatch => unwatch());
            this._windows.clear();
            unwatchQuit();
        }
        await this._channels.closed();
    }

    /**
     * Adds up what was counted since the setup.
     *
     * @returns {Record<string, number>} The sums of all channels, how many `channels` and `documents` are open, and the
     * `refused` messages.
     */
    stats() {
        const stats = {
            bytesIn: 0,
            bytesOut: 0,
            captured: 0,
            delivered: 0,
            dropped: 0,
            pending: 0,
            rejected: 0,
            ...this._channels.stats()
        };

        return {
            ...stats,
            captured: stats.captured + this._lost,
            dropped: stats.dropped + this._lost,
            documents: this._documents.size,
            refused: this._refused
        };
    }

    /**
     * Adds a listener for what channels tell.
     *
     * @param {function(any): void} listener - The listener.
     * @returns {function(): void} What removes it.
     */
    onEvent(listener) {
        this._listeners.add(listener);

        return () => this._listeners.delete(listener);
    }

    /**
     * Tells whether a window's documents are this setup's: its own window and those it opened, or all of its session.
     *
     * @param {WebContents} contents - The window's contents.
     * @returns {boolean} Whether they are.
     */
    serves(contents) {
        return this.isForWindow ? this._windows.has(contents) : contents.session === this._session;
    }

    /**
     * Lets a document in, if the app wants it.
     *
     * @param {IpcMainEvent} event - The document's hello.
     * @param {string} url - Its URL.
     * @returns {CapturedDocument | null} The document.
     */
    admit({ frameId, processId, sender, senderFrame }, url) {
        const settings = this._settings;

        if (!settings.frames(url)) {
            return null;
        }
        if (!this._windows.has(sender)) {
            this._watchWindow(sender);
        }
        const onRefused = (/** @type {string} */ reason) => {
            this._refused++;
            this._emit({ reason,
                type: 'refused',
                url });
        };

        const present = [ ...this._documents ].filter(document => document.isIn(sender));

        if (!makeRoom(present, settings.limits.maxDocuments)) {
            onRefused('documents');

            return null;
        }

        /** @type {any} */
        const frame = senderFrame;
        const facts = { origin: frame?.origin ?? new URL(url).origin,
            url,
            userAgent: sender.getUserAgent() };
        const document = new CapturedDocument({
            capture: settings.autoCapture,
            limits: settings.limits,
            onGone: () => {
                this._documents.delete(document);
                forget(other => other === document);
            },
            isGone: () => !webFrameMain.fromId(processId, frameId),
            isIn: contents => contents === sender,
            isTop: !frame?.parent,
            onRefused,
            trace: {
                closeChannel: channel => this._channels.close(channel),
                endpoint: settings.endpoint,
                fallbackMeeting: settings.fallbackMeeting(url),
                identity: settings.identity(url),
                isCaptured: settings.autoCapture,
                maxHeldCharacters: settings.limits.maxHeldCharacters,
                meetingFqn: settings.meetingFqn(url),
                onDropped: count => {
                    this._refused += count;
                },
                onLost: events => {
                    this._lost += events;
                },
                openChannel: (...args) => this._channels.open(facts, ...args)
            },
            url
        });

        this._documents.add(document);

        return document;
    }

    /**
     * Follows a window: what it opens, and its end.
     *
     * @param {WebContents} contents - The window's contents.
     * @returns {void}
     */
    _watchWindow(contents) {
        const onWindow = (/** @type {BrowserWindow} */ window) => this._watchWindow(window.webContents);
        const unwatchSubframes = watchSubframes(contents);
        const onDestroyed = () => {
            this._windows.delete(contents);
            [ ...this._documents ].filter(document => document.isIn(contents)).forEach(document => document.close());
        };

        contents.on('did-create-window', onWindow);
        contents.once('destroyed', onDestroyed);
        this._windows.set(contents, () => {
            unwatchSubframes();
            contents.removeListener('did-create-window', onWindow);
            contents.removeListener('destroyed', onDestroyed);
        });
    }

    /**
     * Tells the app. Its listeners may throw; that is theirs.
     *
     * @param {Object} event - The event.
     * @returns {void}
     */
    _emit(event) {
        this._listeners.forEach(listener => {
            try {
                listener(event);
            } catch (error) {
                console.error('rtcstats-native: an event listener threw:', error);
            }
        });
    }
}

/**
 * The handle where the addon cannot be loaded.
 *
 * @returns {RTCStatsHandle} It does nothing.
 */
function inertHandle() {
    return {
        cleanup: () => Promise.resolve(),
        onEvent: () => () => undefined,
        stats: () => {
            return {};
        }
    };
}

/**
 * Captures what WebRTC does in a window, or in all windows of a session. Call it before pages load.
 *
 * @param {BrowserWindow | WebContents | Session} target - The window, its contents, or a session.
 * @param {SetupOptions} options - Where to, which documents, and everything a TraceChannel takes.
 * @returns {RTCStatsHandle} The handle.
 */
function setupRTCStatsMain(target, options) {
    const { contents, session } = resolveTarget(target);
    const key = contents ?? session;
    const existing = hooks.get(key);

    if (existing && !existing._ended) {
        return existing;
    }
    const settings = readOptions(options);
    const addon = loadAddon();

    if (!addon) {
        return inertHandle();
    }
    const hook = new RTCStatsMainHook(contents, session, settings, addon);

    hooks.set(key, hook);

    return hook;
}

// At once and not at the first setup: a preload that asks and hears no answer holds up its document for seconds.
if (process.type === 'browser') {
    listen();
}

module.exports = { setupRTCStatsMain };
