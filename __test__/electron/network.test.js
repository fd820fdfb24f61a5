/**
 * The way out: the proxy that the session names, with credentials and without, and the network that comes back.
 */

'use strict';

const test = require('ava');

const { startConnectProxy } = require('./connect-proxy');
const { useElectron } = require('./harness');
const { closeWindow, openWindow, runInPage } = require('./windows');

useElectron(test);

const isClosed = ([ type ]) => type === 'close';

/**
 * Takes a session into a network with a proxy. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - `name` of the session and `proxyRules`.
 * @returns {Promise<void>} When it is there.
 */
function moveTo({ electron: { session } }, { name, proxyRules }) {
    // Chromium goes to loopback directly unless it is told otherwise.
    return session.fromPartition(name).setProxy({ proxyBypassRules: '<-loopback>',
        proxyRules });
}

/**
 * Opens a captured page, and gives its session proxy rules before there is anything to send.
 *
 * @param {any} t - Ava's.
 * @param {string} proxyRules - The rules.
 * @param {Object} [options] - For the setup.
 * @returns {Promise<void>} When the page has done something.
 */
async function openBehind({ context: { arrivals, electron, meeting, origin } }, proxyRules, options) {
    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting,
            ...options },
        url: `${origin}/top` });

    await electron.run(moveTo, { name: meeting,
        proxyRules });
    await electron.run(runInPage, { name: meeting,
        script: 'touch()' });
}

/**
 * Starts a proxy for one test.
 *
 * @param {any} t - Ava's.
 * @param {string} [credentials] - What it insists on.
 * @returns {Promise<any>} The proxy.
 */
async function useProxy(t, credentials) {
    const proxy = await startConnectProxy(credentials);

    t.teardown(proxy.close);

    return proxy;
}

test.serial('the proxy that the session names', async t => {
    const { arrivals, electron, meeting } = t.context;
    const proxy = await useProxy(t);

    await openBehind(t, proxy.address);
    await arrivals.until(meeting, entries => entries.some(isClosed));
    const stats = await electron.run(closeWindow, meeting);

    t.deepEqual(proxy.tunnels, [ new URL(arrivals.endpoint).host ]);
    t.like(stats, { channels: 0,
        delivered: stats.captured,
        dropped: 0 });
});

test.serial('a proxy that wants credentials', async t => {
    const { arrivals, electron, meeting } = t.context;
    const proxy = await useProxy(t, 'user@corp:p:ss/w@rd');

    await openBehind(t, proxy.address, { proxyCredentials: { host: proxy.address,
        password: 'p:ss/w@rd',
        username: 'user@corp' } });
    await arrivals.until(meeting, entries => entries.some(isClosed));
    await electron.run(closeWindow, meeting);
    t.is(proxy.tunnels.length, 1);
    t.is(proxy.refused, 1, 'asked first');
});

for (const [ who, host ] of Object.entries({ 'of another host': 'proxy.corp:3128',
    'of another port': '127.0.0.1:1',
    'of nobody': undefined })) {
    test.serial(`a proxy that the session names gets no credentials ${who}`, async t => {
        const { electron, meeting } = t.context;
        const proxy = await useProxy(t, 'user:secret');

        await openBehind(t, proxy.address, { closeTimeout: 100,
            proxyCredentials: { host,
                password: 'secret',
                username: 'user' } });
        t.truthy(await electron.event(({ message, name }) => name === meeting && `${message}`.includes('407')));
        await electron.run(closeWindow, meeting);
        t.deepEqual(proxy.seen, [ undefined ]);
    });
}

test.serial('credentials that are wrong are reported and never shown', async t => {
    const { arrivals, electron, meeting } = t.context;
    const proxy = await useProxy(t, 'user:right');

    await openBehind(t, proxy.address, { closeTimeout: 100,
        proxyCredentials: { host: '127.0.0.1',
            password: 'wrong-secret',
            username: 'user' } });
    const told = await electron.event(({ message, name, reason }) =>
        name === meeting && `${message} ${reason}`.includes('407'));

    t.truthy(told);
    await electron.run(closeWindow, meeting);
    const said = await electron.run(({ warnings }) => warnings);

    t.false(JSON.stringify([ said, electron.events ]).includes('wrong-secret'));
    t.is(arrivals.dumps(meeting).length, 0);
});

test.serial('another network has another proxy', async t => {
    const { arrivals, electron, meeting } = t.context;
    const [ office, home ] = [ await useProxy(t), await useProxy(t) ];

    await openBehind(t, office.address, { reconnect: { baseDelay: 50,
        jitter: 0,
        maxDelay: 200 } });
    await arrivals.until(meeting, entries => entries.some(isClosed));
    t.is(home.tunnels.length, 0);
    await electron.run(moveTo, { name: meeting,
        proxyRules: home.address });
    arrivals.collector.faults.cut();
    await electron.event(({ name, type }) => name === meeting && type === 'resumed');
    await electron.run(closeWindow, meeting);
    t.true(home.tunnels.length > 0);
});

test.serial('a SOCKS proxy is passed over, and said once', async t => {
    const { arrivals, electron, meeting } = t.context;
    const proxy = await useProxy(t);

    await openBehind(t, `socks5://127.0.0.1:1,${proxy.address}`);
    await arrivals.until(meeting, entries => entries.some(isClosed));
    t.is(proxy.tunnels.length, 1);
    await electron.run(closeWindow, meeting);
    t.is((await electron.run(({ warnings }) => warnings.filter(text => text.includes('SOCKS')))).length, 1);
});

test.serial('the app\'s own proxy goes before the session\'s, and null is none', async t => {
    const { arrivals, electron, meeting } = t.context;
    const [ one, two ] = [ await useProxy(t), await useProxy(t) ];

    await openBehind(t, one.address, { proxy: `http://${two.address}` });
    await arrivals.until(meeting, entries => entries.some(isClosed));
    await electron.run(closeWindow, meeting);
    await electron.run(({ electron: { session } }, name) => session.fromPartition(name).setProxy({ mode: 'direct' }),
        meeting);
    await openBehind(t, one.address, { proxy: null });
    await arrivals.until(meeting, entries => entries.filter(isClosed).length === 2);
    await electron.run(closeWindow, meeting);
    t.deepEqual([ one.tunnels.length, two.tunnels.length ], [ 0, 1 ]);
});

/**
 * Takes the answer about the proxy into the test's hands. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {string} partition - The session.
 * @returns {void}
 */
function withholdAnswer({ electron: { session }, state }, partition) {
    session.fromPartition(partition).resolveProxy = () => new Promise(resolve => {
        state.answer = resolve;
    });
}

test.serial('what happens before the proxy is known is kept', async t => {
    const { arrivals, electron, meeting } = t.context;

    await electron.run(withholdAnswer, meeting);
    await openBehind(t, 'direct://');
    const { captured, delivered, pending } = await electron.run(async ({ state }, name) => {
        // The page's batch comes by a port of its own.
        while (!state[name].rtcstats.stats().captured) {
            await new Promise(setImmediate);
        }

        return state[name].rtcstats.stats();
    }, meeting);

    t.is(delivered, 0);
    t.is(captured, pending);

    // The window goes before the answer comes.
    await electron.run(({ state }, name) => state[name].window.destroy(), meeting);
    await electron.run(({ state }) => state.answer('DIRECT'));
    const [ entries ] = await arrivals.ended(meeting);
    const stats = await electron.run(closeWindow, meeting);

    t.true(entries.some(isClosed));
    t.like(stats, { captured: entries.length,
        delivered: entries.length });
});

test.serial('a proxy that nobody names in time is none', async t => {
    const { arrivals, electron, meeting } = t.context;

    await electron.run(withholdAnswer, meeting);
    await openBehind(t, 'direct://');
    await arrivals.until(meeting, entries => entries.some(isClosed));
    await electron.run(closeWindow, meeting);
    t.pass();
});

/**
 * Takes a window's network away, or gives it back. Runs in the main process.
 *
 * @param {Object} context - See app/main.js.
 * @param {Object} args - `name` of the window and `offline`.
 * @returns {Promise<void>} When it is done.
 */
async function setOffline({ state }, { name, offline }) {
    const { debugger: protocol } = state[name].window.webContents;

    protocol.isAttached() || protocol.attach();
    await protocol.sendCommand('Network.enable');
    await protocol.sendCommand('Network.emulateNetworkConditions', { downloadThroughput: -1,
        latency: 0,
        offline,
        uploadThroughput: -1 });
}

[ true, false ].forEach(contextIsolation => {
    test.serial(`the network that comes back: contextIsolation ${contextIsolation}`, async t => {
        const { arrivals, electron, meeting, origin } = t.context;

        // It would wait for an hour by itself.
        await electron.run(openWindow, { name: meeting,
            options: { endpoint: arrivals.endpoint,
                meetingFqn: meeting,
                reconnect: { baseDelay: 3600000,
                    budget: 36000000,
                    maxDelay: 36000000 } },
            preferences: { contextIsolation,
                sandbox: contextIsolation },
            url: `${origin}/top?touch` });
        await arrivals.until(meeting, entries => entries.some(isClosed));
        await electron.run(setOffline, { name: meeting,
            offline: true });
        arrivals.collector.faults.cut();
        await electron.event(({ name, type }) => name === meeting && type === 'disconnected');
        await electron.run(setOffline, { name: meeting,
            offline: false });
        await electron.event(({ name, type }) => name === meeting && type === 'resumed');
        t.is((await electron.run(closeWindow, meeting)).reconnects, 1);
    });
});
