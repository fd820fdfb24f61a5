/**
 * Recorded and replicated reports through both clients: ours decodes to exactly what went in, and differs from what
 * 9.7.1 sends only where that is documented (src/proto/wire/v3/delta/mod.rs).
 */

'use strict';

const test = require('ava');
const { isDeepStrictEqual } = require('node:util');

const { applyDelta } = require('../../collector/dump/delta-v3.js');
const { Meeting, SOURCES, readRecording } = require('../corpus');

const { Pipe, visible } = require('./pipe');
const { loadReference, prepareReference } = require('./reference');

const MAX_WIRE_RATIO = 1.05;

/** Every series of polls there is, by name. */
const SERIES = Object.fromEntries([
    ...SOURCES.flatMap(source => [ 'PC_0', 'PC_1' ].map(id =>
        [ `${source}, ${id}`, readRecording(source).reports.filter(([ pcId ]) => pcId === id)
            .map(([ , report ]) => report) ])),
    ...[ 2, 20, 50 ].map(count => [ `${count} participants`, new Meeting(count).polls(6) ])
]);

/**
 * What 9.7.1 sends, changed as documented.
 *
 * @param {any} delta - What 9.7.1 sends; changed.
 * @param {any} before - The poll before.
 * @param {any} now - The poll.
 * @returns {any} What has to be sent.
 */
function amended(delta, before, now) {
    for (const [ id, report ] of Object.entries(now)) {
        const old = before[id] ?? {};

        for (const name of Object.keys(old)) {
            if (!Object.hasOwn(report, name) && name !== 'id') {
                delta[id][name] = null;
            }
        }
        for (const [ name, value ] of Object.entries(delta[id])) {
            if (typeof value === 'object' && isDeepStrictEqual(value, old[name])) {
                delete delta[id][name];
            }
        }
        if (report.timestamp !== delta.timestamp) {
            delta[id].timestamp = report.timestamp;
        }
    }

    return delta;
}

test.before(async t => {
    await prepareReference();

    // Addresses are another test's business.
    t.context.pipe = await Pipe.open({ obfuscate: false });
});
test.after.always(t => t.context.pipe.close());

for (const [ name, polls ] of Object.entries(SERIES)) {
    test.serial(`${name}: decoding gives back every report`, async t => {
        t.deepEqual(await t.context.pipe.decoded(polls), visible(polls));
    });

    test.serial(`${name}: what is sent is what 9.7.1 sends, amended`, async t => {
        const { deltaCompression } = loadReference();
        const reference = polls.map((poll, index) =>
            amended(deltaCompression(polls[index - 1] ?? {}, poll), polls[index - 1] ?? {}, poll));

        t.deepEqual(await t.context.pipe.deltas(polls), reference);
    });

    test.serial(`${name}: the bytes are at most ${MAX_WIRE_RATIO} times those of 9.7.1`, async t => {
        const { deltaCompression } = loadReference();
        const bytes = deltas => deltas.reduce((sum, delta) => sum + JSON.stringify(JSON.stringify(delta)).length, 0);
        const reference = polls.map((poll, index) => deltaCompression(polls[index - 1] ?? {}, poll));
        const ratio = bytes(await t.context.pipe.deltas(polls)) / bytes(reference);

        t.true(ratio <= MAX_WIRE_RATIO, `${ratio.toFixed(3)}`);
    });
}

test.serial('9.7.1 loses fractions of milliseconds that this does not', async t => {
    const { deltaCompression } = loadReference();
    const polls = [ 0, 1 ].map(poll => {
        return {
            fresh: { id: 'fresh',
                timestamp: 1700000000000.5 + (1000 * poll) },
            stale: { id: 'stale',
                timestamp: 1699999999999.25 }
        };
    });
    const reference = applyDelta(
        applyDelta({}, deltaCompression({}, polls[0])), deltaCompression(polls[0], polls[1]));
    const [ , ours ] = await t.context.pipe.decoded(polls);

    t.is(reference.stale.timestamp, 1699999999999);
    t.is(ours.stale.timestamp, 1699999999999.25);
});
