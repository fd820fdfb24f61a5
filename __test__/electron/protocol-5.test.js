/**
 * The main job in protocol 5.0: a call in a page in real Electron, cut on its way, arrives whole in dumps of format 3,
 * and what is read from them is what the page saw.
 */

'use strict';

const test = require('ava');
const { once } = require('node:events');
const fs = require('node:fs');

const { createCollector } = require('../../collector');

const { useElectron } = require('./harness');

useElectron(test);

const POLLS = 6;

/** What the protocol does not send. */
const UNSENT = [ 'id', 'ip', 'isRemote', 'mediaType', 'writable' ];

/**
 * Opens a window with a captured call. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - What to do.
 * @returns {Promise<void>} When the call is connected.
 */
async function openCall({ electron, preload, setup, state }, { endpoint, meeting, url }) {
    const session = electron.session.fromPartition(meeting);

    session.setPreloads([ preload('keep-reports.js') ]);
    const window = new electron.BrowserWindow({ show: false,
        webPreferences: { session } });

    state[meeting] = { rtcstats: setup(window, { endpoint,
        identity: { displayName: 'tester' },
        meetingFqn: meeting,
        obfuscate: false,
        pollInterval: 200,
        protocol: 'rtcstats-5.0',
        reconnect: { baseDelay: 50,
            jitter: 0 } }),
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

/**
 * Waits for polls to arrive.
 *
 * @param {any} collector - Where.
 * @param {number} count - How many.
 * @returns {Promise<void>} When so.
 */
async function arrived(collector, count) {
    for (let polls = 0; polls < count;) {
        const [ { line } ] = await once(collector, 'entry');

        polls += Number(line.startsWith('["g"'));
    }
}

/**
 * Reads a dump.
 *
 * @param {string} file - The dump.
 * @returns {Promise<any[]>} Its entries, with reports as they were sent.
 */
async function entriesOf(file) {
    const { RtcstatsV5Reader } = await import('../../collector/dump/rtcstats-v5.js');
    const reader = new RtcstatsV5Reader();

    return fs.readFileSync(file, 'utf8').trimEnd()
        .split('\n')
        .flatMap((line, index) => structuredClone([ ...reader.readLine(line, { length: 0,
            line: index + 1,
            offset: 0 }) ]))
        .filter(({ kind }) => kind === 'entry');
}

/**
 * What a poll says, whatever its reports are called: their ids are numbers in one of them.
 *
 * @param {Object} reports - Reports by id.
 * @returns {string[]} Its reports, in an order of their own.
 */
function meaning(reports) {
    const isSaid = ([ name, value ]) => !UNSENT.includes(name) && !/Ids?$/.test(name) && value !== null;

    return Object.values(reports).filter(({ type }) => type !== 'certificate')
        .map(report => JSON.stringify(Object.entries(report).filter(isSaid)
            .sort()))
        .sort();
}

test.serial('a call that is cut arrives whole, and each of its dumps stands alone', async t => {
    const { electron, meeting, origin } = t.context;
    const collector = await createCollector();

    t.teardown(async () => {
        await collector.close();
        fs.rmSync(collector.directory, { force: true,
            recursive: true });
    });
    const [ first, second ] = [ arrived(collector, POLLS), arrived(collector, 3 * POLLS) ];

    await electron.run(openCall, { endpoint: collector.url,
        meeting,
        url: `${origin}/call` });
    await first;
    collector.faults.cut();
    await second;
    const { seen, stats } = await electron.run(closeCall, meeting);

    await collector.stop();
    const dumps = await Promise.all(collector.dumps().map(({ path }) => entriesOf(path)));

    t.is(dumps.length, 2);
    t.is(stats.pending + stats.dropped + stats.refused, 0);
    dumps.forEach(entries => {
        t.deepEqual([ entries[0].type, entries[0].pc, entries[1].type ], [ 'create', '', 'identity' ]);
        t.true(entries[0].payload.hardwareConcurrency > 0);
        t.deepEqual(entries.filter(({ type, pc }) => type === 'create' && pc).map(({ pc }) => pc), [ 'PC_0', 'PC_1' ]);
    });
    t.is(dumps[1].filter(({ type }) => type === 'resumed').length, 1);
    [ 'createOfferOnSuccess', 'navigator.mediaDevices.getUserMediaOnSuccess', 'ontrack', 'setRemoteDescription' ]
        .forEach(wanted => t.true(dumps[0].some(({ type }) => type === wanted), wanted));
    seen.forEach((reports, index) => {
        const said = new Set(dumps.flat().filter(({ pc, type }) => type === 'getstats' && pc === `PC_${index}`)
            .map(({ payload }) => JSON.stringify(meaning(payload))));
        const wanted = reports.slice(0, -1).map(report => JSON.stringify(meaning(report)));

        t.true(wanted.length >= POLLS);
        wanted.forEach(poll => t.true(said.has(poll)));
    });
});
