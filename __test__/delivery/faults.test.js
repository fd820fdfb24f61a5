/**
 * Real sockets through everything a network and a server can do to them. Whatever happens in the middle of a session of
 * 300 events, all of them are in some dump, in order, each dump stands alone, and only what was not acknowledged before
 * the fault comes twice.
 */

'use strict';

const test = require('ava');

const { assertAccounted } = require('../addon/harness');

const { audit, feed, useLink } = require('./harness');
const { sessionOf } = require('./session');

const EVENTS = 300;
const THIRD = EVENTS / 3;

/**
 * Runs a session with a fault in its middle and checks all of it.
 *
 * @param {any} t - Ava's context.
 * @param {Object} fault - The fault.
 * @param {function(any): any} fault.begin - Begins it; gets collector, driver and proxy.
 * @param {function(any): Promise<any>} [fault.during] - What to wait for while it lasts.
 * @param {function(any): any} [fault.end] - Ends it.
 * @param {boolean} [fault.resumes] - Whether the session is to go on as another part.
 * @param {Object} [fault.options] - The channel's options.
 * @returns {Promise<void>} When checked.
 */
async function survive(t, { begin, during = ({ driver }) => driver.event('disconnected'), end = () => undefined,
    options, resumes = true }) {
    const lines = sessionOf(EVENTS);
    const world = await useLink(t, options);
    const { collector, driver } = world;

    driver.channel.connect();
    await feed(driver, lines.slice(0, THIRD));
    const { delivered } = await driver.stats(stats => stats.delivered >= THIRD / 2);

    await begin(world);
    await feed(driver, lines.slice(THIRD, 2 * THIRD));
    await during(world);
    await end(world);
    await feed(driver, lines.slice(2 * THIRD));
    const stats = await driver.stats(now => now.delivered === EVENTS);

    await driver.channel.close();
    const { dumps, lost, repeated } = audit(collector, lines);

    t.is(lost, 0);
    t.is(stats.dropped, 0);
    t.true(repeated.every(sn => sn > delivered), 'what was acknowledged is not sent again');
    checkParts(t, driver, dumps, resumes);
    t.log(`parts ${dumps.length}, repeated ${repeated.length} of ${EVENTS}`);
}

/**
 * Checks how the parts are named and that the app was told of them.
 *
 * @param {any} t - Ava's context.
 * @param {any} driver - The channel.
 * @param {string[]} dumps - The names of the dumps.
 * @param {boolean} resumes - Whether there is to be more than one part.
 * @returns {void}
 */
function checkParts(t, driver, dumps, resumes) {
    const [ { statsSessionId: uuid } ] = driver.events.filter(({ type }) => type === 'connected');
    const told = driver.events.filter(({ type }) => type === 'resumed');
    const numberOf = id => Number(id.split('_')[1] ?? 0);

    t.true(dumps.every(id => id.split('_')[0] === uuid));
    t.is(dumps.length > 1, resumes);
    for (const id of dumps.filter(name => name !== uuid)) {
        t.true(told.some(({ from, to }) => to === id && numberOf(from) < numberOf(to)), `told of ${id}`);
    }
    assertAccounted(driver.channel.stats());
}

/**
 * Waits until the link was lost that many times.
 *
 * @param {any} driver - The channel.
 * @param {number} count - How many times.
 * @returns {Promise<void>} When it was.
 */
function lostTimes(driver, count) {
    return driver.until(() => driver.events.filter(({ type }) => type === 'disconnected').length >= count);
}

for (const [ what, fault ] of Object.entries({
    'a cut of two seconds': {
        begin: ({ proxy }) => {
            proxy.refusing = true;
            proxy.cut();
        },

        // How long the fault lasts, not a wait for something.
        during: () => new Promise(resolve => {
            setTimeout(resolve, 2000);
        }),
        end: ({ proxy }) => proxy.heal()
    },
    'a cut that heals at once': { begin: ({ proxy }) => proxy.cut() },
    'a half-open link': {
        begin: ({ proxy }) => proxy.stall(),
        during: ({ driver }) => lostTimes(driver, 2),
        end: ({ proxy }) => proxy.heal()
    },
    'a server that plays dead': {
        begin: ({ collector }) => {
            collector.faults.blackHole = true;
        },
        during: ({ driver }) => lostTimes(driver, 2),
        end: ({ collector }) => {
            collector.faults.blackHole = false;
        }
    },
    'a restart of the server on the same port': {
        begin: ({ collector }) => collector.stop(),
        during: ({ driver }) => lostTimes(driver, 3),
        end: ({ collector }) => collector.start()
    },
    'a server that refuses with 3001': {
        begin: ({ collector, proxy }) => {
            collector.faults.closeWith = 3001;
            proxy.cut();
        },
        during: ({ driver }) => lostTimes(driver, 4),
        end: ({ collector }) => {
            collector.faults.closeWith = 0;
        }
    },
    'a server that ends the session with 3001': {
        begin: ({ collector }) => collector.faults.closeAll(3001)
    },
    'a server that refuses with HTTP 503': {
        begin: ({ collector, proxy }) => {
            collector.faults.refuseWith = 503;
            proxy.cut();
        },
        during: ({ driver }) => lostTimes(driver, 4),
        end: ({ collector }) => {
            collector.faults.refuseWith = 0;
        }
    },
    'a link of 100 kB a second': {
        begin: ({ proxy }) => {
            proxy.rules.bytesPerSecond = 100000;
        },
        during: ({ driver }) => driver.stats(({ delivered }) => delivered >= 1.5 * THIRD),
        options: { pongTimeout: 5000 },
        resumes: false
    },
    'bytes that arrive corrupted': {
        begin: ({ proxy }) => {
            proxy.rules.corrupt = chunk => chunk.map(byte => 255 - byte);
        },
        during: ({ driver }) => lostTimes(driver, 2),
        end: ({ proxy }) => proxy.heal()
    },
    'pongs that come late, but in time': {
        begin: ({ collector }) => {
            collector.faults.pongDelay = 100;
        },
        during: ({ driver }) => driver.stats(({ delivered }) => delivered >= 1.5 * THIRD),
        options: { pongTimeout: 5000 },
        resumes: false
    },
    'pongs that come too late': {
        begin: ({ collector }) => {
            collector.faults.pongDelay = 900;
        },
        end: ({ collector }) => {
            collector.faults.pongDelay = 0;
        }
    },
    'pongs that come twice': {
        begin: ({ collector }) => {
            collector.faults.pongs = 'duplicate';
        },
        during: ({ driver }) => driver.stats(({ delivered }) => delivered >= 1.5 * THIRD),
        resumes: false
    },
    'pongs that never come': {
        begin: ({ collector }) => {
            collector.faults.pongs = 'swallow';
        },
        during: ({ driver }) => lostTimes(driver, 2),
        end: ({ collector }) => {
            collector.faults.pongs = 'answer';
        }
    },
    'a server that never says it is ready': {
        begin: ({ collector, proxy }) => {
            collector.faults.withholdSn = true;
            proxy.cut();
        },
        during: ({ driver }) => lostTimes(driver, 2),
        end: ({ collector }) => {
            collector.faults.withholdSn = false;
        }
    },
    'a server that stops reading': {
        begin: ({ collector }) => {
            collector.faults.stopReading = true;
        },
        during: ({ driver }) => lostTimes(driver, 2),
        end: ({ collector }) => {
            collector.faults.stopReading = false;
        }
    }
})) {
    test.serial(`${what}: nothing is lost`, t => survive(t, fault));
}

test.serial('a server that acknowledges with sn frees events even without pongs', async t => {
    const lines = sessionOf(EVENTS);
    const { collector, driver } = await useLink(t, { pongTimeout: 60000 }, { acknowledging: true,
        pongs: 'swallow' });

    driver.channel.connect();
    await feed(driver, lines);
    const { reconnects } = await driver.stats(({ delivered }) => delivered === EVENTS);

    t.is(reconnects, 0);
    t.deepEqual(audit(collector, lines), { dumps: [ driver.channel.stats().statsSessionId ],
        lost: 0,
        repeated: [] });
});

test.serial('a server that lets a session go on but has forgotten it is left with 3002, for another part', async t => {
    const lines = sessionOf(EVENTS);
    const { collector, driver, proxy } = await useLink(t, { reconnect: { baseDelay: 10,
        jitter: 0,
        resumeSession: true } }, { acceptReconnect: true });
    const codes = [];

    collector.on('session', ({ code, open }) => open || codes.push(code));
    driver.channel.connect();
    await feed(driver, lines.slice(0, THIRD));
    await driver.stats(({ delivered }) => delivered === THIRD);
    proxy.cut();
    await feed(driver, lines.slice(THIRD));
    await driver.stats(({ delivered }) => delivered === EVENTS);
    await driver.channel.close();
    const { lost, repeated } = audit(collector, lines);

    t.is(lost, 0);
    t.deepEqual(repeated, []);
    t.deepEqual(codes.slice(0, 2), [ 1006, 3002 ]);
});
