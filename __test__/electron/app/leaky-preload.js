/**
 * An app's own careless preload: gives the page what it must never have.
 */

'use strict';

const { ipcRenderer } = require('electron');

window.leaked = {
    ask: (channel, data) => ipcRenderer.sendSync(channel, data),
    give: (channel, data, ports) => ipcRenderer.postMessage(channel, data, ports)
};
