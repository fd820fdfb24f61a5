/**
 * The one call that an app makes in its main process: captures what WebRTC does in a window, or in all windows of a
 * session, and delivers it by native channels. The renderer is not trusted here, and nothing that goes wrong in here
 * may reach the app: without the addon the app runs as if it had not called.
 */

'use strict';

const { loadAddon } = require('./channels/channels');
const { listen } = require('./entrances/preload');
const { readOptions } = require('./options');
const { Setup } = require('./setup');
const { resolveTarget } = require('./windows');

/**
 * @typedef {import('electron').BrowserWindow} BrowserWindow
 * @typedef {import('electron').Session} Session
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('./options').Settings} Settings
 * @typedef {import('./options').SetupOptions} SetupOptions
 */

/**
 * @typedef {Object} RTCStatsHandle
 * @property {boolean} available - Whether the addon is there; without it nothing is captured.
 * @property {function(): Promise<void>} cleanup - Undoes the setup; resolves when what was on its way is delivered.
 * @property {function(Record<string, any>, string=): void} identify - Adds members to the identity of sessions: of all,
 * or of the documents of an address.
 * @property {function(function(any): void): function(): void} onEvent - Adds a listener, gives what removes it.
 * @property {function(): Record<string, number>} stats - What was counted since the setup.
 * @property {function(): void} pause - Stops capturing, in open and in new documents.
 * @property {function(): void} resume - Goes on.
 * @property {function('pending' | 'granted' | 'denied'): void} setConsent - Changes the consent.
 * @property {function(number): void} setPollInterval - Changes how often statistics are polled, in milliseconds.
 */

/** @type {WeakMap<Object, Setup>} */
const setups = new WeakMap();

/**
 * The handle where the addon cannot be loaded.
 *
 * @param {any} error - Why.
 * @param {Settings} settings - The app's settings.
 * @returns {RTCStatsHandle} It tells why, and does nothing.
 */
function inertHandle(error, { onEvent: first }) {
    const listeners = new Set(first ? [ first ] : []);
    const event = { code: String(error?.code ?? 'ERR_RTCSTATS_ADDON'),
        message: `nothing is captured: ${error?.message ?? error}`,
        type: 'error' };

    // A moment later, so that a listener which the app adds to the handle hears it too.
    queueMicrotask(() => listeners.forEach(listener => listener(event)));

    return {
        available: false,
        cleanup: () => Promise.resolve(),
        identify: () => undefined,
        onEvent: listener => {
            listeners.add(listener);

            return () => listeners.delete(listener);
        },
        pause: () => undefined,
        resume: () => undefined,
        setConsent: () => undefined,
        setPollInterval: () => undefined,
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
    const existing = setups.get(key);

    if (existing && !existing.isEnded) {
        return existing;
    }
    const { addon, error } = loadAddon();
    const settings = readOptions(options, channelOptions => addon?.TraceChannel.check(channelOptions) ?? []);

    if (!addon) {
        return inertHandle(error, settings);
    }
    const setup = new Setup(contents, session, settings, addon);

    setups.set(key, setup);

    return setup;
}

// At once and not at the first setup: a preload that asks and hears no answer holds up its document for seconds.
if (process.type === 'browser') {
    listen();
}

module.exports = { setupRTCStatsMain };
