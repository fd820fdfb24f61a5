/**
 * The process that soaks: a few pages with their channels, reloaded at random. It gets its order from its parent,
 * reports what it takes of the system, and at the end delivers what is left in its journals.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { Call } = require('./call');
const { randomOf } = require('./random');

const LONGEST_LIFE = 20000;
const LOOK_AGAIN = 200;

/** How long the last deliveries may take, in ms. */
const PATIENCE = 120000;

/**
 * Waits.
 *
 * @param {number} delay - For how long, in ms.
 * @returns {Promise<void>} Later.
 */
function sleep(delay) {
    return new Promise(resolve => {
        setTimeout(resolve, delay);
    });
}

/**
 * What the process takes, with nothing left that could be collected.
 *
 * @returns {{rss: number, threads: number, handles: number}} Bytes, and how many; 0 where the system does not tell.
 */
function usage() {
    global.gc();
    const isLinux = process.platform === 'linux';
    const [ , threads ] = isLinux ? /Threads:\s*(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8')) : [ 0, 0 ];

    return { handles: isLinux ? fs.readdirSync('/proc/self/fd').length : 0,
        rss: process.memoryUsage().rss,
        threads: Number(threads) };
}

/**
 * Several pages.
 */
class App {
    /**
     * Opens all pages.
     *
     * @param {any} order - The parent's order.
     */
    constructor({ channels, options, seed }) {
        this._options = options;
        this._random = randomOf(seed);
        this._tally = { closed: { captured: 0,
            delivered: 0,
            dropped: 0,
            pending: 0 },
        events: 0,
        problems: [],
        recovered: 0 };
        this._before = usage();
        this.reloads = 0;
        this._stopping = false;
        this._calls = Array.from({ length: channels }, () => new Call(options, this._random, this._tally));
        this._lives = this._calls.map(call => this._live(call));
    }

    /**
     * How everything stands.
     *
     * @returns {any} The figures.
     */
    report() {
        const open = this._stopping ? [] : this._calls.map(call => call.stats());
        const figures = Object.fromEntries(Object.entries(this._tally.closed).map(([ figure, sum ]) =>
            [ figure, open.reduce((total, stats) => total + stats[figure], sum) ]));

        // What a journal delivered later was pending when its channel was closed.
        return { ...usage(),
            ...figures,
            delivered: figures.delivered + this._tally.recovered,
            pending: figures.pending - this._tally.recovered,
            recovered: this._tally.recovered,
            before: this._before,
            events: this._tally.events,
            problems: this._tally.problems,
            reloads: this.reloads };
    }

    /**
     * Closes all pages and delivers what they left.
     *
     * @returns {Promise<void>} When that is done, or takes too long.
     */
    async stop() {
        this._stopping = true;
        await Promise.all(this._lives);
        await Promise.all(this._calls.map(call => call.close()));
        const deadline = Date.now() + PATIENCE;

        while (this._journals().length > 0 && Date.now() < deadline) {
            await this._recover(deadline);
        }
        this._journals().forEach(name => this._tally.problems.push(`${name} was not delivered`));
    }

    /**
     * Reloads a page, or tells it that the network is back, until all is to end.
     *
     * @param {Call} call - The page.
     * @returns {Promise<void>} When all is to end.
     */
    async _live(call) {
        while (!this._stopping) {
            const end = Date.now() + this._random.below(LONGEST_LIFE);

            while (!this._stopping && Date.now() < end) {
                await sleep(LOOK_AGAIN);
            }
            if (this._random.below(3) === 0) {
                call.reconnectNow();
            } else {
                this.reloads++;
                await call.reload();
            }
        }
    }

    /**
     * Starts once more, for what is left only.
     *
     * @param {number} deadline - When to give up.
     * @returns {Promise<void>} When nothing is left but the journal of this start.
     */
    async _recover(deadline) {
        const call = new Call(this._options, this._random, this._tally);

        while (this._journals().length > 1 && Date.now() < deadline) {
            await sleep(LOOK_AGAIN);
        }
        await call.close();
    }

    /**
     * The journals that are not delivered.
     *
     * @returns {string[]} Their names.
     */
    _journals() {
        return fs.readdirSync(path.join(this._options.journal.directory)).filter(name => name.endsWith('.journal'));
    }
}

/** @type {App} */
let app;

process.on('message', async (/** @type {any} */ message) => {
    if (message.start) {
        app = new App(message.start);
    }
    if (message.stop) {
        await app.stop();

        // Handles are closed by the runtime's next turns.
        await sleep(1000);
    }
    process.send({ ...app.report(),
        last: Boolean(message.stop) });
    message.stop && process.disconnect();
});
