/**
 * The machine's side in a real app: what a call begins with, what happens to the machine and the page meanwhile, and
 * that none of it names the machine, its user or its addresses.
 */

'use strict';

const test = require('ava');
const os = require('node:os');

const { useElectron } = require('./harness');
const { closeWindow, openWindow, runInPage } = require('./windows');

useElectron(test);

/** What may be in no entry. */
const SECRETS = [ os.hostname(), os.userInfo().homedir,
    ...Object.values(os.networkInterfaces()).flat()
        .filter(({ internal }) => !internal)
        .flatMap(({ address, mac }) => [ address, mac ]) ];

/**
 * Opens a window with a call in it.
 *
 * @param {Object} t - The test.
 * @param {Object} [options] - For the setup.
 * @returns {Promise<void>} When the call has begun.
 */
async function openCall({ context: { arrivals, electron, meeting, origin } }, options) {
    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            machine: true,
            meetingFqn: meeting,
            ...options },
        url: `${origin}/top` });
    await electron.run(runInPage, { name: meeting,
        script: 'window.pc = new RTCPeerConnection(); undefined' });
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'constraints'));
}

test.serial('a call tells the facts, what happens to the machine, and how its page died', async t => {
    const { arrivals, electron, meeting } = t.context;

    await openCall(t);
    await electron.run(({ electron: { powerMonitor } }) => {
        powerMonitor.emit('suspend');
        powerMonitor.emit('resume');
    });
    await electron.run(({ state }, name) => state[name].window.webContents.forcefullyCrashRenderer(), meeting);
    await arrivals.ended(meeting);
    await electron.run(closeWindow, meeting);
    const entries = arrivals.dumps(meeting).flat();
    const of = type => entries.filter(entry => entry[0] === type).map(entry => entry[2]);

    t.is(of('clientFacts').length, 1);
    const [ facts ] = of('clientFacts');

    t.is(facts.cpu.count, os.cpus().length);
    t.is(facts.os.name, process.platform);
    t.regex(facts.versions.electron, /^\d+\./);
    t.regex(facts.versions.chromium, /^\d+\./);
    t.true(facts.memory > 0);
    t.is(typeof facts.gpuFeatures, 'object');
    t.is(of('os.networkInterfaces').length, 1);
    t.is(of('powerMonitor.suspend').length, 1);
    t.is(of('powerMonitor.resume').length, 1);
    t.deepEqual(of('webContents.render-process-gone').map(({ reason }) => typeof reason), [ 'string' ]);
    SECRETS.forEach(secret => t.false(JSON.stringify(entries).includes(secret), secret));
});

test.serial('a document without a call, and one whose app does not want it, get nothing', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            machine: true,
            meetingFqn: meeting },
        url: `${origin}/top` });
    await electron.run(({ electron: { powerMonitor } }) => powerMonitor.emit('suspend'));
    t.is((await electron.run(closeWindow, meeting)).captured, 0);

    await openCall(t, { machine: false });
    await electron.run(({ electron: { powerMonitor } }) => powerMonitor.emit('suspend'));
    await electron.run(closeWindow, meeting);
    const types = arrivals.dumps(meeting).flat()
        .map(([ type ]) => type);

    t.true(types.includes('create'));
    t.deepEqual(types.filter(type => /^(clientFacts|os|app|powerMonitor|screen|webContents)\b/.test(type)), []);
});
