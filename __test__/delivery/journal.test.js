/**
 * What a journal holds, and what becomes of one that an earlier run left: whole, torn, flipped or never begun.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { Driver, line } = require('../addon/harness');

const { audit, checkDump, readDumps } = require('./harness');
const { journalLines, journalsIn, plantJournal, recover, useJournal } = require('./journals');
const { STARTED, sessionOf } = require('./session');

const EVENTS = 60;
const LARGE = 2000;

test('a journal reads like a dump: a header, then a line an event with its sequence number', async t => {
    const { directory, options } = await useJournal(t);
    const driver = new Driver(t, options);
    const lines = sessionOf(EVENTS);

    driver.push(...lines);

    // While it is in use nobody else can read it on Windows.
    await driver.channel.close();
    const { statsSessionId: id } = driver.channel.stats();
    const [ header, ...entries ] = fs.readFileSync(path.join(directory, `${id}.journal`), 'utf8').trimEnd()
        .split('\n');
    const [ plantedHeader, ...plantedEntries ] = journalLines({ endpoint: options.endpoint,
        id,
        lines });

    t.deepEqual(entries, plantedEntries);
    t.deepEqual(Object.keys(JSON.parse(header)[2]).sort(), Object.keys(JSON.parse(plantedHeader)[2]).sort());
    t.is(JSON.parse(header)[2].statsSessionId, id);
    t.true(entries.every(text => Array.isArray(JSON.parse(text))));
});

test('no clear address is written to a journal', async t => {
    const { directory, options } = await useJournal(t);
    const driver = new Driver(t, options);

    driver.push(line('getstats', 'PC_0', { C: { address: '203.0.113.77',
        candidateType: 'host',
        id: 'C',
        type: 'local-candidate' } }));
    await driver.channel.close();
    t.notRegex(fs.readFileSync(path.join(directory, journalsIn(directory)[0]), 'utf8'), /203\.0\.113\.77/);
});

test('a session that ends with everything delivered leaves no file', async t => {
    const { collector, directory, options } = await useJournal(t);
    const driver = await new Driver(t, options).connected();
    const lines = sessionOf(EVENTS);

    driver.push(...lines);
    await driver.stats(({ captured }) => captured === EVENTS);
    t.is(journalsIn(directory).length, 1);
    await driver.channel.close();
    t.deepEqual(fs.readdirSync(directory), []);
    t.is(audit(collector, lines).lost, 0);
});

test('a session that ends with events undelivered leaves them to the next start', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const first = new Driver(t, { ...options,
        closeTimeout: 200 });

    await collector.stop();
    first.channel.connect();
    first.push(...lines);
    await first.stats(({ captured }) => captured === EVENTS);
    await first.channel.close();
    const { dropped, pending, statsSessionId } = first.channel.stats();

    t.deepEqual([ dropped, pending ], [ 0, EVENTS ]);
    t.is(journalsIn(directory).length, 1);
    await collector.start();
    const second = await recover(t, options);
    const recovered = await second.event('recovered');

    t.deepEqual({ ...recovered,
        to: '' }, { count: EVENTS,
        from: statsSessionId,
        left: 0,
        skipped: 0,
        to: '',
        type: 'recovered' });
    t.regex(recovered.to, new RegExp(`^${statsSessionId}_\\d+$`));
    t.deepEqual(audit(collector, lines), { dumps: [ recovered.to ],
        lost: 0,
        repeated: [] });
    t.deepEqual(fs.readdirSync(directory), []);
});

test('only what was not acknowledged is delivered, behind a preamble', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);

    plantJournal(directory, { acknowledged: 40,
        endpoint: options.endpoint,
        lines });
    const { count } = await (await recover(t, options)).event('recovered');
    const [ dump ] = readDumps(collector);

    t.is(count, EVENTS - 40);
    t.deepEqual(checkDump(dump, lines).map(entry => entry[4]), lines.map((_, index) => index + 1).slice(40));
});

test('a position that is damaged is not believed: rather twice than never', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const { id } = plantJournal(directory, { acknowledged: 10,
        endpoint: options.endpoint,
        lines });
    const file = path.join(directory, `${id}.position`);

    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('10 part', '50 part'));
    t.is((await (await recover(t, options)).event('recovered')).count, EVENTS);
    t.is(audit(collector, lines).lost, 0);
});

test('a torn tail costs the torn line', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);

    plantJournal(directory, { damage: text => text.subarray(0, text.length - 10),
        endpoint: options.endpoint,
        lines });
    const { count, skipped } = await (await recover(t, options)).event('recovered');

    t.is(count, EVENTS - 1);
    t.is(skipped, 0);
    t.is(audit(collector, lines).lost, 1);
});

test('lines of garbage are skipped and counted', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const garbage = [ '', '\u0000'.repeat(5000), '{"not":"an array"}', '["logs",null,"no number",1700000000000]',
        '[[[[', '\ufffd', '["logs",null,"negative",1700000000000,-4]', 'x'.repeat(100000) ];

    plantJournal(directory, { damage: text => {
        const whole = String(text).split('\n');

        garbage.forEach((rubbish, index) => whole.splice(10 + (index * 3), 0, rubbish));

        return Buffer.from(whole.join('\n'));
    },
    endpoint: options.endpoint,
    lines });
    const { count, skipped } = await (await recover(t, options)).event('recovered');

    t.is(count, EVENTS);
    t.is(skipped, garbage.length);
    t.is(audit(collector, lines).lost, 0);
});

test('a flipped bit costs at most the line it is in, wherever it is', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = Array.from({ length: 30 }, (_, index) => line('logs', null, `entry ${index}`, STARTED + index));
    const victim = 14;
    const victimLength = Buffer.byteLength(journalLines({ endpoint: '',
        id: '',
        lines })[victim + 1]);
    const planted = [];

    for (let bit = 0; bit < (victimLength + 1) * 8; bit += 3) {
        planted.push(plantJournal(directory, { damage: text => {
            const whole = String(text).split('\n');
            const at = Buffer.byteLength(whole.slice(0, victim + 1).join('\n')) + 1 + Math.floor(bit / 8);

            text[at] ^= 1 << (bit % 8); // eslint-disable-line no-bitwise

            return text;
        },
        endpoint: options.endpoint,
        lines }).id);
    }
    await recover(t, options);
    const dumps = readDumps(collector);

    for (const [ index, id ] of planted.entries()) {
        const { entries } = dumps.find(dump => dump.id.startsWith(id));
        const arrived = new Set(entries.map(entry => entry[2]));
        const missing = lines.map(text => JSON.parse(text)[2]).filter(text => !arrived.has(text));

        // Without its newline a line runs into the next, and both are gone.
        t.true(missing.length <= (index * 3 < victimLength * 8 ? 1 : 2), `bit ${index * 3}: ${missing}`);
    }
});

test('a damaged number costs its own line, wherever it is in a large journal', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(LARGE);
    const { file } = plantJournal(directory, { damage: text => String(text).replace(/,100]$/m, ',999999]'),
        endpoint: options.endpoint,
        lines });

    t.true(fs.statSync(file).size > LARGE * 100, 'more than is read at once');
    const { count, left, skipped } = await (await recover(t, options)).event('recovered');

    t.deepEqual([ count, left, skipped ], [ LARGE - 1, 0, 1 ]);
    t.is(audit(collector, lines).lost, 1);
    t.deepEqual(fs.readdirSync(directory), []);
});

test('a file without a header is set aside, blocks nobody, and is not tried again', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const broken = [ 'no journal at all', '\n\n\n', '["rtcstatsJournal",null,{"version":99}]\n',
        '\u0000'.repeat(9) ];

    broken.forEach((text, index) => fs.writeFileSync(path.join(directory, `broken-${index}.journal`), text));
    plantJournal(directory, { endpoint: options.endpoint,
        lines });
    const driver = await recover(t, options);

    t.deepEqual(fs.readdirSync(directory).sort(), broken.map((_, index) => `broken-${index}.unreadable`));
    t.true((await driver.event('warning')).code === 'ERR_RTCSTATS_JOURNAL_UNREADABLE');
    t.is(audit(collector, lines).lost, 0);
    const again = await recover(t, options);

    t.false(again.events.some(({ type }) => type === 'warning' || type === 'recovered'));
});

test('a journal that was never begun is nobody\'s loss, and no news', async t => {
    const { directory, options } = await useJournal(t);

    fs.writeFileSync(path.join(directory, 'empty.journal'), '');
    const driver = await recover(t, options);

    t.deepEqual(fs.readdirSync(directory), []);
    t.false(driver.events.some(({ type }) => type === 'warning'));
});

test('it need not connect: recover() delivers what is there, once, and leaves no session', async t => {
    const { collector, directory, options } = await useJournal(t);
    const lines = sessionOf(EVENTS);
    const { id } = plantJournal(directory, { endpoint: options.endpoint,
        lines });
    const driver = new Driver(t, options);

    driver.channel.recover();
    driver.channel.recover();
    const { count, from, to } = await driver.event('recovered');

    t.deepEqual([ count, from ], [ EVENTS, id ]);
    t.deepEqual(audit(collector, lines), { dumps: [ to ],
        lost: 0,
        repeated: [] });
    t.deepEqual(fs.readdirSync(directory), []);
    t.false(driver.channel.isConnected());
    t.is(driver.channel.stats().captured, 0);
    await driver.channel.close();
});
