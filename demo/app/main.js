/**
 * The demo's application: one window with a call, captured by `setupRTCStatsMain`. The page knows nothing of it. Only
 * what an app of its own would write stands here, besides the reports to the terminal.
 */

'use strict';

const { BrowserWindow, app } = require('electron');
const path = require('path');

const { setupRTCStatsMain } = require('../../electron/main');

const endpoint = process.env.RTCSTATS_DEMO_ENDPOINT;
const seconds = Number(process.env.RTCSTATS_DEMO_SECONDS ?? 10);

const POLL_INTERVAL = 1000;
const CONNECT_TIMEOUT = 30000;

/**
 * Tells the terminal.
 *
 * @param {Object} message - What.
 * @returns {void}
 */
function report(message) {
    if (process.connected) {
        process.send?.(message);
    }
}

/**
 * Opens the window.
 *
 * @returns {BrowserWindow} The window, empty yet.
 */
function createWindow() {
    return new BrowserWindow({
        height: 640,
        title: 'rtcstats-native demo',
        useContentSize: true,
        webPreferences: { contextIsolation: true,
            sandbox: true },
        width: 1000
    });
}

/**
 * Waits until the terminal wants the call to end, or the window is closed.
 *
 * @param {BrowserWindow} window - The window.
 * @returns {Promise<void>} Then.
 */
function interrupted(window) {
    return new Promise(resolve => {
        window.once('closed', () => resolve());
        process.on('message', (/** @type {any} */ message) => message.type === 'stop' && resolve());
        process.once('disconnect', () => resolve());
    });
}

/**
 * Waits for the page to say that both peers are connected.
 *
 * @param {BrowserWindow} window - The window.
 * @returns {Promise<void>} Rejected when it takes too long.
 */
function connected(window) {
    return Promise.race([
        window.webContents.executeJavaScript('window.callConnected'),
        new Promise((_resolve, reject) => {
            setTimeout(() => reject(new Error('the two peers did not connect')), CONNECT_TIMEOUT);
        })
    ]);
}

/**
 * Waits.
 *
 * @param {number} milliseconds - How long.
 * @returns {Promise<void>} Then.
 */
function delay(milliseconds) {
    return new Promise(resolve => {
        setTimeout(resolve, milliseconds);
    });
}

/**
 * Runs the call.
 *
 * @returns {Promise<void>} When everything is delivered.
 */
async function run() {
    const window = createWindow();
    const rtcstats = setupRTCStatsMain(window, {
        endpoint,
        identity: { displayName: 'rtcstats-native demo' },
        meetingFqn: 'demo/two-peers',
        pollInterval: POLL_INTERVAL,
        sendSdp: true
    });
    const end = interrupted(window);
    const ticker = setInterval(() => report({ stats: rtcstats.stats() }), 1000);

    await window.loadFile(path.join(__dirname, 'page', 'index.html'), { query: { seconds: String(seconds) } });
    await Promise.race([ connected(window).then(() => delay(seconds * 1000)), end ]);
    if (!window.isDestroyed()) {
        await window.webContents.executeJavaScript('window.endCall()');
        window.destroy();
    }
    clearInterval(ticker);
    await rtcstats.cleanup();
    report({ stats: rtcstats.stats(),
        type: 'finished' });
}

// The window is closed before the last report; `run` ends the app.
app.on('window-all-closed', () => undefined);

app.whenReady()
    .then(run)
    .then(
        () => app.quit(),
        error => {
            report({ reason: error.message,
                type: 'failed' });
            app.exit(1);
        });
