/**
 * Bad input from the page: counted, told once a second, never thrown, and never at the cost of a neighbour.
 */

'use strict';

const test = require('ava');

const { Driver, entriesOf, line, useCollector } = require('./harness');

const MEGABYTE = 1024 * 1024;

/** Lines that are no events, by the reason they are refused for. */
const BAD = {
    EVENT_CONNECTION_ID: [
        '["logs",1,{},1]', '["logs",{},{},1]', '["logs","",{},1]', '["create",null,{},1]', '["getstats",null,{},1]',
        '["constraints",null,{},1]', '["create","__proto__",{},1]', '["getstats","constructor",{},1]'
    ],
    EVENT_LAYOUT: [
        'null', '1', '"logs"', '{}', '{"type":"logs"}', '["logs",null,{}]', '["logs",null,{},1,1]', '["logs"]'
    ],
    EVENT_PAYLOAD: [
        line('identity', null, null), line('identity', null, 'name'), line('identity', null, []),
        line('create', 'PC_0', null), line('create', 'PC_0', 1), line('create', 'PC_0', { iceServers: 1 }),
        line('constraints', 'PC_0', null), line('constraints', 'PC_0', { optional: {} }),
        line('constraints', 'PC_0', { optional: [ null ] }), line('getstats', 'PC_0', null),
        line('getstats', 'PC_0', []), line('getstats', 'PC_0', 'report'), line('dominantSpeaker', null, null),
        line('e2eRtt', null, 1), line('faceLandmarks', null, 'x'), line('setVideoType', null, null),
        line('connectionInfo', null, {})
    ],
    EVENT_SYNTAX: [
        'nonsense', '["logs"', '["logs",null,{},1]]', '["logs",null,{a:1},1]', '["logs",null,\'a\',1]',
        '["logs",null,{},1]["logs",null,{},1]', '["logs",null,NaN,1]', '["logs",null,"\t",1]',
        '["logs",null,"\u0000",1]',
        '["logs",null,01,1]', '["logs",null,"\\x41",1]', '["logs",null,{"a":1,},1]', '\ufeff[]',
        '["logs",null,"half', 'line",1]', '["logs",null,"\r",1]', ' ', '\r'
    ],
    EVENT_TIMESTAMP: [ '["logs",null,{},null]', '["logs",null,{},"1"]', '["logs",null,{},1e999]', '["logs",null,{},[]]',
        '["logs",null,{},]' ],
    EVENT_TOO_DEEP: [ `["logs",null,${'['.repeat(100000)}${']'.repeat(100000)},1]` ],
    EVENT_TOO_LONG: [ line('logs', null, 'x'.repeat(5 * MEGABYTE)) ],
    EVENT_TYPE: [ '[1,null,{},1]', '[null,null,{},1]', '["",null,{},1]', '["__proto__",null,{},1]', '[]', '[',
        line('x'.repeat(1000), null, {}) ]
};

for (const [ reason, lines ] of Object.entries(BAD)) {
    test(`${reason}: refused, counted, and the neighbours arrive`, async t => {
        const collector = await useCollector(t);
        const driver = await new Driver(t, { endpoint: collector.url }).connected();

        for (const [ index, bad ] of lines.entries()) {
            driver.push(line('before', null, { index }), bad, line('after', null, { index }));
        }
        const stats = await driver.stats(({ delivered }) => delivered === 2 * lines.length);

        t.is(stats.rejected, lines.length);
        t.is(stats.captured, 2 * lines.length);
        t.deepEqual(entriesOf(collector).map(([ type, , { index } ]) => [ type, index ]),
            lines.flatMap((_, index) => [ [ 'before', index ], [ 'after', index ] ]));
        driver.channel.close();

        // What is told may come a moment after close() is answered; nothing comes after `closed`.
        await driver.event('closed');
        const told = driver.events.filter(({ type }) => type === 'rejected');

        t.is(told.reduce((sum, { count }) => sum + count, 0), lines.length);
        t.deepEqual(Object.keys(Object.assign({}, ...told.map(({ reasons }) => reasons))), [ reason ]);
    });
}

test('a raw newline splits a line in two that are refused, not one that spoils the dump', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();

    driver.push('["logs",null,"one\ntwo",1]', line('logs', null, 'three'));
    const { rejected } = await driver.stats(({ delivered }) => delivered === 1);

    t.is(rejected, 2);
    t.is(entriesOf(collector)[0][2], 'three');
});

test('line separators of other languages cannot break a dump', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();
    const lines = [];

    collector.on('entry', entry => lines.push(entry.line));
    driver.push(line('logs', null, 'a\u2028b\u2029c'), line('x\u2028y', null, { '\u2029': 1 }));
    await driver.stats(({ delivered }) => delivered === 2);
    lines.forEach(text => t.notRegex(text, /[\u2028\u2029]/));
    t.is(entriesOf(collector)[0][2], 'a\u2028b\u2029c');
    t.deepEqual(entriesOf(collector)[1].slice(0, 3), [ 'x\u2028y', null, { '\u2029': 1 } ]);
});

test('spelling does not matter: white space, escapes and numbers arrive as what they mean', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();

    driver.push(
        ' [ "lo\\u0067s" , null , { "\\u0061" : [ 1.50e1 , -0 , 1E400 , "\\ud83d\\ude00\\/" ] } , 1.7e12 ] ',
        '["logs",null,"\\ud800",1]\r',
        line('logs', null, '\ud800'));
    await driver.stats(({ captured, delivered }) => captured === 3 && delivered === 3);
    const [ first, second, third ] = entriesOf(collector);

    t.deepEqual(first, [ 'logs', null, { a: [ 15, -0, Infinity, '\u{1f600}/' ] }, 1.7e12, 1 ]);
    t.is(second[2], '\ud800');
    t.is(third[2], '\ud800');
});

test('empty lines are nothing', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();

    driver.push('');
    driver.push('\n\n\n');
    driver.push('', line('logs', null, 1), '', '');
    const stats = await driver.stats(({ delivered }) => delivered === 1);

    t.is(stats.rejected, 0);
    t.is(stats.captured, 1);
});

test('a half surrogate in the batch itself harms only its own character', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();

    driver.push('["logs",null,"\ud800x",1]', line('logs', null, 'neighbour'));
    await driver.stats(({ delivered }) => delivered === 2);
    t.deepEqual(entriesOf(collector).map(entry => entry[2]), [ '\ufffdx', 'neighbour' ]);
});

test('a flood of bad lines is told at most once a second and names few reasons', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();

    for (let i = 0; i < 2000; i++) {
        driver.push('nonsense', line(`type-${i}`, null, i));
    }
    await driver.stats(({ captured, rejected }) => captured === 2000 && rejected === 2000);
    await driver.channel.close();
    const { delivered } = driver.channel.stats();

    t.is(delivered, 2000);
    t.true(driver.events.filter(({ type }) => type === 'rejected').length < 100);
});

test('4 MB in one line is an event like any other', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { closeTimeout: 30000,
        endpoint: collector.url }).connected();
    const text = 'é'.repeat(MEGABYTE);

    driver.push(line('logs', null, 'before'), line('logs', null, text), line('logs', null, 'after'));
    await driver.stats(({ delivered }) => delivered === 3);
    t.deepEqual(entriesOf(collector).map(entry => entry[2].length), [ 6, MEGABYTE, 5 ]);
});

test('events after close() are refused', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();

    driver.push(line('logs', null, 1));
    const closed = driver.channel.close();

    driver.push(line('logs', null, 2));
    await closed;
    driver.push(line('logs', null, 3));
    const { captured, delivered } = driver.channel.stats();

    t.is(captured, 1);
    t.is(delivered, 1);
    t.is(entriesOf(collector).length, 1);
});
