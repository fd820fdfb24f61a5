/**
 * Serves folders on a loopback port of its own, which makes it an origin of its own. For the demo only.
 */

'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');

/** For names that are in none of the folders, as a single-page app is served. */
const FALLBACK = 'index.html';

/** @type {Record<string, string>} */
const TYPES = { '.css': 'text/css',
    '.html': 'text/html',
    '.js': 'text/javascript' };

/**
 * Serves folders.
 *
 * @param {string[]} folders - The folders, whose files are looked for in this order.
 * @param {Record<string, string>} headers - Of every response.
 * @returns {Promise<{origin: string, close: function(): void}>} Where it is.
 */
function serve(folders, headers) {
    const server = http.createServer((request, response) => {
        // The last part of the path only, so that nothing outside the folders can be named.
        const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname) || FALLBACK;
        const files = [ name, FALLBACK ].flatMap(each => folders.map(folder => path.join(folder, each)));
        const file = files.find(each => fs.existsSync(each)) ?? '';

        Object.entries(headers).forEach(([ header, value ]) => response.setHeader(header, value));
        response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
        fs.createReadStream(file).pipe(response);
    });

    return new Promise(resolve => {
        server.listen(0, '127.0.0.1', () => {
            /** @type {any} */
            const address = server.address();

            resolve({ close: () => server.close(),
                origin: `http://127.0.0.1:${address.port}` });
        });
    });
}

module.exports = { serve };
