/**
 * Our preload beside the app's, by the interface that Electron has since version 35: whatever the app does to the list
 * meanwhile, a cleanup takes ours away and leaves the others, and a session that refuses costs nobody anything.
 */

'use strict';

const test = require('ava');

const { usePreload } = require('../../electron/main/preloads');

const { useRegistration } = require('./app/session-since-35');
const { useElectron } = require('./harness');
const { readStats, runInPage } = require('./windows');

const APP = '/app/preload.js';

useElectron(test);

/**
 * Gives a session without Electron.
 *
 * @returns {any} The session.
 */
function createSession() {
    return useRegistration({ setPreloads: () => undefined });
}

/**
 * Lists a session's preloads by the names of their files.
 *
 * @param {any} session - The session.
 * @returns {string[]} `type name` of each.
 */
function preloadsOf(session) {
    return session.getPreloadScripts().map(({ filePath, type }) => `${type} ${filePath.split(/[\\/]/).pop()}`);
}

/**
 * Opens a captured window whose session has the newer interface.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - `name`, `options`, `refusing`: what the session will not do, and `url`.
 * @returns {Promise<string[]>} The session's preloads.
 */
async function openWindow({ electron, require, root, setup, state }, { name, options, refusing, url }) {
    const own = require(`${root}/__test__/electron/app/session-since-35`)
        .useRegistration(electron.session.fromPartition(name));
    const window = new electron.BrowserWindow({ show: false,
        webPreferences: { partition: name } });

    refusing?.forEach(method => {
        own[method] = () => {
            throw new Error(`no ${method} today`);
        };
    });
    state[name] = { own,
        rtcstats: setup(window, options),
        window };
    await window.loadURL(url);

    return own.getPreloads();
}

/**
 * Cleans up in mid-call and tells what is left.
 *
 * @param {Object} context - See app/main.js.
 * @param {string} name - The window's name.
 * @returns {Promise<Object>} Counters, preloads, listeners for windows that the page opens.
 */
async function cleanUp({ state }, name) {
    const { own, rtcstats, window } = state[name];

    await rtcstats.cleanup();

    return { documents: rtcstats.stats().documents,
        listeners: window.webContents.listenerCount('did-create-window'),
        preloads: own.getPreloads() };
}

test('a cleanup takes our preload away, whatever id the app\'s setPreloads gave it since', t => {
    const session = createSession();

    session.registerPreloadScript({ filePath: APP,
        id: 'app',
        type: 'frame' });
    session.registerPreloadScript({ filePath: APP,
        id: 'worker',
        type: 'service-worker' });
    const release = usePreload(session);
    const [ , , { id } ] = session.getPreloadScripts();

    t.deepEqual(preloadsOf(session), [ 'frame preload.js', 'service-worker preload.js', 'frame auto-preload.js' ]);
    session.setPreloads([ ...session.getPreloads(), '/app/later.js' ]);
    t.false(session.getPreloadScripts().some(script => script.id === id));
    release();
    release();
    t.deepEqual(preloadsOf(session), [ 'service-worker preload.js', 'frame preload.js', 'frame later.js' ]);
});

test('one registration serves all windows of a session, until the last is gone', t => {
    const session = createSession();
    const releases = [ usePreload(session), usePreload(session) ];

    t.deepEqual(preloadsOf(session), [ 'frame auto-preload.js' ]);
    releases[0]();
    t.deepEqual(preloadsOf(session), [ 'frame auto-preload.js' ]);
    releases[1]();
    t.deepEqual(preloadsOf(session), []);
});

test('where the app threw our preload out, the next setup puts it back and a cleanup has nothing to do', t => {
    const session = createSession();
    const release = usePreload(session);

    session.setPreloads([ APP ]);
    const releaseAgain = usePreload(session);

    t.deepEqual(preloadsOf(session), [ 'frame preload.js', 'frame auto-preload.js' ]);
    session.setPreloads([ APP ]);
    release();
    releaseAgain();
    t.deepEqual(preloadsOf(session), [ 'frame preload.js' ]);
});

test.serial('a captured window is released after a later setPreloads', async t => {
    const { arrivals, electron, meeting, origin } = t.context;
    const preloads = await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        url: `${origin}/top?touch` });

    t.is(preloads.length, 1);
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'));
    await electron.run(({ state }, name) => {
        const { own } = state[name];

        own.setPreloads([ ...own.getPreloads() ]);
    }, meeting);
    t.is((await electron.run(readStats, meeting)).documents, 1);
    t.deepEqual(await electron.run(cleanUp, meeting), { documents: 0,
        listeners: 0,
        preloads: [] });
    await arrivals.ended(meeting);
    await electron.run(runInPage, { name: meeting,
        script: 'touch()' });
});

test.serial('a session that refuses keeps nothing from being released, and the app hears of it', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        refusing: [ 'unregisterPreloadScript' ],
        url: `${origin}/top?touch` });
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'));
    const { documents, listeners } = await electron.run(cleanUp, meeting);

    t.deepEqual({ documents,
        listeners }, { documents: 0,
        listeners: 0 });
    await arrivals.ended(meeting);
    t.is(await electron.run(({ warnings }) =>
        warnings.filter(text => text.includes('no unregisterPreloadScript today')).length), 1);
});

test.serial('a session that takes no preload does not keep the app from running', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint },
        refusing: [ 'registerPreloadScript' ],
        url: `${origin}/top?touch` });
    t.is(await electron.run(({ warnings }) =>
        warnings.filter(text => text.includes('no registerPreloadScript today')).length), 1);
    t.deepEqual(await electron.run(cleanUp, meeting), { documents: 0,
        listeners: 0,
        preloads: [] });
});
