/**
 * Servers that speak garbage. Whatever they say is reported, nothing throws, and once a proper server answers at the
 * same address every event arrives there, in order and once.
 */

'use strict';

const test = require('ava');
const { createHash } = require('node:crypto');
const net = require('node:net');

const { Driver, entriesOf, line, useCollector } = require('./harness');
const { SN_INITIAL } = require('./recorder');

const EVENTS = [ 'one', 'two', 'three' ];

/**
 * Listens in front of a collector: the first connections are mistreated, the others go through.
 *
 * @param {any} t - Ava's context; the server ends with the test.
 * @param {any} collector - The collector.
 * @param {function(any): void} mistreat - Gets the socket of each of the first connections.
 * @param {number} [times] - How many those are.
 * @returns {Promise<string>} The address, host and port.
 */
async function inFrontOf(t, collector, mistreat, times = 1) {
    const sockets = new Set();
    let count = 0;
    const server = net.createServer(socket => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        if (count++ < times) {
            mistreat(socket);

            return;
        }
        const upstream = net.connect(collector.port, '127.0.0.1');

        upstream.on('error', () => undefined);
        socket.pipe(upstream).pipe(socket);
    });

    await new Promise(resolve => {
        server.listen(0, '127.0.0.1', resolve);
    });
    t.teardown(() => {
        sockets.forEach(socket => socket.destroy());
        server.close();
    });

    return `127.0.0.1:${server.address().port}`;
}

/**
 * Answers a request with a text.
 *
 * @param {string | Buffer} answer - The text.
 * @returns {function(any): void} Mistreats a socket so.
 */
function answering(answer) {
    return socket => socket.once('data', () => socket.end(answer));
}

/**
 * Completes the handshake and sends raw bytes.
 *
 * @param {Buffer} bytes - The bytes.
 * @param {string[]} [headers] - Headers of the answer.
 * @returns {function(any): void} Mistreats a socket so.
 */
function upgraded(bytes, headers = [ 'Sec-WebSocket-Protocol: 3.1_STANDARD', 'Connection: Upgrade' ]) {
    return socket => socket.once('data', data => {
        const [ , key ] = (/sec-websocket-key: (.*)\r\n/i).exec(String(data));
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
            .digest('base64');

        socket.write([ 'HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket',
            `Sec-WebSocket-Accept: ${accept}`, ...headers, '', '' ].join('\r\n'));
        socket.write(bytes);
    });
}

/**
 * Makes a frame as servers send them.
 *
 * @param {number} opcode - The first byte.
 * @param {string | Buffer} payload - Fewer than 126 bytes.
 * @returns {Buffer} The frame.
 */
function frame(opcode, payload) {
    const body = Buffer.from(payload);

    return Buffer.concat([ Buffer.from([ opcode, body.length ]), body ]);
}

const GREETING = frame(0x81, SN_INITIAL);

for (const [ what, mistreat ] of Object.entries({
    'HTTP 200': answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
    'HTTP 401': answering('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n'),
    'HTTP 500': answering('HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops'),
    'a connection closed at once': socket => socket.destroy(),
    'a connection closed in the middle of a header': answering('HTTP/1.1 101 Switch'),
    'a frame that claims 2^62 bytes': upgraded(Buffer.concat([ GREETING,
        Buffer.from([ 0x81, 127, 0x40, 0, 0, 0, 0, 0, 0, 0 ]) ])),
    'a frame with a reserved opcode': upgraded(Buffer.concat([ GREETING, frame(0x8b, 'x') ])),
    'a frame with reserved bits': upgraded(Buffer.concat([ GREETING, frame(0xf1, 'x') ])),
    'a masked frame': upgraded(Buffer.concat([ GREETING, Buffer.from([ 0x81, 0x81, 1, 2, 3, 4, 5 ]) ])),
    'a ping that is too long': upgraded(Buffer.concat([ GREETING, Buffer.from([ 0x89, 126, 1, 0 ]),
        Buffer.alloc(256) ])),
    'a redirect to elsewhere': answering(
        'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
    'a subprotocol nobody asked for': upgraded(GREETING, [ 'Sec-WebSocket-Protocol: soap',
        'Connection: Upgrade' ]),
    'an accept key that is wrong': answering([ 'HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket',
        'Connection: Upgrade', 'Sec-WebSocket-Accept: d3Jvbmc=', 'Sec-WebSocket-Protocol: 3.1_STANDARD', '', ''
    ].join('\r\n')),
    'an answer of binary garbage': answering(Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) % 256))),
    'an answer that is TLS': answering(Buffer.from([ 0x15, 3, 1, 0, 2, 2, 40 ])),
    'a message of two megabytes': upgraded(Buffer.concat([ GREETING,
        Buffer.from([ 0x81, 127, 0, 0, 0, 0, 0, 0x20, 0, 0 ]), Buffer.alloc(0x200000, ' ') ])),
    'an endless header': socket => socket.once('data', () => {
        const filler = `X-Filler: ${'x'.repeat(65536)}\r\n`;
        const more = () => socket.destroyed || socket.write(filler, error => error || more());

        socket.write('HTTP/1.1 101 Switching Protocols\r\n');
        more();
    }),
    'no first sn': upgraded(Buffer.alloc(0)),
    'text that is not UTF-8': upgraded(Buffer.concat([ GREETING, frame(0x81, Buffer.from([ 0xc3, 0x28 ])) ]))
})) {
    test(`${what}: reported, survived, and nothing is lost`, async t => {
        const collector = await useCollector(t);
        const address = await inFrontOf(t, collector, mistreat);
        const driver = new Driver(t, { connectTimeout: 1000,
            endpoint: `ws://${address}`,
            pongTimeout: 1000 });

        driver.push(...EVENTS.map(text => line('logs', null, text)));
        driver.channel.connect();
        const { willReconnect, code, reason } = await driver.event('disconnected');

        t.true(willReconnect);
        t.is(typeof code, 'number');
        t.not(reason, '');
        const stats = await driver.stats(({ delivered }) => delivered === EVENTS.length);

        t.is(stats.captured, EVENTS.length);
        t.is(stats.dropped, 0);
        t.deepEqual(entriesOf(collector).filter(([ type ]) => type === 'logs')
            .map(entry => entry[2]), EVENTS);
    });
}

for (const [ what, fields ] of Object.entries({
    'a Connection field that is a list': [ 'Connection: keep-alive, Upgrade' ],
    'several Connection fields': [ 'Connection: keep-alive', 'connection: UPGRADE' ],
    'an Upgrade field in capitals': [ 'Connection: upgrade, close', 'X-Odd:', 'Via: 1.1 proxy' ]
})) {
    test(`${what} is as good as any other`, async t => {
        const collector = await useCollector(t);
        const address = await inFrontOf(t, collector,
            upgraded(GREETING, [ 'Sec-WebSocket-Protocol: 3.1_STANDARD', ...fields ]));

        await new Driver(t, { closeTimeout: 0,
            endpoint: `ws://${address}` }).connected();
        t.pass();
    });
}

test('TLS to a plain port fails like any other attempt', async t => {
    const collector = await useCollector(t);
    const driver = new Driver(t, { closeTimeout: 0,
        endpoint: collector.url.replace('ws:', 'wss:') });

    driver.push(line('logs', null, 1)).channel.connect();
    const { reason, willReconnect } = await driver.event('disconnected');

    t.true(willReconnect);
    t.is(reason, 'TLS failed: the server does not speak TLS');
    t.is((await driver.stats(({ captured }) => captured === 1)).pending, 1);
    await driver.channel.close();
    t.is(driver.channel.stats().dropped, 1);
});

test('a port that nobody listens on is tried until the budget is spent, then an error says so', async t => {
    const driver = new Driver(t, { closeTimeout: 0,
        endpoint: 'ws://127.0.0.1:1',
        reconnect: { baseDelay: 1,
            budget: 20,
            jitter: 0,
            maxDelay: 5 } });

    driver.push(line('logs', null, 1)).channel.connect();
    const { code } = await driver.event('error');

    t.is(code, 'ERR_RTCSTATS_UNREACHABLE');
    t.true(driver.events.filter(({ type }) => type === 'disconnected').length > 2);
    t.is(driver.events[0].reason, 'cannot reach the server: the connection was refused');
    t.is(driver.events.find(({ willReconnect }) => willReconnect === false)?.type, 'disconnected');
    t.false(driver.channel.isClosed());
});

test('a host name that does not exist fails like any other attempt', async t => {
    const driver = new Driver(t, { closeTimeout: 0,
        endpoint: 'ws://rtcstats.invalid' });

    driver.channel.connect();
    t.true((await driver.event('disconnected')).willReconnect);
});

for (const [ what, message ] of Object.entries({
    'a binary message': Buffer.from([ 0, 1, 2, 255 ]),
    'a message of unknown type': { body: { value: 1 },
        type: 'surprise' },
    'a message without a type': { body: {} },
    'an empty message': '',
    'an sn beyond everything sent': { body: { value: 1e15 },
        type: 'sn' },
    'an sn that is negative': { body: { value: -1 },
        type: 'sn' },
    'an sn without a body': { type: 'sn' },
    'half a message': '{"type":"sn","bo'
})) {
    test(`${what} disturbs nothing`, async t => {
        const collector = await useCollector(t);
        const driver = await new Driver(t, { endpoint: collector.url }).connected();

        const lines = [];

        collector.on('entry', entry => lines.push(entry.line));
        driver.push(line('logs', null, 'before'));
        await driver.stats(({ delivered }) => delivered === 1);
        for (let i = 0; i < 20; i++) {
            collector.faults.say(message);
        }
        driver.push(line('logs', null, 'after'));
        const { reconnects } = await driver.stats(({ delivered }) => delivered === 2);

        // A server that claims to have what it has not read yet is believed, so the dump may be behind.
        await driver.until(() => lines.length === 2);
        t.is(reconnects, 0);
        t.deepEqual(entriesOf(collector).map(entry => entry[2]), [ 'before', 'after' ]);
        t.true(driver.events.filter(({ type }) => type === 'warning').length <= 1, 'said once');
    });
}

test('pongs nobody asked for, repeated and late ones acknowledge nothing', async t => {
    const collector = await useCollector(t, { faults: { pongs: 'swallow' } });
    const driver = await new Driver(t, { closeTimeout: 0,
        endpoint: collector.url }).connected();
    const arrived = new Promise(resolve => {
        collector.once('entry', resolve);
    });

    driver.push(line('logs', null, 1));
    await arrived;
    collector.faults._sockets.forEach(socket => [ '', '0', '99', '-1', 'x', '18446744073709551616' ]
        .forEach(payload => socket.pong(payload)));
    collector.faults.say({ type: 'surprise' });
    await driver.event('warning');
    t.is(driver.channel.stats().delivered, 0);
    t.is(driver.channel.stats().pending, 1);
});
