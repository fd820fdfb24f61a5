/**
 * What the addon's tests share: a channel whose events can be awaited, a collector, and the one check that every test
 * makes of every channel: nothing is unaccounted for.
 *
 * Waits are for events. The channel's figures have no event of their own, so those waits look again every few
 * milliseconds; nothing here measures time.
 */

'use strict';

const assert = require('node:assert');
const fs = require('node:fs');

const { TraceChannel } = require('../..');
const { createCollector } = require('../../collector');

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

        // The figures change without an event.
        const timer = setInterval(() => this._look(), LOOK_AGAIN);

        this.channel = new TraceChannel({ meetingFqn: 'tenant/room',
            ...QUICK,
            ...options }, event => this._receive(event));
        t.teardown(async () => {
            clearInterval(timer);
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
                    this._watchers.delete(look);
                    resolve();
                }
            };

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
        this._look();
    }

    /**
     * Lets whoever waits look again.
     *
     * @returns {void}
     */
    _look() {
        this._watchers.forEach(look => look());
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
    const collector = await createCollector({
        origins: [ 'https://meet.example' ],
        ...options
    });

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
    assertAccounted,
    entriesOf,
    line,
    useCollector
};
