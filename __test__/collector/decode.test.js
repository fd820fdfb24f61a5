/**
 * The decoding rules, checked against hand-worked cases of the server's. It must never pass a rule the server lacks.
 */

'use strict';

const test = require('ava');

const { StatsDecoder, applyDelta, decodeAll } = require('../../collector/dump/delta-v3.js');

test('a full first report gets its newest timestamp back', t => {
    t.deepEqual(applyDelta({}, {
        timestamp: 1000.5,
        a: {
            timestamp: 0,
            type: 'x'
        },
        b: {
            timestamp: 900.25,
            n: 1
        }
    }), {
        a: {
            timestamp: 1000.5,
            type: 'x'
        },
        b: {
            timestamp: 900.25,
            n: 1
        }
    });
});

test('missing fields come from before, missing reports are gone, missing timestamps lose their fraction', t => {
    const base = {
        kept: {
            timestamp: 900.75,
            n: 1,
            m: 2
        },
        gone: { timestamp: 900.75 },
        same: {
            timestamp: 900.75,
            s: 's'
        }
    };

    t.deepEqual(applyDelta(base, {
        timestamp: 2000.5,
        kept: {
            timestamp: 0,
            n: 5
        },
        same: {},
        fresh: { f: 1 }
    }), {
        kept: {
            timestamp: 2000.5,
            n: 5,
            m: 2
        },
        same: {
            timestamp: 900,
            s: 's'
        },
        fresh: { f: 1 }
    });
});

test('connections do not mix, and reset starts anew', t => {
    const decoder = new StatsDecoder();

    decoder.decode('PC_0', { a: { n: 1 } });
    t.deepEqual(decoder.decode('PC_1', { a: { m: 1 } }), { a: { m: 1 } });
    decoder.reset('PC_0');
    t.deepEqual(decoder.decode('PC_0', { a: { k: 1 } }), { a: { k: 1 } });
    decoder.reset();
    t.deepEqual(decoder.decode('PC_1', { a: {} }), { a: {} });
});

test('decoding a whole dump leaves its entries as they were', t => {
    const entries = [
        [ 'create', 'PC_0', {}, 1, 1 ],
        [ 'getstats', 'PC_0', {
            timestamp: 5,
            a: {
                timestamp: 0,
                n: 1
            }
        }, 2, 2 ],
        [ 'getstats', 'PC_0', {
            timestamp: 6,
            a: { timestamp: 0 }
        }, 3, 3 ]
    ];
    const copy = JSON.parse(JSON.stringify(entries));

    t.deepEqual(decodeAll(entries).map(({ reports }) => reports.a), [
        {
            timestamp: 5,
            n: 1
        },
        {
            timestamp: 6,
            n: 1
        }
    ]);
    t.deepEqual(entries, copy);
});
