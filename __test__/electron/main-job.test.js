/**
 * The main job, end to end: a call in a page in real Electron, captured, carried by the native channel, written as a
 * dump by the collector, and read back by the server's rules.
 */

'use strict';

const test = require('ava');

const { decodeAll } = require('../../collector/dump/delta-v3.js');

const { useElectron } = require('./harness');

useElectron(test);

const SETUPS = [ true, false ].flatMap(contextIsolation => [ true, false ].map(sandbox => {
    return { contextIsolation,
        sandbox };
}));

const POLLS = 8;

/**
 * What a captured call must have left behind.
 */
const EXPECTED = [
    [ 'create' ], [ 'constraints' ], [ 'createOffer' ], [ 'createOfferOnSuccess' ], [ 'createAnswerOnSuccess' ],
    [ 'setLocalDescription' ], [ 'setLocalDescriptionOnSuccess' ], [ 'setRemoteDescriptionOnSuccess' ],
    [ 'onicecandidate' ], [ 'addIceCandidateOnSuccess' ], [ 'ontrack' ], [ 'createDataChannel' ], [ 'ondatachannel' ],
    [ 'onconnectionstatechange', 'connecting' ], [ 'onconnectionstatechange', 'connected' ],
    [ 'navigator.mediaDevices.getUserMedia' ], [ 'navigator.mediaDevices.getUserMediaOnSuccess' ]
];

/**
 * Opens a window with a captured call. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - What to do.
 * @returns {Promise<void>} When the call is connected.
 */
async function openCall({ electron, preload, setup, state }, { endpoint, meeting, preferences, url }) {
    const session = electron.session.fromPartition(meeting);

    session.setPreloads([ preload('keep-reports.js') ]);
    const window = new electron.BrowserWindow({ show: false,
        webPreferences: { ...preferences,
            session } });

    state[meeting] = { rtcstats: setup(window, { endpoint,
        identity: { displayName: 'tester' },
        meetingFqn: meeting,
        obfuscate: false,
        pollInterval: 200 }),
    window };
    await window.loadURL(url);
    await window.webContents.executeJavaScript('window.startCall()');
}

/**
 * Ends the call. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {string} meeting - Which.
 * @returns {Promise<any>} The reports that the page saw, by connection, and the final counters.
 */
async function closeCall({ state }, meeting) {
    const { rtcstats, window } = state[meeting];
    const seen = await window.webContents.executeJavaScript(
        '(endCall(), peers.map(peer => window.reports.get(peer)))');

    window.destroy();
    await rtcstats.cleanup();

    return { seen,
        stats: rtcstats.stats() };
}

SETUPS.forEach(preferences => {
    test.serial(`a call arrives whole: ${JSON.stringify(preferences)}`, async t => {
        const { arrivals, electron, meeting, origin } = t.context;

        await electron.run(openCall, { endpoint: arrivals.endpoint,
            meeting,
            preferences,
            url: `${origin}/call` });
        await arrivals.until(meeting, entries => [ 'PC_0', 'PC_1' ].every(
            id => entries.filter(([ type, pcId ]) => type === 'getstats' && pcId === id).length >= POLLS));
        const { seen, stats } = await electron.run(closeCall, meeting);
        const [ entries ] = await arrivals.ended(meeting);

        EXPECTED.forEach(([ type, payload ]) => t.true(
            entries.some(entry => entry[0] === type && (payload === undefined || entry[2] === payload)),
            `${type} ${payload ?? ''}`));
        t.deepEqual(entries[0].slice(0, 3), [ 'identity', null, { displayName: 'tester' } ]);

        const polls = decodeAll(entries);

        seen.forEach((reports, index) => {
            const decoded = polls.filter(({ pcId }) => pcId === `PC_${index}`).map(poll => withoutIds(poll.reports));

            t.true(decoded.length >= POLLS);

            // The page may have seen one more, which ended after its connection was closed.
            t.deepEqual(decoded, reports.slice(0, decoded.length).map(withoutIds));
        });
        t.is(stats.delivered, entries.length);
        t.is(stats.captured, stats.delivered);
        t.is(stats.refused, 0);
        t.is(stats.documents, 0);
    });
});

/**
 * Leaves out what the encoding leaves out: each report's id is its key.
 *
 * @param {Object} reports - Reports by id.
 * @returns {Object} The same without `id`.
 */
function withoutIds(reports) {
    return Object.fromEntries(Object.entries(reports).map(([ key, report ]) => [ key, { ...report,
        id: undefined } ]));
}

test.serial('the addon works in the main process', async t => {
    const { arrivals, electron, meeting } = t.context;
    const stats = await electron.run(async ({ require, root }, options) => {
        const { TraceChannel } = require(root);
        const channel = new TraceChannel(options);

        channel.connect();
        channel.push(JSON.stringify([ 'logs', null, [ 'from main' ], Date.now() ]));
        await channel.close();

        return channel.stats();
    }, { endpoint: arrivals.endpoint,
        meetingFqn: meeting });
    const [ entries ] = await arrivals.ended(meeting);

    t.is(stats.delivered, 1);
    t.deepEqual(entries.map(([ type, , payload ]) => [ type, payload ]), [ [ 'logs', [ 'from main' ] ] ]);
});

test.serial('the addon works in a preload without a sandbox', async t => {
    const { arrivals, electron, meeting, origin } = t.context;
    const stats = await electron.run(async ({ electron: { BrowserWindow, ipcMain }, preload }, { url, ...options }) => {
        const window = new BrowserWindow({ show: false,
            webPreferences: { preload: preload('node-preload.js'),
                sandbox: false } });

        await window.loadURL(url);
        const delivered = new Promise(resolve => {
            ipcMain.once('delivered', (_event, value) => resolve(value));
        });

        window.webContents.send('deliver', options);
        const value = await delivered;

        window.destroy();

        return value;
    }, { endpoint: arrivals.endpoint,
        meetingFqn: meeting,
        url: `${origin}/` });
    const [ entries ] = await arrivals.ended(meeting);

    t.is(stats.delivered, 1);
    t.deepEqual(entries.map(([ type, , payload ]) => [ type, payload ]), [ [ 'logs', [ 'from a preload' ] ] ]);
});
