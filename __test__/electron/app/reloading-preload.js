/**
 * A preload without a sandbox that opens a channel at every load and never closes it.
 */

'use strict';

const { ipcRenderer } = require('electron');

const { TraceChannel } = require('../../..');

const channel = new TraceChannel(ipcRenderer.sendSync('reload-options'), event => {
    event.type === 'connected' && ipcRenderer.send('reload-connected');
});

channel.connect();
channel.push(JSON.stringify([ 'logs', null, [ 'loaded' ], Date.now() ]));
