/**
 * What the demo's applications have in common: how long they run, where they send, and what they tell the terminal. It
 * is loaded in their main process; nothing of it is what an app of its own would need.
 */

'use strict';

const { app } = require('electron');

/**
 * @typedef {import('electron').BrowserWindow} BrowserWindow
 * @typedef {import('electron').WebFrameMain} WebFrameMain
 * @typedef {import('../electron/main').RTCStatsHandle} RTCStatsHandle
 */

const CONNECT_TIMEOUT = 30000;

const endpoint = process.env.RTCSTATS_DEMO_ENDPOINT;
const protocol = process.env.RTCSTATS_DEMO_PROTOCOL;
const seconds = Number(process.env.RTCSTATS_DEMO_SECONDS ?? 10);

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
 * Waits for the call's page to say that both peers are connected.
 *
 * @param {WebFrameMain} frame - Where the page is.
 * @returns {Promise<unknown>} Rejected when it takes too long.
 */
function connected(frame) {
    return Promise.race([
        frame.executeJavaScript('window.callConnected'),
        delay(CONNECT_TIMEOUT).then(() => {
            throw new Error('the two peers did not connect');
        })
    ]);
}

/**
 * Lets a call run for its time, and reports its counters.
 *
 * @param {BrowserWindow} window - The window it is in.
 * @param {RTCStatsHandle} rtcstats - What captures it.
 * @param {function(): Promise<WebFrameMain>} load - Loads the call's page and gives its frame.
 * @returns {Promise<void>} When everything is delivered.
 */
async function runCall(window, rtcstats, load) {
    const end = interrupted(window);
    const ticker = setInterval(() => report({ stats: rtcstats.stats() }), 1000);
    const frame = await load();

    await Promise.race([ connected(frame).then(() => delay(seconds * 1000)), end ]);
    if (!window.isDestroyed()) {
        await frame.executeJavaScript('window.endCall()');
        window.destroy();
    }
    clearInterval(ticker);
    await rtcstats.cleanup();
    report({ stats: rtcstats.stats(),
        type: 'finished' });
}

/**
 * Runs an application and ends it.
 *
 * @param {function(): Promise<void>} run - What it does.
 * @returns {void}
 */
function runApp(run) {
    // The last window is closed before the last report.
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
}

module.exports = {
    endpoint,
    protocol,
    runApp,
    runCall,
    seconds
};
