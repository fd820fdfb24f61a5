/**
 * What becomes of the journals that earlier runs left in one folder: several, too old, over the bound, beside
 * leftovers, meant for other servers.
 */

'use strict';

const test = require('ava');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const { Driver } = require('../addon/harness');

const { PATIENT, audit, readDumps } = require('./harness');
const { journalsIn, plantByAge, plantJournal, recover, useJournal } = require('./journals');
const { sessionOf } = require('./session');

const EVENTS = 60;
const LARGE = 2000;

test('several are delivered one after the other, oldest first', async t => {
    const { collector, directory, options } = await useJournal(t);
    const [ second, fourth, first, third ] = plantByAge(directory, options.endpoint, EVENTS, [ 30, 10, 40, 20 ]);
    const driver = await recover(t, options);
    const oldestFirst = [ first, second, third, fourth ].map(({ id }) => id);

    t.deepEqual(driver.events.filter(({ type }) => type === 'recovered').map(({ from }) => from), oldestFirst);
    t.deepEqual(readDumps(collector).map(({ id }) => id.split('_')[0]), oldestFirst);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('what is older than maxAge is deleted and not delivered', async t => {
    const { collector, directory, options } = await useJournal(t);

    const [ , { id } ] = plantByAge(directory, options.endpoint, EVENTS, [ 120, 5 ]);
    const driver = await recover(t, { ...options,
        journal: { directory,
            maxAge: 60000 } });

    t.is((await driver.event('warning')).code, 'ERR_RTCSTATS_JOURNAL_DISCARDED');
    t.deepEqual(readDumps(collector).map(dump => dump.id), [ `${id}_1` ]);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('over maxBytes the oldest are given up', async t => {
    const { collector, directory, options } = await useJournal(t);
    const planted = plantByAge(directory, options.endpoint, EVENTS, [ 30, 20, 10 ]);
    const { size } = fs.statSync(planted[0].file);

    const driver = await recover(t, { ...options,
        journal: { directory,
            maxBytes: Math.ceil(size * 2.5) } });

    t.is((await driver.event('warning')).code, 'ERR_RTCSTATS_JOURNAL_DISCARDED');
    t.deepEqual(readDumps(collector).map(dump => dump.id), planted.slice(1).map(({ id }) => `${id}_1`));
});

test('a journal that is over the bound by itself is shortened, and what goes for that is told', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(LARGE);
    const { file } = plantJournal(directory, { endpoint: options.endpoint,
        lines });
    const maxBytes = Math.ceil(fs.statSync(file).size * 0.8);

    await collector.stop();
    const driver = new Driver(t, { ...options,
        journal: { directory,
            maxBytes },
        maxBufferedBytes: 20000 });

    driver.channel.connect();
    const dropped = await driver.event('dropped');

    t.deepEqual(dropped.types, { getstats: dropped.count });
    t.true(fs.statSync(file).size <= maxBytes);
    await collector.start();
    const { count, left } = await driver.event('recovered');

    t.deepEqual([ count, left ], [ lines.length - dropped.count, 0 ]);
    t.is(audit(collector, lines).lost, dropped.count);
    t.false(driver.events.some(({ type }) => type === 'warning'));
});

test('half a copy of a journal costs nothing, not even over the bound', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const { file } = plantJournal(directory, { endpoint: options.endpoint,
        lines });
    const { size } = fs.statSync(file);

    fs.writeFileSync(file.replace('.journal', '.shortened'), Buffer.alloc(size, 'x'));
    fs.writeFileSync(path.join(directory, 'gone.shortened'), Buffer.alloc(size, 'x'));
    const driver = await recover(t, { ...options,
        journal: { directory,
            maxBytes: Math.ceil(size * 1.5) } });

    t.is((await driver.event('recovered')).count, EVENTS);
    t.is(audit(collector, lines).lost, 0);
    t.deepEqual(fs.readdirSync(directory), []);
    t.false(driver.events.some(({ type }) => type === 'warning'));
});

test('over the bound what nobody can read goes before any journal', async t => {
    const { collector, directory, options } = await useJournal(t);
    const planted = plantByAge(directory, options.endpoint, EVENTS, [ 20, 10 ]);
    const { size } = fs.statSync(planted[0].file);

    fs.writeFileSync(path.join(directory, 'broken.unreadable'), Buffer.alloc(size, 'x'));
    const driver = await recover(t, { ...options,
        journal: { directory,
            maxBytes: Math.ceil(size * 2.5) } });

    t.deepEqual(readDumps(collector).map(dump => dump.id), planted.map(({ id }) => `${id}_1`));
    t.deepEqual(fs.readdirSync(directory), []);
    t.false(driver.events.some(({ type }) => type === 'warning'));
});

test('a journal that cannot be used now stays, and the app is told', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const { file } = plantJournal(directory, { endpoint: options.endpoint,
        lines });
    const position = file.replace('.journal', '.position');

    // No file can be opened where a folder is.
    fs.mkdirSync(position);
    const driver = await recover(t, options, [ path.basename(file) ]);
    const { code, message } = await driver.event('warning');

    t.is(code, 'ERR_RTCSTATS_JOURNAL_UNREADABLE');
    t.regex(message, /left for the next start/);
    fs.rmdirSync(position);
    await recover(t, options);
    t.is(audit(collector, lines).lost, 0);
});

test('a journal of another endpoint is not held while ours waits for its server', async t => {
    const { collector, directory, options } = await useJournal(t);
    const unreachable = 'ws://127.0.0.1:1';

    plantJournal(directory, { age: 20,
        endpoint: unreachable,
        lines: sessionOf(EVENTS) });
    const { id } = plantJournal(directory, { age: 10,
        endpoint: options.endpoint,
        lines: sessionOf(EVENTS) });
    const waiting = new Driver(t, { ...options,
        endpoint: unreachable });

    waiting.channel.connect();
    await waiting.event('disconnected');
    const driver = new Driver(t, options);

    driver.channel.connect();
    t.is((await driver.event('recovered')).from, id);
    t.deepEqual(readDumps(collector).map(dump => dump.id)
        .filter(name => name.startsWith(id)), [ `${id}_1` ]);
});

test('a journal meant for another server stays where it is', async t => {
    const { collector, directory, options } = await useJournal(t);
    const { file } = plantJournal(directory, { endpoint: 'wss://elsewhere.example',
        lines: sessionOf(EVENTS) });
    const { id } = plantJournal(directory, { endpoint: options.endpoint,
        lines: sessionOf(EVENTS) });

    await recover(t, options, [ path.basename(file) ]);
    t.deepEqual(readDumps(collector).map(dump => dump.id), [ `${id}_1` ]);
    t.true(fs.existsSync(file));
});

test('far more of them than files may be open', async t => {
    const { collector, directory, options } = await useJournal(t);

    plantByAge(directory, options.endpoint, 2, Array.from({ length: 1000 }, (_, index) => 2000 - index));
    const { stdout } = await promisify(execFile)('sh', [ '-c', 'ulimit -n 256 && exec "$@"', 'sh', process.execPath,
        path.join(__dirname, 'fixtures', 'recover.js'), JSON.stringify({ ...options,
            ...PATIENT }) ]);
    const { recovered, stats } = JSON.parse(stdout);

    t.is(recovered, 1000);
    t.is(stats.delivered, 10, 'the session of its own is delivered, too');
    t.is(readDumps(collector).length, 1001);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('a delivery that is cut short goes on where it was', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(LARGE);
    let entries = 0;

    collector.on('entry', () => entries++);
    plantJournal(directory, { endpoint: options.endpoint,
        lines });
    const first = new Driver(t, options);

    first.channel.recover();
    await first.until(() => entries > LARGE / 2);
    await first.channel.close();
    await recover(t, options);

    // What was on its way when it was cut off comes again; the preamble of the next part comes on top.
    t.true(entries < LARGE * 1.5, `${entries}`);
    t.is(audit(collector, lines).lost, 0);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('what is told while the app is busy is not lost', async t => {
    const { directory, options } = await useJournal(t);

    for (let i = 0; i < 400; i++) {
        plantJournal(directory, { damage: () => 'no journal\n',
            endpoint: options.endpoint,
            lines: [] });
    }
    const driver = new Driver(t, options);

    driver.channel.recover();
    while (journalsIn(directory).length > 0) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
    await driver.until(() => driver.events.filter(({ type }) => type === 'warning').length === 400);
    t.pass();
});
