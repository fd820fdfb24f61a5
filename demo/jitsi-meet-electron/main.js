/**
 * An app built like jitsi-meet-electron: a launcher, a meeting window that is made when one joins, and in it a Jitsi
 * Meet that the app cannot change, in an iframe from another origin. The window options are those of that app today,
 * without isolation and without preloads in subframes; `--isolated` takes those to prefer. What capture adds is what
 * the guide says, to the letter; the demo itself is in demo.js.
 */

import { setupRTCStatsMain } from '@jitsi/rtcstats-native/main';
import {
    BrowserWindow,
    app,
    ipcMain,
    session
} from 'electron';
import * as path from 'path';
import { pathToFileURL } from 'url';

import config from './app/config';
import { play } from './demo';

/** This file is bundled to build/main.js. */
const rootDir = path.resolve(__dirname, '..');

/** As the app is today. The other way is possible since `@jitsi/electron-sdk` 10. */
const isolation = process.argv.includes('--isolated')
    ? { contextIsolation: true,
        sandbox: true }
    : { contextIsolation: false,
        sandbox: false };

/** @type {BrowserWindow | null} */
let mainWindow = null;

/** @type {BrowserWindow | null} */
let meetingWindow = null;

/**
 * Opens a window.
 *
 * @param {string} page - Its page.
 * @param {Electron.BrowserWindowConstructorOptions} options - Its size.
 * @returns {BrowserWindow} The window.
 */
function createWindow(page, options) {
    const window = new BrowserWindow({
        ...options,
        autoHideMenuBar: true,
        show: false,
        webPreferences: {
            enableBlinkFeatures: 'WebAssemblyCSP',
            nodeIntegration: false,
            preload: path.resolve(rootDir, './build/preload.js'),
            ...isolation
        }
    });

    window.once('ready-to-show', () => window.show());
    window.loadURL(pathToFileURL(path.resolve(rootDir, './build', page)).href);

    return window;
}

/**
 * Lets a deployment be shown in an iframe that forbids it.
 *
 * @param {Electron.OnHeadersReceivedListenerDetails} details - A response.
 * @param {function(Electron.HeadersReceivedResponse): void} callback - Told what to make of it.
 * @returns {void}
 */
function allowFraming({ responseHeaders = {} }, callback) {
    callback({ responseHeaders: Object.fromEntries(Object.entries(responseHeaders)
        .filter(([ name ]) => name.toLowerCase() !== 'x-frame-options')
        .map(([ name, values ]) => [ name, name.toLowerCase() === 'content-security-policy'
            ? values.map(value => value.split(';').filter(part => !part.includes('frame-ancestors'))
                .join(';'))
            : values ])) });
}

/**
 * Opens the launcher.
 *
 * @returns {void}
 */
function createJitsiMeetWindow() {
    mainWindow = createWindow('index.html', { height: 600,
        width: 480 });
    mainWindow.webContents.session.webRequest.onHeadersReceived(allowFraming);
    mainWindow.webContents.session.setPermissionRequestHandler((_contents, permission, callback) =>
        callback(permission !== 'openExternal'));
    mainWindow.on('closed', () => {
        mainWindow = null;
    });
}

if (!app.requestSingleInstanceLock()) {
    app.quit();
    process.exit(0); // eslint-disable-line no-process-exit
}

app.on('ready', () => {
    setupRTCStatsMain(session.defaultSession, {
        ...config.rtcstats,
        frames: url => !url.startsWith('file:'),
        identity: { applicationName: app.getName() }
    });
});
app.on('ready', createJitsiMeetWindow);

app.on('second-instance', () => (meetingWindow ?? mainWindow)?.focus());

ipcMain.on('open-meeting-window', (_event, conference) => {
    if (meetingWindow) {
        meetingWindow.focus();
        meetingWindow.webContents.send('navigate-to-conference', conference);

        return;
    }
    const window = createWindow('meeting.html', { height: 800,
        width: 1200 });

    meetingWindow = window;
    window.webContents.once('did-finish-load', () => window.webContents.send('navigate-to-conference', conference));
    window.on('closed', () => {
        meetingWindow = null;
    });
});

ipcMain.on('close-meeting-window', () => meetingWindow?.close());

play();
