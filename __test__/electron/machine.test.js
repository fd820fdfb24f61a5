/**
 * The machine's side of a call, with doubles for Electron and the operating system: what each event becomes, what a
 * call begins with, that nothing names a user, a machine or an address, and that nothing is watched while no call is.
 */

'use strict';

const test = require('ava');
const { EventEmitter } = require('node:events');

const { Machine, POLL_INTERVAL } = require('../../electron/main/machine');
const { EVENTS, WINDOW_EVENTS } = require('../../electron/main/machine/sources');

const DISPLAY = { bounds: { height: 900,
    width: 1600,
    x: 10,
    y: 20 },
displayFrequency: 60,
internal: true,
label: 'Display of Alice',
rotation: 0,
scaleFactor: 2 };

/** What each event is told with, by its name. */
const TOLD = {
    'child-process-gone': [ {}, { exitCode: 9,
        name: 'GPU Process',
        reason: 'killed',
        serviceName: 'GPU',
        type: 'GPU' } ],
    'display-added': [ {}, DISPLAY ],
    'display-metrics-changed': [ {}, DISPLAY, [ 'bounds' ] ],
    'display-removed': [ {}, DISPLAY ],
    'render-process-gone': [ {}, { exitCode: 5,
        reason: 'crashed' } ],
    'speed-limit-change': [ { limit: 50 } ],
    'thermal-state-change': [ { state: 'serious' } ]
};

/** What must not be in any entry. */
const SECRETS = [ '192.0.2.7', '2001:db8::7', '02:00:00:00:00:07', 'corp-vpn', 'alice', 'Alice', '198.51.100.1' ];

/**
 * Makes doubles.
 *
 * @returns {Object} - `electron`, `os`, `clock`, and what can be changed about them.
 */
function createDoubles() {
    const state = { features: { webgl: 'enabled' },
        interfaces: {
            'corp-vpn0': [ { address: '192.0.2.7',
                family: 'IPv4',
                internal: false,
                mac: '02:00:00:00:00:07' } ],
            'lo': [ { address: '127.0.0.1',
                family: 'IPv4',
                internal: true } ],
            'wlan0': [ { address: '2001:db8::7',
                family: 6,
                internal: false } ]
        },
        time: 0 };

    return { electron: {
        app: Object.assign(new EventEmitter(), {
            getAppMetrics: () => [ { cpu: { percentCPUUsage: 12.5 },
                memory: { workingSetSize: 1000 },
                pid: 7,
                type: 'Browser' } ],
            getGPUFeatureStatus: () => state.features,
            getGPUInfo: () => Promise.resolve({ gpuDevice: [ { active: true,
                deviceId: 2,
                vendorId: 1 } ] }),
            getName: () => 'Meetings',
            getVersion: () => '1.2.3'
        }),
        net: { isOnline: () => true },
        powerMonitor: Object.assign(new EventEmitter(), {
            getCurrentThermalState: () => 'nominal',
            isOnBatteryPower: () => true
        }),
        screen: Object.assign(new EventEmitter(), { getAllDisplays: () => [ DISPLAY ] })
    },
    os: {
        cpus: () => [ { model: 'A CPU' }, { model: 'A CPU' } ],
        networkInterfaces: () => state.interfaces,
        release: () => '6.1',
        totalmem: () => 8192 * 1024
    },
    state };
}

/**
 * A call in a window.
 *
 * @param {Object} [contents] - The window's contents.
 * @returns {Object} - The member, and the `entries` written into it.
 */
function createMember(contents = new EventEmitter()) {
    const entries = [];

    return { contents,
        entries,
        of: type => entries.filter(entry => entry[0] === type).map(entry => entry[2]),
        push: line => entries.push(JSON.parse(line)) };
}

/**
 * Counts the listeners of everything.
 *
 * @param {EventEmitter[]} emitters - What.
 * @returns {number} - How many.
 */
function countListeners(emitters) {
    return emitters.reduce((sum, emitter) =>
        sum + emitter.eventNames().reduce((inner, name) => inner + emitter.listenerCount(name), 0), 0);
}

test('a call begins with the facts, the interfaces and the graphics processors', async t => {
    const { electron, os } = createDoubles();
    const member = createMember();
    const leave = new Machine(electron, os).join(member);

    await new Promise(setImmediate);
    leave();
    t.deepEqual(member.entries.map(([ type, pcId ]) => [ type, pcId ]),
        [ [ 'clientFacts', null ], [ 'os.networkInterfaces', null ], [ 'app.getGPUInfo', null ] ]);
    t.true(member.entries.every(entry => entry.length === 4 && Number.isInteger(entry[3])));
    const [ facts ] = member.of('clientFacts');

    t.deepEqual(facts.app, { name: 'Meetings',
        version: '1.2.3' });
    t.deepEqual(facts.cpu, { count: 2,
        model: 'A CPU' });
    t.is(facts.memory, 8192);
    t.is(facts.onBattery, true);
    t.is(facts.os.name, process.platform);
    t.deepEqual(facts.screens, [ { frequency: 60,
        height: 900,
        internal: true,
        rotation: 0,
        scaleFactor: 2,
        width: 1600 } ]);
    t.deepEqual(member.of('os.networkInterfaces'), [ { interfaces: [ { families: [ 'IPv4' ],
        kind: 'vpn' }, { families: [ 'IPv6' ],
        kind: 'wifi' } ],
    online: true } ]);
    t.deepEqual(member.of('app.getGPUInfo'), [ [ { active: true,
        deviceId: 2,
        vendorId: 1 } ] ]);
});

test('every event of the tables becomes one entry of its name, without anything that names somebody', t => {
    const { electron, os } = createDoubles();
    const member = createMember();
    const leave = new Machine(electron, os).join(member);

    [ ...EVENTS, ...WINDOW_EVENTS ].forEach(({ emitter, event }) => {
        const type = `${emitter}.${event}`;

        (electron[emitter] ?? member.contents).emit(event, ...TOLD[event] ?? [ {} ]);
        t.is(member.of(type).length, 1, type);
    });
    leave();
    t.deepEqual(member.of('app.child-process-gone'), [ { exitCode: 9,
        name: 'GPU Process',
        reason: 'killed',
        serviceName: 'GPU',
        type: 'GPU' } ]);
    t.deepEqual(member.of('webContents.render-process-gone'), [ { exitCode: 5,
        reason: 'crashed' } ]);
    t.deepEqual(member.of('powerMonitor.thermal-state-change'), [ 'serious' ]);
    t.deepEqual(member.of('powerMonitor.speed-limit-change'), [ 50 ]);
    t.deepEqual(member.of('powerMonitor.suspend'), [ null ]);
    t.deepEqual(member.of('screen.display-metrics-changed')[0].changed, [ 'bounds' ]);
    SECRETS.forEach(secret => t.false(JSON.stringify(member.entries).includes(secret), secret));
});

test('what happens in one window stays in the calls of that window', t => {
    const { electron, os } = createDoubles();
    const machine = new Machine(electron, os);
    const contents = new EventEmitter();
    const members = [ createMember(contents), createMember(contents), createMember() ];
    const leaving = members.map(member => machine.join(member));

    contents.emit('unresponsive');
    t.deepEqual(members.map(member => member.of('webContents.unresponsive').length), [ 1, 1, 0 ]);
    leaving[0]();
    contents.emit('responsive');
    t.deepEqual(members.map(member => member.of('webContents.responsive').length), [ 0, 1, 0 ]);
    leaving.forEach(leave => leave());
});

test('nothing is listened to and no timer runs while no call is open', t => {
    const { electron, os } = createDoubles();
    const machine = new Machine(electron, os);
    const member = createMember();
    const emitters = [ electron.app, electron.powerMonitor, electron.screen, member.contents ];
    const { clearInterval, setInterval } = globalThis;
    const timers = new Set();

    globalThis.setInterval = (work, milliseconds) => {
        const timer = { milliseconds,
            work };

        timers.add(timer);

        return timer;
    };
    globalThis.clearInterval = timer => timers.delete(timer);
    try {
        const leave = machine.join(member);

        t.true(countListeners(emitters) > EVENTS.length);
        t.deepEqual([ ...timers ].map(({ milliseconds }) => milliseconds), [ POLL_INTERVAL ]);
        t.true(POLL_INTERVAL >= 10000);
        leave();
        leave();
        t.is(countListeners(emitters), 0);
        t.is(timers.size, 0);
    } finally {
        Object.assign(globalThis, { clearInterval,
            setInterval });
    }
});

test('a look writes what the processes take, and the interfaces only when they have changed', t => {
    const { electron, os, state } = createDoubles();
    const machine = new Machine(electron, os);
    const member = createMember();
    const leave = machine.join(member);

    machine._look();
    machine._look();
    t.is(member.of('app.getAppMetrics').length, 2);
    t.deepEqual(member.of('app.getAppMetrics')[0].processes, [ { cpu: 12.5,
        memory: 1000,
        pid: 7,
        type: 'Browser' } ]);
    t.is(member.of('os.networkInterfaces').length, 1);

    // Another network on the same interface: the same kinds, but told.
    state.interfaces = { ...state.interfaces,
        'corp-vpn0': [ { address: '198.51.100.1',
            family: 'IPv4',
            internal: false } ] };
    machine._look();
    t.is(member.of('os.networkInterfaces').length, 2);
    SECRETS.forEach(secret => t.false(JSON.stringify(member.entries).includes(secret), secret));
    leave();
});

test('the features of the graphics processor are told when they have changed', t => {
    const { electron, os, state } = createDoubles();
    const member = createMember();
    const leave = new Machine(electron, os).join(member);

    electron.app.emit('gpu-info-update');
    state.features = { webgl: 'disabled_off' };
    electron.app.emit('gpu-info-update');
    electron.app.emit('gpu-info-update');
    t.deepEqual(member.of('app.gpu-info-update'), [ { webgl: 'disabled_off' } ]);
    leave();
});

test('a flood of one event is bounded, and leaves room for the others; a clock set back changes nothing', t => {
    const { electron, os } = createDoubles();
    let time = 5000;
    const member = createMember();
    const leave = new Machine(electron, os, () => time).join(member);
    const flood = () => {
        for (let i = 0; i < 1000; i++) {
            electron.screen.emit('display-metrics-changed', {}, DISPLAY, [ 'bounds' ]);
        }
    };

    flood();
    electron.powerMonitor.emit('suspend');
    t.is(member.of('screen.display-metrics-changed').length, 30);
    t.is(member.of('powerMonitor.suspend').length, 1);
    time += 60000;
    flood();
    t.is(member.of('screen.display-metrics-changed').length, 60);
    leave();
});

test('what Electron refuses is missing, and nothing else', t => {
    const broken = new Proxy(new EventEmitter(), { get(target, name) {
        if (name in target) {
            return target[name];
        }

        return () => {
            throw new Error('not on this platform');
        };
    } });
    const { os } = createDoubles();
    const member = createMember();
    const machine = new Machine({ app: broken,
        powerMonitor: broken,
        screen: undefined }, os);
    const leave = machine.join(member);

    machine._look();
    broken.emit('suspend');
    leave();
    t.deepEqual(member.entries.map(([ type ]) => type),
        [ 'clientFacts', 'os.networkInterfaces', 'powerMonitor.suspend' ]);
});
