/**
 * An embedded stand-in for jitsi/rtcstats-server, and for the server of rtcstats/rtcstats, for development, demos and
 * tests: it speaks their protocols, 3.1 and 5.0, and writes their dumps, but it extracts nothing, authenticates nobody
 * and keeps every dump.
 *
 * It must never be used in production; that is what those servers are for.
 */

'use strict';

const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');
const { WebSocketServer } = require('ws');

const { Admission, refuseUpgrade } = require('./server/admission');
const { describeClient } = require('./server/client-info');
const { Connection } = require('./server/connection');
const { ConnectionV5, PROTOCOL } = require('./server/connection-v5');
const { DumpStore } = require('./server/dump-store');
const { Faults } = require('./server/faults');
const { PageServer } = require('./server/page-server');

/**
 * @typedef {http.IncomingMessage} IncomingMessage
 * @typedef {http.ServerResponse} ServerResponse
 * @typedef {import('./server/dump-store').DumpInfo} DumpInfo
 *
 * @typedef {Object} CollectorOptions
 * @property {string} [host] - The address to listen on, loopback by default.
 * @property {number} [port] - The port, 0 (the default) for any free one.
 * @property {string} [directory] - Where dumps go; a new folder below the system's temporary one by default.
 * @property {number} [idleTimeout] - How long a client may be silent before it is closed, in ms; 60000 by default.
 * @property {string[]} [origins] - The origins, such as `https://meet.example`, whose pages may send, besides pages of
 * this machine and of files; '*' for all. Programs that send no Origin always may.
 * @property {number} [maxBytes] - How many bytes of dumps the folder may hold, 4 GiB by default; beyond that clients
 * are refused.
 * @property {boolean} [importerFormat] - Write dumps for the public webrtc-dump-importer.
 * @property {{cert: string | Buffer, key: string | Buffer}} [tls] - Serve TLS with this certificate.
 * @property {import('./server/faults').FaultOptions} [faults] - Test-only: what to do wrong from the start.
 */

// A web page that is allowed to send must not be able to fill the disk.
const MAX_BYTES = 4 * (1024 ** 3);

/**
 * The running collector. Emits
 * - `session` `{sessionId, open, client, code?}` when a client has been accepted and when it has gone,
 * - `dump` (a DumpInfo) when a dump is created and when it is closed,
 * - `entry` `{id, sessionId, line}` for each line written, `written` (a DumpInfo) for each group of them,
 * - `refused` `{sessionId, isReconnect, client}` for a client closed with 3001,
 * - `rejected` `{client, error}` for a client that sent something malformed, was not let in, or found the folder full.
 */
class Collector extends EventEmitter {
    /**
     * Creates a collector that does not listen yet.
     *
     * @param {CollectorOptions} options - The options.
     */
    constructor({
        host = '127.0.0.1', port = 0, directory, idleTimeout = 60000, origins = [], maxBytes = MAX_BYTES,
        importerFormat = false, tls, faults
    }) {
        super();
        this.host = host;
        this.port = port;
        this.directory = path.resolve(directory ?? fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-collector-')));
        this.faults = new Faults(faults);
        this.mode = 'live';
        this._page = new PageServer(/** @type {any} */ (this), host);
        this._tls = tls;
        this._admission = new Admission(host, origins);
        this._store = new DumpStore(this.directory, {
            importerFormat,
            maxBytes
        });
        this._context = {
            store: this._store,
            faults: this.faults,
            idleTimeout,
            emit: this.emit.bind(this)
        };

        /** @type {http.Server | undefined} */
        this._server = undefined;
    }

    /**
     * The websocket endpoint for clients.
     *
     * @returns {string} The URL, without a trailing slash.
     */
    get url() {
        return `${this._tls ? 'wss' : 'ws'}://${this._authority}`;
    }

    /**
     * The address of the page.
     *
     * @returns {string} The URL, with a trailing slash.
     */
    get pageUrl() {
        return `${this._tls ? 'https' : 'http'}://${this._authority}/`;
    }

    /**
     * Host and port as they stand in a URL.
     *
     * @returns {string} The authority.
     */
    get _authority() {
        return `${this.host.includes(':') ? `[${this.host}]` : this.host}:${this.port}`;
    }

    /**
     * The dumps in the folder, oldest first.
     *
     * @returns {DumpInfo[]} Their descriptions.
     */
    dumps() {
        return this._store.list();
    }

    /**
     * Begins to listen. After `stop`, listens again on the same port.
     *
     * @returns {Promise<void>} Resolves once clients can connect.
     */
    async start() {
        await this._store.findEarlierDumps();
        const server = this._tls ? https.createServer(this._tls) : http.createServer();
        const sockets = new WebSocketServer({ noServer: true,
            autoPong: false });

        server.on('connection', transport => this.faults.watchTransport(transport));
        server.on('request', (request, response) => this._page.handle(request, response));
        server.on('upgrade', (request, transport, head) => {
            const refusal = this._admission.refusalOf(request) ?? this._store.refusal;

            if (refusal) {
                refuseUpgrade(transport, refusal);
                this.emit('rejected', {
                    client: describeClient(request, ''),
                    error: new Error(refusal.reason)
                });
            } else if (!this.faults.interceptUpgrade(transport)) {
                sockets.handleUpgrade(request, transport, head, socket => {
                    this.faults.watchSocket(socket);
                    const Protocol = socket.protocol.startsWith(PROTOCOL) ? ConnectionV5 : Connection;

                    new Protocol(socket, request, this._context); // eslint-disable-line no-new
                });
            }
        });
        await new Promise((resolve, reject) => {
            server.once('error', reject);
            server.listen(this.port, this.host, () => resolve(undefined));
        });
        this.port = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
        this._server = server;
    }

    /**
     * Stops listening and cuts all clients, as when the server's process is killed. Dumps are closed and kept.
     *
     * @returns {Promise<void>} Resolves once the port is free.
     */
    async stop() {
        const server = this._server;

        if (!server) {
            return;
        }
        this._server = undefined;
        const gone = this.faults.allClosed();

        await new Promise(resolve => {
            server.close(resolve);
            this.faults.cut();
        });
        await gone;
    }

    /**
     * Ends the collector. Idempotent.
     *
     * @returns {Promise<void>} Resolves once every dump is closed and the port is free.
     */
    close() {
        return this.stop();
    }

    /**
     * Tells of every change of a dump: created, grown, closed.
     *
     * @param {Function} listener - Called with the dump's description.
     * @returns {Function} Ends the telling.
     */
    watch(listener) {
        const tell = (/** @type {DumpInfo} */ info) => listener(info);

        this.on('dump', tell);
        this.on('written', tell);

        return () => {
            this.off('dump', tell);
            this.off('written', tell);
        };
    }
}

/**
 * Starts a collector. For development and tests only.
 *
 * @param {CollectorOptions} [options] - The options.
 * @returns {Promise<Collector>} The running collector.
 */
async function createCollector(options = {}) {
    const collector = new Collector(options);

    await collector.start();

    return collector;
}

module.exports = { Collector,
    createCollector };
