/**
 * The native half of the bench: CPU from push to socket, bytes, throughput, scale, slope and memory.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { Helper, inTurn, median } = require('./measure');

const ROUNDS = 9;
const POLLS = 40;
const CHANNELS = 32;
const SECONDS = 15;
const IDLE = 32;
const MB = 1024 * 1024;
const SIZES = [ 2, 10, 20, 50, 100, 200 ];

/**
 * Finds the binary that is measured.
 *
 * @returns {string} Its path.
 */
function binary() {
    require('..');

    return process.env.NAPI_RS_NATIVE_LIBRARY_PATH
        ?? Object.keys(require.cache).find(file => /^rtcstats.*\.node$/.test(path.basename(file)));
}

/**
 * Compares the CPU time of one meeting's polls, less what a process needs to wait for the next one.
 *
 * @param {string} endpoint - Of the collector.
 * @param {number} participants - How many.
 * @param {number} [rounds] - How many rounds.
 * @returns {Promise<any>} CPU milliseconds and bytes a poll, ours and 9.7.1's.
 */
async function compare(endpoint, participants, rounds = ROUNDS) {
    const helpers = { floor: new Helper('channel-process.js'),
        nothing: new Helper('channel-process.js'),
        ours: new Helper('channel-process.js'),
        reference: new Helper('channel-process.js') };
    const bytes = {};

    for (const helper of Object.values(helpers)) {
        await helper.ask('meeting', participants);
    }
    await helpers.ours.ask('open', endpoint);
    const cpu = await inTurn(Object.fromEntries(Object.entries(helpers).map(([ name, helper ]) =>
        [ name, async () => {
            const figures = await helper.ask(name, POLLS);

            bytes[name] = figures;

            return figures.cpu;
        } ])), rounds);
    const peak = {};

    [ 'floor', 'ours', 'reference' ].forEach(name => {
        cpu[name] -= cpu.nothing;
    });

    for (const [ name, helper ] of Object.entries(helpers)) {
        peak[name] = await helper.ask('peak');
        await helper.stop();
    }

    return { bytes,
        cpu,
        peak };
}

/**
 * Fits a line through the figures of meetings of different sizes.
 *
 * @param {Array<[number, number]>} points - Kilobytes and CPU time of a poll.
 * @returns {{ slope: number, worst: number }} Microseconds a kilobyte, and how far off the worst point is, relatively.
 */
function fit(points) {
    const mean = pick => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
    const [ meanX, meanY ] = [ mean(([ x ]) => x), mean(([ , y ]) => y) ];
    const slope = mean(([ x, y ]) => (x - meanX) * (y - meanY)) / mean(([ x ]) => (x - meanX) ** 2);
    const at = x => meanY + (slope * (x - meanX));

    return { slope: slope * 1000,
        worst: Math.max(...points.slice(1).map(([ x, y ]) => Math.abs(y - at(x)) / at(x))) };
}

/**
 * Measures everything native.
 *
 * @param {string} endpoint - Of the collector.
 * @param {function(string): void} say - Told what is going on.
 * @returns {Promise<Array<Array>>} Rows of the table.
 */
async function measureNative(endpoint, say) {
    const rows = [];

    say('native: 50 participants');
    const { bytes, cpu, peak } = await compare(endpoint, 50);

    rows.push(
        [ 'CPU a poll, push to socket, 50 participants', cpu.ours, cpu.reference, cpu.floor, 'ms', '≤1/6 of 9.7.1' ],
        [ 'throughput, push to socket, of that', bytes.ours.bytesIn / MB / (cpu.ours / 1000), undefined, undefined,
            'MB/s', '≥300 (encode alone)' ],
        [ 'bytes on the wire a poll, 50 participants', bytes.ours.bytesOut / 1024, bytes.reference.bytesOut / 1024,
            bytes.ours.bytesIn / 1024, 'KB', '≤1.05x of 9.7.1' ],
        [ 'peak memory of the process, 50 participants', peak.ours / MB, peak.reference / MB, peak.floor / MB, 'MB',
            '' ]);

    say('native: slope');
    const points = [];

    for (const participants of SIZES) {
        const figures = await compare(endpoint, participants, 3);

        points.push([ figures.bytes.ours.bytesIn / 1024, figures.cpu.ours ]);
        rows.push([ `CPU a poll, push to socket, ${participants} participants`, figures.cpu.ours, figures.cpu.reference,
            figures.cpu.floor, 'ms', '' ]);
    }
    const { slope, worst } = fit(points);

    rows.push([ `slope, ${SIZES[0]} to ${SIZES.at(-1)} participants (worst point ${(100 * worst).toFixed(0)} % off)`,
        slope, undefined, undefined, 'µs/KB', 'linear' ]);

    say('native: scale');
    const scale = new Helper('channel-process.js');

    await scale.ask('meeting', 50);
    for (let i = 0; i < CHANNELS; i++) {
        await scale.ask('open', endpoint);
    }
    rows.push([ `${CHANNELS} channels, 50 participants, a poll a second`, await scale.ask('everySecond', SECONDS),
        undefined, undefined, '% of a core', '<20' ]);
    await scale.stop();

    say('native: memory');
    const first = [];
    const each = [];
    let wakeUps = 0;

    for (let round = 0; round < 3; round++) {
        const helper = new Helper('channel-process.js', [ '--expose-gc' ]);
        const figures = await helper.ask('idle', { count: IDLE,
            endpoint });

        first.push(figures.first);
        each.push(figures.each);
        wakeUps = wakeUps || await helper.ask('wakeUps', 5);
        await helper.stop();
    }
    rows.push(
        [ 'RSS of the first idle channel, addon included', median(first) / MB, undefined, undefined, 'MB', '<6' ],
        [ 'RSS of each further idle channel', median(each) / MB, undefined, undefined, 'MB', '<6' ],
        [ `wake-ups of the thread with ${IDLE + 1} idle channels`, wakeUps, undefined, undefined, '1/s',
            '<1 a channel' ],
        [ 'size of the addon', fs.statSync(binary()).size / MB, undefined, undefined, 'MB', '<5' ]);

    return rows;
}

module.exports = { binary,
    measureNative };
