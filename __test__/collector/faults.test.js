/**
 * The fault switches and the fault proxy: each must do what its name says, and nothing once it is switched off.
 */

'use strict';

const test = require('ava');
const { once } = require('node:events');
const net = require('node:net');

const { createCollector } = require('../../collector');
const { createFaultProxy } = require('../delivery/fault-proxy');

const { Client, entriesOf } = require('./client');

test.beforeEach(async t => {
    t.context.collector = await createCollector({ origins: [ 'https://meet.example' ] });
    t.context.proxy = await createFaultProxy(t.context.collector.port);
    t.context.connect = options => new Client(t.context.collector.url, options);
});

test.afterEach.always(async t => {
    await t.context.proxy.close();
    await t.context.collector.close();
});

test('swallows, duplicates and delays pongs', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();
    const pongs = [];

    client.socket.on('pong', data => pongs.push(String(data)));
    collector.faults.pongs = 'swallow';
    client.socket.ping('lost');
    client.sendEntries(1);
    await once(collector, 'entry');
    collector.faults.pongs = 'duplicate';
    client.socket.ping('twice');
    client.sendEntries(2);
    await once(collector, 'entry');
    collector.faults.pongs = 'answer';
    collector.faults.pongDelay = 20;
    const late = new Promise(resolve => {
        client.socket.on('pong', data => String(data) === 'late' && resolve());
    });

    client.socket.ping('late');
    await late;
    t.deepEqual(pongs, [ 'twice', 'twice', 'late' ]);
});

test('stops reading and goes on', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    collector.faults.stopReading = true;
    client.sendEntries(1, 2);
    await new Client(collector.url).socket.terminate();
    t.deepEqual(collector.dumps(), []);
    collector.faults.stopReading = false;
    await client.barrier();
    t.is(entriesOf(collector, client.id).length, 2);
});

test('a black hole accepts by TCP only, and comes back to life', async t => {
    const { collector, connect } = t.context;
    const before = await connect().ready();

    collector.faults.blackHole = true;
    const probe = net.connect(collector.port, '127.0.0.1');

    await once(probe, 'connect');
    before.sendEntries(1);
    before.socket.ping('x');
    const during = connect();

    await once(collector.faults, 'blackHoled');
    t.deepEqual(collector.dumps(), []);
    t.is(during.socket.readyState, 0);
    collector.faults.blackHole = false;
    await once(before.socket, 'pong');
    t.is(entriesOf(collector, before.id).length, 1);
    probe.destroy();
    during.socket.terminate();
});

test('refuses upgrades with a status', async t => {
    const { collector, connect } = t.context;

    collector.faults.refuseWith = 503;
    const client = connect();
    const [ error ] = await once(client.socket, 'error');

    t.regex(error.message, /503/);
    collector.faults.refuseWith = 0;
    await connect().ready();
});

test('closes new clients, or all of them, with a code', async t => {
    const { collector, connect } = t.context;
    const client = await connect().ready();

    collector.faults.closeWith = 3002;
    t.is(await connect().closed, 3002);
    collector.faults.closeAll(1012, 'restart');
    t.is(await client.closed, 1012);
});

test('withholds the first sn, and says anything', async t => {
    const { collector, connect } = t.context;

    collector.faults.withholdSn = true;
    const client = connect();

    await once(client.socket, 'open');
    await client.barrier();
    t.deepEqual(client.received, []);
    collector.faults.say('garbage');
    t.is(await client.message(), 'garbage');
    collector.faults.say({
        type: 'sn',
        body: { value: 7 }
    });
    t.deepEqual(JSON.parse(await client.message()).body, { value: 7 });
});

test('acknowledges what was written', async t => {
    const { collector, connect } = t.context;

    collector.faults.acknowledging = true;
    const client = await connect().ready();

    client.sendEntries(1);
    t.deepEqual(JSON.parse(await client.message()), {
        type: 'sn',
        body: { value: 1 }
    });
});

test('accepts reconnects when told to, into a dump of their own', async t => {
    const { collector, connect } = t.context;

    collector.faults.acceptReconnect = true;
    for (let sn = 1; sn <= 2; sn++) {
        const client = await connect({ // eslint-disable-line no-await-in-loop
            id: 'a',
            isReconnect: sn > 1
        }).ready();

        client.sendEntries(sn);
        await client.barrier(); // eslint-disable-line no-await-in-loop
        t.is(collector.faults.cut(), 1);
        t.is(await client.closed, 1006); // eslint-disable-line no-await-in-loop
        if (collector.dumps().some(dump => dump.open)) {
            await once(collector, 'dump'); // eslint-disable-line no-await-in-loop
        }
    }
    t.deepEqual(collector.dumps().map(dump => dump.id), [ 'a', 'a_1' ]);
});

test('the proxy carries, stalls, heals, cuts and refuses', async t => {
    const { collector, proxy } = t.context;
    const client = await new Client(proxy.url).ready();

    client.sendEntries(1);
    await client.barrier();
    proxy.stall();
    const { up } = proxy.carried;

    client.sendEntries(2);
    const healed = client.barrier();

    t.is(proxy.carried.up, up);
    proxy.heal();
    await healed;
    t.is(entriesOf(collector, client.id).length, 2);
    t.is(proxy.cut(), 2);
    t.is(await client.closed, 1006);
    proxy.refusing = true;
    t.is(await new Client(proxy.url).closed, 1006);
    proxy.heal();
    await new Client(proxy.url).ready();
});

test('the proxy throttles, delays and corrupts', async t => {
    const { collector, proxy } = t.context;
    const client = await new Client(proxy.url).ready();

    proxy.rules.delay = 5;
    proxy.rules.bytesPerSecond = 1e6;
    client.sendEntries(1);
    await client.barrier();
    proxy.heal();
    proxy.rules.corrupt = (chunk, direction) => {
        const flipped = chunk.map(byte => 255 - byte);

        return direction === 'up' ? flipped : chunk;
    };
    client.sendEntries(2);
    t.true([ 1002, 1006, 1009 ].includes(await client.closed));
    t.is(entriesOf(collector, client.id).length, 1);
});
