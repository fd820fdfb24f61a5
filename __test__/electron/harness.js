/**
 * Runs tests in a real Electron against a real collector. One process and one collector serve a whole test file; each
 * test has a session and a meeting of its own. Waits are for events, never for time.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { createCollector } = require('../../collector');
const { launchElectron } = require('../../scripts/electron-runtime');

const { servePages } = require('./pages');

const SWITCHES = [ '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--mute-audio' ];

/**
 * The Electron process, and how to run things in it.
 */
class ElectronUnderTest {
    /**
     * Starts Electron.
     *
     * @param {Object} [options] - `switches` and `env`, added to the usual ones.
     * @returns {Promise<ElectronUnderTest>} When it is ready.
     */
    static async start({ switches = [], env = {} } = {}) {
        const electron = new ElectronUnderTest();

        electron._launched = await launchElectron({
            appPath: path.join(__dirname, 'app'),
            env,
            stdio: [ 'ignore', 'inherit', process.env.RTCSTATS_TEST_VERBOSE ? 'inherit' : 'ignore', 'ipc' ],
            switches: [ ...SWITCHES, ...switches ]
        });
        electron.exited = electron._launched.exited;
        electron._launched.process.on('message', message => electron._receive(message));
        electron.exited.then(({ code, signal }) => electron._fail(new Error(`Electron ended: ${code ?? signal}`)));
        await electron.event(event => event.type === 'ready');

        return electron;
    }

    /**
     * Creates it without a process; use `start`.
     */
    constructor() {
        this._nextId = 1;
        this._calls = new Map();
        this._waits = new Set();
        this.events = [];
    }

    /**
     * Runs a function in the main process. It sees nothing of its surroundings but its arguments.
     *
     * @param {Function} body - Called with the context (see app/main.js) and the argument.
     * @param {any} [args] - The argument.
     * @returns {Promise<any>} What it returns.
     */
    run(body, args) {
        return new Promise((resolve, reject) => {
            const id = this._nextId++;

            this._calls.set(id, { reject,
                resolve });
            this._launched.process.send({ args,
                id,
                source: String(body) });
        });
    }

    /**
     * Waits for an event that a function emitted.
     *
     * @param {function(any): boolean} matches - Which.
     * @returns {Promise<any>} The event.
     */
    event(matches) {
        const seen = this.events.find(matches);

        return seen
            ? Promise.resolve(seen)
            : new Promise((resolve, reject) => this._waits.add({ matches,
                reject,
                resolve }));
    }

    /**
     * Ends the process.
     *
     * @returns {Promise<void>} When it is gone.
     */
    async stop() {
        this._launched.process.kill('SIGKILL');
        await this.exited;
    }

    /**
     * Takes a message.
     *
     * @param {any} message - An answer or an event.
     * @returns {void}
     */
    _receive({ error, event, id, value }) {
        const call = this._calls.get(id);

        this._calls.delete(id);
        if (event) {
            this.events.push(event);
            this._waits.forEach(wait => wait.matches(event) && this._waits.delete(wait) && wait.resolve(event));
        } else if (error) {
            call.reject(new Error(error));
        } else {
            call.resolve(value);
        }
    }

    /**
     * Fails whatever waits.
     *
     * @param {Error} error - Why.
     * @returns {void}
     */
    _fail(error) {
        this._calls.forEach(call => call.reject(error));
        this._waits.forEach(wait => wait.reject(error));
    }
}

/**
 * What arrived at the collector, by meeting.
 */
class Arrivals {
    /**
     * Starts a collector.
     *
     * @returns {Promise<Arrivals>} When it listens.
     */
    static async start() {
        return new Arrivals(await createCollector());
    }

    /**
     * Watches a collector.
     *
     * @param {any} collector - The collector.
     */
    constructor(collector) {
        this.collector = collector;
        this.endpoint = collector.url;

        // One listener a wait.
        collector.setMaxListeners(0);
    }

    /**
     * Gives the dumps of a meeting.
     *
     * @param {string} meeting - The meeting's name.
     * @returns {Array<Array>} The entries of each dump, without the first line.
     */
    dumps(meeting) {
        return this.collector.dumps()
            .map(({ path: file }) => fs.readFileSync(file, 'utf8').trim()
                .split('\n')
                .map(line => JSON.parse(line)))
            .filter(([ [ , , info ] ]) => decodeURIComponent(String(info.path ?? info.url)).includes(meeting))
            .map(entries => entries.slice(1));
    }

    /**
     * Waits until the entries of a meeting satisfy.
     *
     * @param {string} meeting - The meeting's name.
     * @param {Function} enough - Called with all its entries.
     * @returns {Promise<Array>} The entries.
     */
    until(meeting, enough) {
        return new Promise(resolve => {
            const check = () => {
                const entries = this.dumps(meeting).flat();

                if (enough(entries)) {
                    [ 'entry', 'dump', 'session' ].forEach(name => this.collector.off(name, check));
                    resolve(entries);
                }
            };

            [ 'entry', 'dump', 'session' ].forEach(name => this.collector.on(name, check));
            check();
        });
    }

    /**
     * Waits until every session of a meeting has ended.
     *
     * @param {string} meeting - The meeting's name.
     * @param {number} [count] - How many there must be.
     * @returns {Promise<Array<Array>>} The entries of each.
     */
    async ended(meeting, count = 1) {
        await new Promise(resolve => {
            const check = () => {
                const dumps = this.collector.dumps().filter(({ client }) => client?.path.includes(meeting));

                if (dumps.length >= count && dumps.every(dump => !dump.open)) {
                    this.collector.off('dump', check);
                    resolve();
                }
            };

            this.collector.on('dump', check);
            check();
        });

        return this.dumps(meeting);
    }
}

/**
 * Sets up a test file: `t.context` of each test gets `electron`, `arrivals`, `origin`, `otherOrigin` and `meeting`.
 *
 * @param {any} test - Ava's test.
 * @param {Object} [options] - For Electron.
 * @returns {void}
 */
function useElectron(test, options) {
    const shared = {};
    let meetings = 0;

    test.before(async () => {
        const [ electron, arrivals, one, two ] = await Promise.all(
            [ ElectronUnderTest.start(options), Arrivals.start(), servePages(), servePages() ]);

        Object.assign(shared, { arrivals,
            electron,
            origin: one.origin,
            otherOrigin: two.origin,
            servers: [ one, two ] });
    });
    test.beforeEach(t => Object.assign(t.context, shared, { meeting: `meeting-${++meetings}` }));
    test.after.always(async () => {
        await shared.electron?.stop();
        await shared.arrivals?.collector.close();
        shared.servers?.forEach(server => server.close());
    });
}

module.exports = {
    Arrivals,
    ElectronUnderTest,
    servePages,
    useElectron
};
