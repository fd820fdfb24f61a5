/**
 * Every event is captured, and then delivered, pending or dropped: in each place of main that can give one up a loss is
 * provoked, and counted by event.
 */

'use strict';

const test = require('ava').default;

const { useElectron } = require('./harness');
const { closeWindow, openWindow, readStats, runInPage } = require('./windows');

useElectron(test);

/** What the page sends: a batch of three events of two types, and one of a single one. */
const BATCHES = [ '["logs",null,["a"],1]\n["logs",null,["b"],2]\n["marker",null,["c"],3]', '["logs",null,["d"],4]' ];

/**
 * Opens a window and sends batches from its page, as a drop-in does, in one go.
 *
 * @param {any} t - Ava's.
 * @param {Object} options - For the setup.
 * @param {Object} [pageOptions] - For the drop-in.
 * @returns {Promise<void>} When they are sent.
 */
async function send({ context: { electron, meeting, origin } }, options, pageOptions = {}) {
    await electron.run(openWindow, { name: meeting,
        options: { autoCapture: false,
            ...options },
        url: `${origin}/top` });
    await electron.run(runInPage, { name: meeting,
        script: `(${(batches, own) => {
            const { port1, port2 } = new MessageChannel();

            window.send = message => port1.postMessage(JSON.stringify(message));
            performance.dispatchEvent(new MessageEvent('@jitsi/rtcstats-native/1', { cancelable: true,
                ports: [ port2 ] }));
            window.send({ options: own,
                type: 'open' });
            batches.forEach(batch => port1.postMessage(batch));
        }})(${JSON.stringify(BATCHES)}, ${JSON.stringify(pageOptions)})` });
}

/**
 * Waits until a window's counters satisfy, and sees at each look that they add up.
 *
 * @param {any} t - Ava's.
 * @param {function(Object): boolean} enough - Called with the counters.
 * @returns {Promise<Object>} The counters.
 */
async function until(t, enough) {
    for (;;) {
        const stats = await t.context.electron.run(readStats, t.context.meeting);

        t.is(stats.captured, stats.delivered + stats.pending + stats.dropped);
        if (enough(stats)) {
            return stats;
        }
    }
}

test.serial('what waits for a name is pending, and dropped when none comes', async t => {
    const { arrivals, electron, meeting } = t.context;

    await send(t, { endpoint: arrivals.endpoint,
        meetingFqn: null });
    t.like(await until(t, ({ captured }) => captured === 4), { dropped: 0,
        pending: 4 });
    t.like(await electron.run(closeWindow, meeting), { captured: 4,
        dropped: 4,
        pending: 0 });
    t.like(await electron.event(({ name, type }) => name === meeting && type === 'dropped'), { count: 4,
        types: { logs: 3,
            marker: 1 } });
});

test.serial('what does not fit while the name is unknown is dropped, the rest arrives', async t => {
    const { arrivals, electron, meeting } = t.context;

    await send(t, { endpoint: arrivals.endpoint,
        limits: { maxHeldCharacters: BATCHES[1].length },
        meetingFqn: null });
    t.like(await until(t, ({ captured }) => captured === 4), { dropped: 3,
        pending: 1 });
    await electron.run(runInPage, { name: meeting,
        script: `send({ type: 'open', options: { meetingFqn: '${meeting}' } }); send({ type: 'connect' })` });
    t.like(await until(t, ({ delivered }) => delivered === 1), { captured: 4,
        dropped: 3 });
    await electron.run(closeWindow, meeting);
});

test.serial('a batch that is refused is counted by its events', async t => {
    const { arrivals, electron, meeting } = t.context;

    await send(t, { endpoint: arrivals.endpoint,
        limits: { maxMessageLength: BATCHES[0].length - 1 },
        meetingFqn: meeting });
    t.like(await until(t, ({ refused, captured }) => refused >= 1 && captured === 4), { dropped: 3 });
    t.is((await electron.event(({ name, type }) => name === meeting && type === 'refused')).events, 3);
    await electron.run(closeWindow, meeting);
});

[ { allowedEndpoints: [ 'wss://stats.example.com' ] }, { meetingFqn: 'a/../b' } ].forEach(options => {
    test.serial(`events of a channel that cannot be opened are dropped: ${JSON.stringify(options)}`, async t => {
        const { arrivals, electron, meeting } = t.context;

        await send(t, options, { endpoint: arrivals.endpoint,
            meetingFqn: meeting });
        t.like(await until(t, ({ captured }) => captured === 4), { dropped: 4 });
        t.truthy((await electron.event(({ name, type }) => name === meeting && type === 'error')).code);
        await electron.run(closeWindow, meeting);
    });
});

test.serial('closed while the proxy is asked for: counted from the first event, and delivered', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(({ electron: { session }, state }, name) => {
        session.fromPartition(name).resolveProxy = () => new Promise(resolve => {
            state.answerProxy = resolve;
        });
    }, meeting);
    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        url: `${origin}/top?touch` });
    const { captured } = await until(t, stats => stats.captured >= 3);

    await electron.run(({ state }, name) => state[name].window.destroy(), meeting);
    await electron.run(({ state }) => state.answerProxy('DIRECT'));
    t.like(await electron.run(closeWindow, meeting), { captured,
        delivered: captured,
        dropped: 0 });
});

test.serial('a look at the devices opens no session, and is in the one that a call opens', async t => {
    const { arrivals, electron, meeting, origin } = t.context;

    await electron.run(openWindow, { name: meeting,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: meeting },
        url: `${origin}/top` });
    await electron.run(runInPage, { name: meeting,
        script: 'navigator.mediaDevices.enumerateDevices().then(() => 0)' });
    t.like(await until(t, ({ captured }) => captured > 0), { channels: 0 });
    await electron.run(runInPage, { name: meeting,
        script: 'touch()' });
    const wanted = [ 'navigator.mediaDevices.enumerateDevices', 'close' ];

    await arrivals.until(meeting, entries => wanted.every(name => entries.some(([ type ]) => type === name)));
    t.like(await electron.run(closeWindow, meeting), { dropped: 0 });
});
