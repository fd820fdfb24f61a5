/**
 * An app's own preload without a sandbox: uses the addon directly.
 */

'use strict';

const { ipcRenderer } = require('electron');

const { TraceChannel } = require('../../..');

ipcRenderer.on('deliver', async (_event, { endpoint, meetingFqn }) => {
    const channel = new TraceChannel({ endpoint,
        meetingFqn,
        userAgent: navigator.userAgent });

    channel.connect();
    channel.push(JSON.stringify([ 'logs', null, [ 'from a preload' ], Date.now() ]));
    await channel.close();
    ipcRenderer.send('delivered', channel.stats());
});
