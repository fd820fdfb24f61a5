/**
 * Memory is bounded however long an outage lasts: ten minutes at one poll of 160 kB a second, with a journal and
 * without.
 */

'use strict';

const test = require('ava');
const { execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');

const { assertAccounted } = require('../addon/harness');

const { useFolder } = require('./harness');

const MAX_GROWTH = 24 * 1024 * 1024;
const POLLS = 600;

/**
 * Lives through an outage in a process of its own.
 *
 * @param {Object} options - Further options of the channel.
 * @returns {Promise<{grown: number, stats: any}>} What it printed.
 */
async function sitOut(options) {
    // JavaScript's own young generation would grow by up to 32 MB while the fixture waits.
    const { stdout } = await promisify(execFile)(process.execPath, [ '--expose-gc', '--max-semi-space-size=1',
        path.join(__dirname, 'fixtures', 'outage.js'), JSON.stringify({ closeTimeout: 0,
            endpoint: 'ws://127.0.0.1:1',
            meetingFqn: 'room',
            polls: POLLS,
            ...options }) ]);

    return JSON.parse(stdout);
}

test.serial('without a journal', async t => {
    const { grown, stats } = await sitOut({});

    t.log(`grown by ${(grown / 1048576).toFixed(1)} MB, ${stats.pending} of ${stats.captured} polls kept`);
    assertAccounted(stats);
    t.true(grown < MAX_GROWTH, `${grown}`);
    t.true(stats.pendingBytes <= 8 * 1024 * 1024);
    t.is(stats.captured, POLLS);
});

test.serial('with a journal', async t => {
    const { grown, stats } = await sitOut({ journal: { directory: useFolder(t) } });

    t.log(`grown by ${(grown / 1048576).toFixed(1)} MB, ${stats.pending} of ${stats.captured} polls kept`);
    assertAccounted(stats);
    t.true(grown < MAX_GROWTH, `${grown}`);
    t.true(stats.pendingBytes <= 8 * 1024 * 1024);
    t.true(stats.pending > 300, 'the journal keeps far more than memory does');
});
