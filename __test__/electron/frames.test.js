/**
 * Documents in which Electron runs no preload are captured all the same, whatever the window's options: the first thing
 * that each of them does is in a dump, under its own address, and nobody asked the app for a preference.
 */

'use strict';

const test = require('ava').default;

const { useElectron } = require('./harness');
const { closeWindow, openWindow, runInPage } = require('./windows');

useElectron(test);

const PREFERENCES = [ {}, { sandbox: false }, { contextIsolation: false,
    sandbox: false }, { contextIsolation: false,
    sandbox: true }, { nodeIntegrationInSubFrames: true }, { contextIsolation: false,
    nodeIntegrationInSubFrames: true,
    sandbox: false } ];

/**
 * Makes frames of every kind and has each do what is captured, at once. Runs in the page.
 *
 * @param {Object} args - `other`, the origin of foreign frames.
 * @returns {Promise<void>} When all are loaded.
 */
async function makeFrames({ other }) {
    const add = (src, touchEarly) => {
        const frame = document.createElement('iframe');

        if (src) {
            frame.src = src;
        }
        document.body.append(frame);
        touchEarly && touchEarly(frame.contentWindow);

        return new Promise(resolve => {
            frame.onload = () => resolve(frame);
        });
    };
    const callIn = win => new win.RTCPeerConnection().close();

    await Promise.all([
        add('/plain?touch'),
        add('/touched-early?touch', win => win.foo),
        add(`${other}/foreign?touch`),
        add(`${other}/around?frame=${encodeURIComponent(`${location.origin}/nested?touch`)}`),
        add(`${other}/around-own?frame=${encodeURIComponent(`${other}/nested-own?touch`)}`)
    ]);

    // At once: nobody has time to prepare.
    const blank = document.createElement('iframe');

    document.body.append(blank);
    callIn(blank.contentWindow);
    const written = document.createElement('iframe');

    written.srcdoc = '<script>new RTCPeerConnection().close()</script>';
    document.body.append(written);
    const sandboxed = document.createElement('iframe');

    sandboxed.sandbox = 'allow-scripts';
    sandboxed.src = '/sandboxed?touch';
    document.body.append(sandboxed);
    await Promise.all([ written, sandboxed ].map(frame => new Promise(resolve => {
        frame.onload = resolve;
    })));
}

/** The documents that are captured, by path; those without an address of their own are their parent's. */
const PLACES = [ '/foreign', '/nested', '/nested-own', '/plain', '/sandboxed', '/top', '/top', '/touched-early' ];

PREFERENCES.forEach(preferences => {
    test.serial(`every frame is captured: ${JSON.stringify(preferences)}`, async t => {
        const { arrivals, electron, meeting, origin, otherOrigin } = t.context;

        await electron.run(async ({ electron: { BrowserWindow }, emit, setup, state }, args) => {
            const window = new BrowserWindow({ show: false,
                webPreferences: { partition: args.name,
                    ...args.preferences } });

            state[args.name] = { rtcstats: setup(window, { endpoint: args.endpoint,
                identity: url => {
                    return { at: new URL(url).pathname };
                },
                meetingFqn: args.name,
                onEvent: event => emit({ ...event,
                    name: args.name }) }),
            window };
            await window.loadURL(args.url);
        }, { endpoint: arrivals.endpoint,
            name: meeting,
            preferences,
            url: `${origin}/top` });
        await electron.run(runInPage, { name: meeting,
            script: `(${makeFrames})({ other: ${JSON.stringify(otherOrigin)} })` });
        await arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'close').length
            === PLACES.length);
        const { captured, delivered, refused, uncaptured } = await electron.run(closeWindow, meeting);
        const sessions = await arrivals.ended(meeting, PLACES.length);

        t.deepEqual(sessions.map(([ [ , , { at } ] ]) => at).sort(), PLACES);
        t.true(sessions.every(entries => entries.filter(([ type ]) => type === 'create').length === 1));
        t.is(delivered, captured);
        t.is(captured, sessions.flat().length);
        t.deepEqual([ refused, uncaptured ], [ 0, 0 ]);
    });
});

/**
 * What else a window shows that has contents of its own.
 */
const CONTENTS = {
    'a popup': ({ electron: { BrowserWindow }, state }, { name, url }) =>
        state[name].window.webContents.executeJavaScript(`void window.open(${JSON.stringify(url)})`, true)
            .then(() => BrowserWindow.length),
    'a view': ({ electron: { BrowserView }, state }, { name, url }) => {
        const view = new BrowserView({ webPreferences: { partition: `${name}-view` } });

        state[name].window.addBrowserView(view);

        return view.webContents.loadURL(url);
    },
    'a webview': ({ state }, { name, url }) => state[name].window.webContents.executeJavaScript(`(() => {
        const webview = document.createElement('webview');

        webview.src = ${JSON.stringify(url)};
        document.body.append(webview);
    })()`)
};

Object.entries(CONTENTS).forEach(([ what, show ]) => test.serial(`${what} in a captured window`, async t => {
    const { arrivals, electron, meeting, origin, otherOrigin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        preferences: { nodeIntegrationInSubFrames: false,
            webviewTag: true },
        url: `${origin}/top` });
    await electron.run(show, { name: meeting,
        url: `${origin}/shown?touch&frame=${encodeURIComponent(`${otherOrigin}/inner?touch`)}` });
    await arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'close').length === 2);
    const { refused, uncaptured } = await electron.run(closeWindow, meeting);

    t.deepEqual([ refused, uncaptured ], [ 0, 0 ]);
}));
