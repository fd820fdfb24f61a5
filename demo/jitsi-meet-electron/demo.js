/**
 * What makes a demo of the app: a Jitsi Meet to call, and somebody who joins it and leaves. It looks at the app from
 * outside; nothing of it is what an app of its own would need.
 */

'use strict';

const { setupRTCStatsMain } = require('@jitsi/rtcstats-native/main');
const { BrowserWindow, ipcMain, session } = require('electron');
const { once } = require('events');
const path = require('path');

const { runApp, runCall, seconds } = require('../app-session');

const { serve } = require('./serve');

/** Milliseconds, so that one sees it. */
const LAUNCHER_SHOWN = 1000;

/** This file is bundled to build/main.js. */
const folder = path.resolve(__dirname, '..');

/**
 * Joins a conference by the launcher.
 *
 * @param {Electron.WebContents} launcher - The launcher.
 * @param {string} serverURL - Where the conference is.
 * @returns {Promise<BrowserWindow>} The meeting's window.
 */
async function join(launcher, serverURL) {
    const opened = once(ipcMain, 'open-meeting-window');

    await launcher.executeJavaScript(`document.getElementById('server').value = ${JSON.stringify(serverURL)}`);
    setTimeout(() => launcher.executeJavaScript('document.querySelector("button").click()'), LAUNCHER_SHOWN);
    await opened;

    // The app's own listener has made it by now.
    const [ meeting ] = BrowserWindow.getAllWindows().filter(({ webContents }) => webContents !== launcher);

    return meeting;
}

/**
 * Waits for the conference in the meeting window.
 *
 * @param {BrowserWindow} window - The window.
 * @returns {Promise<Electron.WebFrameMain>} The conference's frame.
 */
function conferenceIn({ webContents }) {
    return new Promise(resolve => {
        const check = (/** @type {any[]} */ ...args) => {
            const [ frame ] = webContents.mainFrame.frames;

            if (frame && args[1] === false) {
                webContents.off('did-frame-finish-load', check);
                resolve(frame);
            }
        };

        webContents.on('did-frame-finish-load', check);
    });
}

/**
 * Runs the demo.
 *
 * @returns {Promise<void>} When the meeting is over and everything is delivered.
 */
async function run() {
    const launcherReady = once(ipcMain, 'renderer-ready');
    const meet = await serve([ path.join(folder, 'meet'), path.join(folder, '..', 'app', 'page') ],
        { 'content-security-policy': 'frame-ancestors \'self\'',
            'x-frame-options': 'SAMEORIGIN' });

    const [ { sender } ] = await launcherReady;
    const meeting = await join(sender, `${meet.origin}/?seconds=${seconds}`);

    // The second call for the same session gives the handle of the first.
    await runCall(meeting, setupRTCStatsMain(session.defaultSession, {}), () => conferenceIn(meeting));
    BrowserWindow.getAllWindows().forEach(window => window.destroy());
    meet.close();
}

/**
 * Plays the demo in the app.
 *
 * @returns {void}
 */
function play() {
    runApp(run);
}

module.exports = { play };
