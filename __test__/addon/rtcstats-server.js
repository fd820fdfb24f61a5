/**
 * A server of protocol 5.0 as small as can be: it appends what comes to a dump, says nothing, and closes with 1008
 * whoever has not got the token it wants. Its dumps are read line by line, as its reader would.
 */

'use strict';

const { once } = require('node:events');
const { WebSocketServer } = require('ws');

/**
 * Starts one that ends with the test.
 *
 * @param {any} t - Ava's context.
 * @param {string} [token] - What to ask for.
 * @returns {Promise<{ dumps: Array<{ headers: Object, lines: any[], url: string }>, port: number }>} Its dumps, one for
 * each link it took.
 */
async function useServer(t, token) {
    const server = new WebSocketServer({ host: '127.0.0.1',
        port: 0 });

    /** @type {any[]} */
    const dumps = [];

    server.on('connection', (socket, { headers, url }) => {
        if (token && new URL(url, 'ws://localhost').searchParams.get('rtcstats-token') !== token) {
            socket.close(1008);

            return;
        }
        const dump = { headers,
            lines: [],
            url };

        dumps.push(dump);
        socket.on('message', message => dump.lines.push(...String(message).split('\n')
            .map(text => JSON.parse(text))));
    });
    await once(server, 'listening');
    t.teardown(() => {
        server.clients.forEach(socket => socket.terminate());
        server.close();
    });

    return { dumps,
        port: server.address().port };
}

module.exports = { useServer };
