/**
 * Worker threads that load and unload the addon, in every way a worker can end, 200 times: no crash, no thread, no open
 * file left.
 */

'use strict';

const test = require('ava');
const path = require('node:path');

const { runChild } = require('./child-process');
const { useCollector } = require('./harness');

const ROUNDS = 200;

/**
 * Runs the workers in a process of their own, so that a crash is one test's failure.
 *
 * @param {any} t - Ava's context.
 * @param {string[]} [extra] - More arguments.
 * @returns {Promise<any>} How it ended and what it counted.
 */
async function run(t, extra = []) {
    const collector = await useCollector(t);
    const { code, errors, output, signal } = await runChild(t,
        [ path.join(__dirname, 'fixtures', 'workers.js'), collector.url, String(ROUNDS), ...extra ]);

    t.is(errors, '');
    t.is(signal, null);
    t.is(code, 0);

    return { collector,
        counts: JSON.parse(output) };
}

test('200 workers leave no thread and no open file', async t => {
    const { collector, counts: { after, before } } = await run(t);

    t.true(after.tasks <= before.tasks, JSON.stringify({ after,
        before }));
    t.true(after.files <= before.files, JSON.stringify({ after,
        before }));

    // The ones that were allowed to close delivered.
    t.true(collector.dumps().length > ROUNDS / 6);
});

test('the same beside a channel of the main thread', async t => {
    const { counts: { after, before } } = await run(t, [ 'also here' ]);

    t.true(after.tasks <= before.tasks, JSON.stringify({ after,
        before }));
    t.true(after.files <= before.files, JSON.stringify({ after,
        before }));
});
