/**
 * Processes that die by kill -9 at any moment and start again with the same journals: in the end the collector holds
 * every event that any of them saw as captured, and each dump is ordered and stands alone. `CRASH_SEED` repeats a run.
 */

'use strict';

const test = require('ava');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { Driver, useCollector } = require('../addon/harness');

const { SHORT, checkDump, readDumps, useFolder } = require('./harness');
const { STARTED, sessionOf } = require('./session');

const EVENTS = 600;
const LIVES = 50;

/** Timestamps say which life an event is from. */
const LIFETIME = 1000000;

/**
 * Makes a source of numbers that can be repeated: Park and Miller's.
 *
 * @param {number} seed - Where it starts.
 * @returns {function(number): number} Gives an integer below its argument.
 */
function randomFrom(seed) {
    let state = (seed % 0x7FFFFFFE) + 1;

    return bound => {
        state = (state * 48271) % 0x7FFFFFFF;

        return state % bound;
    };
}

/**
 * Lives one life and ends it with kill -9 as soon as that many events were captured.
 *
 * @param {any} t - Ava's context.
 * @param {Object} options - The channel's options.
 * @param {number} life - Its number.
 * @param {number} until - How many events it may capture.
 * @returns {Promise<number>} How many it saw as captured.
 */
function liveAndDie(t, options, life, until) {
    const child = spawn(process.execPath, [ path.join(__dirname, 'fixtures', 'life.js'), JSON.stringify({ ...options,
        count: EVENTS,
        started: STARTED + (life * LIFETIME) }) ], { stdio: [ 'ignore', 'pipe', 'inherit' ] });
    let output = '';
    const captured = () => Number(output.slice(0, output.lastIndexOf('\n')).split('\n')
        .pop());

    t.teardown(() => child.kill('SIGKILL'));
    child.stdout.on('data', data => {
        output += data;
        if (output.includes('\n') && captured() >= until) {
            child.kill('SIGKILL');
        }
    });

    return new Promise((resolve, reject) => {
        child.once('close', (code, signal) => {
            if (signal === 'SIGKILL') {
                resolve(captured());
            } else {
                reject(new Error(`ended by itself with ${code}`));
            }
        });
    });
}

/**
 * Starts once more and lets everything arrive that earlier lives left.
 *
 * @param {any} t - Ava's context.
 * @param {any} options - The channel's options.
 * @returns {Promise<any[]>} What the channel said of it.
 */
async function recoverAll(t, options) {
    const driver = new Driver(t, options);
    const journals = () => fs.readdirSync(options.journal.directory).filter(name => name.endsWith('.journal'));

    driver.channel.connect();
    await driver.until(() => journals().length === 0);
    await driver.channel.close();
    t.deepEqual(fs.readdirSync(options.journal.directory), []);
    t.false(driver.events.some(({ type }) => type === 'warning' || type === 'error'));

    return driver.events.filter(({ type }) => type === 'recovered');
}

/**
 * Compares all lives with all dumps.
 *
 * @param {any} collector - The collector.
 * @param {number[]} captured - How many events each life saw as captured.
 * @returns {{lost: string[], repeated: number, dumps: number}} What never came, and the figures.
 */
function auditLives(collector, captured) {
    const seen = captured.map(() => new Set());
    const dumps = readDumps(collector);
    let repeated = 0;

    for (const dump of dumps.filter(({ entries }) => entries.length > 0)) {
        const life = Math.floor((dump.entries[0][3] - STARTED) / LIFETIME);
        const lines = sessionOf(EVENTS, STARTED + (life * LIFETIME));
        const body = new Set(checkDump(dump, lines));

        for (const entry of dump.entries) {
            repeated += Number(body.has(entry) && seen[life].has(entry[4]));
            entry[4] > 0 && seen[life].add(entry[4]);
        }
    }
    const lost = captured.flatMap((count, life) => Array.from({ length: count }, (_, index) => index + 1)
        .filter(sn => !seen[life].has(sn))
        .map(sn => `life ${life} event ${sn}`));

    return { dumps: dumps.length,
        lost,
        repeated };
}

test.serial(`${LIVES} lives that end by kill -9 lose nothing`, async t => {
    const seed = Number(process.env.CRASH_SEED ?? Date.now() % 0x7FFFFFFF);
    const random = randomFrom(seed);
    const collector = await useCollector(t);
    const options = { ...SHORT,
        endpoint: collector.url,
        journal: { directory: useFolder(t) },
        meetingFqn: 'room' };
    const captured = [];

    t.log(`CRASH_SEED=${seed}`);
    for (let life = 0; life < LIVES; life++) {
        captured.push(await liveAndDie(t, options, life, random(EVENTS / 2)));
    }
    await recoverAll(t, options);
    const { dumps, lost, repeated } = auditLives(collector, captured);

    t.deepEqual(lost, []);
    t.log(`${captured.reduce((sum, count) => sum + count)} events captured, ${repeated} repeated, ${dumps} dumps`);
});

test.serial('lives that never reach the server lose nothing either, and the oldest is delivered first', async t => {
    const collector = await useCollector(t);
    const options = { ...SHORT,
        endpoint: collector.url,
        journal: { directory: useFolder(t) },
        meetingFqn: 'room' };
    const captured = [];

    await collector.stop();
    for (let life = 0; life < 4; life++) {
        captured.push(await liveAndDie(t, options, life, 100));
    }
    await collector.start();
    const recovered = await recoverAll(t, options);
    const { lost, repeated } = auditLives(collector, captured);

    t.deepEqual(lost, []);
    t.is(repeated, 0);
    t.is(recovered.length, captured.length);
    t.true(recovered.every(({ from, left, skipped, to }) => left === 0 && skipped === 0 && to.startsWith(from)));
    const arrival = readDumps(collector).map(({ entries }) => Math.floor((entries[0][3] - STARTED) / LIFETIME));

    t.deepEqual(arrival, [ 0, 1, 2, 3 ]);
});
