/**
 * Switches that make the collector misbehave, for tests of clients. With none set it behaves like the server.
 *
 * Test-only: nothing outside tests may set one, and the collector must behave the same with this file's defaults as if
 * it were not there.
 */

'use strict';

const { EventEmitter, once } = require('node:events');
const { WebSocket } = require('ws');

const SN_INITIAL = { type: 'sn',
    body: { value: 0,
        state: 'initial' } };

/**
 * @typedef {import('ws').WebSocket} Socket
 * @typedef {import('node:net').Socket} Transport
 * @typedef {import('node:stream').Duplex} Duplex
 *
 * @typedef {'answer' | 'swallow' | 'duplicate'} PongMode
 *
 * @typedef {Object} FaultOptions
 * @property {boolean} [stopReading] - Sockets stay open but nothing is read from them.
 * @property {boolean} [blackHole] - Nothing is read, answered or closed; new connections are accepted by TCP only.
 * @property {PongMode} [pongs] - What to do about pings.
 * @property {number} [pongDelay] - How long to wait before each pong, in ms.
 * @property {number} [refuseWith] - The HTTP status to refuse upgrades with, 0 for none.
 * @property {number} [closeWith] - The code to close every new websocket with, 0 for none.
 * @property {boolean} [withholdSn] - Do not send the first `sn`.
 * @property {boolean} [acknowledging] - Send an `sn` with the last sequence number after each write.
 * @property {boolean} [acceptReconnect] - Accept `isReconnect=true` and ids that are taken.
 */

/**
 * The switches of one collector. Every property may be set at any time. Emits `blackHoled` for each upgrade request
 * that is left without an answer.
 */
class Faults extends EventEmitter {
    /**
     * Creates the switches.
     *
     * @param {FaultOptions} [options] - Their first positions.
     */
    constructor(options = {}) {
        super();

        /** @type {Set<WebSocket>} */
        this._sockets = new Set();

        /** @type {Set<import('node:net').Socket>} */
        this._transports = new Set();
        this._stopReading = false;
        this._blackHole = false;

        /** @type {PongMode} */
        this.pongs = 'answer';
        this.pongDelay = 0;
        this.refuseWith = 0;
        this.closeWith = 0;
        this.withholdSn = false;
        this.acknowledging = false;
        this.acceptReconnect = false;
        Object.assign(this, options);
    }

    /**
     * Whether reading has stopped.
     *
     * @returns {boolean} Whether it has.
     */
    get stopReading() {
        return this._stopReading;
    }

    /**
     * Stops or resumes reading on all websockets.
     *
     * @param {boolean} value - True to stop.
     */
    set stopReading(value) {
        this._stopReading = value;
        this._sockets.forEach(socket => this._applyFlow(socket));
    }

    /**
     * Whether the collector plays dead.
     *
     * @returns {boolean} Whether it does.
     */
    get blackHole() {
        return this._blackHole;
    }

    /**
     * Plays dead on all websockets, or comes back to life.
     *
     * @param {boolean} value - True to play dead.
     */
    set blackHole(value) {
        this._blackHole = value;
        this._sockets.forEach(socket => this._applyFlow(socket));
    }

    /**
     * Cuts every TCP connection without a goodbye.
     *
     * @returns {number} How many were cut.
     */
    cut() {
        const { size } = this._transports;

        this._transports.forEach(transport => transport.destroy());

        return size;
    }

    /**
     * Waits for the websockets that are open now.
     *
     * @returns {Promise<void>} Resolves once each has been closed.
     */
    async allClosed() {
        await Promise.all([ ...this._sockets ].map(socket => once(socket, 'close')));
    }

    /**
     * Closes every websocket.
     *
     * @param {number} [code] - The close code.
     * @param {string} [reason] - The reason.
     * @returns {void}
     */
    closeAll(code, reason) {
        this._sockets.forEach(socket => socket.close(code, reason));
    }

    /**
     * Sends something to every client.
     *
     * @param {unknown} message - A string or Buffer is sent as it is, anything else as JSON.
     * @returns {void}
     */
    say(message) {
        const raw = typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message);

        this._sockets.forEach(socket => socket.send(raw));
    }

    /**
     * Remembers a TCP connection, so that it can be cut.
     *
     * @param {Transport} transport - The connection.
     * @returns {void}
     */
    watchTransport(transport) {
        this._transports.add(transport);
        transport.on('close', () => this._transports.delete(transport));
    }

    /**
     * Decides about an upgrade.
     *
     * @param {Duplex} transport - The TCP connection.
     * @returns {boolean} True if the fault has taken care of it, false if it may go on.
     */
    interceptUpgrade(transport) {
        if (this.refuseWith) {
            transport.end(`HTTP/1.1 ${this.refuseWith} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        }

        if (this._blackHole) {
            this.emit('blackHoled');
        }

        return this._blackHole || this.refuseWith > 0;
    }

    /**
     * Takes a new websocket under control.
     *
     * @param {Socket} socket - The websocket.
     * @returns {void}
     */
    watchSocket(socket) {
        this._sockets.add(socket);
        socket.on('close', () => this._sockets.delete(socket));
        this._applyFlow(socket);
    }

    /**
     * Says what is said to a new client.
     *
     * @param {Socket} socket - The websocket.
     * @returns {void}
     */
    greet(socket) {
        if (this.closeWith) {
            socket.close(this.closeWith);
        } else if (!this.withholdSn) {
            socket.send(JSON.stringify(SN_INITIAL));
        }
    }

    /**
     * Answers a ping, or does what was asked for instead.
     *
     * @param {Socket} socket - The websocket.
     * @param {Buffer} data - The ping's payload.
     * @returns {void}
     */
    answerPing(socket, data) {
        if (this.pongs === 'swallow' || this._blackHole) {
            return;
        }
        const pong = () => {
            for (let count = this.pongs === 'duplicate' ? 2 : 1; count > 0; count--) {
                socket.readyState === WebSocket.OPEN && socket.pong(data);
            }
        };

        if (this.pongDelay > 0) {
            setTimeout(pong, this.pongDelay).unref();
        } else {
            pong();
        }
    }

    /**
     * Acknowledges a sequence number, if asked to.
     *
     * @param {Socket} socket - The websocket.
     * @param {number} value - The number, 0 for none.
     * @returns {void}
     */
    acknowledge(socket, value) {
        if (this.acknowledging && value > 0 && !this._blackHole) {
            socket.send(JSON.stringify({ type: 'sn',
                body: { value } }));
        }
    }

    /**
     * Pauses or resumes a websocket.
     *
     * @param {Socket} socket - The websocket.
     * @returns {void}
     */
    _applyFlow(socket) {
        if (this._stopReading || this._blackHole) {
            socket.pause();
        } else {
            socket.resume();
        }
    }
}

module.exports = { Faults };
