/**
 * What goes over the wire: the handshake, when messages go and how they are grouped, keepalives, rooms and close codes.
 */

'use strict';

const test = require('ava');

const { Driver, entriesOf, line, useCollector } = require('./harness');
const { Recorder, SN_INITIAL } = require('./recorder');

const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

/**
 * Reads the sequence number of a message.
 *
 * @param {string} message - The message.
 * @returns {number} The number.
 */
function sequenceNumber(message) {
    const { data } = JSON.parse(message);

    return (typeof data === 'string' ? JSON.parse(data) : data)[4];
}

test('the handshake is that of protocol 3.1', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: `${recorder.endpoint}/base/`,
        meetingFqn: 'tenant/my room?',
        origin: 'https://meet.example',
        userAgent: USER_AGENT }).connected();
    const [ { headers, method, url } ] = recorder.requests;
    const { statsSessionId } = driver.channel.stats();

    t.is(method, 'GET');
    t.is(url, `/base/tenant/my%20room%3F?statsSessionId=${statsSessionId}&isReconnect=false`);
    t.regex(statsSessionId, new RegExp(`^${UUID}$`));
    t.is(headers['sec-websocket-protocol'], '3.1_STANDARD');
    t.is(headers['sec-websocket-version'], '13');
    t.is(headers['user-agent'], USER_AGENT);
    t.is(headers.origin, 'https://meet.example');
    t.is(headers['sec-websocket-extensions'], undefined);
    t.is(headers.host, recorder.endpoint.replace('ws://', ''));
    t.is(driver.events[0].statsSessionId, statsSessionId);
});

test('without options there is no origin, and the user agent is the package\'s own', async t => {
    const recorder = await Recorder.start(t);

    await new Driver(t, { endpoint: recorder.endpoint }).connected();
    const [ { headers } ] = recorder.requests;

    t.is(headers.origin, undefined);
    t.is(headers['user-agent'], `@jitsi/rtcstats-native/${require('../../package.json').version}`);
});

test('a user agent beyond ASCII goes as UTF-8, as browsers send it', async t => {
    for (const name of [ 'Réunion', '会议' ]) {
        const recorder = await Recorder.start(t);

        await new Driver(t, { endpoint: recorder.endpoint,
            userAgent: `${name}/1.0.0 Chrome/108` }).connected();
        t.is(Buffer.from(recorder.requests[0].headers['user-agent'], 'latin1').toString(), `${name}/1.0.0 Chrome/108`);
    }
});

test('the legacy protocol can be asked for, with a warning', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: recorder.endpoint,
        useLegacy: true }).connected();

    t.is(recorder.requests[0].headers['sec-websocket-protocol'], '3.1_LEGACY');
    t.is((await driver.event('warning')).code, 'ERR_RTCSTATS_LEGACY');
});

test('nothing is sent before the first sn, and then everything in order', async t => {
    const recorder = await Recorder.start(t, { greet: false });
    const driver = new Driver(t, { endpoint: recorder.endpoint });

    driver.push(line('identity', null, { name: 'a' }), line('logs', null, 'before connect'));
    driver.channel.connect();
    await recorder.requested(1);
    driver.push(line('logs', null, 'before sn'));
    const ponged = new Promise(resolve => {
        recorder.sockets[0].once('pong', resolve);
    });

    // A pong proves that the client had the chance to send.
    recorder.sockets[0].ping();
    await ponged;
    t.deepEqual(recorder.messages, []);
    t.false(driver.channel.isConnected());
    recorder.sockets[0].send(SN_INITIAL);
    const messages = await recorder.received(3);

    await driver.event('connected');
    t.true(driver.channel.isConnected());
    t.deepEqual(messages.map(sequenceNumber), [ 1, 2, 3 ]);
    t.deepEqual(messages.map(message => JSON.parse(message).type), [ 'identity', 'stats-entry', 'stats-entry' ]);
});

test('identity goes as an array, everything else as text in the text', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: recorder.endpoint }).connected();

    driver.push(line('identity', null, { name: '"q"' }, 5), line('logs', 'PC_0', [ 'a\n', '\\' ], 6.25));
    await recorder.received(2);
    const { statsSessionId } = driver.channel.stats();

    t.is(recorder.frames.map(({ text }) => text).join(''),
        `{"statsSessionId":"${statsSessionId}","type":"identity","data":["identity",null,{"name":"\\"q\\""},5,1]}${
            JSON.stringify({ statsSessionId,
                type: 'stats-entry',
                data: '["logs","PC_0",["a\\n","\\\\"],6.25,2]' })}`);
    t.false(recorder.frames.some(({ isBinary }) => isBinary));
});

test('sequence numbers start at 1 and neither repeat nor skip, refused lines or not', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: recorder.endpoint }).connected();

    for (let i = 0; i < 200; i++) {
        driver.push(line('logs', null, i), 'nonsense');
    }
    const messages = await recorder.received(200);

    t.deepEqual(messages.map(sequenceNumber), Array.from({ length: 200 }, (_, i) => i + 1));
});

test('what is pushed together goes together, within the bound', async t => {
    const recorder = await Recorder.start(t);
    const maxBytes = 4096;
    const driver = await new Driver(t, { batch: { maxBytes,
        maxDelay: 20 },
    endpoint: recorder.endpoint }).connected();

    driver.push(...Array.from({ length: 10 }, (_, i) => line('logs', null, i)));
    await recorder.received(10);
    t.is(recorder.frames.length, 1);
    driver.push(...Array.from({ length: 100 }, () => line('logs', null, 'x'.repeat(200))));
    await recorder.received(110);
    const [ , ...frames ] = recorder.frames;

    t.true(frames.length > 4, `${frames.length} frames`);
    frames.forEach(({ text }) => t.true(text.length < maxBytes + 512, `${text.length} bytes`));
});

test('events of several pushes within the delay share a frame', async t => {
    const recorder = await Recorder.start(t);

    // Longer than the test: only the last push, which fills the batch, can send it.
    const driver = await new Driver(t, { batch: { maxBytes: 1024,
        maxDelay: 600000 },
    endpoint: recorder.endpoint }).connected();

    driver.push(line('logs', null, 1));
    driver.push(line('logs', null, 2));
    driver.push(line('logs', null, 'x'.repeat(2000)));
    await recorder.received(3);
    t.is(recorder.frames.length, 1);
});

test('close() sends what waits for company', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { batch: { maxDelay: 600000 },
        endpoint: recorder.endpoint }).connected();

    driver.push(line('logs', null, 1));
    await driver.channel.close();
    t.is(recorder.messages.length, 1);
    t.is(driver.channel.stats().delivered, 1);
});

test('a quiet channel sends keepalives', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: recorder.endpoint,
        pingInterval: 20 }).connected();
    const messages = await recorder.received(3);
    const { statsSessionId } = driver.channel.stats();

    t.is(messages[0], JSON.stringify({ statsSessionId,
        type: 'keepalive' }));
    t.is(driver.channel.stats().captured, 0);
});

test('leaving closes with 3001, once, and every close() resolves', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();
    const gone = new Promise(resolve => {
        collector.on('session', ({ open, code }) => open || resolve(code));
    });

    driver.push(line('logs', null, 1));
    const results = await Promise.all([ driver.channel.close(), driver.channel.close() ]);

    t.deepEqual(results, [ undefined, undefined ]);
    t.is(await driver.channel.close(), undefined);
    t.is(await gone, 3001);
    t.true(driver.channel.isClosed());
    t.false(driver.channel.isConnected());
    t.is((await driver.event('closed')).code, 3001);
    t.is(driver.events.filter(({ type }) => type === 'closed').length, 1);
    t.is(driver.channel.stats().delivered, 1);
});

test('a channel that was never connected closes, and counts what it had as dropped', async t => {
    const driver = new Driver(t, { endpoint: 'ws://127.0.0.1:1' });

    driver.push(line('logs', null, 1), line('getstats', 'PC_0', {}));
    await driver.channel.close();
    const { captured, dropped } = driver.channel.stats();

    t.deepEqual({ captured,
        dropped }, { captured: 2,
        dropped: 2 });
    await driver.event('closed');
    t.deepEqual((await driver.event('dropped')).types, { getstats: 1,
        logs: 1 });
});

test('calls after close() do nothing and throw nothing', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: recorder.endpoint }).connected();

    await driver.channel.close();
    driver.channel.connect();
    driver.channel.connect(true);
    driver.channel.reconnectNow();
    driver.push(line('logs', null, 1));
    t.is(await driver.channel.close(), undefined);
    t.true(driver.channel.isClosed());
    t.is(recorder.requests.length, 1);
});

test('connect() while connected changes nothing', async t => {
    const recorder = await Recorder.start(t);
    const driver = await new Driver(t, { endpoint: recorder.endpoint }).connected();

    driver.channel.connect();
    driver.channel.connect(false);
    driver.push(line('logs', null, 1));
    await recorder.received(1);
    t.is(recorder.requests.length, 1);
});

test('a breakout room has a session of its own that names its parent', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();
    const parent = driver.channel.stats().statsSessionId;

    driver.push(line('identity', null, { name: 'a' }), line('logs', null, 'main'));
    await driver.stats(({ delivered }) => delivered === 2);
    driver.channel.connect(true);
    const { statsSessionId } = await driver.event('connected', event => event.statsSessionId !== parent);

    driver.push(line('identity', null, { name: 'a' }), line('logs', null, 'breakout'));
    await driver.stats(({ delivered }) => delivered === 4);

    t.regex(statsSessionId, new RegExp(`^${UUID}$`));
    t.is(driver.channel.stats().sessions, 2);
    t.deepEqual(entriesOf(collector, parent).map(([ type ]) => type), [ 'identity', 'logs' ]);
    const entries = entriesOf(collector, statsSessionId);
    const identities = entries.filter(([ type ]) => type === 'identity');

    t.true(identities.length > 0);
    identities.forEach(entry => t.is(entry[2].parentStatsSessionId, parent));
    t.is(entries.find(([ type ]) => type === 'logs')[2], 'breakout');

    // Back in the main room: again a new session, of the same parent.
    driver.channel.connect();
    const third = await driver.event('connected', event => ![ parent, statsSessionId ].includes(event.statsSessionId));

    driver.push(line('identity', null, { name: 'a' }));
    await driver.stats(({ captured, delivered }) => captured === 5 && delivered === 5);
    t.is(entriesOf(collector, third.statsSessionId).at(-1)[2].parentStatsSessionId, parent);
});

test('a reconnected session goes on as the next part, with every event once', async t => {
    const collector = await useCollector(t);
    const driver = await new Driver(t, { endpoint: collector.url }).connected();
    const first = driver.channel.stats().statsSessionId;

    driver.push(line('identity', null, { name: 'a' }), line('logs', null, 1));
    await driver.stats(({ delivered }) => delivered === 2);
    collector.faults.cut();
    driver.push(line('logs', null, 2));
    const { from, to } = await driver.event('resumed');

    await driver.stats(({ captured, delivered }) => captured === 3 && delivered === 3);
    t.deepEqual([ from, to ], [ first, `${first}_1` ]);
    t.is(driver.channel.stats().reconnects, 1);
    t.deepEqual(entriesOf(collector, to).filter(([ type ]) => type === 'logs')
        .map(entry => entry[2]), [ 2 ]);
    t.is(entriesOf(collector, to)[0][0], 'identity');
});
