/**
 * The call an app makes: what it may be given, that twice is once, that cleanup leaves nothing, that it warns where it
 * should, and that an app runs on where the addon cannot be loaded.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { ElectronUnderTest, useElectron } = require('./harness');
const { closeWindow, openWindow, readStats, runInPage } = require('./windows');

useElectron(test);

test.serial('twice does nothing twice, and cleanup undoes everything', async t => {
    const { arrivals, electron, meeting } = t.context;
    const result = await electron.run(async ({ electron: { BrowserWindow, session }, setup }, args) => {
        const { options, partition } = args;
        const own = session.fromPartition(partition);
        const [ one, two ] = [ 1, 2 ].map(() => new BrowserWindow({ show: false,
            webPreferences: { session: own } }));
        const counts = [ own.getPreloads().length ];
        const first = setup(one, options);
        const again = setup(one.webContents, options);
        const second = setup(two, options);

        counts.push(own.getPreloads().length);
        await first.cleanup();
        await first.cleanup();
        counts.push(own.getPreloads().length);
        await second.cleanup();
        counts.push(own.getPreloads().length);
        const anew = setup(one, options);

        counts.push(own.getPreloads().length);
        const gone = new Promise(resolve => {
            one.webContents.once('destroyed', resolve);
        });

        [ one, two ].forEach(window => window.destroy());
        await gone;
        counts.push(own.getPreloads().length);

        return { anew: anew !== first,
            counts,
            same: first === again };
    }, { options: { endpoint: arrivals.endpoint },
        partition: meeting });

    t.deepEqual(result, { anew: true,
        counts: [ 0, 1, 1, 0, 1, 0 ],
        same: true });
});

test.serial('cleanup in mid-call delivers what was captured', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        url: `${origin}/top?touch` });
    await electron.run(({ state }, name) => state[name].rtcstats.cleanup(), meeting);
    const [ entries ] = await arrivals.ended(meeting);

    t.is(entries.at(-1)[0], 'close');

    // The page goes on, uncaptured and unharmed.
    await electron.run(runInPage, { name: meeting,
        script: 'touch()' });
    t.is((await electron.run(closeWindow, meeting)).captured, entries.length);
});

test.serial('the frames, names and identities that the app chooses by URL', async t => {
    const { arrivals, electron, meeting, origin, otherOrigin } = t.context;

    await electron.run(async ({ electron: { BrowserWindow }, setup, state }, { endpoint, name, url }) => {
        const window = new BrowserWindow({ show: false,
            webPreferences: { nodeIntegrationInSubFrames: true,
                partition: name } });
        const rtcstats = setup(window, { endpoint,
            frames: address => address.includes('/inner'),
            identity: address => {
                return { at: new URL(address).pathname };
            },
            meetingFqn: address => `${name}${new URL(address).pathname}` });

        state[name] = { rtcstats,
            window };
        await window.loadURL(url);
    }, { endpoint: arrivals.endpoint,
        name: meeting,
        url: `${origin}/top?touch&frame=${encodeURIComponent(`${otherOrigin}/inner?touch`)}` });
    await arrivals.until(`${meeting}/inner`, entries => entries.some(([ type ]) => type === 'close'));
    t.is((await electron.run(readStats, meeting)).documents, 1);
    await electron.run(closeWindow, meeting);
    const sessions = await arrivals.ended(meeting);

    t.is(sessions.length, 1);
    t.deepEqual(sessions[0].find(([ type ]) => type === 'identity')[2], { at: '/inner' });
});

test.serial('iframes that nothing reaches are counted, and told once a place', async t => {
    const { arrivals, electron, meeting, origin, otherOrigin } = t.context;
    const url = `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}/inner?jwt=secret`)}`;

    await electron.run(openWindow, { name: meeting,
        options: { devtools: false,
            endpoint: arrivals.endpoint },
        preferences: { nodeIntegrationInSubFrames: false },
        url });
    const told = await electron.event(({ code, name }) => name === meeting && code === 'ERR_RTCSTATS_UNCAPTURED');

    t.is(told.url, `${otherOrigin}/inner`);
    t.regex(told.message, /devtools.*nodeIntegrationInSubFrames/);
    await electron.run(async ({ state }, { again, name }) => {
        const { webContents } = state[name].window;

        await state[name].window.loadURL(again);

        // Counted while its document is there.
        return webContents.mainFrame.frames.length;
    }, { again: url,
        name: meeting });
    for (;;) {
        const { uncaptured } = await electron.run(readStats, meeting);

        if (uncaptured === 2) {
            break;
        }
    }
    const warnings = await electron.run(({ warnings: all }) => all.filter(text => text.includes('is not captured')));

    t.is(warnings.length, 1);

    // A log is no place for what stands in an address.
    t.notRegex(JSON.stringify([ warnings, electron.events ]), /jwt|secret/);
    await electron.run(closeWindow, meeting);
});

test.serial('wrong arguments are told at once', async t => {
    const failures = await t.context.electron.run(({ electron: { session }, setup }) => {
        const own = session.fromPartition('wrong');
        const attempt = (target, options) => {
            try {
                setup(target, options);

                return 'nothing thrown';
            } catch (error) {
                return `${error.name} ${error.code} ${error.option ?? ''}`.trim();
            }
        };

        return [ attempt(undefined, {}), attempt({}, {}), attempt(own), attempt(own, { endpoint: 7 }),
            attempt(own, { endpoint: 'http://127.0.0.1' }), attempt(own, { endpoint: 'ws://example.com' }),
            attempt(own, { meetingFqn: '' }), attempt(own, { frames: 'all' }) ];
    });
    const option = (name, code = name.toUpperCase()) => `TypeError ERR_RTCSTATS_OPTION_${code} ${name}`;

    t.deepEqual(failures, [ 'TypeError ERR_RTCSTATS_INVALID_TARGET', 'TypeError ERR_RTCSTATS_INVALID_TARGET',
        option('options'), option('endpoint'), option('endpoint'), option('endpoint'),
        option('meetingFqn', 'MEETING_FQN'), option('frames') ]);
});

test.serial('without the addon the app runs on, and is told why once', async t => {
    const result = await t.context.electron.run(async context => {
        const { electron: { BrowserWindow }, require, root, warnings } = context;
        const entry = require.resolve(`${root}/addon.js`);
        const loader = `${root}/${require('fs').readdirSync(root)
            .find(file => file.endsWith('.node'))}`;
        const kept = { [entry]: require.cache[entry],
            [loader]: require.cache[loader] };

        delete require.cache[entry];
        require.cache[loader] = { get exports() {
            throw new Error('blocked by policy');
        },
        id: loader,
        loaded: true };
        const windows = [ 1, 2 ].map(() => new BrowserWindow({ show: false }));
        const heard = [];
        const handles = windows.map(window => context.setup(window, { onEvent: event => heard.push(event) }));

        Object.assign(require.cache, kept);
        handles[0].onEvent(event => heard.push(event));
        handles.forEach(handle => handle.onEvent(() => undefined)());
        handles.forEach(handle => handle.identify({ user: 'me' }));
        await Promise.all(handles.map(handle => handle.cleanup()));
        windows.forEach(window => window.destroy());

        return { available: handles.map(({ available }) => available),
            heard,
            stats: handles[0].stats(),
            told: warnings.filter(text => text.includes('addon')) };
    });

    t.deepEqual(result.stats, {});
    t.deepEqual(result.available, [ false, false ]);
    t.is(result.heard.length, 3);
    t.true(result.heard.every(({ code, message, type }) => type === 'error' && code && message.includes('blocked')));
    t.is(result.told.length, 1);
    t.true(result.told[0].includes('blocked by policy'));
});

test.serial('an app\'s own preload stays, and may install as well', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        preferences: { preload: require.resolve('./app/installing-preload.js'),
            sandbox: false },
        url: `${origin}/top?touch` });
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'));

    // The registered one came first; the app's own found the document taken.
    t.is(await electron.run(runInPage, { name: meeting,
        script: 'window.appPreload' }), 'installed: false');
    const stats = await electron.run(closeWindow, meeting);
    const sessions = await arrivals.ended(meeting);

    t.is(sessions.length, 1);
    t.is(stats.captured, sessions[0].length);
});

test.serial('an app\'s own preload may be the only one', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting,
            registerPreload: false },
        preferences: { preload: require.resolve('./app/installing-preload.js'),
            sandbox: false },
        url: `${origin}/top?touch` });
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'));
    t.is(await electron.run(runInPage, { name: meeting,
        script: 'window.appPreload' }), 'installed: true');
    await electron.run(closeWindow, meeting);
    t.is((await arrivals.ended(meeting)).length, 1);
});

test.serial('an identity that is known later is added to what was said before', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            identity: { app: 'demo' },
            meetingFqn: meeting },
        url: `${origin}/top?touch&jwt=secret#secret` });
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'));
    const code = await electron.run(({ state }, { elsewhere, name, url }) => {
        const { rtcstats } = state[name];

        rtcstats.identify({ displayName: 'Jane' });
        rtcstats.identify({ endpointId: 'a1b2' }, url);
        rtcstats.identify({ endpointId: 'other' }, elsewhere);
        try {
            rtcstats.identify('Jane');
        } catch (error) {
            return error.code;
        }
    }, { elsewhere: `${origin}/other`,
        name: meeting,
        url: `${origin}/top?jwt=other` });

    t.is(code, 'ERR_RTCSTATS_IDENTITY');
    await electron.run(closeWindow, meeting);
    const [ entries ] = await arrivals.ended(meeting);

    t.deepEqual(entries.filter(([ type ]) => type === 'identity').map(([ , , data ]) => data), [ { app: 'demo' },
        { app: 'demo',
            displayName: 'Jane' }, { app: 'demo',
            displayName: 'Jane',
            endpointId: 'a1b2' } ]);

    // The address of a meeting has secrets that no event may have.
    t.notRegex(JSON.stringify(electron.events.filter(({ name }) => name === meeting)), /jwt|secret/);
});

test.serial('an address of any length, and a user agent in any language', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(async ({ electron: { BrowserWindow }, setup, state }, args) => {
        const window = new BrowserWindow({ show: false,
            webPreferences: { partition: args.name } });

        window.webContents.setUserAgent(`${window.webContents.getUserAgent()} 会议/1.0`);
        state[args.name] = { rtcstats: setup(window, { endpoint: args.endpoint,
            machine: false,
            meetingFqn: args.name }),
        window };
        await window.loadURL(args.url);
    }, { endpoint: arrivals.endpoint,
        name: meeting,
        url: `${origin}/top?touch#${'c'.repeat(40000)}` });
    await arrivals.until(meeting, entries => entries.some(([ type ]) => type === 'close'));
    t.like(await electron.run(closeWindow, meeting), { captured: 3,
        delivered: 3 });
});

test.serial('an identity that JSON refuses costs the identity only', async t => {
    const { arrivals, electron, meeting, origin } = t.context;
    const sessions = await electron.run(({ electron: { BrowserWindow }, setup, state }, args) => {
        const { endpoint, name, url } = args;
        const circular = {};

        circular.circular = circular;
        const identities = { bigint: { number: 10n },
            circular,
            throwing: () => {
                throw new Error('no identity');
            } };

        return Promise.all(Object.keys(identities).map(async kind => {
            const window = new BrowserWindow({ show: false,
                webPreferences: { partition: `${name}-${kind}` } });

            state[`${name}-${kind}`] = { rtcstats: setup(window, { endpoint,
                identity: identities[kind],
                meetingFqn: `${name}-${kind}` }),
            window };
            await window.loadURL(url);

            return `${name}-${kind}`;
        }));
    }, { endpoint: arrivals.endpoint,
        name: meeting,
        url: `${origin}/top?touch` });

    for (const session of sessions) {
        await arrivals.until(session, entries => entries.some(([ type ]) => type === 'close'));
        t.false(arrivals.dumps(session).flat()
            .some(([ type ]) => type === 'identity'));
        await electron.run(closeWindow, session);
    }
    t.is(await electron.run(({ warnings }) => warnings.filter(text => text.includes('identity')).length), 3);
});

test.serial('an app with many windows is not warned of a leak', async t => {
    const { arrivals, electron, meeting } = t.context;
    const warnings = await electron.run(async ({ electron: { BrowserWindow }, require, setup }, args) => {
        const { options, partition } = args;
        const seen = [];
        const onWarning = warning => seen.push(String(warning));
        const windows = Array.from({ length: 12 }, () => new BrowserWindow({ show: false,
            webPreferences: { partition } }));

        process.on('warning', onWarning);
        const handles = windows.map(window => setup(window, options));

        // Node warns in its next tick.
        await new Promise(setImmediate);
        const counts = [ require('events').listenerCount(require('electron').powerMonitor, 'resume') ];

        await Promise.all(handles.map(({ cleanup }) => cleanup()));
        counts.push(require('events').listenerCount(require('electron').powerMonitor, 'resume'));
        windows.forEach(window => window.destroy());
        process.off('warning', onWarning);

        return { counts,
            seen };
    }, { options: { endpoint: arrivals.endpoint },
        partition: meeting });

    t.deepEqual(warnings.seen, []);
    t.is(warnings.counts[1], warnings.counts[0] - 1);
});

test.serial('a preload that installs where nothing is set up does not hold up its page', async t => {
    const electron = await ElectronUnderTest.start();

    t.teardown(() => electron.stop());
    const { milliseconds, said } = await electron.run(async ({ electron: { BrowserWindow }, preload }, url) => {
        const window = new BrowserWindow({ show: false,
            webPreferences: { preload: preload('installing-preload.js'),
                sandbox: false } });
        const begin = Date.now();

        await window.loadURL(url);

        return { milliseconds: Date.now() - begin,
            said: await window.webContents.executeJavaScript('window.appPreload') };
    }, `${t.context.origin}/top`);

    t.is(said, 'installed: false');

    // Without an answer Electron gives up after eight seconds at the earliest.
    t.true(milliseconds < 6000, String(milliseconds));
});

test('a package without its preload is warned about, once', t => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-preload-'));
    const warnings = [];
    const { warn } = console;

    t.teardown(() => {
        console.warn = warn;
        fs.rmSync(folder, { recursive: true });
    });
    fs.mkdirSync(path.join(folder, 'electron', 'main'), { recursive: true });
    fs.copyFileSync(require.resolve('../../electron/main/preloads'), path.join(folder, 'electron', 'main', 'copy.js'));
    console.warn = text => warnings.push(text);
    const { usePreload } = require(path.join(folder, 'electron', 'main', 'copy.js'));

    [ 1, 2 ].forEach(() => usePreload({ getPreloads: () => [],
        setPreloads: () => undefined })());
    t.is(warnings.length, 1);
    t.regex(warnings[0], /auto-preload\.js.*external/);
});
