/**
 * The demo's application: one window with a call, captured by `setupRTCStatsMain`. The page knows nothing of it.
 */

'use strict';

const { BrowserWindow } = require('electron');
const path = require('path');

const { setupRTCStatsMain } = require('../../electron/main');
const { endpoint, protocol, runApp, runCall, seconds } = require('../app-session');

const POLL_INTERVAL = 1000;

/**
 * Opens the window and makes the call.
 *
 * @returns {Promise<void>} When everything is delivered.
 */
async function run() {
    const window = new BrowserWindow({
        autoHideMenuBar: true,
        height: 640,
        title: 'rtcstats-native demo',
        useContentSize: true,
        webPreferences: { contextIsolation: true,
            sandbox: true },
        width: 1000
    });
    const rtcstats = setupRTCStatsMain(window, {
        endpoint,
        identity: { displayName: 'rtcstats-native demo' },
        meetingFqn: 'demo/two-peers',
        pollInterval: POLL_INTERVAL,
        protocol,
        sendSdp: true
    });

    await runCall(window, rtcstats, async () => {
        await window.loadFile(path.join(__dirname, 'page', 'index.html'), { query: { seconds: String(seconds) } });

        return window.webContents.mainFrame;
    });
}

runApp(run);
