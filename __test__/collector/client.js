/**
 * A websocket client for the collector's tests that lets a test await what arrives instead of sleeping.
 *
 * It must never hide anything from the test: it sends what it is told, however wrong.
 */

'use strict';

const { randomUUID } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const { WebSocket } = require('ws');

const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36';

/**
 * Makes a message that carries one entry.
 *
 * @param {string} statsSessionId - The session.
 * @param {number} sn - The sequence number.
 * @param {any} payload - The payload.
 * @returns {string} The message.
 */
function entryMessage(statsSessionId, sn, payload = null) {
    return JSON.stringify({
        statsSessionId,
        type: 'stats-entry',
        data: JSON.stringify([ 'logs', null, payload, 1700000000000 + sn, sn ])
    });
}

/**
 * A connected client.
 */
class Client {
    /**
     * Begins to connect.
     *
     * @param {string} endpoint - The collector's or a proxy's URL.
     * @param {Object} [options] - The options.
     */
    constructor(endpoint, options = {}) {
        const { id = randomUUID(), room = 'room', isReconnect = false, ...more } = options;
        const { protocols = [ '3.1_STANDARD' ], ...rest } = more;

        this.id = id;
        this.received = [];
        this._waiting = [];
        this.socket = new WebSocket(`${endpoint}/${room}?statsSessionId=${id}&isReconnect=${isReconnect}`, protocols, {
            origin: 'https://meet.example',
            headers: { 'User-Agent': USER_AGENT },
            ...rest
        });
        this.socket.on('error', () => undefined);
        this.socket.on('message', data => this._onMessage(String(data)));
        this.closed = new Promise(resolve => {
            this.socket.on('close', resolve);
        });
    }

    /**
     * Waits for the next message.
     *
     * @returns {Promise<string>} The message.
     */
    message() {
        return this.received.length > 0
            ? Promise.resolve(this.received.shift())
            : new Promise(resolve => {
                this._waiting.push(resolve);
            });
    }

    /**
     * Waits until the client may send.
     *
     * @returns {Promise<Client>} The client.
     */
    async ready() {
        await this.message();

        return this;
    }

    /**
     * Sends entries.
     *
     * @param {...number} numbers - Their sequence numbers.
     * @returns {void}
     */
    sendEntries(...numbers) {
        numbers.forEach(sn => this.socket.send(entryMessage(this.id, sn)));
    }

    /**
     * Waits until the server has read everything sent so far.
     *
     * @param {string} [payload] - The ping's payload.
     * @returns {Promise<string>} The pong's payload.
     */
    async barrier(payload = 'barrier') {
        this.socket.ping(payload);
        const [ data ] = await once(this.socket, 'pong');

        return String(data);
    }

    /**
     * Hands a message to whoever waits for it.
     *
     * @param {string} data - The message.
     * @returns {void}
     */
    _onMessage(data) {
        const waiting = this._waiting.shift();

        if (waiting) {
            waiting(data);
        } else {
            this.received.push(data);
        }
    }
}

/**
 * Reads the entries of a dump behind its first line.
 *
 * @param {Object} collector - The collector.
 * @param {string} id - The dump's id.
 * @returns {Array} The parsed entries.
 */
function entriesOf(collector, id) {
    const { path } = collector.dumps().find(dump => dump.id === id);

    return fs.readFileSync(path, 'utf8').trimEnd()
        .split('\n')
        .slice(1)
        .map(line => JSON.parse(line));
}

module.exports = {
    Client,
    entriesOf,
    entryMessage
};
