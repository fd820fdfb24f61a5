/**
 * What the delivery tests share: the oracle that compares what was captured with what is in the collector's dumps, and
 * a channel behind a faulty link. It knows nothing of how the addon delivers.
 */

'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { decodeAll } = require('../../collector/dump/delta-v3.js');
const { Driver, useCollector } = require('../addon/harness');

const { createFaultProxy } = require('./fault-proxy');

const STATE_CHANGE = /^on.*statechange$/;

/** Deadlines and waits short enough for tests, long enough for a busy machine. */
const SHORT = { batch: { maxDelay: 10 },
    connectTimeout: 1000,
    pongTimeout: 500,
    reconnect: { baseDelay: 50,
        jitter: 50,
        maxDelay: 200 } };

/** For links without a fault: however busy the machine is, none is given up. */
const PATIENT = { ...SHORT,
    connectTimeout: 30000,
    pongTimeout: 30000 };

/**
 * Reads the dumps of a collector, oldest first.
 *
 * @param {any} collector - The collector.
 * @returns {Array<{id: string, sessionId: string, entries: any[]}>} The dumps; entries without the first line.
 */
function readDumps(collector) {
    return collector.dumps().map(({ id, sessionId, path: file }) => {
        const [ , ...lines ] = fs.readFileSync(file, 'utf8').trimEnd()
            .split('\n');

        return { entries: lines.map(text => JSON.parse(text)),
            id,
            sessionId };
    });
}

/**
 * Splits what a later part says first from what follows.
 *
 * @param {any[]} entries - The entries of a dump.
 * @param {number} part - The number of the part.
 * @returns {{preamble: any[], body: any[]}} Both.
 */
function splitPreamble(entries, part) {
    const isPreamble = ([ type ]) => [ 'identity', 'create', 'constraints' ].includes(type) || STATE_CHANGE.test(type);
    const first = entries.findIndex(entry => !isPreamble(entry));
    const end = first === -1 ? entries.length : first;

    return part === 0 ? { body: entries,
        preamble: [] } : { body: entries.slice(end),
        preamble: entries.slice(0, end) };
}

/**
 * Checks that a dump stands alone: ordered, decodable by the server's rules, and with a preamble if it is a later part.
 *
 * @param {{id: string, sessionId: string, entries: any[]}} dump - The dump.
 * @param {string[]} lines - What was captured.
 * @returns {any[]} Its entries without the preamble.
 */
function checkDump({ id, sessionId, entries }, lines) {
    const [ uuid, number ] = id.split('_');
    const part = Number(number ?? 0);
    const numbers = entries.map(entry => entry[4]);

    assert.equal(id, sessionId, 'no two parts have one name');
    assert.ok(numbers.every((sn, index) => index === 0 || sn > numbers[index - 1]), `order in ${id}: ${numbers}`);
    for (const { entry, reports } of decodeAll(entries)) {
        const expected = JSON.parse(lines[entry[4] - 1])[2];

        Object.values(expected).forEach(report => delete report.id);
        assert.deepEqual(reports, expected, `poll ${entry[4]} in ${id}`);
    }
    const { body, preamble } = splitPreamble(entries, part);

    if (part > 0 && entries.length > 0) {
        const [ type, , payload ] = entries[0];

        assert.equal(type, 'identity', `${id} begins with an identity`);
        assert.equal(payload.displayName, 'Ada');
        assert.equal(payload.resumedSession.statsSessionId, uuid);
        assert.equal(payload.resumedSession.part, part);
        body.length > 0 && assert.ok([ 'create', 'constraints' ].every(wanted =>
            preamble.some(entry => entry[0] === wanted && entry[1] === 'PC_0')), `${id} stands alone`);
    }

    return body;
}

/**
 * Compares one captured session with the dumps: nothing is lost, nothing is out of order, each dump stands alone.
 *
 * @param {any} collector - The collector.
 * @param {string[]} lines - What was captured, in order.
 * @returns {{dumps: string[], repeated: number[], lost: number}} The dumps' ids, the sequence numbers that came more
 * than once, preambles aside, and how many events never came.
 */
function audit(collector, lines) {
    const dumps = readDumps(collector);
    const seen = new Set();
    const repeated = new Set();

    for (const dump of dumps) {
        for (const [ type, pcId, payload, timestamp, sn ] of checkDump(dump, lines)) {
            const captured = JSON.parse(lines[sn - 1]);

            assert.deepEqual([ type, pcId, timestamp ], [ captured[0], captured[1], captured[3] ]);
            [ 'getstats', 'identity' ].includes(type) || assert.deepEqual(payload, captured[2]);
            seen.has(sn) && repeated.add(sn);
            seen.add(sn);
        }
        dump.entries.forEach(entry => entry[4] > 0 && seen.add(entry[4]));
    }

    return { dumps: dumps.map(({ id }) => id),
        lost: lines.length - seen.size,
        repeated: [ ...repeated ] };
}

/**
 * A folder that ends with the test.
 *
 * @param {any} t - Ava's context.
 * @returns {string} Its path.
 */
function useFolder(t) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-delivery-'));

    t.teardown(() => fs.rmSync(folder, { force: true,
        recursive: true }));

    return folder;
}

/**
 * A collector behind a fault proxy, and a channel that goes through it.
 *
 * @param {any} t - Ava's context.
 * @param {Object} [options] - The channel's options.
 * @param {Object} [faults] - The collector's faults from the start.
 * @returns {Promise<{collector: any, proxy: any, driver: Driver}>} All three; nothing is connected.
 */
async function useLink(t, options = {}, faults = {}) {
    const collector = await useCollector(t, { faults });
    const proxy = await createFaultProxy(collector.port);

    t.teardown(() => proxy.close());

    return { collector,
        driver: new Driver(t, { ...SHORT,
            endpoint: proxy.url,
            ...options }),
        proxy };
}

/**
 * Hands over events one by one, with the event loop in between.
 *
 * @param {any} driver - The channel.
 * @param {string[]} lines - The events.
 * @returns {Promise<void>} When all are handed over.
 */
async function feed(driver, lines) {
    for (const text of lines) {
        driver.push(text);
        await new Promise(setImmediate);
    }
}

module.exports = {
    PATIENT,
    SHORT,
    audit,
    checkDump,
    feed,
    readDumps,
    useFolder,
    useLink
};
