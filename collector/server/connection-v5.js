/**
 * One client's websocket in protocol 5.0: what comes is appended to a dump of format 3 as it is, in the manner of
 * rtcstats/rtcstats' server, which says nothing and never refuses a client that needs no token.
 *
 * It must never answer a ping before everything that came ahead of it has been written.
 */

'use strict';

const { randomUUID } = require('node:crypto');

const { describeClient } = require('./client-info');
const { VALID_ID } = require('./dump-store');

/** What the subprotocol of such a client begins with. */
const PROTOCOL = 'rtcstats#';
const TOKEN = 'rtcstats-token';

/**
 * @typedef {import('ws').WebSocket} WebSocket
 * @typedef {import('ws').RawData} RawData
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('./connection').ConnectionContext} ConnectionContext
 * @typedef {import('./dump-store').Dump} Dump
 */

/**
 * Writes what that server writes of a client.
 *
 * @param {IncomingMessage} request - The upgrade request.
 * @param {URL} url - Its URL.
 * @param {string} clientProtocol - What the client speaks.
 * @returns {string[]} The first two lines of a dump.
 */
function headerOf({ headers, socket }, url, clientProtocol) {
    if (url.searchParams.has(TOKEN)) {
        url.searchParams.set(TOKEN, 'obfuscated');
    }

    return [ 'RTCStatsDump', JSON.stringify({ url: url.pathname + url.search,
        origin: headers.origin,
        userAgent: headers['user-agent'],
        startTime: Date.now(),
        remoteAddresses: [ socket.remoteAddress?.includes(':') ? 'x:x:x:x:x:x:x:x' : 'x.x.x.x' ],
        clientProtocol,
        fileFormat: 3 }) ];
}

/**
 * One accepted websocket.
 */
class ConnectionV5 {
    /**
     * Takes over a websocket.
     *
     * @param {WebSocket} socket - The websocket, created with `autoPong: false`.
     * @param {IncomingMessage} request - Its upgrade request.
     * @param {ConnectionContext} context - The collector's parts.
     */
    constructor(socket, request, context) {
        const url = new URL(request.url ?? '/', 'http://collector.invalid');
        const asked = url.searchParams.get('statsSessionId') ?? '';

        this._context = context;
        this._lastMessage = Date.now();
        this._sessionId = VALID_ID.test(asked) ? asked : randomUUID();
        this._header = headerOf(request, url, socket.protocol);
        this.client = describeClient(request, socket.protocol);

        /** @type {import('./dump-store').Dump | undefined} */
        this._dump = undefined;

        // A reset connection is no news to a server; the close event that follows does the rest.
        socket.on('error', () => undefined);
        socket.on('message', data => this._onMessage(socket, data));
        socket.on('ping', data => context.faults.answerPing(socket, data));
        socket.on('close', code => this._onClose(code));
        this._tell('session', { open: true });
    }

    /**
     * Appends a message. A session without one leaves no dump.
     *
     * @param {WebSocket} socket - The websocket.
     * @param {RawData} data - The message.
     * @returns {void}
     */
    _onMessage(socket, data) {
        try {
            this._lastMessage = Date.now();
            this._dump ??= this._createDump();
            this._append(String(data).split('\n'));
        } catch (error) {
            this._context.emit('rejected', { client: this.client,
                error });
            socket.terminate();
        }
    }

    /**
     * Begins the dump.
     *
     * @returns {Dump} The dump.
     */
    _createDump() {
        const dump = this._context.store.create(this._sessionId, this.client, this._header);

        this._context.emit('dump', { ...dump.info });

        return dump;
    }

    /**
     * Writes lines.
     *
     * @param {string[]} lines - The lines.
     * @returns {void}
     */
    _append(lines) {
        const dump = /** @type {import('./dump-store').Dump} */ (this._dump);

        dump.append(lines);
        for (const line of lines) {
            this._context.emit('entry', { id: dump.info.id,
                sessionId: this._sessionId,
                line });
        }
        this._context.emit('written', { ...dump.info });
    }

    /**
     * Ends the dump the way that server does.
     *
     * @param {number} code - The close code.
     * @returns {void}
     */
    _onClose(code) {
        if (this._dump) {
            this._append([ JSON.stringify([ 'close', null, code, Date.now() - this._lastMessage ]) ]);
            this._dump.close();
            this._context.emit('dump', { ...this._dump.info });
        }
        this._tell('session', { open: false,
            code });
    }

    /**
     * Tells the collector's listeners of this session.
     *
     * @param {string} name - What happened.
     * @param {Object} detail - How.
     * @returns {void}
     */
    _tell(name, detail) {
        this._context.emit(name, { ...detail,
            sessionId: this._sessionId,
            client: this.client });
    }
}

module.exports = { ConnectionV5,
    PROTOCOL };
