/**
 * `npm start`, as a user runs it: in real Electron, with a dump at its end, and with clear words for wrong arguments.
 */

'use strict';

const test = require('ava');
const { execFile, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const start = path.join(__dirname, '..', '..', 'demo', 'start.js');

/**
 * Runs the demo to its end.
 *
 * @param {any} t - Ava's.
 * @param {string[]} args - Its arguments.
 * @param {Object} [more] - `env`, added to its environment, and `node`, arguments for Node.
 * @returns {Promise<{code: number, output: string}>} What it said.
 */
function runDemo(t, args, { env, node = [] } = {}) {
    const dumps = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-demo-'));

    t.teardown(() => fs.rmSync(dumps, { recursive: true }));

    return new Promise(resolve => {
        execFile(process.execPath, [ ...node, start, '--dumps', dumps, ...args ], { env: { ...process.env,
            ...env } }, (error, stdout, stderr) => resolve({
            code: error ? error.code : 0,
            output: stdout + stderr
        }));
    });
}

/**
 * Reads a row of the tables, of which there is one a dump.
 *
 * @param {string} output - What the demo said.
 * @param {string} type - The entry type.
 * @returns {number} Its count in all of them.
 */
function countOf(output, type) {
    return [ ...output.matchAll(new RegExp(`^  ${type} +(\\d+)$`, 'gm')) ]
        .reduce((sum, [ , count ]) => sum + Number(count), 0);
}

/** What is run, and of how many documents with a call: that of Jitsi Meet has two embeds. */
const DEMOS = [ [ [], 1 ], [ [ '--jitsi-meet' ], 3 ], [ [ '--jitsi-meet', '--isolated' ], 3 ] ];

DEMOS.forEach(([ args, documents ]) => {
    test.serial(`a call in Electron: ${args.join(' ') || 'the plain demo'}`, async t => {
        const { code, output } = await runDemo(t, [ '--seconds', '2', ...args ]);

        t.is(code, 0, output);
        t.regex(output, /^Electron: /m);
        t.regex(output, /^captured \d+ {2}delivered \d+ {2}pending 0 {2}in .+ {2}on the wire /m);
        t.is(countOf(output, 'create'), 2 * documents);
        t.true(countOf(output, 'getstats') >= 4);
        t.is(countOf(output, 'identity'), documents);
    });
});

test.serial('without any Electron the same call runs in Node, and it says so', async t => {
    const { code, output } = await runDemo(t, [ '--seconds', '2' ],
        { node: [ '--require', require.resolve('./no-electron') ] });

    t.is(code, 0, output);
    t.regex(output, />>> NOT IN ELECTRON: .* runs in Node on @roamhq\/wrtc/);
    [ 'create', 'constraints', 'ontrack', 'setRemoteDescriptionOnSuccess', 'close' ].forEach(
        type => t.is(countOf(output, type), 2, type));
    t.is(countOf(output, 'navigator.mediaDevices.getUserMediaOnSuccess'), 1);
    t.true(countOf(output, 'onicecandidate') > 0);
    t.true(countOf(output, 'onconnectionstatechange') >= 4);
    t.true(countOf(output, 'getstats') >= 4);
});

test.serial('an ELECTRON_PATH that leads nowhere is not passed over', async t => {
    const { code, output } = await runDemo(t, [], { env: { ELECTRON_PATH: '/nowhere/electron' } });

    t.is(code, 1);
    t.is(output.trim(), 'npm start: ELECTRON_PATH names /nowhere/electron, which does not exist');
});

test.serial('Ctrl-C ends the call and still shows the dump', async t => {
    const dumps = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-demo-'));
    const child = spawn(process.execPath, [ start, '--dumps', dumps, '--seconds', '600' ]);
    const isOn = /delivered [1-9]/;
    let output = '';

    t.teardown(() => fs.rmSync(dumps, { recursive: true }));
    child.stdout.on('data', chunk => {
        const wasOn = isOn.test(output);

        output += chunk;

        // Once only: a second Ctrl-C does not wait for the end.
        if (!wasOn && isOn.test(output)) {
            child.kill('SIGINT');
        }
    });
    t.is(await new Promise(resolve => child.once('close', resolve)), 0);
    t.is(countOf(output, 'create'), 2);
});

[ [ '--seconds' ], [ '--seconds', 'ten' ], [ '--seconds=0' ], [ '--nonsense' ] ].forEach(args => {
    test.serial(`wrong arguments: ${args.join(' ')}`, async t => {
        const { code, output } = await runDemo(t, args);

        t.is(code, 1);
        t.regex(output, /^npm start: .*(--seconds|--nonsense)/);
        t.is(output.trim().split('\n').length, 1);
    });
});

test.serial('help', async t => {
    const { code, output } = await runDemo(t, [ '--help' ]);

    t.is(code, 0);
    t.regex(output, /--seconds <n>/);
});
