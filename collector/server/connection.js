/**
 * One client's websocket: reads its bytes as a stream of messages and writes them into dumps, in the manner of
 * jitsi/rtcstats-server.
 *
 * It must never answer a ping before everything that came ahead of it has been written, and never survive malformed
 * input: a client that relies on being tolerated here would lose its data in production.
 */

'use strict';

const { describeClient } = require('./client-info');
const { VALID_ID } = require('./dump-store');
const { JsonSplitter } = require('./json-splitter');

// What a server without resumption says to a client that wants to resume.
const CLOSE_RECONNECT_NOT_SUPPORTED = 3001;

/**
 * Checks what the server checks before it looks at a message.
 *
 * @param {any} message - A parsed message.
 * @returns {void}
 */
function checkMessage(message) {
    const { statsSessionId, type } = message ?? {};

    if (typeof statsSessionId !== 'string' || !VALID_ID.test(statsSessionId)) {
        throw new Error('statsSessionId is missing or holds characters other than letters, digits, hyphen, underscore');
    }
    if (!type) {
        throw new Error('type is missing');
    }
}

/**
 * Makes the line that a message leaves in the dump.
 *
 * @param {any} message - A parsed message.
 * @param {boolean} isRtcstatsClient - False for bridges and other backend services, whose requests are kept whole.
 * @returns {string | undefined} The line, undefined if there is none.
 */
function lineOf(message, isRtcstatsClient) {
    const { type, data } = message;

    if (!isRtcstatsClient) {
        return JSON.stringify({ ...message,
            timestamp: Date.now() });
    }
    if (type === 'identity') {
        return JSON.stringify(data);
    }

    return data ? String(data) : undefined;
}

/**
 * The sequence number an entry ends with.
 *
 * @param {string} line - A line of a dump.
 * @returns {number} The number, 0 if there is none.
 */
function sequenceNumberOf(line) {
    const match = /,\s*\d+(?:\.\d+)?\s*,\s*(\d+)\s*\]\s*$/.exec(line.slice(-64));

    return match ? Number(match[1]) : 0;
}

/**
 * @typedef {import('ws').WebSocket} WebSocket
 * @typedef {import('ws').RawData} RawData
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('./dump-store').Dump} Dump
 *
 * @typedef {Object} ConnectionContext
 * @property {import('./dump-store').DumpStore} store - Where dumps go.
 * @property {import('./faults').Faults} faults - What to do wrong.
 * @property {number} idleTimeout - How long a client may be silent after its first message, in ms.
 * @property {(name: string, detail: any) => void} emit - Tells the collector's listeners.
 */

/**
 * One accepted websocket.
 */
class Connection {
    /**
     * Takes over a websocket.
     *
     * @param {WebSocket} socket - The websocket, created with `autoPong: false`.
     * @param {IncomingMessage} request - Its upgrade request.
     * @param {ConnectionContext} context - The collector's parts.
     */
    constructor(socket, request, context) {
        this._socket = socket;
        this._context = context;
        this._splitter = new JsonSplitter();
        this.client = describeClient(request, socket.protocol);

        /** @type {Map<string, import('./dump-store').Dump>} */
        this._dumps = new Map();

        /** @type {NodeJS.Timeout | undefined} */
        this._idleTimer = undefined;

        // A reset connection is no news to a server; the close event that follows does the rest.
        socket.on('error', () => undefined);
        this._start(new URL(request.url ?? '/', 'http://collector.invalid').searchParams);
    }

    /**
     * Refuses the client or begins to read.
     *
     * @param {URLSearchParams} query - The query of the websocket's URL.
     * @returns {void}
     */
    _start(query) {
        const { faults, store, emit } = this._context;
        const sessionId = query.get('statsSessionId') ?? '';
        const isReconnect = query.get('isReconnect') === 'true';

        if (!faults.acceptReconnect && (isReconnect || store.has(sessionId))) {
            this._socket.close(CLOSE_RECONNECT_NOT_SUPPORTED);
            emit('refused', { sessionId,
                isReconnect,
                client: this.client });

            return;
        }
        this._socket.on('message', data => this._onMessage(data));
        this._socket.on('ping', data => faults.answerPing(this._socket, data));
        this._socket.on('close', code => this._onClose(sessionId, code));
        emit('session', { sessionId,
            open: true,
            client: this.client });
        faults.greet(this._socket);
    }

    /**
     * Reads a frame.
     *
     * @param {RawData} data - Its payload.
     * @returns {void}
     */
    _onMessage(data) {
        /** @type {Map<string, string[]>} */
        const lines = new Map();

        try {
            for (const message of this._splitter.push(/** @type {Buffer} */ (data))) {
                this._restartIdleTimer();
                this._onRequest(message, lines);
            }
            this._write(lines);
        } catch (error) {
            this._drop(error, lines);
        }
    }

    /**
     * Drops the connection, as the server's pipeline does when one of its stages fails. What came before counts.
     *
     * @param {unknown} error - What went wrong.
     * @param {Map<string, string[]>} lines - The lines of the frame that are not written yet.
     * @returns {void}
     */
    _drop(error, lines) {
        this._socket.removeAllListeners('message');
        this._socket.removeAllListeners('ping');
        try {
            this._write(lines);
        } catch {
            // The disk is full or gone; that is the error already being reported.
        } finally {
            this._context.emit('rejected', { client: this.client,
                error });
            this._socket.terminate();
        }
    }

    /**
     * Handles one message.
     *
     * @param {any} message - The parsed message.
     * @param {Map<string, string[]>} lines - Collects the lines of this frame by session.
     * @returns {void}
     */
    _onRequest(message, lines) {
        checkMessage(message);
        const { statsSessionId, type } = message;

        // Any valid message opens the dump, a keepalive and an unknown one, too.
        this._dumpOf(statsSessionId);
        if (type === 'close') {
            this._write(lines);
            this._closeDump(statsSessionId);
        } else if (type === 'identity' || type === 'stats-entry') {
            const line = lineOf(message, this.client.clientType === 'RTCSTATS_CLIENT');

            if (line) {
                const collected = lines.get(statsSessionId) ?? [];

                collected.push(line);
                lines.set(statsSessionId, collected);
            }
        }
    }

    /**
     * Writes the collected lines, a system call per session.
     *
     * @param {Map<string, string[]>} lines - The lines by session; emptied.
     * @returns {void}
     */
    _write(lines) {
        for (const [ statsSessionId, entries ] of lines) {
            const dump = this._dumpOf(statsSessionId);

            lines.delete(statsSessionId);

            dump.append(entries);
            for (const line of entries) {
                this._context.emit('entry', { id: dump.info.id,
                    sessionId: statsSessionId,
                    line });
            }
            this._context.emit('written', { ...dump.info });
            this._context.faults.acknowledge(this._socket, sequenceNumberOf(entries[entries.length - 1]));
        }
    }

    /**
     * The dump of a session, created by its first message.
     *
     * @param {string} statsSessionId - The session's id.
     * @returns {Dump} The open dump.
     */
    _dumpOf(statsSessionId) {
        let dump = this._dumps.get(statsSessionId);

        if (!dump) {
            dump = this._context.store.create(statsSessionId, this.client);
            this._dumps.set(statsSessionId, dump);
            this._context.emit('dump', { ...dump.info });
        }

        return dump;
    }

    /**
     * Closes the dump of a session.
     *
     * @param {string} statsSessionId - The session's id.
     * @returns {void}
     */
    _closeDump(statsSessionId) {
        const dump = this._dumps.get(statsSessionId);

        this._dumps.delete(statsSessionId);
        dump?.close();
        if (dump) {
            this._context.emit('dump', { ...dump.info });
        }
    }

    /**
     * Puts off the idle close. Like the server's, the timer runs only from the first message on, and pings do not
     * count.
     *
     * @returns {void}
     */
    _restartIdleTimer() {
        clearTimeout(this._idleTimer);
        this._idleTimer = setTimeout(() => this._socket.close(), this._context.idleTimeout);
        this._idleTimer.unref();
    }

    /**
     * Ends everything that belongs to the websocket.
     *
     * @param {string} sessionId - The id in its URL.
     * @param {number} code - The close code.
     * @returns {void}
     */
    _onClose(sessionId, code) {
        clearTimeout(this._idleTimer);
        for (const statsSessionId of [ ...this._dumps.keys() ]) {
            this._closeDump(statsSessionId);
        }
        this._context.emit('session', { sessionId,
            open: false,
            code,
            client: this.client });
    }
}

module.exports = { Connection };
