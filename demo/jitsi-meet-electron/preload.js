/**
 * The app's own preload, as in jitsi-meet-electron. It gives its powers to the app's page and to nobody else: with
 * `nodeIntegrationInSubFrames` it also runs in the remote iframe, and there it must leave nothing behind.
 */

'use strict';

const { contextBridge, ipcRenderer } = require('electron');

if (process.isMainFrame) {
    const api = { join: (/** @type {string} */ room) => ipcRenderer.send('join', room) };

    if (process.contextIsolated) {
        contextBridge.exposeInMainWorld('jitsiNodeAPI', api);
    } else {
        Object.assign(window, { jitsiNodeAPI: api });
    }
}
