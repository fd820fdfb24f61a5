/**
 * A process whose CPU time and memory are measured: it holds our channels, or 9.7.1's client, and nothing else.
 */

'use strict';

const fs = require('node:fs');

const { Meeting } = require('../__test__/corpus');
const { loadReference, prepareReference } = require('../__test__/differential/reference');

const { NoSocket, createReference } = require('./floor');
const { cpu, serve } = require('./measure');

const LOOK_AGAIN = 100;
const PAUSE = 5;

/** @type {any[]} */
let channels = [];

/** @type {any} */
let meeting;

/** @type {any} */
let reference;

/**
 * Opens a channel.
 *
 * @param {string} endpoint - Where to.
 * @returns {Promise<any>} The channel, connected.
 */
function open(endpoint) {
    // Here and not at the top: what the addon itself costs is measured, too.
    const { TraceChannel } = require('..');

    return new Promise(resolve => {
        const channel = new TraceChannel({ endpoint,
            maxBufferedBytes: 256 * 1024 * 1024,
            meetingFqn: 'bench' }, ({ type }) => type === 'connected' && resolve(channel));

        channels.push(channel);
        channel.connect();
    });
}

/**
 * Waits until a channel has delivered everything. It looks seldom, because looking is work that a page would not do.
 *
 * @param {any} channel - The channel.
 * @param {number} captured - How much it was given.
 * @returns {Promise<void>} When so.
 */
async function delivered(channel, captured) {
    for (let stats = channel.stats(); stats.captured < captured || stats.pending > 0; stats = channel.stats()) {
        await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN));
    }
}

/**
 * Writes event lines of polls.
 *
 * @param {any[]} polls - The reports.
 * @returns {string[]} The lines.
 */
function linesOf(polls) {
    return polls.map(poll => JSON.stringify([ 'getstats', 'PC_0', poll, 1700000000000.5 ]));
}

/**
 * Frees what can be freed and reads what is left.
 *
 * @returns {number} Resident bytes.
 */
function resident() {
    global.gc?.();

    return process.memoryUsage.rss();
}

serve({
    /**
     * Says who takes part.
     *
     * @param {number} participants - How many.
     * @returns {Promise<void>} When set.
     */
    async meeting(participants) {
        meeting = new Meeting(participants);
        await prepareReference();
        reference = createReference(loadReference({ webSocket: NoSocket }));
        await new Promise(setImmediate);
    },

    /**
     * Opens a channel.
     *
     * @param {string} endpoint - Where to.
     * @returns {Promise<void>} When connected.
     */
    async open(endpoint) {
        await open(endpoint);
    },

    /**
     * Sends polls by our channel: from the text that the page hands over to the socket.
     *
     * @param {number} count - How many.
     * @returns {Promise<any>} CPU milliseconds a poll, bytes in and out a poll.
     */
    async ours(count) {
        const [ channel ] = channels;
        const lines = linesOf(meeting.polls(count));
        const before = channel.stats();
        const start = cpu();

        for (const line of lines) {
            channel.push(line);

            // One poll after the other, as they come from a page, and not all in one batch.
            await new Promise(resolve => setTimeout(resolve, PAUSE));
        }
        await delivered(channel, before.captured + count);
        const used = cpu() - start;
        const after = channel.stats();

        return { bytesIn: (after.bytesIn - before.bytesIn) / count,
            bytesOut: (after.bytesOut - before.bytesOut) / count,
            cpu: used / count };
    },

    /**
     * Sends the same polls by 9.7.1's client: from the report to the text for the socket, which swallows it.
     *
     * @param {number} count - How many.
     * @returns {Promise<any>} CPU milliseconds a poll, bytes out a poll.
     */
    async reference(count) {
        const reports = meeting.polls(count).map(poll => new Map(Object.entries(poll)));

        NoSocket.sent = 0;
        const start = cpu();

        for (const report of reports) {
            reference.take(report);
            await new Promise(resolve => setTimeout(resolve, PAUSE));
        }

        return { bytesOut: NoSocket.sent / count,
            cpu: (cpu() - start) / count };
    },

    /**
     * Does nothing as often: what waiting for the next poll costs this process, which is no client's doing.
     *
     * @param {number} count - How many polls not to send.
     * @returns {Promise<any>} CPU milliseconds a poll.
     */
    async nothing(count) {
        const start = cpu();

        for (let poll = 0; poll < count; poll++) {
            await new Promise(resolve => setTimeout(resolve, PAUSE));
        }

        return { cpu: (cpu() - start) / count };
    },

    /**
     * Serialises the same polls once.
     *
     * @param {number} count - How many.
     * @returns {Promise<any>} CPU milliseconds a poll.
     */
    async floor(count) {
        const reports = meeting.polls(count);
        let length = 0;
        const start = cpu();

        for (const report of reports) {
            length += JSON.stringify(report).length;
            await new Promise(resolve => setTimeout(resolve, PAUSE));
        }

        return { cpu: length && (cpu() - start) / count };
    },

    /**
     * Sends a poll a second on every channel.
     *
     * @param {number} seconds - For how long.
     * @returns {Promise<number>} CPU time in percent of one core.
     */
    async everySecond(seconds) {
        const lines = linesOf(meeting.polls(seconds));
        const started = process.hrtime.bigint();
        const start = cpu();

        for (const [ index, line ] of lines.entries()) {
            for (const [ number, channel ] of channels.entries()) {
                // Spread over the second, as clients of their own would be.
                setTimeout(() => channel.push(line), (1000 * index) + (1000 * number / channels.length));
            }
        }
        await new Promise(resolve => setTimeout(resolve, 1000 * seconds));

        return 100 * (cpu() - start) / (Number(process.hrtime.bigint() - started) / 1e6);
    },

    /**
     * Opens channels that do nothing.
     *
     * @param {Object} options - `endpoint` and `count`.
     * @returns {Promise<any>} Bytes for the first one, which loads the addon, and for each further one.
     */
    async idle({ count, endpoint }) {
        const empty = resident();

        await open(endpoint);
        const first = resident();

        for (let i = 0; i < count; i++) {
            await open(endpoint);
        }

        return { each: (resident() - first) / count,
            first: first - empty };
    },

    /**
     * Counts how often the channels' thread wakes while nothing happens.
     *
     * @param {number} seconds - For how long.
     * @returns {Promise<number>} Times a second.
     */
    async wakeUps(seconds) {
        const task = fs.readdirSync('/proc/self/task').find(id =>
            fs.readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim() === 'rtcstats');
        const read = () => Number((/^voluntary_ctxt_switches:\s*(\d+)/m)
            .exec(fs.readFileSync(`/proc/self/task/${task}/status`, 'utf8'))[1]);
        const before = read();

        await new Promise(resolve => setTimeout(resolve, 1000 * seconds));

        return (read() - before) / seconds;
    },

    /**
     * Reads the peak.
     *
     * @returns {number} Bytes.
     */
    peak: () => process.resourceUsage().maxRSS * 1024,

    /**
     * Closes all channels.
     *
     * @returns {Promise<void>} When closed.
     */
    async close() {
        await Promise.all(channels.map(channel => channel.close()));
        channels = [];
    }
});
