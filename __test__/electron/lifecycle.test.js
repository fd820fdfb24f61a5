/**
 * Documents end in many ways, mostly without saying so. Whatever was captured before must arrive, once, and nothing may
 * be left behind in the main process.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { Arrivals, ElectronUnderTest, useElectron } = require('./harness');
const { closeWindow, hasCall, openWindow, runInPage } = require('./windows');

useElectron(test);

const CLOSED = { channels: 0,
    documents: 0,
    dropped: 0,
    pending: 0,
    refused: 0 };

/**
 * Opens a window with a call and waits until it is captured.
 *
 * @param {any} t - Ava's.
 * @param {string} [name] - The window's name, if not the meeting's.
 * @param {Object} [options] - Added to the usual ones.
 * @returns {Promise<void>} When it is.
 */
async function openCall({ context: { arrivals, electron, meeting, origin } }, name = meeting, options = {}) {
    await electron.run(openWindow, { name,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: name,
            pollInterval: 200,
            ...options },
        url: `${origin}/top?call` });
    await arrivals.until(name, hasCall);
}

/**
 * Checks that everything captured has arrived, once.
 *
 * @param {any} t - Ava's.
 * @param {Object} stats - The counters.
 * @param {Array<Array>} sessions - The entries of each session.
 * @returns {void}
 */
function assertDelivered(t, stats, sessions) {
    t.like(stats, CLOSED);
    t.is(stats.delivered, stats.captured);
    t.is(sessions.flat().length, stats.captured);
    sessions.forEach(entries => {
        const numbers = entries.map(entry => entry[entry.length - 1]);

        t.deepEqual(numbers, [ ...new Set(numbers) ]);
    });
}

/**
 * Ways to replace the document of a window.
 *
 * @type {Record<string, string>}
 */
const REPLACEMENTS = {
    'a navigation': 'void (location.href = "/other?call")',
    'a navigation to another site': 'void (location.href = location.href.replace("127.0.0.1", "localhost"))',
    'a reload': 'location.reload()'
};

Object.entries(REPLACEMENTS).forEach(([ name, script ]) => {
    test.serial(`${name} ends a session and begins another`, async t => {
        const { arrivals, electron, meeting } = t.context;

        await openCall(t);
        await electron.run(runInPage, { name: meeting,
            script });

        // Both documents have captured a call.
        await arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'create').length === 4);
        const stats = await electron.run(closeWindow, meeting);
        const sessions = await arrivals.ended(meeting, 2);

        t.is(sessions.length, 2);
        assertDelivered(t, stats, sessions);
    });
});

test.serial('a window closed in mid-call', async t => {
    const { arrivals, electron, meeting } = t.context;

    await openCall(t);
    await electron.run(({ state }, name) => state[name].window.close(), meeting);
    const sessions = await arrivals.ended(meeting);

    assertDelivered(t, await electron.run(closeWindow, meeting), sessions);
});

test.serial('a renderer that crashes', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await openCall(t);
    await electron.run(({ state }, name) => state[name].window.webContents.forcefullyCrashRenderer(), meeting);
    await arrivals.ended(meeting);

    // The window goes on with a new renderer, and so does capture.
    await electron.run(({ state }, { name, url }) => state[name].window.loadURL(url),
        { name: meeting,
            url: `${origin}/again?touch` });
    await arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'create').length === 3);
    const stats = await electron.run(closeWindow, meeting);

    assertDelivered(t, stats, await arrivals.ended(meeting, 2));
});

test.serial('an iframe that is removed', async t => {
    const { arrivals, electron, meeting, origin, otherOrigin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        url: `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}/inner?call`)}` });
    await arrivals.until(meeting, hasCall);
    await electron.run(runInPage, { name: meeting,
        script: 'document.querySelector("iframe").remove()' });
    const sessions = await arrivals.ended(meeting);

    assertDelivered(t, await electron.run(closeWindow, meeting), sessions);
});

test.serial('two windows at once do not mix', async t => {
    const { arrivals, electron, meeting } = t.context;
    const names = [ `${meeting}-one`, `${meeting}-two` ];

    await Promise.all(names.map(name => openCall(t, name)));
    for (const name of names) {
        const stats = await electron.run(closeWindow, name);
        const sessions = await arrivals.ended(name);

        t.is(sessions.length, 1);
        assertDelivered(t, stats, sessions);
    }
});

test.serial('a session with several windows', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(async ({ electron: { BrowserWindow, session }, setup, state }, { name, options, url }) => {
        const rtcstats = setup(session.fromPartition(name), options);

        state[name] = { rtcstats };
        for (let i = 0; i < 2; i++) {
            const window = new BrowserWindow({ show: false,
                webPreferences: { partition: name } });

            await window.loadURL(url);
        }
    }, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        url: `${origin}/top?touch` });
    await arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'close').length === 2);
    const stats = await electron.run(closeWindow, meeting);
    const sessions = await arrivals.ended(meeting, 2);

    assertDelivered(t, stats, sessions);
});

test.serial('a machine that wakes up reconnects', async t => {
    const { arrivals, electron, meeting } = t.context;

    // It would wait for an hour by itself.
    await openCall(t, meeting, { reconnect: { baseDelay: 3600000,
        budget: 36000000,
        maxDelay: 36000000 } });
    arrivals.collector.faults.cut();
    await electron.event(({ name, type }) => name === meeting && type === 'disconnected');
    await electron.run(({ electron: { powerMonitor } }) => powerMonitor.emit('resume'));
    await electron.event(({ name, type }) => name === meeting && type === 'resumed');
    const stats = await electron.run(closeWindow, meeting);

    t.is(stats.reconnects, 1);
    t.like(stats, CLOSED);
    t.is(stats.delivered, stats.captured);
});

/**
 * Quits, after the answer is sent. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @returns {void}
 */
function quitSoon({ app }) {
    setImmediate(() => app.quit());
}

/**
 * Starts an app of its own with a call in it, to end it in some way.
 *
 * @param {any} t - Ava's.
 * @returns {Promise<ElectronUnderTest>} The app.
 */
async function startApp(t) {
    const electron = await ElectronUnderTest.start();

    t.teardown(() => electron.stop());
    await openCall({ context: { ...t.context,
        electron } });

    return electron;
}

/**
 * Starts an app and a server of its own with a window between them. Nothing may be sent before the server says so, and
 * it does not: a quit has something to wait for.
 *
 * @param {any} t - Ava's.
 * @param {string} page - What the window shows.
 * @param {Object} options - For the setup.
 * @returns {Promise<{arrivals: Arrivals, electron: ElectronUnderTest}>} Both.
 */
async function startWaiting(t, page, options) {
    const { meeting, origin } = t.context;
    const [ arrivals, electron ] = await Promise.all([ Arrivals.start(), ElectronUnderTest.start() ]);

    t.teardown(() => Promise.all([ electron.stop(), arrivals.collector.close() ]));
    arrivals.collector.faults.withholdSn = true;
    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting,
            ...options },
        url: `${origin}/${page}` });

    return { arrivals,
        electron };
}

test.serial('an app that quits in mid-call delivers first', async t => {
    const { meeting } = t.context;
    const { arrivals, electron } = await startWaiting(t, 'top', { pollInterval: 200 });

    await electron.run(runInPage, { name: meeting,
        script: 'startCall().then(() => Promise.all(peers.map(peer => peer.getStats()))).then(() => undefined)' });
    await electron.run(({ app, emit }) => app.on('will-quit', () => emit({ type: 'quit' })));
    await electron.run(quitSoon);
    await electron.event(({ type }) => type === 'quit');
    arrivals.collector.faults.say({ body: { state: 'initial',
        value: 0 },
    type: 'sn' });
    t.is((await electron.exited).code, 0);
    const [ entries ] = await arrivals.ended(meeting);

    t.true(hasCall(entries));
});

test.serial('an app that prevents its quit goes on, and is asked only once', async t => {
    const { arrivals, meeting } = t.context;
    const electron = await startApp(t);

    await electron.run(({ app, emit }) => {
        let quits = 0;

        app.on('will-quit', event => {
            quits++;
            emit({ quits,
                type: 'quit' });
            if (quits === 1) {
                event.preventDefault();
            }
        });
        setImmediate(() => app.quit());
    });
    await electron.event(({ quits }) => quits === 1);
    await arrivals.ended(meeting);

    // It is alive, and its windows are closed, as it wanted.
    t.is(await electron.run(({ electron: { BrowserWindow } }) => BrowserWindow.getAllWindows().length), 0);
    t.is(electron.events.filter(({ type }) => type === 'quit').length, 1);
    await electron.run(quitSoon);
    t.is((await electron.exited).code, 0);
});

[ {}, { journal: true } ].forEach(({ journal }) => {
    test.serial(`a quit is not held up ${journal ? 'with a journal' : 'without a link'}`, async t => {
        const { meeting } = t.context;
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-quit-'));
        const { arrivals, electron } = await startWaiting(t, 'top?touch', { closeTimeout: 3600000,
            connectTimeout: 3600000,
            journal: journal && { directory: folder },
            quitTimeout: 3600000 });

        t.teardown(() => fs.rmSync(folder, { recursive: true }));
        if (!journal) {
            await arrivals.collector.close();
            await electron.event(({ name, type }) => name === meeting && type === 'disconnected');
        }
        await electron.run(quitSoon);

        // With a hold it would be an hour.
        t.is((await electron.exited).code, 0);
    });
});

test.serial('a window opened while a quit is held up stays', async t => {
    const { meeting } = t.context;
    const { arrivals, electron } = await startWaiting(t, 'top?touch', { closeTimeout: 3600000,
        quitTimeout: 3600000 });

    await electron.run(({ app, emit }) => app.on('will-quit', () => emit({ type: 'quit' })));
    await electron.run(quitSoon);
    await electron.event(({ type }) => type === 'quit');
    await electron.run(({ electron: { BrowserWindow }, state }) => {
        state.late = new BrowserWindow({ show: false });
    });
    arrivals.collector.faults.say({ body: { state: 'initial',
        value: 0 },
    type: 'sn' });
    await electron.run(({ state }, name) => state[name].rtcstats.cleanup(), meeting);
    t.false(await electron.run(async ({ state }) => {
        // The quit would be asked for by now.
        await new Promise(setImmediate);

        return state.late.isDestroyed();
    }));
    t.is(electron.events.filter(({ type }) => type === 'quit').length, 1);
    await electron.run(quitSoon);
    t.is((await electron.exited).code, 0);
});

test.serial('a server that does not answer holds up a quit for a bounded time only', async t => {
    const { meeting } = t.context;
    const { arrivals, electron } = await startWaiting(t, 'top?touch', { closeTimeout: 3600000,
        quitTimeout: 300 });

    await electron.run(quitSoon);
    t.is((await electron.exited).code, 0);
    t.deepEqual(arrivals.dumps(meeting).flat(), []);
});
