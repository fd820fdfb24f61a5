/**
 * A journal survives what memory does not: whatever ends the app, the next start delivers what was left behind.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { Arrivals, ElectronUnderTest, servePages } = require('./harness');
const { closeWindow, hasCall, openWindow } = require('./windows');

/** It would wait for an hour by itself, so that what is not delivered stays so. */
const PATIENT = { baseDelay: 3600000,
    budget: 36000000,
    maxDelay: 36000000 };

test.beforeEach(async t => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-journal-'));
    const [ arrivals, pages ] = await Promise.all([ Arrivals.start(), servePages() ]);

    Object.assign(t.context, { arrivals,
        directory,
        origin: pages.origin,
        pages });
});

test.afterEach.always(async ({ context: { arrivals, directory, pages } }) => {
    pages.close();
    await arrivals.collector.close();
    fs.rmSync(directory, { force: true,
        recursive: true });
});

/**
 * Starts an app.
 *
 * @param {any} t - Ava's.
 * @returns {Promise<ElectronUnderTest>} The app.
 */
async function startApp(t) {
    const electron = await ElectronUnderTest.start();

    t.teardown(() => electron.stop());

    return electron;
}

/**
 * Opens a window that is captured into the journal.
 *
 * @param {any} t - Ava's.
 * @param {ElectronUnderTest} electron - The app.
 * @param {string} name - The meeting.
 * @param {string} query - What the page does.
 * @returns {Promise<void>} When it is loaded.
 */
function openJournalled({ context: { arrivals, directory, origin } }, electron, name, query) {
    return electron.run(openWindow, { name,
        options: { closeTimeout: 200,
            endpoint: arrivals.endpoint,
            journal: { directory },
            meetingFqn: name,
            pollInterval: 200,
            reconnect: PATIENT },
        url: `${origin}/top?${query}` });
}

/**
 * Gives the events that are in the journal, as far as they can be read. The first line of a file is not one.
 *
 * @param {string} directory - The journal.
 * @returns {Array<Array>} The events.
 */
function readJournal(directory) {
    return fs.readdirSync(directory)
        .flatMap(file => fs.readFileSync(path.join(directory, file), 'utf8').split('\n'))
        .flatMap(line => {
            try {
                const event = JSON.parse(line);

                return Array.isArray(event) && event[0] !== 'rtcstatsJournal' ? [ event ] : [];
            } catch {
                return [];
            }
        });
}

/**
 * Waits until the journal satisfies. The disk tells nobody, so each look is a new one.
 *
 * @param {string} directory - The journal.
 * @param {Function} enough - Called with its events.
 * @returns {Promise<Array<Array>>} The events.
 */
async function untilJournal(directory, enough) {
    for (;;) {
        const events = readJournal(directory);

        if (enough(events)) {
            return events;
        }
        await new Promise(setImmediate);
    }
}

/**
 * Gives what the next start of the app recovers, though no call begins.
 *
 * @param {any} t - Ava's.
 * @returns {Promise<Object>} The event.
 */
async function recover(t) {
    const electron = await startApp(t);

    await openJournalled(t, electron, 'after', '');
    const recovered = await electron.event(({ type }) => type === 'recovered');

    await electron.run(closeWindow, 'after');

    return recovered;
}

/**
 * Gives the entries of one part of a session.
 *
 * @param {any} t - Ava's.
 * @param {string} id - The part.
 * @returns {Array<Array>} The entries.
 */
function readPart({ context: { arrivals: { collector } } }, id) {
    const { path: file } = collector.dumps().find(dump => dump.id === id);

    return fs.readFileSync(file, 'utf8').trim()
        .split('\n')
        .map(line => JSON.parse(line));
}

test.serial('kill -9 of the whole app in mid-call, offline', async t => {
    const { arrivals, directory } = t.context;
    const electron = await startApp(t);

    arrivals.collector.faults.refuseWith = 503;
    await openJournalled(t, electron, 'before', 'call');
    const written = await untilJournal(directory, hasCall);

    await electron.stop();
    arrivals.collector.faults.refuseWith = 0;
    const recovered = await recover(t);

    t.regex(recovered.to, /^[\w-]+_1$/);
    t.is(recovered.to, `${recovered.from}_1`);
    t.like(recovered, { left: 0,
        skipped: 0 });
    const arrived = readPart(t, recovered.to);

    // By kind: the wire numbers entries and compresses reports, which the journal does not.
    const types = entries => entries.map(([ type, pcId ]) => `${type} ${pcId}`);

    t.true(recovered.count >= written.length);

    // The part begins with who is connected and an identity that joins it to the session.
    t.is(arrived[1][0], 'identity');
    t.deepEqual(types(arrived.slice(2)).slice(0, written.length), types(written));
    t.deepEqual(readJournal(directory), []);
});

test.serial('kill -9 of the whole app after a part of the call arrived', async t => {
    const { arrivals, directory } = t.context;
    const electron = await startApp(t);

    await openJournalled(t, electron, 'before', 'call');
    await arrivals.until('before', hasCall);
    arrivals.collector.faults.refuseWith = 503;
    arrivals.collector.faults.cut();
    await electron.event(({ type }) => type === 'disconnected');
    const before = arrivals.dumps('before').flat();
    const newest = before.at(-1)[3];

    await untilJournal(directory, events => events.some(([ type, , , time ]) => type === 'getstats' && time > newest));
    await electron.stop();
    arrivals.collector.faults.refuseWith = 0;
    const recovered = await recover(t);
    const arrived = readPart(t, recovered.to);

    t.is(recovered.to, `${recovered.from}_1`);

    // It stands alone: the connections come before their reports.
    t.is(arrived.filter(([ type ]) => type === 'create').length, 2);
    t.true(arrived.some(([ type, , , time ]) => type === 'getstats' && time > newest));
    t.deepEqual(readJournal(directory), []);
});

test.serial('a renderer that crashes while there is no server, and then the app', async t => {
    const { arrivals, directory } = t.context;
    const electron = await startApp(t);

    arrivals.collector.faults.refuseWith = 503;
    await openJournalled(t, electron, 'before', 'call');
    await untilJournal(directory, hasCall);
    await electron.run(({ state }) => state.before.window.webContents.forcefullyCrashRenderer());

    // Its channel waits no longer than `closeTimeout`, and leaves the rest to the journal.
    await electron.event(({ name, type }) => name === 'before' && type === 'closed');
    const written = readJournal(directory);

    await electron.stop();
    arrivals.collector.faults.refuseWith = 0;
    const recovered = await recover(t);

    t.is(recovered.to, `${recovered.from}_1`);
    t.is(recovered.count, written.length);
    t.true(hasCall(readPart(t, recovered.to)));
});
