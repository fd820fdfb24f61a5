/**
 * What the addon's tests share: a channel whose events can be awaited, servers that record what reaches them, and the
 * one check that every test makes of every channel: nothing is unaccounted for.
 *
 * Waits are for events. The channel's figures have no event of their own, so those waits look again every few
 * milliseconds; nothing here measures time.
 */

'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const { WebSocketServer } = require('ws');

const { TraceChannel } = require('../..');
const { createCollector } = require('../../collector');
const { JsonSplitter } = require('../../collector/json-splitter');

const SN_INITIAL = '{"type":"sn","body":{"value":0,"state":"initial"}}';
const LOOK_AGAIN = 5;

/** Everything that makes a test quick: no waiting for company, no long waits between attempts. */
const QUICK = { batch: { maxDelay: 0 },
    reconnect: { baseDelay: 10,
        jitter: 0,
        maxDelay: 50 } };

/**
 * Writes an event line.
 *
 * @param {string} type - The event's type.
 * @param {string | null} pcId - The connection.
 * @param {any} payload - The payload.
 * @param {number} [timestamp] - When.
 * @returns {string} The line.
 */
function line(type, pcId, payload, timestamp = 1700000000000) {
    return JSON.stringify([ type, pcId, payload, timestamp ]);
}

/**
 * Throws when events are unaccounted for. Not an assertion of ava's, because it also runs when a test has finished.
 *
 * @param {any} stats - A channel's figures.
 * @returns {void}
 */
function assertAccounted({ captured, delivered, pending, dropped }) {
    assert.equal(captured, delivered + pending + dropped,
        `captured ${captured} = delivered ${delivered} + pending ${pending} + dropped ${dropped}`);
}

/**
 * A channel under test.
 */
class Driver {
    /**
     * Opens a channel; nothing is dialled yet.
     *
     * @param {any} t - Ava's context; the channel is closed and checked when the test ends.
     * @param {Object} options - The channel's options.
     */
    constructor(t, options) {
        this._watchers = new Set();
        this.events = [];
        this.channel = new TraceChannel({ meetingFqn: 'tenant/room',
            ...QUICK,
            ...options }, event => this._receive(event));
        t.teardown(async () => {
            await this.channel.close();
            assertAccounted(this.channel.stats());
        });
    }

    /**
     * Hands over events.
     *
     * @param {...string} lines - Their lines.
     * @returns {Driver} This.
     */
    push(...lines) {
        this.channel.push(lines.join('\n'));

        return this;
    }

    /**
     * Connects and waits until the server is ready.
     *
     * @returns {Promise<Driver>} This.
     */
    async connected() {
        this.channel.connect();
        await this.event('connected');

        return this;
    }

    /**
     * Waits for an event, which may have come already.
     *
     * @param {string} type - Its type.
     * @param {function(any): boolean} [matches] - Which one.
     * @returns {Promise<any>} The event.
     */
    async event(type, matches = () => true) {
        const find = () => this.events.find(event => event.type === type && matches(event));

        await this.until(find);

        return find();
    }

    /**
     * Waits until the figures are as wanted.
     *
     * @param {function(any): boolean} enough - Called with the figures.
     * @returns {Promise<any>} The figures.
     */
    async stats(enough) {
        await this.until(() => enough(this.channel.stats()));
        const stats = this.channel.stats();

        assertAccounted(stats);

        return stats;
    }

    /**
     * Waits for a condition.
     *
     * @param {function(): any} condition - The condition.
     * @returns {Promise<void>} When it holds.
     */
    until(condition) {
        return new Promise(resolve => {
            const look = () => {
                if (condition()) {
                    clearInterval(timer);
                    this._watchers.delete(look);
                    resolve();
                }
            };
            const timer = setInterval(look, LOOK_AGAIN);

            this._watchers.add(look);
            look();
        });
    }

    /**
     * Takes an event.
     *
     * @param {any} event - The event.
     * @returns {void}
     */
    _receive(event) {
        this.events.push(event);
        assertAccounted(this.channel.stats());
        this._watchers.forEach(look => look());
    }
}

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

/**
 * Reads a dump.
 *
 * @param {any} collector - The collector.
 * @param {string} [id] - The dump's id; the first one otherwise.
 * @returns {Array<Array>} Its entries, without the first line.
 */
function entriesOf(collector, id) {
    const dump = collector.dumps().find(info => id === undefined || info.id === id);

    return fs.readFileSync(dump.path, 'utf8').trimEnd()
        .split('\n')
        .slice(1)
        .map(text => JSON.parse(text));
}

/**
 * Starts a collector that ends with the test.
 *
 * @param {any} t - Ava's context.
 * @param {Object} [options] - The collector's options.
 * @returns {Promise<any>} The collector.
 */
async function useCollector(t, options) {
    const collector = await createCollector(options);

    t.teardown(async () => {
        await collector.close();
        fs.rmSync(collector.directory, { force: true,
            recursive: true });
    });

    return collector;
}

module.exports = {
    Driver,
    QUICK,
    Recorder,
    SN_INITIAL,
    assertAccounted,
    entriesOf,
    line,
    useCollector
};
