/**
 * The packaged app of the asar test: captures a call of its own page and delivers it, then tells what it saw. It finds
 * the package in its own `node_modules`, inside the asar.
 */

'use strict';

const { setupRTCStatsMain } = require('@jitsi/rtcstats-native/main');
const { BrowserWindow, app } = require('electron');
const path = require('path');

const warnings = [];

console.warn = (...args) => warnings.push(args.map(String).join(' '));

/**
 * Uses the addon as the package's own entry point gives it.
 *
 * @param {string} endpoint - The collector.
 * @returns {Promise<Object>} What became of its one event, or why there is no addon.
 */
async function useChannel(endpoint) {
    try {
        const { TraceChannel } = require('@jitsi/rtcstats-native');
        const channel = new TraceChannel({ endpoint,
            meetingFqn: 'channel' });

        channel.connect();
        channel.push(JSON.stringify([ 'logs', null, 'from an asar', Date.now() ]));
        await channel.close();

        return channel.stats();
    } catch (error) {
        return { error: error.message };
    }
}

/**
 * Captures a page's call.
 *
 * @param {string} endpoint - The collector.
 * @returns {Promise<Object>} What was counted.
 */
async function captureCall(endpoint) {
    const window = new BrowserWindow({ show: false });
    const rtcstats = setupRTCStatsMain(window, { endpoint,
        meetingFqn: 'capture' });

    // The channel is opened for the first thing captured. Without the addon nothing is.
    const captured = warnings.length
        ? undefined
        : new Promise(resolve => rtcstats.onEvent(({ type }) => type === 'connected' && resolve()));

    await window.loadFile(path.join(__dirname, 'index.html'));
    await window.webContents.executeJavaScript('new RTCPeerConnection().close()');
    await captured;
    await rtcstats.cleanup();

    return rtcstats.stats();
}

app.whenReady().then(async () => {
    const endpoint = process.argv[process.argv.length - 1];

    process.send({ capture: await captureCall(endpoint),
        channel: await useChannel(endpoint),
        directory: __dirname,
        environment: process.env.NAPI_RS_NATIVE_LIBRARY_PATH,
        warnings });
})
    .catch(error => process.send({ error: error.stack }))
    .finally(() => app.quit());
