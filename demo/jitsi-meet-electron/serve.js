/**
 * Serves a folder on a loopback port of its own, which makes it an origin of its own. For the demo only.
 */

'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');

/** @type {Record<string, string>} */
const TYPES = { '.css': 'text/css',
    '.html': 'text/html',
    '.js': 'text/javascript' };

/**
 * Serves a folder.
 *
 * @param {string} folder - The folder.
 * @param {string} fallback - The file for names that are not in it, as a single-page app is served.
 * @returns {Promise<{origin: string, close: function(): void}>} Where it is.
 */
function serve(folder, fallback) {
    const server = http.createServer((request, response) => {
        // The last part of the path only, so that nothing outside the folder can be named.
        const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname);
        const file = path.join(folder, fs.existsSync(path.join(folder, name)) && name ? name : fallback);

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
