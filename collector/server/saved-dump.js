/**
 * A saved file as a source for the page: a dump of this collector or of jitsi/rtcstats-server, or a journal, gzipped or
 * not.
 *
 * It must never change the file. A gzipped one is unpacked into a temporary copy, since the page reads by byte offsets.
 */

'use strict';

const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');

const { PageServer } = require('./page-server');

/**
 * @typedef {{pageUrl: string, complete: boolean, close: () => Promise<void>}} Viewer
 */

/**
 * Tells whether a file is gzipped, by its first bytes.
 *
 * @param {string} file - The file.
 * @returns {boolean} Whether it is.
 */
function isGzip(file) {
    const descriptor = fs.openSync(file, 'r');

    try {
        const magic = Buffer.alloc(2);

        fs.readSync(descriptor, magic, 0, 2, 0);

        return magic[0] === 0x1f && magic[1] === 0x8b;
    } finally {
        fs.closeSync(descriptor);
    }
}

/**
 * Unpacks a gzipped file as far as it can be unpacked.
 *
 * @param {string} file - The file.
 * @param {string} target - Where to.
 * @returns {Promise<boolean>} False if the file is damaged or cut short, in which case what came before is kept.
 */
async function unpack(file, target) {
    // This setting gives out everything up to where a cut file ends, but does not say that it was cut. Hence the second
    // run, which only looks whether the file is whole.
    const lenient = zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH });
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

    try {
        await pipeline(fs.createReadStream(file), lenient, fs.createWriteStream(target));
        await pipeline(fs.createReadStream(file), zlib.createGunzip(), nowhere);

        return true;
    } catch {
        return false;
    }
}

/**
 * Serves the page for a saved file.
 *
 * @param {string} file - The file.
 * @param {Object} [options] - Where to listen.
 * @param {string} [options.host] - The address, loopback by default.
 * @param {number} [options.port] - The port, any free one by default.
 * @returns {Promise<Viewer>} The running server.
 */
async function viewDump(file, { host = '127.0.0.1', port = 0 } = {}) {
    const folder = isGzip(file) ? fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-view-')) : undefined;
    const plain = folder ? path.join(folder, 'dump') : path.resolve(file);
    const forget = () => folder && fs.rmSync(folder, {
        force: true,
        recursive: true
    });
    const complete = folder ? await unpack(file, plain) : true;
    const { size, mtimeMs } = fs.statSync(plain);
    const id = path.basename(file).replace(/\.gz$/, '');
    const server = http.createServer();
    const page = new PageServer({
        mode: 'file',
        dumps: () => [ {
            id,
            sessionId: id,
            path: plain,
            open: false,
            startedAt: mtimeMs,
            endedAt: mtimeMs,
            lines: -1,
            bytes: size,
            client: null
        } ],
        watch: () => () => undefined
    }, host);

    server.on('request', (request, response) => page.handle(request, response));
    await new Promise((resolve, reject) => {
        server.once('error', error => {
            forget();
            reject(error);
        });
        server.listen(port, host, () => resolve(undefined));
    });
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());

    return {
        pageUrl: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/`,
        complete,
        close: async () => {
            await new Promise(resolve => {
                server.close(resolve);
                server.closeAllConnections();
            });
            forget();
        }
    };
}

module.exports = { viewDump };
