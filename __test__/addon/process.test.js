/**
 * What a channel does to the process it lives in: it never keeps it alive, never crashes it, never outlives it.
 */

'use strict';

const test = require('ava');
const path = require('node:path');

const { runChild } = require('./child-process');
const { assertAccounted, useCollector } = require('./harness');

/**
 * Runs a scenario in a process of its own.
 *
 * @param {any} t - Ava's context.
 * @param {string} scenario - Its name, see fixtures/child.js.
 * @param {string[]} [flags] - For Node.
 * @returns {Promise<any>} How it ended, what it printed, and the collector.
 */
async function run(t, scenario, flags = []) {
    const collector = await useCollector(t);
    const ending = await runChild(t,
        [ ...flags, path.join(__dirname, 'fixtures', 'child.js'), scenario, collector.url ]);

    return { collector,
        ...ending };
}

test('a process that closed its channel ends by itself, with everything delivered', async t => {
    const { code, errors, output } = await run(t, 'close');
    const stats = JSON.parse(output);

    t.is(code, 0);
    t.is(errors, '');
    t.is(stats.delivered, 1);
    assertAccounted(stats);
});

test('the promise of close() keeps a process alive until the events are out', async t => {
    const { code, output } = await run(t, 'closeUnawaited');
    const stats = JSON.parse(output);

    t.is(code, 0);
    t.is(stats.delivered, 2);
    assertAccounted(stats);
});

test('close() settles from anywhere, however often', async t => {
    for (let round = 0; round < 10; round++) {
        const { code, errors, output } = await run(t, 'closeFromAnywhere');

        t.is(errors, '');
        t.is(code, 0);
        t.is(JSON.parse(output).closings, 8);
    }
});

test('channels that were opened and closed leave no memory', async t => {
    const { code, errors, output } = await run(t, 'thousands', [ '--expose-gc' ]);

    t.is(errors, '');
    t.is(code, 0);
    const { grown } = JSON.parse(output);

    t.log(`${(grown / 40000).toFixed(0)} bytes each`);
    t.true(grown < 40000 * 150, `${grown}`);
});

for (const scenario of [ 'open', 'unconnected', 'unreachable' ]) {
    test(`a channel that is ${scenario} keeps no process alive`, async t => {
        const { code, errors, output, signal } = await run(t, scenario);

        t.is(output, scenario);
        t.is(errors, '');
        t.is(signal, null);
        t.is(code, 0);
    });
}

for (const scenario of [ 'exit', 'exitClosing', 'exitInListener' ]) {
    test(`process.exit is clean: ${scenario}`, async t => {
        const { code, errors, output, signal } = await run(t, scenario);

        t.is(output.split('\n')[0], scenario);
        t.is(errors, '');
        t.is(signal, null);
        t.is(code, 7);
    });
}

// It surfaces like an exception of any other callback: an app's own handler sees it, nothing of ours swallows it, and
// the channel is none the worse.
test('what a listener throws is an ordinary uncaught exception', async t => {
    const { code, errors, output, signal } = await run(t, 'throwingListener');
    const { caught, stats } = JSON.parse(output);

    t.is(signal, null);
    t.is(code, 0);
    t.is(errors, '');
    t.is(caught[0], 'mine: connected');
    t.is(stats.delivered, 1);
});

test('without a handler it ends the process as it would anywhere', async t => {
    const { code, errors, signal } = await run(t, 'unhandledListener');

    t.is(signal, null);
    t.is(code, 1);
    t.regex(errors, /Error: mine/);
    t.regex(errors, /child\.js/);
    t.notRegex(errors, /panic|napi|FATAL/i);
});

test('channels that nobody holds any more are collected and leave nothing behind', async t => {
    const { code, collector, errors, output, signal } = await run(t, 'garbage', [ '--expose-gc' ]);

    t.is(signal, null);
    t.is(code, 0);
    t.is(errors, '');
    t.true(JSON.parse(output).collected >= 149);

    // Their events went out all the same.
    t.is(collector.dumps().length, 50);
});
