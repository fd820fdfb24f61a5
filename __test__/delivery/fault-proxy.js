/**
 * A TCP proxy on loopback that does to a connection what bad networks do: cut, stall, throttle, delay, corrupt.
 *
 * Test-only. It must never listen on anything but loopback, and never understand what it carries.
 */

'use strict';

const { EventEmitter } = require('node:events');
const net = require('node:net');
const { Transform } = require('node:stream');

/**
 * @typedef {import('node:net').Socket} Socket
 * @typedef {'up' | 'down'} Direction - `up` is from the client to the server.
 *
 * @typedef {Object} LinkRules
 * @property {boolean} stalled - Carry nothing, in either direction, and keep the connections open.
 * @property {number} delay - How long every chunk is held back, in ms.
 * @property {number} bytesPerSecond - How much is carried per second and direction, 0 for no limit.
 * @property {(chunk: Buffer, direction: Direction) => Buffer} [corrupt] - Changes what is carried.
 */

/**
 * One direction of one connection. Holds at most one chunk, so that back pressure reaches the sender.
 */
class Lane extends Transform {
    /**
     * Creates the lane.
     *
     * @param {FaultProxy} proxy - The proxy with the rules.
     * @param {Direction} direction - Which way it leads.
     */
    constructor(proxy, direction) {
        super({ highWaterMark: 16 * 1024 });
        this._proxy = proxy;
        this._direction = direction;

        /** @type {(() => void) | null} */
        this._held = null;
    }

    /**
     * Carries one chunk.
     *
     * @param {Buffer} chunk - The chunk.
     * @param {string} _encoding - Unused.
     * @param {Function} done - Called when the next chunk may come.
     * @returns {void}
     */
    _transform(chunk, _encoding, done) {
        const { delay, bytesPerSecond, corrupt } = this._proxy.rules;
        const wait = delay + (bytesPerSecond > 0 ? chunk.length * 1000 / bytesPerSecond : 0);
        const carry = () => {
            if (this._proxy.rules.stalled) {
                this._held = carry;

                return;
            }
            this._held = null;
            this._proxy.carried[this._direction] += chunk.length;
            this.push(corrupt ? corrupt(chunk, this._direction) : chunk);
            done();
        };

        if (wait > 0) {
            setTimeout(carry, wait).unref();
        } else {
            carry();
        }
    }

    /**
     * Carries what a stall held back.
     *
     * @returns {void}
     */
    release() {
        this._held?.();
    }
}

/**
 * The proxy. Emits `connection` for each client.
 */
class FaultProxy extends EventEmitter {
    /**
     * Creates a proxy that does not listen yet.
     *
     * @param {number} targetPort - The port on loopback to forward to.
     */
    constructor(targetPort) {
        super();
        this.targetPort = targetPort;
        this.port = 0;
        this.refusing = false;
        this.carried = {
            up: 0,
            down: 0
        };

        /** @type {LinkRules} */
        this.rules = {
            stalled: false,
            delay: 0,
            bytesPerSecond: 0
        };

        /** @type {Set<Socket>} */
        this._sockets = new Set();

        /** @type {Set<Lane>} */
        this._lanes = new Set();
        this._server = net.createServer(client => this._onClient(client));
    }

    /**
     * The websocket endpoint through the proxy.
     *
     * @returns {string} The URL, without a trailing slash.
     */
    get url() {
        return `ws://127.0.0.1:${this.port}`;
    }

    /**
     * Begins to listen on a free port of loopback.
     *
     * @returns {Promise<void>} Resolves once clients can connect.
     */
    async start() {
        await new Promise((resolve, reject) => {
            this._server.once('error', reject);
            this._server.listen(this.port, '127.0.0.1', () => resolve(undefined));
        });
        this.port = /** @type {import('node:net').AddressInfo} */ this._server.address().port;
    }

    /**
     * Cuts every connection with a reset.
     *
     * @returns {number} How many sockets were cut.
     */
    cut() {
        const { size } = this._sockets;

        this._sockets.forEach(socket => socket.resetAndDestroy());

        return size;
    }

    /**
     * Stops carrying anything; connections stay open, new ones are accepted.
     *
     * @returns {void}
     */
    stall() {
        this.rules.stalled = true;
    }

    /**
     * Ends all faults; what a stall held back goes on its way.
     *
     * @returns {void}
     */
    heal() {
        this.rules = {
            stalled: false,
            delay: 0,
            bytesPerSecond: 0
        };
        this.refusing = false;
        this._lanes.forEach(lane => lane.release());
    }

    /**
     * Ends the proxy and its connections.
     *
     * @returns {Promise<void>} Resolves once the port is free.
     */
    async close() {
        await new Promise(resolve => {
            this._server.close(resolve);
            this._sockets.forEach(socket => socket.destroy());
        });
    }

    /**
     * Connects a client to the target.
     *
     * @param {Socket} client - The client's socket.
     * @returns {void}
     */
    _onClient(client) {
        if (this.refusing) {
            client.resetAndDestroy();

            return;
        }
        const server = net.connect(this.targetPort, '127.0.0.1');

        this._join(client, server, 'up');
        this._join(server, client, 'down');
        this.emit('connection', client);
    }

    /**
     * Leads what comes from one socket to the other; the end of one is the end of both.
     *
     * @param {Socket} from - The source.
     * @param {Socket} to - The destination.
     * @param {Direction} direction - Which way this is.
     * @returns {void}
     */
    _join(from, to, direction) {
        const lane = new Lane(this, direction);

        this._sockets.add(from);
        this._lanes.add(lane);
        from.on('error', () => undefined);
        from.on('close', () => {
            this._sockets.delete(from);
            this._lanes.delete(lane);

            // A stalled link does not tell the other side that this one has gone.
            this.rules.stalled || to.destroy();
        });
        from.pipe(lane).pipe(to);
    }
}

/**
 * Starts a proxy in front of a port of loopback.
 *
 * @param {number} targetPort - The port.
 * @returns {Promise<FaultProxy>} The running proxy.
 */
async function createFaultProxy(targetPort) {
    const proxy = new FaultProxy(targetPort);

    await proxy.start();

    return proxy;
}

module.exports = {
    FaultProxy,
    createFaultProxy
};
