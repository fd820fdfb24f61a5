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
const { journalsIn } = require('./journals');
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
 * Starts a life.
 *
 * @param {any} t - Ava's context; a life that still goes on is ended with the test.
 * @param {Object} options - The channel's options.
 * @param {number} life - Its number.
 * @returns {{reaches: Function, die: Function}} Waits until so many events were captured; ends it with kill -9 and
 * tells how many it saw as captured.
 */
function beginLife(t, options, life) {
    const child = spawn(process.execPath, [ path.join(__dirname, 'fixtures', 'life.js'), JSON.stringify({ ...options,
        count: EVENTS,
        started: STARTED + (life * LIFETIME) }) ], { stdio: [ 'ignore', 'pipe', 'inherit' ] });
    const ended = new Promise((resolve, reject) => {
        child.once('close', (code, signal) => {
            if (signal === 'SIGKILL') {
                resolve();
            } else {
                reject(new Error(`ended by itself with ${code}`));
            }
        });
    });
    let output = '';
    let look = () => undefined;
    const captured = () => Number(output.slice(0, output.lastIndexOf('\n')).split('\n')
        .pop());

    t.teardown(() => child.kill('SIGKILL'));
    child.stdout.on('data', data => {
        output += data;
        look();
    });

    return {
        die: async () => {
            child.kill('SIGKILL');
            await ended;

            return captured();
        },
        reaches: count => Promise.race([ ended, new Promise(resolve => {
            look = () => output.includes('\n') && captured() >= count && resolve();
            look();
        }) ])
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
async function liveAndDie(t, options, life, until) {
    const { die, reaches } = beginLife(t, options, life);

    await reaches(until);

    return die();
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

    driver.channel.connect();
    await driver.until(() => journalsIn(options.journal.directory).length === 0);
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

test.serial('what a living process owns is not taken by another that starts', async t => {
    const collector = await useCollector(t);
    const options = { ...SHORT,
        endpoint: collector.url,
        journal: { directory: useFolder(t) },
        meetingFqn: 'room' };
    const captured = [ await liveAndDie(t, options, 0, 100) ];
    const { die, reaches } = beginLife(t, options, 1);

    await reaches(100);
    const other = new Driver(t, options);

    // The one that died is recovered by either of them, the one that lives by none.
    other.channel.connect();
    await other.event('connected');
    await other.until(() => journalsIn(options.journal.directory).length === 1);
    await other.channel.close();
    t.is(journalsIn(options.journal.directory).length, 1);
    captured.push(await die());
    const recovered = await recoverAll(t, options);

    t.true(recovered.length <= 1);
    t.deepEqual(auditLives(collector, captured).lost, []);
});
