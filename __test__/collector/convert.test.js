/**
 * Converting dumps between protocol 3.1 and format 3: what both can say comes back, and the rules of the reader of
 * rtcstats/rtcstats, written down here once more, give every report exactly.
 */

'use strict';

const test = require('ava');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const { convert } = require('../../collector/server/convert-command');
const { Meeting } = require('../corpus');

const START = 1700000000000;

/** Entries that both protocols can say, in the notation of 3.1. */
const ENTRIES = [
    [ 'client', null, { deviceMemory: 8 } ],
    [ 'identity', null, { confName: 'x' } ],
    [ 'create', 'PC_0', { iceServers: [ { urls: 'stun:example.com' } ] } ],
    [ 'create', 'PC_1', { nullConfig: true } ],
    [ 'navigator.mediaDevices.getUserMediaOnSuccess', null, { id: 's',
        tracks: [ { id: 't',
            kind: 'audio',
            label: 'Mic' } ] } ],
    [ 'addTrack', 'PC_0', 'audio:t stream:s;stream:u' ],
    [ 'addTransceiver', 'PC_0', 'video {"direction":"sendonly"}' ],
    [ 'createDataChannel', 'PC_0', { 0: 'chat',
        1: { ordered: false } } ],
    [ 'createOfferOnSuccess', 'PC_0', { sdp: 'v=0\r\n',
        type: 'offer' } ],
    [ 'onconnectionstatechange', 'PC_0', 'connected' ],
    [ 'setParameters', 'PC_0', { encodings: [] } ],
    [ 'ondtlsstatechange', 'PC_0', 'connected' ],
    [ 'logs', null, [ 'a', null ] ],
    [ 'close', 'PC_0', {} ]
];

/**
 * Writes a dump of protocol 3.1.
 *
 * @param {Array<Array>} entries - Type, connection and payload of each.
 * @returns {Buffer} The dump.
 */
function dumpOf(entries) {
    const lines = entries.map((entry, index) => [ ...entry, START + (index * 0.5), index + 1 ]);

    return Buffer.from([ [ 'connectionInfo', null, { origin: 'https://x.example' }, START ], ...lines ]
        .map(line => `${JSON.stringify(line)}\n`)
        .join(''));
}

/**
 * Reads lines.
 *
 * @param {string} text - A dump.
 * @returns {any[]} What they hold.
 */
function linesOf(text) {
    return text.trimEnd().split('\n')
        .map(line => JSON.parse(line === 'RTCStatsDump' ? '""' : line));
}

/**
 * Makes of a poll what the reader makes of it: what held an object or null is merged into.
 *
 * @param {Object} before - The reports before.
 * @param {Object} delta - What was sent.
 * @returns {Object} The reports.
 */
function read(before, delta) {
    const reports = { ...before };

    for (const [ id, report ] of Object.entries(delta)) {
        if (report === null) {
            delete reports[id];
            continue;
        }
        const next = { ...reports[id] };

        for (const [ name, value ] of Object.entries(report)) {
            next[name] = name in next && typeof next[name] === 'object' && !Array.isArray(value)
                ? { ...next[name],
                    ...value } : value;
        }
        reports[id] = next;
    }

    return reports;
}

/**
 * Says what a report means: null is absent, and its id is the key.
 *
 * @param {Object} report - The report.
 * @returns {string} Its fields, in an order of their own.
 */
function meaning(report) {
    const isSaid = ([ name, value ]) => value !== null && name !== 'id' && !name.endsWith('Id');
    const plain = value => {
        const isPlain = value && typeof value === 'object' && !Array.isArray(value);

        return isPlain ? Object.fromEntries(Object.entries(value).filter(isSaid)
            .sort()) : value;
    };

    return JSON.stringify(Object.entries(report).filter(isSaid)
        .map(([ name, value ]) => [ name, plain(value) ])
        .sort());
}

/**
 * Says what a poll means.
 *
 * @param {Object} reports - Its reports.
 * @returns {string[]} What each means.
 */
function meanings(reports) {
    return Object.values(reports).map(meaning)
        .sort();
}

/**
 * Converts polls and reads them.
 *
 * @param {Array<Object>} polls - The polls, in full.
 * @returns {Promise<Array<Object>>} The polls that were read.
 */
async function throughFormat3(polls) {
    const { text } = await convert(dumpOf(polls.map(poll => [ 'getstats', 'PC_0', { ...poll,
        timestamp: 1 } ])), '3');
    let reports = {};

    return linesOf(text).filter(line => line[0] === 'getStats')
        .map(([ , , delta ]) => {
            reports = read(reports, delta);

            return reports;
        });
}

test('what both protocols can say comes back from format 3', async t => {
    const there = await convert(dumpOf(ENTRIES), '3');
    const back = await convert(Buffer.from(there.text), '3.1');
    const [ , header, ...lines ] = linesOf(there.text);

    t.is(there.damaged + back.damaged, 0);
    t.is(there.text.split('\n')[0], 'RTCStatsDump');
    t.like(header, { fileFormat: 3,
        origin: 'https://x.example' });
    t.deepEqual(lines[0], [ 'create', null, { deviceMemory: 8 }, START ]);
    t.deepEqual(lines[5], [ 'addTrack', 'PC_0', [ 'audio', 't', '', 's', 'u' ], 0.5 ]);
    t.deepEqual(lines.at(-2), [ ':logs', null, [ 'a', null ], 0.5 ]);
    t.deepEqual(linesOf(back.text).slice(1), ENTRIES.map((entry, index) =>
        [ ...entry, START + (index * 0.5), index + 1 ]));
});

test('the polls of a call are read as they were', async t => {
    const polls = new Meeting(5).polls(12);

    t.deepEqual((await throughFormat3(polls)).map(meanings), polls.map(meanings));
});

test('fields that go and come back, and values of another kind, are read as they were', async t => {
    // In protocol 3.1, too, a field that is gone stands as null.
    const values = [ 1, null, 2, null, 'a', { a: 1,
        b: 2 }, { a: 1 }, [ 1 ], null, { c: 3 }, 3, null, null, 4 ];
    const polls = values.map((field, index) => {
        return { A: { field,
            timestamp: index + 1,
            type: 'inbound-rtp' },
        ...index % 3 ? { B: { codecId: 'A',
            timestamp: 7,
            type: 'codec' } } : {} };
    });

    t.deepEqual((await throughFormat3(polls)).map(meanings), polls.map(meanings));
});

test('the command prints the dump, and says what it needs', async t => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-convert-'));
    const file = path.join(folder, 'dump');
    const cli = (...args) => promisify(execFile)(process.execPath, [ require.resolve('../../collector/cli'), ...args ]);

    t.teardown(() => fs.rmSync(folder, { recursive: true }));
    fs.writeFileSync(file, dumpOf(ENTRIES));
    t.true((await cli('convert', file, '--to', '3')).stdout.startsWith('RTCStatsDump\n'));
    t.regex((await t.throwsAsync(cli('convert', file))).stderr, /--to 3\.1 or --to 3/);
    t.regex((await t.throwsAsync(cli('convert', __filename, '--to', '3'))).stderr, /no dump/);
});
