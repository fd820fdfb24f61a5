/**
 * What an app says about capturing at all: consent, pause, sampling, filters, labels, the interval, and a look at each
 * entry. All of it in a running call, over reloads and crashes of the page, and in the figures.
 */

'use strict';

const test = require('ava');

const { useElectron } = require('./harness');
const { closeWindow, openWindow, readStats, runInPage } = require('./windows');

useElectron(test);

/** A connection that is made, used, and stays. */
const CONNECT = `{
    const iceServers = [ { urls: 'turn:turn.example.org', username: 'u', credential: 's' } ];
    const pc = new RTCPeerConnection({ iceServers }, { optional: [ { rtcStatsSFUP2P: true } ] });
    window.pcs = [ ...window.pcs ?? [], pc ];
    pc.createDataChannel('a');
    undefined;
}`;

/**
 * Opens a window on a page that does nothing by itself.
 *
 * @param {Object} t - The test.
 * @param {Object} options - For the setup.
 * @returns {Promise<Object>} - What to do with it: `run(script)`, `call(name, value)`, `stats()`, `entries()`.
 */
async function open({ context: { arrivals, electron, meeting, origin } }, options) {
    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            machine: false,
            meetingFqn: meeting,
            ...options },
        url: `${origin}/top` });

    return {
        call: (name, value) => electron.run(({ state }, args) => {
            state[args.meeting].rtcstats[args.name](args.value);
        }, { meeting,
            name,
            value }),
        close: () => electron.run(closeWindow, meeting),
        entries: () => arrivals.dumps(meeting).flat(),
        run: script => electron.run(runInPage, { name: meeting,
            script }),
        stats: () => electron.run(readStats, meeting),
        until: enough => arrivals.until(meeting, enough)
    };
}

/**
 * The types of entries.
 *
 * @param {Array} entries - The entries.
 * @returns {string[]} - Their types.
 */
function typesOf(entries) {
    return entries.map(([ type ]) => type);
}

test.serial('without consent nothing is sent; what waited is sent when it is given', async t => {
    const window = await open(t, { consent: 'pending' });

    await window.run(CONNECT);
    await t.context.electron.run(async ({ state }, name) => {
        while (!state[name].rtcstats.stats().pending) {
            await new Promise(resolve => setTimeout(resolve, 5));
        }
    }, t.context.meeting);
    t.deepEqual(window.entries(), []);
    t.is((await window.stats()).channels, 0, 'nobody is dialled');
    await window.call('setConsent', 'granted');
    const entries = await window.until(found => typesOf(found).includes('createDataChannel'));

    t.deepEqual(typesOf(entries).filter(type => type === 'create'), [ 'create' ]);
    const stats = await window.close();

    t.is(stats.captured, stats.delivered + stats.pending + stats.dropped);
    t.is(stats.denied, 0);
});

test.serial('a refusal discards what waited, over a reload too, and counts it', async t => {
    const window = await open(t, { consent: 'pending' });

    await window.run(CONNECT);
    await t.context.electron.run(async ({ state }, name) => {
        while (!state[name].rtcstats.stats().pending) {
            await new Promise(resolve => setTimeout(resolve, 5));
        }
    }, t.context.meeting);
    await window.call('setConsent', 'denied');
    const { captured, denied, dropped, pending } = await window.stats();

    t.deepEqual({ captured,
        dropped,
        pending }, { captured: 0,
        dropped: 0,
        pending: 0 });
    t.true(denied > 0);
    await t.context.electron.run(async ({ state }, name) => {
        const { webContents } = state[name].window;
        const loaded = new Promise(resolve => webContents.once('did-finish-load', resolve));

        webContents.reload();
        await loaded;
    }, t.context.meeting);
    await window.run(CONNECT);
    const stats = await window.close();

    t.is(stats.captured, 0);
    t.deepEqual(window.entries(), []);
});

test.serial('a pause writes nothing, over a crash too; what is open when it ends is told then', async t => {
    const window = await open(t, {});

    await window.run(CONNECT);
    await window.until(found => typesOf(found).includes('createDataChannel'));
    await window.call('pause');
    await window.run('pcs[0].createDataChannel("unseen"); undefined');
    await window.run(CONNECT);
    await window.run('{ const gone = new RTCPeerConnection(); gone.close(); } undefined');
    await window.call('resume');
    await window.run('pcs[1].createDataChannel("seen"); undefined');
    const entries = await window.until(found => JSON.stringify(found).includes('"seen"'));

    t.false(JSON.stringify(entries).includes('unseen'));
    t.deepEqual(entries.filter(([ type ]) => type === 'create').map(([ , id ]) => id), [ 'PC_0', 'PC_1' ]);

    await window.call('pause');
    const before = (await window.stats()).captured;

    await t.context.electron.run(async ({ state }, name) => {
        const { webContents } = state[name].window;
        const gone = new Promise(resolve => webContents.once('render-process-gone', resolve));

        webContents.forcefullyCrashRenderer();
        await gone;
        const loaded = new Promise(resolve => webContents.once('did-finish-load', resolve));

        webContents.reload();
        await loaded;
    }, t.context.meeting);
    await window.run(CONNECT);
    t.is((await window.stats()).captured, before);
    const stats = await window.close();

    t.is(stats.captured, stats.delivered + stats.pending + stats.dropped);
});

test.serial('a session that is not chosen is not sent, stays so over a reload, and is not dropped', async t => {
    const window = await open(t, { sampleRate: 0 });

    for (let i = 0; i < 2; i++) {
        await window.run(CONNECT);
        await t.context.electron.run(async ({ state }, name) => {
            const { webContents } = state[name].window;
            const loaded = new Promise(resolve => webContents.once('did-finish-load', resolve));

            webContents.reload();
            await loaded;
        }, t.context.meeting);
    }
    const stats = await window.close();

    t.is(stats.captured, 0);
    t.is(stats.dropped, 0);
    t.true(stats.sampledOut > 0);
    t.deepEqual(window.entries(), []);
});

test.serial('the app looks at each entry: changed, left out, thrown over, in order', async t => {
    const { electron, meeting } = t.context;

    await electron.run(async ({ electron: { BrowserWindow }, emit, setup, state }, args) => {
        const own = new BrowserWindow({ show: false,
            webPreferences: { partition: args.meeting } });

        state[args.meeting] = { rtcstats: setup(own, { beforeSend: entry => {
            if (entry.type === 'constraints') {
                return null;
            }
            if (entry.type === 'createDataChannel') {
                throw new Error('the app');
            }

            return { ...entry,
                payload: entry.type === 'create' ? { mine: true } : entry.payload };
        },
        endpoint: args.endpoint,
        machine: false,
        meetingFqn: args.meeting,
        onEvent: event => emit({ ...event,
            meeting: args.meeting }) }),
        window: own };
        await own.loadURL(args.url);
    }, { endpoint: t.context.arrivals.endpoint,
        meeting,
        url: `${t.context.origin}/top` });

    await electron.run(runInPage, { name: meeting,
        script: CONNECT });
    const entries = await t.context.arrivals.until(meeting, found => typesOf(found).includes('createDataChannel'));

    t.deepEqual(typesOf(entries).slice(0, 2), [ 'create', 'createDataChannel' ]);
    t.deepEqual(entries[0][2], { mine: true });
    await electron.event(event => event.meeting === meeting && event.code === 'ERR_RTCSTATS_BEFORE_SEND');
    const stats = await electron.run(closeWindow, meeting);

    t.is(stats.filtered, 1);
    t.is(stats.captured, stats.delivered + stats.pending + stats.dropped);
});

test.serial('connections are left alone by servers and by constraints', async t => {
    const window = await open(t, { connectionFilter: { constraints: { rtcStatsSFUP2P: true },
        iceServers: [ 'stun:*.example.com*' ] } });

    await window.run(CONNECT);
    await window.run(`window.pcs.push(
        new RTCPeerConnection({ iceServers: [ { urls: 'stun:one.example.com:3478' } ] }),
        new RTCPeerConnection({ iceServers: [ { urls: 'stun:one.example.net' } ] })); undefined`);
    const entries = await window.until(found => typesOf(found).includes('constraints'));

    t.deepEqual(entries.filter(([ type ]) => type === 'create').map(event => event[2].iceServers),
        [ [ { urls: 'stun:one.example.net' } ] ]);
    await window.close();
});

test.serial('labels are masked, and the interval of polls changes in a running call', async t => {
    const window = await open(t, { maskLabels: true,
        pollInterval: 0 });

    await window.run(`navigator.mediaDevices.getUserMedia({ audio: true }).then(stream => {
        window.stream = stream;

        return navigator.mediaDevices.enumerateDevices().then(devices => devices.some(({ label }) => label));
    })`).then(hasLabels => t.true(hasLabels));
    await window.run(CONNECT);
    await window.until(found => typesOf(found).includes('createDataChannel'));
    await window.call('setPollInterval', 50);
    const entries = await window.until(found => typesOf(found).filter(type => type === 'getstats').length >= 2);
    const labels = [
        ...entries.filter(([ type ]) => type === 'navigator.mediaDevices.getUserMediaOnSuccess')
            .flatMap(event => event[2].tracks),
        ...entries.filter(([ type ]) => type === 'navigator.mediaDevices.enumerateDevicesOnSuccess')
            .flatMap(event => event[2])
    ].map(({ label }) => label);

    t.true(labels.includes('masked'));
    t.deepEqual(labels.filter(label => label !== 'masked' && label !== ''), []);
    await window.close();
});

test.serial('values that cannot be are refused', async t => {
    const codes = await t.context.electron.run(({ electron: { BrowserWindow }, setup }, endpoint) => {
        const window = new BrowserWindow({ show: false });
        const codeOf = work => {
            try {
                work();
            } catch ({ code }) {
                return code;
            }

            return undefined;
        };
        const handle = setup(window, { endpoint });
        const found = [ () => handle.setConsent('yes'), () => handle.setPollInterval(-1) ].map(codeOf);

        window.destroy();

        return found;
    }, t.context.arrivals.endpoint);

    t.deepEqual(codes, [ 'ERR_RTCSTATS_VALUE', 'ERR_RTCSTATS_VALUE' ]);
});
