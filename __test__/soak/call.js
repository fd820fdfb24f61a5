/**
 * One page of an app that soaks: a channel that captures a call, and is closed and opened again as if the page had been
 * reloaded. Every event has a time stamp of its own, so that each can be told from all others in the dumps.
 */

'use strict';

const { TraceChannel } = require('../..');

const TICK = 100;
const TICKS_A_POLL = 10;
const REPORTS = 24;

/** The first time stamp; the event's number counts up from here. */
const EPOCH = 1700000000000;

/**
 * Writes a poll; most of it changes, some does not.
 *
 * @param {number} number - The event's number.
 * @returns {Object} The report.
 */
function reportOf(number) {
    return Object.fromEntries(Array.from({ length: REPORTS }, (_, index) => [ `IN${index}`, {
        address: '192.0.2.1',
        bytesReceived: number * (1000 + index),
        codecId: 'opus',
        id: `IN${index}`,
        jitter: (number % 97) / 1000,
        kind: index % 2 ? 'video' : 'audio',
        timestamp: EPOCH + number,
        trackIdentifier: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
        type: 'inbound-rtp'
    } ]));
}

/**
 * A page.
 */
class Call {
    /**
     * Opens the page.
     *
     * @param {any} options - The channel's options.
     * @param {any} random - Chance.
     * @param {{events: number, problems: string[], closed: any, recovered: number}} tally - What all pages share: how
     * many events there were, what was wrong, the sum of the figures of all channels that are closed, and how many
     * events came out of journals.
     */
    constructor(options, random, tally) {
        this._options = options;
        this._random = random;
        this._tally = tally;
        this._open();
    }

    /**
     * The channel's figures.
     *
     * @returns {any} The figures.
     */
    stats() {
        return this._channel.stats();
    }

    /**
     * Reloads the page.
     *
     * @returns {Promise<void>} When it is there again.
     */
    async reload() {
        await this.close();
        this._open();
    }

    /**
     * The network is said to be back.
     *
     * @returns {void}
     */
    reconnectNow() {
        this._channel.reconnectNow();
    }

    /**
     * Leaves the call; what did not get out by then stays in the journal.
     *
     * @returns {Promise<void>} When the channel is closed.
     */
    async close() {
        clearInterval(this._timer);
        await this._channel.close();
        const stats = this._channel.stats();
        const { closed, problems } = this._tally;

        if (stats.captured !== this._pushed || stats.rejected > 0) {
            problems.push(`${this._pushed} pushed: ${JSON.stringify(stats)}`);
        }
        if (stats.captured !== stats.delivered + stats.pending + stats.dropped) {
            problems.push(`inexact: ${JSON.stringify(stats)}`);
        }
        for (const figure of Object.keys(closed)) {
            closed[figure] += stats[figure];
        }
    }

    /**
     * Opens a channel and begins a call.
     *
     * @returns {void}
     */
    _open() {
        this._pushed = 0;
        this._ticks = 0;
        this._channel = new TraceChannel(this._options, event => {
            if (event.type === 'recovered') {
                this._tally.recovered += event.count;
            } else if (event.type === 'error') {
                this._tally.problems.push(`${event.code}: ${event.message}`);
            }
        });
        this._push('identity', null, { displayName: 'Ada' });
        this._push('create', 'PC_0', { iceServers: [] });
        this._push('constraints', 'PC_0', { optional: [] });
        this._channel.connect();
        this._timer = setInterval(() => this._tick(), TICK);
    }

    /**
     * Captures what a tenth of a second brings.
     *
     * @returns {void}
     */
    _tick() {
        if (this._ticks++ % TICKS_A_POLL === 0) {
            this._push('getstats', 'PC_0', reportOf(this._tally.events));
        }
        for (let count = this._random.below(4); count > 0; count--) {
            this._push('logs', null, 'x'.repeat(this._random.below(400)));
        }
    }

    /**
     * Captures an event.
     *
     * @param {string} type - Its type.
     * @param {string | null} pcId - Its connection.
     * @param {any} payload - Its payload.
     * @returns {void}
     */
    _push(type, pcId, payload) {
        this._pushed++;
        this._channel.push(JSON.stringify([ type, pcId, payload, EPOCH + this._tally.events++ ]));
    }
}

module.exports = { Call,
    EPOCH };
