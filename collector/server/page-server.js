/**
 * Serves the collector's page, the dumps it shows and the news of what changes.
 *
 * It only ever reads: no request may change, create or delete anything, and none may reach a file that is neither part
 * of the page nor a listed dump. Pages of other origins must not get at the dumps, not by a rebound host name either.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream');

const { isOwnHost } = require('./admission');

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {import('./dump-store').DumpInfo} DumpInfo
 * @typedef {{start?: number, end?: number}} Range
 *
 * @typedef {Object} DumpSource
 * @property {() => DumpInfo[]} dumps - Lists the dumps.
 * @property {(listener: (info: DumpInfo) => void) => () => void} watch - Tells of changes until the result is called.
 * @property {string} mode - 'live' for a collector, 'file' for a saved dump.
 */

const COLLECTOR_FOLDER = path.join(__dirname, '..');
const UPLOT_FOLDER = path.dirname(require.resolve('uplot/package.json'));

// What a browser loads: the page itself, the readers and the model, which its worker runs.
const PAGE_FILE = /^\/(?:page|dump|model)(?:\/[a-z0-9-]+)+\.(?:js|css|svg)$/;

/** @type {Record<string, string>} */
const ASSETS = {
    '/': path.join(COLLECTOR_FOLDER, 'page', 'index.html'),
    '/vendor/uplot.js': path.join(UPLOT_FOLDER, 'dist', 'uPlot.esm.js'),
    '/vendor/uplot.css': path.join(UPLOT_FOLDER, 'dist', 'uPlot.min.css')
};

/** @type {Record<string, string>} */
const CONTENT_TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml'
};

const HEADERS = {
    'Content-Security-Policy': [
        'default-src \'none\'', 'script-src \'self\'', 'style-src \'self\'', 'img-src \'self\'', 'connect-src \'self\'',
        'worker-src \'self\'', 'base-uri \'none\'', 'form-action \'none\'', 'frame-ancestors \'none\''
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store'
};

// How long changes are gathered before the page is told, in ms: a busy call must not flood it.
const NEWS_INTERVAL = 250;

/**
 * Finds the file behind a path.
 *
 * @param {string} pathname - The path of the request's URL.
 * @returns {string | undefined} The file.
 */
function assetOf(pathname) {
    return PAGE_FILE.test(pathname) ? path.join(COLLECTOR_FOLDER, ...pathname.split('/')) : ASSETS[pathname];
}

/**
 * Sends a range of a file.
 *
 * @param {ServerResponse} response - The response.
 * @param {string} file - The file.
 * @param {string} contentType - Its type.
 * @param {Range} [range] - Which bytes, `end` being the last one.
 * @returns {void}
 */
function sendFile(response, file, contentType, range) {
    const stream = fs.createReadStream(file, range);

    const missing = () => response.writeHead(404, HEADERS).end();

    stream.once('error', missing);
    stream.once('open', () => {
        // From here on an error means that the page went away, or that the file ended early: the answer is cut off.
        stream.removeListener('error', missing);
        response.writeHead(200, {
            ...HEADERS,
            'Content-Type': contentType
        });
        pipeline(stream, response, () => undefined);
    });
}

/**
 * Answers the requests of one source's page.
 */
class PageServer {
    /**
     * Creates it.
     *
     * @param {DumpSource} source - What to show.
     * @param {string} ownHost - The host the server listens on.
     */
    constructor(source, ownHost) {
        this._source = source;
        this._ownHost = ownHost;
    }

    /**
     * Answers a request.
     *
     * @param {IncomingMessage} request - The request.
     * @param {ServerResponse} response - The response.
     * @returns {void}
     */
    handle(request, response) {
        const [ pathname, query ] = (request.url ?? '/').split('?', 2);
        const asset = assetOf(pathname);

        if (!isOwnHost(request.headers.host ?? '', this._ownHost)) {
            response.writeHead(421, HEADERS).end('Unknown host');
        } else if (request.method !== 'GET') {
            response.writeHead(405, HEADERS).end();
        } else if (asset) {
            sendFile(response, asset, CONTENT_TYPES[path.extname(asset)]);
        } else if (pathname === '/api/events') {
            this._sendNews(request, response);
        } else if (pathname.startsWith('/api/dumps/')) {
            this._sendDump(response, pathname.slice('/api/dumps/'.length), new URLSearchParams(query));
        } else {
            response.writeHead(404, HEADERS).end();
        }
    }

    /**
     * Sends a dump, or the bytes of it that the page asks for.
     *
     * @param {ServerResponse} response - The response.
     * @param {string} encodedId - The dump's id, as it stands in the path.
     * @param {URLSearchParams} query - `from` and `to`, the first byte and the one behind the last.
     * @returns {void}
     */
    _sendDump(response, encodedId, query) {
        const dump = this._source.dumps().find(({ id }) => encodeURIComponent(id) === encodedId);
        const start = Math.max(0, Number(query.get('from')) || 0);
        const to = Number(query.get('to'));

        if (!dump) {
            response.writeHead(404, HEADERS).end();
        } else if (to && to <= start) {
            response.writeHead(200, HEADERS).end();
        } else {
            sendFile(response, dump.path, 'text/plain; charset=utf-8', {
                start,
                ...to ? { end: to - 1 } : {}
            });
        }
    }

    /**
     * Sends the list of dumps, then each change, as server-sent events.
     *
     * @param {IncomingMessage} request - The request.
     * @param {ServerResponse} response - The response, kept open.
     * @returns {void}
     */
    _sendNews(request, response) {
        /** @type {Map<string, DumpInfo>} */
        const changed = new Map();

        /** @type {NodeJS.Timeout | undefined} */
        let timer;
        const send = (/** @type {string} */ name, /** @type {unknown} */ data) =>
            response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
        const flush = () => {
            timer = undefined;
            send('changed', [ ...changed.values() ]);
            changed.clear();
        };
        const unwatch = this._source.watch(info => {
            changed.set(info.id, info);
            timer ??= setTimeout(flush, NEWS_INTERVAL);
        });

        response.writeHead(200, {
            ...HEADERS,
            'Content-Type': 'text/event-stream'
        });
        send('dumps', {
            mode: this._source.mode,
            dumps: this._source.dumps()
        });
        request.on('close', () => {
            clearTimeout(timer);
            unwatch();
        });
    }
}

module.exports = { PageServer };
