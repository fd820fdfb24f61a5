/**
 * An HTTP proxy for tests: answers CONNECT, with basic credentials if it is given some, and remembers who asked.
 */

'use strict';

const http = require('node:http');
const net = require('node:net');

/**
 * Starts a proxy.
 *
 * @param {string} [credentials] - `name:password` to insist on.
 * @returns {Promise<{address: string, tunnels: string[], refused: number, seen: string[], close: function(): void}>}
 * The proxy.
 */
function startConnectProxy(credentials) {
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    const sockets = new Set();
    const server = http.createServer((request, response) => response.writeHead(501).end());
    const proxy = { address: '',
        close: () => {
            sockets.forEach(socket => socket.destroy());
            server.close();
        },
        refused: 0,
        seen: [],
        tunnels: [] };

    server.on('connect', (request, socket, head) => {
        proxy.seen.push(request.headers['proxy-authorization']);
        if (expected && request.headers['proxy-authorization'] !== expected) {
            proxy.refused++;
            socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\n\r\n');

            return;
        }
        const [ host, port ] = request.url.split(':');
        const target = net.connect(port, host, () => {
            proxy.tunnels.push(request.url);
            socket.write('HTTP/1.1 200 OK\r\n\r\n');
            target.write(head);
            socket.pipe(target).pipe(socket);
        });

        [ socket, target ].forEach(end => {
            sockets.add(end);
            end.on('error', () => end.destroy());
            end.on('close', () => [ socket, target ].forEach(other => other.destroy()));
        });
    });

    return new Promise(resolve => {
        server.listen(0, '127.0.0.1', () => {
            proxy.address = `127.0.0.1:${server.address().port}`;
            resolve(proxy);
        });
    });
}

module.exports = { startConnectProxy };
