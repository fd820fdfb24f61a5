/**
 * An app built like jitsi-meet-electron: a launcher window, a meeting window with the same options, and in it a Jitsi
 * Meet that the app cannot change, in an iframe from another origin. What capture adds to such an app is marked; the
 * rest stands for what it has already.
 */

'use strict';

const { BrowserWindow, app } = require('electron');
const path = require('path');

const { setupRTCStatsMain } = require('../../electron/main');
const { endpoint, protocol, runApp, runCall, seconds } = require('../app-session');

const { serve } = require('./serve');

// ADDED 1 of 3. In an app: require('@jitsi/rtcstats-native/main').

/**
 * The window options of jitsi-meet-electron as it is: no isolation. With ADDED 2 the app's preload then also runs in
 * the remote iframe, in reach of its scripts, so it must give its powers to the top frame only (see preload.js).
 */
const TODAY = {
    contextIsolation: false,
    nodeIntegration: false,
    sandbox: false
};

/**
 * The options to prefer, which `@jitsi/electron-sdk` 10 makes possible: the iframe cannot reach any preload.
 */
const ISOLATED = {
    contextIsolation: true,
    nodeIntegration: false,
    sandbox: true
};

/** Milliseconds, so that one sees it. */
const LAUNCHER_SHOWN = 1000;

const webPreferences = {
    ...app.commandLine.hasSwitch('isolated') || process.argv.includes('--isolated') ? ISOLATED : TODAY,

    // ADDED 2 of 3. Without it no preload runs in the iframe, and the call is not captured.
    nodeIntegrationInSubFrames: true,
    preload: path.join(__dirname, 'preload.js')
};

/**
 * Opens a window.
 *
 * @param {string} title - Its title.
 * @param {boolean} show - Whether it is shown.
 * @returns {BrowserWindow} The window.
 */
function createWindow(title, show) {
    return new BrowserWindow({ autoHideMenuBar: true,
        height: 720,
        show,
        title,
        useContentSize: true,
        webPreferences,
        width: 1100 });
}

/**
 * Waits for the click in the launcher, and clicks by itself, because this is a demo.
 *
 * @param {BrowserWindow} launcher - The launcher.
 * @returns {Promise<string>} The room.
 */
function joinedRoom(launcher) {
    return new Promise(resolve => {
        launcher.webContents.ipc.once('join', (_event, room) => resolve(room));
        setTimeout(() => launcher.webContents.executeJavaScript('document.querySelector("button").click()'),
            LAUNCHER_SHOWN);
    });
}

/**
 * Runs the app.
 *
 * @returns {Promise<void>} When the meeting is over and everything is delivered.
 */
async function run() {
    const [ shell, meet ] = await Promise.all([
        serve(__dirname, 'meeting.html'),
        serve(path.join(__dirname, '..', 'app', 'page'), 'index.html')
    ]);
    const launcher = createWindow('Jitsi Meet', true);

    await launcher.loadURL(`${shell.origin}/launcher.html`);
    const room = await joinedRoom(launcher);
    const meetingWindow = createWindow('Jitsi Meet', true);

    // ADDED 3 of 3, before the window loads anything.
    const rtcstats = setupRTCStatsMain(meetingWindow, {
        endpoint,
        frames: url => url.startsWith(meet.origin),
        identity: { application: app.getName() },
        meetingFqn: room,
        pollInterval: 1000,
        protocol
    });

    launcher.destroy();
    await runCall(meetingWindow, rtcstats, async () => {
        const source = `${meet.origin}/${room}?seconds=${seconds}`;

        await meetingWindow.loadURL(`${shell.origin}/meeting.html?src=${encodeURIComponent(source)}`);

        return meetingWindow.webContents.mainFrame.frames[0];
    });
    [ shell, meet ].forEach(server => server.close());
}

runApp(run);
