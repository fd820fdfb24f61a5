/**
 * Protocol 5.0 on real sockets: how a link is opened, what a dump begins with, and what becomes of a session whose
 * token is refused or whose link is cut.
 */

'use strict';

const test = require('ava');

const { TraceChannel } = require('../..');
const { FaultProxy } = require('../delivery/fault-proxy');

const { Driver, line } = require('./harness');
const { useServer } = require('./rtcstats-server');

const EVENTS = 300;

/**
 * A channel that speaks protocol 5.0.
 *
 * @param {any} t - Ava's context.
 * @param {number} port - The server's port.
 * @param {Object} [options] - Further options.
 * @returns {Driver} The channel.
 */
function useChannel(t, port, options) {
    return new Driver(t, { endpoint: `ws://127.0.0.1:${port}`,
        protocol: 'rtcstats-5.0',
        ...options });
}

/**
 * The entries an application sent, of all dumps.
 *
 * @param {Array<{ lines: any[] }>} dumps - The dumps.
 * @returns {number[]} Their values.
 */
function valuesOf(dumps) {
    return dumps.flatMap(dump => dump.lines.filter(([ method ]) => method === ':count').map(([ , , value ]) => value));
}

test('a link says which protocol it speaks, whose page it is and which session', async t => {
    const { dumps, port } = await useServer(t);
    const driver = await useChannel(t, port, { origin: 'https://meet.example',
        userAgent: 'Page/1' }).connected();

    await driver.push(line('onconnectionstatechange', 'PC_0', 'connected', 5.5)).stats(stats => stats.delivered === 1);
    const [ { headers, lines, url } ] = dumps;

    t.is(headers['sec-websocket-protocol'], 'rtcstats#5.0');
    t.is(headers.origin, 'https://meet.example');
    t.is(headers['user-agent'], 'Page/1');
    t.is(url, `/tenant/room?statsSessionId=${driver.channel.stats().statsSessionId}`);
    t.deepEqual(lines, [ [ 39, null, {}, 5.5 ], [ 39, 'PC_0', null, 0 ], [ 25, 'PC_0', 'connected', 0 ] ]);
});

test('a refused token stops delivery, another one goes on with all that is held', async t => {
    const { dumps, port } = await useServer(t, 'good');
    const driver = useChannel(t, port, { token: 'bad' }).push(line('count', null, 1));

    driver.channel.connect();
    const { code, message } = await driver.event('error');

    t.is(code, 'ERR_RTCSTATS_TOKEN');
    t.notRegex(message, /bad/);
    t.is(driver.channel.stats().pending, 1);
    driver.channel.setToken('good');
    await driver.stats(stats => stats.delivered === 1);
    t.deepEqual(valuesOf(dumps), [ 1 ]);
});

test('a function is asked for a token at first, and again when one was refused', async t => {
    const { dumps, port } = await useServer(t, 'good');
    const tokens = [ 'bad', 'good' ];
    const driver = useChannel(t, port, { token: () => Promise.resolve(tokens.shift()) }).push(line('count', null, 1));

    driver.channel.connect();
    await driver.stats(stats => stats.delivered === 1);
    t.deepEqual(valuesOf(dumps), [ 1 ]);
    t.deepEqual(tokens, []);
    t.is(driver.events.filter(({ code }) => code === 'ERR_RTCSTATS_TOKEN').length, 1);
});

test('a function that fails is told of and asked again, and closing does not wait for it for ever', async t => {
    const { dumps, port } = await useServer(t, 'good');
    let asked = 0;
    const driver = useChannel(t, port, { token: () => {
        asked++;
        if (asked === 1) {
            throw new Error('no network');
        }

        return 'good';
    } }).push(line('count', null, 1));

    driver.channel.connect();
    await driver.event('warning', ({ code }) => code === 'ERR_RTCSTATS_TOKEN');
    await driver.stats(stats => stats.delivered === 1);
    t.deepEqual(valuesOf(dumps), [ 1 ]);
    const endless = useChannel(t, port, { token: () => new Promise(() => undefined) });

    endless.channel.connect();
    await endless.channel.close();
    t.true(endless.channel.isClosed());
});

test('what a cut left undelivered follows in a dump that stands alone', async t => {
    const { dumps, port } = await useServer(t);
    const proxy = new FaultProxy(port);

    await proxy.start();
    t.teardown(() => proxy.close());
    const driver = await useChannel(t, proxy.port).connected();

    driver.push(line('create', null, { deviceMemory: 8 }), line('create', 'PC_0', { iceServers: [] }));
    for (let i = 0; i < EVENTS; i++) {
        driver.push(line('count', null, i));
        if (i === EVENTS / 2) {
            await driver.stats(stats => stats.delivered > 0);
            proxy.stall();
        }
    }
    proxy.cut();
    proxy.heal();
    await driver.event('resumed');
    await driver.stats(stats => stats.pending === 0);
    const [ , second ] = dumps;

    t.is(new Set(valuesOf(dumps)).size, EVENTS);
    t.is(driver.channel.stats().dropped, 0);
    t.deepEqual(second.lines[0].slice(0, 3), [ 39, null, { deviceMemory: 8 } ]);
    t.deepEqual(second.lines[1].slice(0, 3), [ 39, 'PC_0', { iceServers: [] } ]);
    t.is(second.lines[2][0], ':resumed');
    t.is(second.lines[2][2].to, driver.channel.stats().statsSessionId);
});

test('a token and a protocol are checked like every option', t => {
    const options = { endpoint: 'ws://127.0.0.1:1',
        meetingFqn: 'room' };

    /** @type {any} */
    const wrong = 1;

    t.throws(() => new TraceChannel({ ...options,
        protocol: /** @type {any} */ '5.0' }), { code: 'ERR_RTCSTATS_OPTION_PROTOCOL' });
    t.throws(() => new TraceChannel({ ...options,
        token: wrong }), { code: 'ERR_RTCSTATS_OPTION_TOKEN' });
    t.throws(() => useChannel(t, 1).channel.setToken(wrong), { code: 'ERR_RTCSTATS_OPTION_TOKEN' });
});
