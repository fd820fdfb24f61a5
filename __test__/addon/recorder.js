/**
 * A server for the addon's tests that shows the frames themselves, where the collector shows what they say.
 *
 * It must never correct or hide what a client sends.
 */

'use strict';

const http = require('node:http');
const { WebSocketServer } = require('ws');

const { JsonSplitter } = require('../../collector/server/json-splitter');

const SN_INITIAL = '{"type":"sn","body":{"value":0,"state":"initial"}}';

/**
 * A websocket server that records requests and frames, and does only what a test tells it.
 */
class Recorder {
    /**
     * Starts a server.
     *
     * @param {any} t - Ava's context; the server ends with the test.
     * @param {Object} [options] - The options.
     * @param {boolean} [options.greet] - Whether to say that it is ready, as the real server does.
     * @param {function(any, any): void} [options.onSocket] - Told each websocket and its request.
     * @param {function(Set<string>): any} [options.protocols] - Chooses the subprotocol.
     * @returns {Promise<Recorder>} When it listens.
     */
    static async start(t, { greet = true, onSocket = () => undefined, protocols } = {}) {
        const recorder = new Recorder();
        const server = http.createServer();

        recorder._sockets = new WebSocketServer({ ...protocols ? { handleProtocols: protocols } : {},
            server });
        recorder._sockets.on('connection', (socket, request) => {
            recorder._accept(socket, request);
            greet && socket.send(SN_INITIAL);
            onSocket(socket, request);
        });
        await new Promise(resolve => {
            server.listen(0, '127.0.0.1', resolve);
        });
        recorder.endpoint = `ws://127.0.0.1:${server.address().port}`;
        t.teardown(() => {
            recorder.sockets.forEach(socket => socket.terminate());
            server.close();
        });

        return recorder;
    }

    /**
     * Creates a recorder that does not listen; use `start`.
     */
    constructor() {
        this.requests = [];
        this.frames = [];
        this.messages = [];
        this.closes = [];
        this.sockets = [];
        this._watchers = new Set();
    }

    /**
     * Waits for messages.
     *
     * @param {number} count - How many there must be at least.
     * @returns {Promise<string[]>} Their texts.
     */
    async received(count) {
        await this._until(() => this.messages.length >= count);

        return this.messages;
    }

    /**
     * Waits for websockets to end.
     *
     * @param {number} count - How many.
     * @returns {Promise<number[]>} Their close codes.
     */
    async closed(count) {
        await this._until(() => this.closes.length >= count);

        return this.closes;
    }

    /**
     * Waits for websockets to be opened.
     *
     * @param {number} count - How many.
     * @returns {Promise<any[]>} Their requests.
     */
    async requested(count) {
        await this._until(() => this.requests.length >= count);

        return this.requests;
    }

    /**
     * Waits for a condition that is looked at with everything that arrives.
     *
     * @param {function(): boolean} condition - The condition.
     * @returns {Promise<void>} When it holds.
     */
    _until(condition) {
        return new Promise(resolve => {
            const look = () => condition() && (this._watchers.delete(look), resolve());

            this._watchers.add(look);
            look();
        });
    }

    /**
     * Records a websocket.
     *
     * @param {any} socket - The websocket.
     * @param {any} request - Its request.
     * @returns {void}
     */
    _accept(socket, request) {
        const splitter = new JsonSplitter();
        const tell = () => this._watchers.forEach(look => look());

        this.sockets.push(socket);
        this.requests.push(request);
        socket.on('message', (data, isBinary) => {
            this.frames.push({ isBinary,
                text: String(data) });
            this.messages.push(...Array.from(splitter.push(data), message => JSON.stringify(message)));
            tell();
        });
        socket.on('close', code => {
            this.closes.push(code);
            tell();
        });
        socket.on('error', () => undefined);
        tell();
    }
}

module.exports = { Recorder,
    SN_INITIAL };
