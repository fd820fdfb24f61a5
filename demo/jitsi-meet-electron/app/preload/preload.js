/**
 * The app's own preload: a few channels between its pages and its main process, and nothing else.
 */

import { contextBridge, ipcRenderer } from 'electron';

const CHANNELS = [
    'close-meeting-window',
    'navigate-to-conference',
    'open-meeting-window',
    'renderer-ready'
];

const jitsiNodeAPI = {
    ipc: {
        addListener: (/** @type {string} */ channel, /** @type {function(any): void} */ listener) => {
            if (CHANNELS.includes(channel)) {
                ipcRenderer.on(channel, (_event, argument) => listener(argument));
            }
        },
        send: (/** @type {string} */ channel, /** @type {any} */ argument) => {
            if (CHANNELS.includes(channel)) {
                ipcRenderer.send(channel, argument);
            }
        }
    }
};

if (process.contextIsolated) {
    contextBridge.exposeInMainWorld('jitsiNodeAPI', jitsiNodeAPI);
} else {
    Object.assign(window, { jitsiNodeAPI });
}
