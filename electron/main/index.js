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
 * @typedef {import('./options').SetupOptions} SetupOptions
 */

/**
 * @typedef {Object} RTCStatsHandle
 * @property {function(): Promise<void>} cleanup - Undoes the setup; resolves when what was on its way is delivered.
 * @property {function(function(any): void): function(): void} onEvent - Adds a listener, gives what removes it.
 * @property {function(): Record<string, number>} stats - What was counted since the setup.
 */

/** @type {WeakMap<Object, Setup>} */
const setups = new WeakMap();

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
    const existing = setups.get(key);

    if (existing && !existing.isEnded) {
        return existing;
    }
    const addon = loadAddon();
    const settings = readOptions(options, channelOptions => addon?.TraceChannel.check?.(channelOptions));

    if (!addon) {
        return inertHandle();
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
