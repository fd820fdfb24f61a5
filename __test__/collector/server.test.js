/**
 * The collector against what was observed of jitsi/rtcstats-server: each of these exchanges was run against both. It
 * must never test a behaviour that a client could see differently in production, unless the test's name says so.
 */

'use strict';

const test = require('ava');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { createCollector } = require('../../collector');

const { Client, entriesOf, entryMessage } = require('./client');

test.beforeEach(async t => {
    const collector = await createCollector({ origins: [ 'https://meet.example' ] });

    t.context.collector = collector;
    t.context.connect = options => new Client(collector.url, options);
});

test.afterEach.always(async t => {
    await t.context.collector.close();
    fs.rmSync(t.context.collector.directory, { recursive: true });
});

test('greets with one sn and writes a dump with the connection in its first line', async t => {
    const { collector, connect } = t.context;
    const client = connect();

    t.deepEqual(JSON.parse(await client.message()), {
        type: 'sn',
        body: {
            value: 0,
            state: 'initial'
        }
    });
    t.deepEqual(collector.dumps(), [], 'the first message opens the dump, not the connection');
    client.socket.send(JSON.stringify({
        statsSessionId: client.id,
        type: 'identity',
        data: [ 'identity', null, { user: 'é' }, 1700000000001, 1 ]
    }));
    client.sendEntries(2);
    await client.barrier();

    const [ dump ] = collector.dumps();
    const [ first, ...rest ] = fs.readFileSync(dump.path, 'utf8').trimEnd()
        .split('\n');
    const [ type, pcId, info, timestamp ] = JSON.parse(first);
    const requestPath = `/room?statsSessionId=${client.id}&isReconnect=false`;

    t.is(dump.id, client.id);
    t.true(dump.open);
    t.is(type, 'connectionInfo');
    t.is(pcId, null);
    t.is(typeof timestamp, 'number');
    t.like(info, {
        path: requestPath,
        origin: 'https://meet.example',
        url: `https://meet.example${requestPath}`,
        clientProtocol: '3.1_STANDARD',
        statsFormat: 'chrome_standard',
        clientType: 'RTCSTATS_CLIENT'
    });
    t.regex(info.userAgent, /Chrome\/120/);
    t.deepEqual(rest, [ '["identity",null,{"user":"é"},1700000000001,1]', '["logs",null,null,1700000000002,2]' ]);
});

test('reads one byte stream of concatenated values, whatever the frames', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();
    const [ one, two, three, four ] = [ 1, 2, 3, 4 ].map(sn => entryMessage(client.id, sn, 'é€😀'));
    const binary = Buffer.from(four);

    client.socket.send(`${one}${two}\n `);
    client.socket.send(three.slice(0, 31));
    client.socket.send(three.slice(31));
    client.socket.send(binary.subarray(0, binary.length - 31));
    client.socket.send(binary.subarray(binary.length - 31));
    await client.barrier();
    t.deepEqual(entriesOf(collector, client.id).map(entry => entry[4]), [ 1, 2, 3, 4 ]);
});

test('a pong proves that everything before the ping is in the dump', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    for (let sn = 1; sn <= 3000; sn++) {
        client.sendEntries(sn);
        sn % 100 === 0 && client.socket.ping(String(sn));
    }
    const pongs = [];

    await new Promise(resolve => {
        client.socket.on('pong', data => {
            t.true(entriesOf(collector, client.id).length >= Number(data));
            pongs.push(Number(data));
            pongs.length === 30 && resolve();
        });
    });
    t.deepEqual(pongs, [ ...pongs ].sort((a, b) => a - b));
    t.is(entriesOf(collector, client.id).length, 3000);
});

for (const [ name, options ] of Object.entries({
    'isReconnect=true': { isReconnect: true },
    'an id whose session is live': { id: 'live' },
    'an id whose dump exists': { id: 'ended' }
})) {
    test(`closes ${name} with 3001 and says nothing before`, async t => {
        const { collector, connect } = t.context;

        for (const id of [ 'live', 'ended' ]) {
            const earlier = await connect({ id }).ready(); // eslint-disable-line no-await-in-loop

            earlier.sendEntries(1);
            await earlier.barrier(); // eslint-disable-line no-await-in-loop
            if (id === 'ended') {
                earlier.socket.close(3001);
                await earlier.closed; // eslint-disable-line no-await-in-loop
            }
        }
        const client = connect(options);

        t.is(await client.closed, 3001);
        t.deepEqual(client.received, []);
        t.deepEqual(collector.dumps().map(dump => dump.id), [ 'live', 'ended' ]);
    });
}

test('an id that is connected but has sent nothing is not taken: both may write, into files of their own', async t => {
    const { collector, connect } = t.context;
    const clients = await Promise.all([ connect({ id: 'same' }).ready(), connect({ id: 'same' }).ready() ]);

    for (const client of clients) {
        client.sendEntries(1);
        await client.barrier(); // eslint-disable-line no-await-in-loop
    }
    t.deepEqual(collector.dumps().map(({ id, sessionId }) => [ id, sessionId ]),
        [ [ 'same', 'same' ], [ 'same_1', 'same' ] ]);
});

for (const [ name, message ] of Object.entries({
    'malformed JSON': '{"a" x',
    'an array of messages': `[${entryMessage('a', 1)}]`,
    'an id with other characters': entryMessage('../a', 1),
    'an id that is no string': JSON.stringify({
        statsSessionId: 5,
        type: 'keepalive'
    }),
    'a missing id': JSON.stringify({ type: 'keepalive' }),
    'a missing type': JSON.stringify({ statsSessionId: 'a' })
})) {
    test(`drops the connection on ${name}, and keeps what came before`, async t => {
        const { collector, connect } = t.context;
        const client = await connect().ready();

        client.socket.send(entryMessage(client.id, 1) + message);
        client.sendEntries(2);
        t.is(await client.closed, 1006);
        t.deepEqual(entriesOf(collector, client.id).map(entry => entry[4]), [ 1 ]);
        t.deepEqual(collector.dumps().map(dump => dump.open), [ false ]);
    });
}

test('keepalives and unknown types open the dump and leave no line', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    for (const type of [ 'keepalive', 'somethingNew' ]) {
        client.socket.send(JSON.stringify({
            statsSessionId: client.id,
            type,
            data: 'x'
        }));
    }
    await client.barrier();
    t.deepEqual(entriesOf(collector, client.id), []);
});

test('data that is not a string is written as the server writes it, which spoils the line', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    client.socket.send(JSON.stringify({
        statsSessionId: client.id,
        type: 'stats-entry',
        data: { a: 1 }
    }));
    await client.barrier();
    t.true(fs.readFileSync(collector.dumps()[0].path, 'utf8').endsWith('\n[object Object]\n'));
});

test('a close message ends the dump but not the connection', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    client.sendEntries(1);
    client.socket.send(JSON.stringify({
        statsSessionId: client.id,
        type: 'close'
    }));
    await client.barrier();
    t.deepEqual(collector.dumps().map(dump => dump.open), [ false ]);
    t.deepEqual(entriesOf(collector, client.id).length, 1);
});

test('one connection may carry several sessions', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    client.socket.send(entryMessage('a', 1) + entryMessage('b', 1) + entryMessage('a', 2));
    await client.barrier();
    t.deepEqual(entriesOf(collector, 'a').map(entry => entry[4]), [ 1, 2 ]);
    t.deepEqual(entriesOf(collector, 'b').map(entry => entry[4]), [ 1 ]);
});

for (const protocols of [ [ '3.1_LEGACY' ], [], [ 'a', '3.1_STANDARD' ] ]) {
    test(`an unsupported client is served, its requests are kept whole: ${JSON.stringify(protocols)}`, async t => {
        const { collector, connect } = t.context;
        const client = await connect({ protocols }).ready();

        client.sendEntries(1);
        await client.barrier();
        t.is(client.socket.protocol, protocols[0] ?? '');
        t.is(client.socket.extensions, '');
        t.is(collector.dumps()[0].client.clientType, 'UNSUPPORTED_CLIENT');
        t.like(entriesOf(collector, client.id)[0], {
            statsSessionId: client.id,
            type: 'stats-entry',
            data: '["logs",null,null,1700000000001,1]'
        });
    });
}

test('closes a client that falls silent after its first message, pings notwithstanding', async t => {
    const collector = await createCollector({
        idleTimeout: 50,
        origins: [ 'https://meet.example' ]
    });
    const client = await new Client(collector.url).ready();
    const pings = setInterval(() => client.socket.ping(), 10);

    client.sendEntries(1);
    await once(collector, 'dump');
    const closed = once(collector, 'dump');

    t.is(await client.closed, 1005);
    await closed;
    clearInterval(pings);
    t.false(collector.dumps()[0].open);
    await collector.close();
});

test('tells listeners of sessions, dumps and entries', async t => {
    const { collector, connect } = t.context;
    const events = [];

    collector.on('session', ({ sessionId, open }) => events.push([ 'session', sessionId, open ]));
    collector.on('dump', ({ id, open }) => events.push([ 'dump', id, open ]));
    collector.on('entry', ({ id, line }) => events.push([ 'entry', id, JSON.parse(line)[4] ]));
    const client = await connect({ id: 'a' }).ready();

    client.sendEntries(1);
    await client.barrier();
    const gone = new Promise(resolve => {
        collector.on('session', ({ open }) => open || resolve());
    });

    client.socket.close(3001);
    await gone;
    t.deepEqual(events, [
        [ 'session', 'a', true ],
        [ 'dump', 'a', true ],
        [ 'entry', 'a', 1 ],
        [ 'dump', 'a', false ],
        [ 'session', 'a', false ]
    ]);
});

test('a restart keeps port and dumps; closing twice is fine', async t => {
    const { collector, connect } = t.context;
    const { port } = collector;
    const client = await connect({ id: 'a' }).ready();

    client.sendEntries(1);
    await client.barrier();
    await collector.stop();
    t.is(await client.closed, 1006);
    t.deepEqual(collector.dumps().map(dump => dump.open), [ false ]);
    await collector.start();
    t.is(collector.port, port);
    t.is(await connect({ id: 'a' }).closed, 3001);
    await connect({ id: 'a_1' }).ready();
    await collector.close();
    await collector.close();
});

test('lists what an earlier run left in its folder, and nothing else', async t => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'collector-test-'));

    fs.writeFileSync(path.join(directory, 'old'), '["connectionInfo",null,{},1]\n["logs",null,"a",2,1]\n');
    fs.writeFileSync(path.join(directory, 'notes'), 'something else');
    fs.mkdirSync(path.join(directory, 'folder'));
    const collector = await createCollector({
        directory,
        origins: [ 'https://meet.example' ]
    });

    t.deepEqual(collector.dumps().map(({ id, open }) => [ id, open ]), [ [ 'old', false ] ]);
    await collector.close();
    fs.rmSync(directory, { recursive: true });
});

test('an importer-format dump ends its lines with the time', async t => {
    const collector = await createCollector({
        importerFormat: true,
        origins: [ 'https://meet.example' ]
    });
    const client = await new Client(collector.url).ready();

    client.sendEntries(1);
    client.socket.send(JSON.stringify({
        statsSessionId: client.id,
        type: 'stats-entry',
        data: 'damaged,1,2]'
    }));
    await client.barrier();
    const [ first, ...rest ] = fs.readFileSync(collector.dumps()[0].path, 'utf8').trimEnd()
        .split('\n');

    t.like(JSON.parse(first), {
        fileFormat: 2,
        origin: 'https://meet.example'
    });
    t.deepEqual(rest, [ '["logs",null,null,1700000000001]', 'damaged,1,2]' ]);
    await collector.close();
});
