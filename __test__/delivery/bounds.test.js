/**
 * What happens when room runs out: in memory, in the journal's share of the disk, on the disk itself; or when the disk
 * goes away. Delivery goes on with what is left, the app is told once, and every event that had to go is counted.
 */

'use strict';

const test = require('ava');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { Driver, line, useCollector } = require('../addon/harness');

const { PATIENT, SHORT, audit, readDumps, useFolder } = require('./harness');
const { journalsIn, plantJournal } = require('./journals');
const { STARTED, sessionOf } = require('./session');

const EVENTS = 600;
const GETSTATS = sessionOf(EVENTS).filter(text => text.startsWith('["getstats"')).length;
const SMALL = 20000;

/**
 * A stopped collector and a channel that tries to reach it.
 *
 * @param {any} t - Ava's context.
 * @param {Object} options - The channel's options.
 * @returns {Promise<{collector: any, driver: Driver}>} Both.
 */
async function useOutage(t, options) {
    const collector = await useCollector(t);

    await collector.stop();
    const driver = new Driver(t, { ...SHORT,
        endpoint: collector.url,
        ...options });

    driver.channel.connect();

    return { collector,
        driver };
}

/**
 * Adds up what the app was told of events that were given up.
 *
 * @param {any} driver - The channel.
 * @returns {Record<string, number>} The number by event type.
 */
function toldOf(driver) {
    const sums = {};

    for (const { types } of driver.events.filter(({ type }) => type === 'dropped')) {
        Object.entries(types).forEach(([ type, count ]) => {
            sums[type] = (sums[type] ?? 0) + count;
        });
    }

    return sums;
}

/**
 * Mounts a small disk.
 *
 * @param {any} t - Ava's context; it is unmounted with the test.
 * @param {string} options - How to mount it.
 * @returns {string | undefined} Its folder; nothing where that is not allowed, which fails the test in CI.
 */
function useDisk(t, options) {
    const folder = useFolder(t);
    const { status, stderr, error } = spawnSync('mount', [ '-t', 'tmpfs', '-o', options, 'tmpfs', folder ]);

    if (status === 0) {
        t.teardown(() => spawnSync('umount', [ '--lazy', folder ]));

        return folder;
    }
    const reason = `cannot mount a disk, which takes root: ${error ?? stderr}`;

    t.falsy(process.env.CI, reason);
    t.log(reason);
}

/**
 * Lets the server come back and everything arrive that is left.
 *
 * @param {any} collector - The collector.
 * @param {any} driver - The channel.
 * @returns {Promise<any>} The figures at the end.
 */
async function heal(collector, driver) {
    await collector.start();
    await driver.stats(({ pending }) => pending === 0);
    await driver.channel.close();

    // The last event, with what was dropped before it.
    await driver.event('closed');

    return driver.channel.stats();
}

/**
 * Checks that a channel gave up its journal, said so once, and lost nothing that fits into memory.
 *
 * @param {any} t - Ava's context.
 * @param {any} world - Collector and channel.
 * @param {string[]} lines - What was captured.
 * @returns {Promise<void>} When checked.
 */
async function carriesOn(t, { collector, driver }, lines) {
    await driver.event('warning');
    await driver.stats(({ captured }) => captured === lines.length);
    const { delivered, dropped } = await heal(collector, driver);

    t.deepEqual(driver.events.filter(({ type }) => type === 'warning' || type === 'error').map(({ code }) => code),
        [ 'ERR_RTCSTATS_JOURNAL' ]);
    t.deepEqual([ delivered, dropped ], [ lines.length, 0 ]);
    t.is(audit(collector, lines).lost, 0);
}

test('without a journal the oldest getstats go first, and what goes is counted by type', async t => {
    const lines = sessionOf(EVENTS);
    const { collector, driver } = await useOutage(t, { maxBufferedBytes: 100000 });

    driver.push(...lines);
    const { pendingBytes } = await driver.stats(({ captured }) => captured === EVENTS);

    t.true(pendingBytes <= 100000);
    const { delivered, dropped } = await heal(collector, driver);

    t.true(dropped > 0 && dropped < GETSTATS);
    t.is(delivered + dropped, EVENTS);
    t.deepEqual(toldOf(driver), { getstats: dropped });
    t.is(audit(collector, lines).lost, dropped);
    const polls = readDumps(collector)[0].entries.filter(([ type ]) => type === 'getstats');

    t.is(polls.at(-1)[4], lines.findLastIndex(text => text.startsWith('["getstats"')) + 1, 'the newest is kept');
});

test('without getstats the oldest of the others go', async t => {
    const lines = Array.from({ length: EVENTS }, (_, index) => line('logs', null, 'x'.repeat(100), STARTED + index));
    const { collector, driver } = await useOutage(t, { maxBufferedBytes: SMALL });

    driver.push(...lines);
    const { dropped } = await driver.stats(({ captured }) => captured === EVENTS);

    t.true(dropped > 0);
    await heal(collector, driver);
    t.deepEqual(toldOf(driver), { logs: dropped });
    t.deepEqual(readDumps(collector)[0].entries.map(entry => entry[4]),
        lines.map((_, index) => index + 1).slice(dropped));
});

test('with a journal what does not fit into memory comes back from disk, in order', async t => {
    const lines = sessionOf(EVENTS);
    const { collector, driver } = await useOutage(t, { journal: { directory: useFolder(t) },
        maxBufferedBytes: SMALL });

    driver.push(...lines);
    const stats = await driver.stats(({ captured }) => captured === EVENTS);

    t.true(stats.pendingBytes <= SMALL);
    t.is(stats.pending, EVENTS);
    const { delivered } = await heal(collector, driver);

    t.is(delivered, EVENTS);
    t.deepEqual(toldOf(driver), {});
    t.deepEqual(audit(collector, lines), { dumps: [ driver.channel.stats().statsSessionId ],
        lost: 0,
        repeated: [] });
});

test('with next to no memory and a journal everything comes through, one by one', async t => {
    const collector = await useCollector(t);
    const lines = sessionOf(30);
    const driver = new Driver(t, { ...SHORT,
        endpoint: collector.url,
        journal: { directory: useFolder(t) },
        maxBufferedBytes: 1 });

    driver.push(...lines).channel.connect();
    await driver.stats(({ delivered }) => delivered === lines.length);
    await driver.channel.close();
    t.is(audit(collector, lines).lost, 0);
});

test('more calls than can be queued: none but events get lost, and those are counted', async t => {
    const collector = await useCollector(t);
    const driver = new Driver(t, { ...SHORT,
        endpoint: collector.url });
    const pushed = 20000;
    const late = 50;

    for (let index = 0; index < pushed; index++) {
        driver.channel.push(line('logs'));
    }
    driver.channel.connect();
    await driver.event('connected');
    const { dropped } = await driver.stats(({ captured, pending }) => captured === pushed && pending === 0);
    const closed = driver.channel.close();

    for (let index = 0; index < late; index++) {
        driver.channel.push(line('logs'));
    }
    await closed;
    const { captured, delivered, rejected } = driver.channel.stats();

    t.is(delivered, pushed - dropped);
    t.is(captured + rejected, pushed + late);
});

test('a journal stays within maxBytes, and nothing goes for that that memory holds', async t => {
    const lines = sessionOf(EVENTS);
    const directory = useFolder(t);
    const maxBytes = 100000;
    const { collector, driver } = await useOutage(t, { journal: { directory,
        maxBytes } });

    driver.push(...lines);
    await driver.stats(({ captured }) => captured === EVENTS);
    await driver.until(() => journalsIn(directory)
        .some(name => fs.statSync(path.join(directory, name)).size < maxBytes));
    t.is((await heal(collector, driver)).delivered, EVENTS);
    t.is(audit(collector, lines).lost, 0);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('a journal stays within maxBytes, and what is on disk alone and goes for that is counted by type', async t => {
    const lines = sessionOf(EVENTS);
    const directory = useFolder(t);
    const maxBytes = 100000;
    const { collector, driver } = await useOutage(t, { journal: { directory,
        maxBytes },
    maxBufferedBytes: SMALL });
    const size = () => fs.readdirSync(directory).reduce((sum, name) =>
        sum + fs.statSync(path.join(directory, name)).size, 0);

    driver.push(...lines);
    const { dropped } = await driver.stats(now => now.dropped > 0);

    t.true(size() <= maxBytes, `${size()}`);
    const { delivered } = await heal(collector, driver);

    t.is(delivered, EVENTS - dropped);
    t.deepEqual(toldOf(driver), { getstats: dropped });
    t.is(audit(collector, lines).lost, dropped);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('two channels share a folder and leave each other alone', async t => {
    const directory = useFolder(t);
    const options = { ...PATIENT,
        journal: { directory } };
    const { collector, driver: first } = await useOutage(t, options);
    const second = new Driver(t, { endpoint: collector.url,
        ...options });
    const lines = sessionOf(EVENTS);

    first.push(...lines);
    second.push(...lines);
    await first.stats(({ captured }) => captured === EVENTS);
    await second.stats(({ captured }) => captured === EVENTS);
    t.is(journalsIn(directory).length, 2);
    second.channel.connect();
    await heal(collector, first);
    await second.stats(({ pending }) => pending === 0);
    await second.channel.close();
    t.deepEqual([ first, second ].map(({ channel }) => channel.stats().delivered), [ EVENTS, EVENTS ]);
    t.false([ ...first.events, ...second.events ].some(({ type }) => type === 'recovered' || type === 'warning'));
    t.deepEqual(readDumps(collector).map(({ entries }) => entries.length), [ EVENTS, EVENTS ]);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('a full disk: carries on in memory', async t => {
    const directory = useDisk(t, 'size=100k');

    if (directory) {
        const world = await useOutage(t, { journal: { directory } });
        const lines = sessionOf(EVENTS);

        world.driver.push(...lines);
        await carriesOn(t, world, lines);
        t.deepEqual(fs.readdirSync(directory), [], 'what arrived is not left to be delivered again');
    }
});

test('a full disk with little memory: every event that had to go is counted', async t => {
    const directory = useDisk(t, 'size=100k');

    if (directory) {
        const lines = sessionOf(EVENTS);
        const { collector, driver } = await useOutage(t, { journal: { directory },
            maxBufferedBytes: SMALL });

        lines.forEach(text => driver.push(text));
        await driver.event('warning');
        await driver.stats(({ captured }) => captured === EVENTS);
        const { delivered, dropped } = await heal(collector, driver);

        t.is(delivered + dropped, EVENTS);
        t.is(audit(collector, lines).lost, dropped);
        t.is(Object.values(toldOf(driver)).reduce((sum, count) => sum + count), dropped);
        t.log(`${delivered} delivered, told of ${JSON.stringify(toldOf(driver))}`);
        t.deepEqual(fs.readdirSync(directory), []);
    }
});

test('a full disk and an end without a server: what was written before is left to the next start', async t => {
    const directory = useDisk(t, 'size=100k');

    if (directory) {
        const lines = sessionOf(EVENTS);
        const { collector, driver } = await useOutage(t, { closeTimeout: 0,
            journal: { directory } });

        lines.forEach(text => driver.push(text));
        await driver.event('warning');
        await driver.stats(({ captured }) => captured === EVENTS);
        await driver.channel.close();
        const { dropped, pending } = driver.channel.stats();

        t.is(dropped + pending, EVENTS);
        t.true(dropped > 0, 'what is on no disk');
        t.is(journalsIn(directory).length, 1);
        await collector.start();
        const next = new Driver(t, { ...SHORT,
            endpoint: collector.url,
            journal: { directory } });

        next.channel.connect();
        t.true(pending > 50);
        t.is((await next.event('recovered')).count, pending);
        t.is(readDumps(collector)[0].entries.at(0)[0], 'identity');
    }
});

test('a full disk: how far delivery got is written down all the same', async t => {
    const directory = useDisk(t, 'size=100k');

    if (directory) {
        const lines = sessionOf(EVENTS);
        const { collector, driver } = await useOutage(t, { journal: { directory } });

        driver.push(...lines);
        await driver.event('warning');
        await collector.start();
        await driver.stats(({ pending }) => pending === 0);
        const { statsSessionId } = driver.channel.stats();
        const position = path.join(directory, `${statsSessionId}.position`);

        // As after a crash: the channel is not closed.
        await driver.until(() => Number(fs.readFileSync(position, 'utf8').split(' ')[1]) === EVENTS);
        t.pass();
    }
});

test('a full disk while a room is left: what arrives under the new name is not delivered again', async t => {
    const directory = useDisk(t, 'size=100k');

    if (directory) {
        const lines = sessionOf(EVENTS / 6);
        const collector = await useCollector(t);
        const options = { ...SHORT,
            endpoint: collector.url,
            journal: { directory } };
        const driver = new Driver(t, options);

        driver.push(...lines.slice(0, 10)).channel.connect();
        await driver.stats(({ delivered }) => delivered === 10);
        t.throws(() => fs.writeFileSync(path.join(directory, 'filler'), Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' });
        driver.channel.connect(true);
        driver.push(...lines.slice(10));
        await driver.event('warning');
        await driver.stats(({ pending }) => pending === 0);
        await driver.channel.close();
        t.deepEqual(fs.readdirSync(directory), [ 'filler' ]);
    }
});

test('a full disk while an earlier run\'s journal is delivered: what has not arrived stays', async t => {
    const directory = useDisk(t, 'size=1m');

    if (directory) {
        const lines = sessionOf(EVENTS);
        const collector = await useCollector(t);
        const options = { ...SHORT,
            endpoint: collector.url,
            journal: { directory } };
        const { file } = plantJournal(directory, { endpoint: collector.url,
            lines });

        t.throws(() => fs.writeFileSync(path.join(directory, 'filler'), Buffer.alloc(2 * 1024 * 1024)),
            { code: 'ENOSPC' });
        await collector.stop();
        const driver = new Driver(t, options);

        driver.channel.connect();
        const { code, message } = await driver.event('warning');

        t.is(code, 'ERR_RTCSTATS_JOURNAL');
        t.regex(message, /left as it is/);
        await driver.channel.close();
        t.deepEqual(toldOf(driver), {});
        t.true(fs.existsSync(file));
        fs.rmSync(path.join(directory, 'filler'));
        await collector.start();
        const next = new Driver(t, options);

        next.channel.connect();
        const { count, left } = await next.event('recovered');

        t.deepEqual([ count, left ], [ EVENTS, 0 ]);
        t.is(audit(collector, lines).lost, 0);
    }
});

test('a disk that is read-only: carries on in memory', async t => {
    const directory = useDisk(t, 'ro');

    if (directory) {
        const world = await useOutage(t, { journal: { directory } });
        const lines = sessionOf(EVENTS);

        world.driver.push(...lines);
        await carriesOn(t, world, lines);
    }
});

test('a folder that cannot be made: carries on in memory', async t => {
    const file = path.join(useFolder(t), 'a-file');

    fs.writeFileSync(file, '');
    const world = await useOutage(t, { journal: { directory: path.join(file, 'journals') } });
    const lines = sessionOf(EVENTS);

    world.driver.push(...lines);
    await carriesOn(t, world, lines);
});

test('a folder that is removed in mid-session: carries on in memory', async t => {
    const directory = path.join(useFolder(t), 'journals');
    const world = await useOutage(t, { journal: { directory } });
    const lines = sessionOf(EVENTS);

    world.driver.push(...lines.slice(0, 100));
    await world.driver.stats(({ captured }) => captured === 100);
    fs.rmSync(directory, { recursive: true });
    world.driver.push(...lines.slice(100));
    await carriesOn(t, world, lines);
});
