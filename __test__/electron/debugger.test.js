/**
 * What attaching by the DevTools protocol means for an app: nothing that it could notice.
 */

'use strict';

const test = require('ava').default;

const probes = require('../capture/probes');

const { useElectron } = require('./harness');
const { closeWindow, openWindow, readStats, runInPage } = require('./windows');

useElectron(test);

/**
 * Opens a window as an app does that asks for no preference.
 *
 * @param {any} t - Ava's.
 * @param {string} url - Its page.
 * @param {Object} [options] - For the setup.
 * @returns {Promise<void>} When it is loaded.
 */
function open({ context: { arrivals, electron, meeting } }, url, options) {
    return electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting,
            ...options },
        preferences: { nodeIntegrationInSubFrames: false },
        url });
}

/**
 * Waits until so many documents have done what is captured.
 *
 * @param {any} t - Ava's.
 * @param {number} count - How many.
 * @returns {Promise<any[]>} The entries.
 */
function touched({ context: { arrivals, meeting } }, count) {
    return arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'close').length === count);
}

test.serial('an app that attaches a debugger of its own gets it, and capture is back when it lets go', async t => {
    const { electron, meeting, origin, otherOrigin } = t.context;
    const inner = path => `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}${path}?touch`)}`;

    await open(t, inner('/first'));
    await touched(t, 1);
    const seen = await electron.run(async ({ state }, { name, url }) => {
        const { window } = state[name];
        const { debugger: ours } = window.webContents;
        const before = ours.isAttached();

        ours.attach('1.3');
        const { result } = await ours.sendCommand('Runtime.evaluate', { expression: '6 * 7' });

        await window.loadURL(url);
        const during = ours.isAttached();

        ours.detach();

        return { after: ours.isAttached(),
            before,
            during,
            value: result.value };
    }, { name: meeting,
        url: inner('/second') });

    t.deepEqual(seen, { after: false,
        before: false,
        during: true,
        value: 42 });
    t.is((await electron.event(({ code, name }) => name === meeting && code === 'ERR_RTCSTATS_DEBUGGER')).type,
        'warning');
    await electron.run(({ state }, { name, url }) => state[name].window.loadURL(url), { name: meeting,
        url: inner('/third') });
    await touched(t, 2);
    await electron.run(closeWindow, meeting);
});

test.serial('an app whose debugger was there before keeps it, and hears that frames are out of reach', async t => {
    const { arrivals, electron, meeting, origin } = t.context;
    const kept = await electron.run(async ({ electron: { BrowserWindow }, emit, setup, state }, args) => {
        const window = new BrowserWindow({ show: false,
            webPreferences: { partition: args.name } });

        window.webContents.debugger.attach('1.3');
        state[args.name] = { rtcstats: setup(window, { endpoint: args.endpoint,
            meetingFqn: args.name }),
        window };
        state[args.name].rtcstats.onEvent(event => emit({ ...event,
            name: args.name }));
        await window.loadURL(args.url);
        const { result } = await window.webContents.debugger.sendCommand('Runtime.evaluate', { expression: '6 * 7' });

        return [ window.webContents.debugger.isAttached(), result.value ];
    }, { endpoint: arrivals.endpoint,
        name: meeting,
        url: `${origin}/top?touch` });

    t.deepEqual(kept, [ true, 42 ]);

    // The top document has its preload.
    await touched(t, 1);
    await electron.event(({ code, name }) => name === meeting && code === 'ERR_RTCSTATS_DEBUGGER');
    await electron.run(closeWindow, meeting);
});

test.serial('cleanup detaches, and leaves the debugger as Electron made it', async t => {
    const { electron, meeting, origin } = t.context;

    await open(t, `${origin}/top`);
    const left = await electron.run(async ({ state }, name) => {
        const { rtcstats, window } = state[name];
        const { debugger: given } = window.webContents;

        await rtcstats.cleanup();

        return { attached: given.isAttached(),
            listeners: [ 'message', 'detach' ].map(event => given.listenerCount(event)),
            native: [ 'attach', 'detach', 'isAttached' ].every(key => `${given[key]}`.includes('[native code]')) };
    }, meeting);

    t.deepEqual(left, { attached: false,
        listeners: [ 0, 0 ],
        native: true });
    await electron.run(closeWindow, meeting);
});

test.serial('a process that crashes, and a top document that changes its process', async t => {
    const { electron, meeting, origin, otherOrigin } = t.context;
    const url = (top, path) =>
        `${top}/top?frame=${encodeURIComponent(`${top === origin ? otherOrigin : origin}${path}?touch`)}`;

    await open(t, url(origin, '/one'));
    await electron.run(async ({ state }, args) => {
        const { window } = state[args.name];
        const gone = new Promise(resolve => {
            window.webContents.once('render-process-gone', resolve);
        });

        window.webContents.forcefullyCrashRenderer();
        await gone;
        await window.loadURL(args.second);
        await window.loadURL(args.third);
    }, { name: meeting,
        second: url(origin, '/two'),
        third: url(otherOrigin.replace('127.0.0.1', 'localhost'), '/three') });
    t.truthy(await touched(t, 3));
    await electron.run(closeWindow, meeting);
});

test.serial('beforeunload asks as ever, and a worker runs at once', async t => {
    const { electron, meeting, origin } = t.context;

    await open(t, `${origin}/top`);
    const asked = await electron.run(async ({ state }, { name, url }) => {
        const { window: { webContents } } = state[name];
        const prevented = new Promise(resolve => {
            webContents.once('will-prevent-unload', () => resolve('prevented'));
        });

        await webContents.executeJavaScript('onbeforeunload = event => { event.returnValue = false; }; 0', true);
        webContents.loadURL(url).catch(() => undefined);

        return prevented;
    }, { name: meeting,
        url: `${origin}/other` });

    t.is(asked, 'prevented');
    t.is(await electron.run(async ({ state }, name) => {
        const { window: { webContents } } = state[name];

        await webContents.executeJavaScript('onbeforeunload = null');
        await webContents.loadURL('data:text/html,');

        return webContents.executeJavaScript(`new Promise(resolve => {
            const worker = new Worker(URL.createObjectURL(new Blob([ 'postMessage(6 * 7)' ])));

            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = () => resolve('failed');
        })`);
    }, meeting), 42);
    await electron.run(closeWindow, meeting);
});

test.serial('a page pays nothing for what it logs: nobody asks the debugger about consoles or scripts', async t => {
    const { arrivals, electron, meeting, origin, otherOrigin } = t.context;
    const methods = await electron.run(async ({ electron: { BrowserWindow }, setup, state }, args) => {
        const window = new BrowserWindow({ show: false,
            webPreferences: { partition: args.name } });
        const { debugger: given } = window.webContents;
        const { sendCommand } = given;
        const sent = new Set();

        given.sendCommand = (method, ...rest) => {
            sent.add(method);

            return sendCommand.call(given, method, ...rest);
        };
        state[args.name] = { rtcstats: setup(window, { endpoint: args.endpoint,
            meetingFqn: args.name }),
        window };
        await window.loadURL(args.url);

        return [ ...sent ].sort();
    }, { endpoint: arrivals.endpoint,
        name: meeting,
        url: `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}/inner?touch`)}` });

    await touched(t, 1);
    t.deepEqual(methods.filter(method => !method.startsWith('Page.removeScript')),
        [ 'Page.addScriptToEvaluateOnNewDocument', 'Page.enable', 'Target.setAutoAttach' ]);
    await electron.run(closeWindow, meeting);
});

/**
 * Asks a foreign iframe, captured and not.
 *
 * @param {any} t - Ava's.
 * @param {string} script - What to run in it.
 * @returns {Promise<any[]>} Both answers, the bare one first.
 */
async function askBoth(t, script) {
    const { electron, meeting, origin, otherOrigin } = t.context;
    const answers = [];

    for (const devtools of [ false, true ]) {
        const name = `${meeting}-${devtools}`;

        await electron.run(openWindow, { name,
            options: { devtools,
                endpoint: t.context.arrivals.endpoint,
                meetingFqn: name },
            preferences: { nodeIntegrationInSubFrames: false },
            url: `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}/inner`)}` });
        answers.push(await electron.run(runInPage, { frame: '/inner',
            name,
            script }));
        const { captured } = await electron.run(closeWindow, name);

        t.is(captured > 0, devtools);
    }

    return answers;
}

/** What tells of an error that nobody catches: in a script that the browser was given from outside it is muted. */
const MUTED = [ 'legacy: exception in the callback', 'promises: ignored rejection',
    'promises: ignored rejection of a wrong receiver', 'promises: ignored rejection of getUserMedia',
    'promises: several ignored' ];

test.serial('a frame that is captured this way looks like any other', async t => {
    const [ bare, captured ] = (await askBoth(t, probes.source)).map(answers =>
        Object.fromEntries(Object.entries(answers).filter(([ name ]) => !MUTED.includes(name))));

    t.deepEqual(captured, bare);
    t.true(Object.keys(bare).length >= 35);
    const names = await askBoth(t, `(() => {
        new RTCPeerConnection().close();
        const names = value => Reflect.ownKeys(value).map(String).sort();

        return { document: names(document),
            mediaDevices: names(navigator.mediaDevices),
            navigator: names(navigator),
            peerConnection: names(new RTCPeerConnection()),
            window: names(window).filter(name => isNaN(name)) };
    })()`);

    t.deepEqual(names[1], names[0]);
});

test.serial('no page hears of the ports that pass through the top document', async t => {
    const { electron, meeting, origin, otherOrigin } = t.context;

    await open(t, `${origin}/top`);
    await electron.run(runInPage, { name: meeting,
        script: `window.heard = 0;
            addEventListener('message', () => window.heard++, true);
            onmessage = () => window.heard++;
            window.postMessage = () => window.heard++;
            MessagePort.prototype.postMessage = () => window.heard++;
            0` });
    const addFrames = `Promise.all([ '${otherOrigin}/a?touch', '/b?touch' ].map(src => new Promise(resolve => {
        const frame = document.createElement('iframe');

        frame.src = src;
        frame.onload = resolve;
        document.body.append(frame);
    }))).then(() => 0)`;

    await electron.run(runInPage, { name: meeting,
        script: addFrames });
    await touched(t, 2);

    t.is(await electron.run(runInPage, { name: meeting,
        script: 'window.heard' }), 0);
    t.is((await electron.run(readStats, meeting)).refused, 0);

    // document.open() takes the listeners of the window away, ours too: nothing may be sent then that the page hears.
    await electron.run(runInPage, { name: meeting,
        script: `document.open(); document.write('<body>'); document.close();
            addEventListener('message', () => window.heard++, true); 0` });
    t.regex((await electron.event(({ code, name }) => name === meeting && code === 'ERR_RTCSTATS_DEBUGGER')).message,
        /document\.open/);
    await electron.run(runInPage, { name: meeting,
        script: addFrames });
    t.is(await electron.run(runInPage, { name: meeting,
        script: 'window.heard' }), 0);

    // Another top document hears again.
    await electron.run(({ state }, { name, url }) => state[name].window.loadURL(url), { name: meeting,
        url: `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}/c?touch`)}` });
    await touched(t, 3);
    await electron.run(closeWindow, meeting);
});
