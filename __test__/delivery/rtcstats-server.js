/**
 * A session of 300 events in protocol 5.0 through the faults of the README's table, against the real server of a
 * checkout of rtcstats/rtcstats, whose own reader then counts what is in the dumps:
 * `RTCSTATS_JS=checkout node __test__/delivery/rtcstats-server.js`, after `npm install --ignore-scripts` there. No
 * test of the suite, because its packages are not on every registry.
 */

'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { pathToFileURL } = require('node:url');

const { TraceChannel } = require('../..');

const { FaultProxy } = require('./fault-proxy');

const CHECKOUT = process.env.RTCSTATS_JS ?? '';
const EVENTS = 300;
const PORT = 18471;

/**
 * The server, in a process that can be killed.
 */
class Server {
    /**
     * Creates one that does not run.
     */
    constructor() {
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-server-'));
    }

    /**
     * Starts it and waits until it answers.
     *
     * @returns {Promise<void>} When so.
     */
    async start() {
        const config = { server: { deleteAtStart: false,
            httpPort: PORT,
            uploadDirectory: path.join(this.folder, 'upload'),
            workDirectory: path.join(this.folder, 'work') } };

        this._process = spawn(process.execPath, [ 'app.js' ], { cwd: path.join(CHECKOUT, 'packages/rtcstats-server'),
            detached: true,
            env: { ...process.env,
                NODE_CONFIG: JSON.stringify(config),
                NODE_CONFIG_DIR: path.join(CHECKOUT, 'config') },
            stdio: 'ignore' });
        while (!await fetch(`http://127.0.0.1:${PORT}/healthcheck`).catch(() => null)) {
            await sleep(100);
        }
    }

    /**
     * Kills it and its worker.
     *
     * @returns {Promise<void>} When it is gone.
     */
    async stop() {
        const gone = once(this._process, 'exit');

        process.kill(-this._process.pid, 'SIGTERM');
        await gone;
        while (await fetch(`http://127.0.0.1:${PORT}/healthcheck`).catch(() => null)) {
            await sleep(100);
        }
    }

    /**
     * Counts what its reader finds.
     *
     * @returns {Promise<number>} How many different events.
     */
    async count() {
        const reader = path.join(CHECKOUT, 'packages/rtcstats-shared/index.js');
        const { readRTCStatsDump } = await import(pathToFileURL(reader).href);
        const seen = new Set();

        for (const folder of [ 'upload', 'work' ].map(name => path.join(this.folder, name))) {
            for (const file of fs.readdirSync(folder)) {
                const dump = await readRTCStatsDump(new Blob([ fs.readFileSync(path.join(folder, file)) ]));

                dump.peerConnections.null.forEach(({ type, value }) => type === ':event' && seen.add(value));
            }
        }

        return seen.size;
    }
}

/**
 * Cuts the network for a while.
 *
 * @param {FaultProxy} proxy - The network.
 * @param {number} milliseconds - How long.
 * @returns {Promise<void>} When it is back.
 */
async function cut(proxy, milliseconds) {
    proxy.refusing = true;
    proxy.cut();
    await sleep(milliseconds);
    proxy.heal();
}

/**
 * Restarts the server.
 *
 * @param {FaultProxy} _proxy - The network.
 * @param {Server} server - The server.
 * @returns {Promise<void>} When it answers again.
 */
async function restart(_proxy, server) {
    await server.stop();
    await server.start();
}

/** @type {Record<string, function(FaultProxy, Server): Promise<void>>} */
const FAULTS = {
    none: () => Promise.resolve(),
    '2 s cut': proxy => cut(proxy, 2000),
    'server restart': restart,
    'link silent for 5 s': async proxy => {
        proxy.stall();
        await sleep(5000);
        proxy.heal();
    },
    'three cuts and two restarts': async (proxy, server) => {
        for (let i = 0; i < 3; i++) {
            await cut(proxy, 500);
            await sleep(1500);
            i < 2 && await restart(proxy, server);
        }
    }
};

/**
 * Runs a session through a fault.
 *
 * @param {function(FaultProxy, Server): Promise<void>} fault - The fault.
 * @returns {Promise<string>} What came of it.
 */
async function run(fault) {
    const server = new Server();
    const proxy = new FaultProxy(PORT);

    await Promise.all([ server.start(), proxy.start() ]);
    const channel = new TraceChannel({ closeTimeout: 8000,
        endpoint: proxy.url,
        meetingFqn: 'room',
        origin: 'https://example.com',
        pongTimeout: 2000,
        protocol: 'rtcstats-5.0',
        reconnect: { baseDelay: 200,
            jitter: 200,
            maxDelay: 1000 } });
    const feed = async () => {
        for (let i = 0; i < EVENTS; i++) {
            channel.push(JSON.stringify([ 'event', null, i, Date.now() ]));
            await sleep(30);
        }
    };

    channel.connect();
    await Promise.all([ feed(), sleep(2000).then(() => fault(proxy, server)) ]);
    while (channel.stats().pending > 0) {
        await sleep(100);
    }
    await channel.close();

    // The server moves what was closed.
    await sleep(1000);
    const { dropped, sessions } = channel.stats();
    const arrived = await server.count();

    await Promise.all([ server.stop(), proxy.close() ]);
    fs.rmSync(server.folder, { recursive: true });

    return `${arrived} of ${EVENTS} in ${sessions} dumps, ${dropped} dropped`;
}

/**
 * The program.
 *
 * @returns {Promise<void>} When all is printed.
 */
async function main() {
    if (!CHECKOUT) {
        throw new Error('RTCSTATS_JS must name a checkout of rtcstats/rtcstats');
    }
    for (const [ name, fault ] of Object.entries(FAULTS)) {
        console.log(`${name}: ${await run(fault)}`);
    }
}

main().catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
