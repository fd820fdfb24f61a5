/**
 * Generated reports: whatever JSON can hold, decoding by the server's rules gives it back, exactly.
 */

'use strict';

const test = require('ava');
const fc = require('fast-check');

const { INHERITED, polls, value, write, writeOddly } = require('./arbitraries');
const { Pipe, visible } = require('./pipe');
const { loadReference, prepareReference } = require('./reference');

/** More by `FAST_CHECK_RUNS`, for a long night. */
const numRuns = Number(process.env.FAST_CHECK_RUNS ?? 200);

test.before(async t => {
    await prepareReference();
    t.context.pipe = await Pipe.open({ obfuscate: false });
    t.context.masking = await Pipe.open();
});
test.after.always(t => Promise.all([ t.context.pipe.close(), t.context.masking.close() ]));

for (const [ how, writer ] of [ [ 'JSON.stringify', write ], [ 'an odd hand', writeOddly ] ]) {
    test.serial(`decoding gives back every report, written by ${how}`, async t => {
        await fc.assert(fc.asyncProperty(polls, async series => {
            t.deepEqual(await t.context.pipe.decoded(series, writer), visible(series));
        }), { numRuns });
        t.pass();
    });
}

test.serial('any payload of the app arrives as it is, masking or not', async t => {
    await fc.assert(fc.asyncProperty(value, async payload => {
        for (const pipe of [ t.context.pipe, t.context.masking ]) {
            const [ entry ] = await pipe.send([ `["logs",null,${write(payload)},1]` ]);

            t.deepEqual(entry[2], payload);
        }
    }), { numRuns });
    t.pass();
});

test.serial('never more bytes than 9.7.1 but for time stamps and what went away', async t => {
    const { deltaCompression } = loadReference();

    await fc.assert(fc.asyncProperty(polls, async series => {
        const deltas = await t.context.pipe.deltas(series);

        deltas.forEach((delta, index) => {
            const before = series[index - 1] ?? {};
            const reference = deltaCompression(before, series[index]);

            for (const [ id, report ] of Object.entries(series[index])) {
                const allowed = name => name === 'timestamp' || Object.hasOwn(reference[id], name)
                    || (delta[id][name] === null && !Object.hasOwn(report, name));

                t.deepEqual(Object.keys(delta[id]).filter(name => !allowed(name)), [], id);
            }
        });
    }), { numRuns: Math.ceil(numRuns / 5) });
    t.pass();
});

test.serial('a time stamp that goes away is filled in by the server, whole', async t => {
    const series = [ { A: { timestamp: 5.5,
        x: 1 } }, { A: { x: 1 },
        B: { timestamp: 7 } } ];
    const [ , second ] = await t.context.pipe.decoded(series);

    t.is(second.A.timestamp, 5);
});

test.serial('what the server cannot take is left out, and takes nothing else along', async t => {
    const names = [ ...INHERITED, 'timestamp' ];
    const nasty = names.map(name => `${JSON.stringify(name)}:{"timestamp":1,"x":1}`);
    const text = `{${[ ...nasty, '"A":{"timestamp":1,"__proto__":{"y":1},"x":1}', '"B":null', '"C":[]', '"D":1' ]
        .join(',')}}`;

    for (const { A: report, ...others } of await t.context.pipe.decoded([ 1, 2 ], () => text)) {
        t.deepEqual(others, {});
        t.deepEqual(report, { timestamp: 1,
            x: 1 });
    }
});

test.serial('keys that occur twice mean what they mean to JSON.parse', async t => {
    const texts = [ '{"A":{"timestamp":1,"x":1,"x":2},"B":{"timestamp":1,"y":1}}',
        '{"A":{"timestamp":2,"x":2,"x":1},"B":{"timestamp":2,"y":0},"B":{"timestamp":2,"y":1}}' ];
    const decoded = await t.context.pipe.decoded(texts, text => text);

    t.deepEqual(decoded.map(reports => reports.A.x), [ 2, 1 ]);
    t.deepEqual(decoded.map(reports => reports.B.y), [ 1, 1 ]);
});
