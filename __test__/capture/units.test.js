/**
 * The parts of capture that need no browser: event lines, copies of dictionaries, the fallback's compression, exports.
 */

'use strict';

const test = require('ava').default;
const fc = require('fast-check');

const { createBatcher, toLine } = require('../../renderer/capture/batcher');
const { plain, withoutToJson } = require('../../renderer/capture/plain');
const { createFallbackTrace } = require('../../renderer/drop-in/fallback');
const { createHold } = require('../../renderer/drop-in/hold');

/**
 * Decodes a report the way the server does.
 *
 * @param {Object} base - The report before.
 * @param {Object} delta - What came over the wire.
 * @returns {Object} - The report, without ids.
 */
function decode(base, { timestamp, ...delta }) {
    const report = {};

    Object.keys(delta).forEach(id => {
        report[id] = { ...base[id],
            ...delta[id] };
        if (report[id].timestamp === 0) {
            report[id].timestamp = timestamp;
        }
    });

    return report;
}

test('an event is one line of JSON, undefined becomes null', t => {
    const [ type, pcId, payload, time ] = JSON.parse(toLine('logs', undefined, undefined));

    t.deepEqual([ type, pcId, payload ], [ 'logs', null, null ]);
    t.is(typeof time, 'number');
    t.notRegex(toLine('logs', null, 'a\nb\r\u2028'), /[\n\r]/);
});

test('what JSON refuses is dropped and counted, and its neighbours are not', async t => {
    const batches = [];
    const { counts, entry } = createBatcher(batch => batches.push(batch), () => undefined);
    const cycle = {};

    cycle.cycle = cycle;
    entry('a', null, 1);
    entry('b', null, cycle);
    entry('c', null, 10n);
    entry('d', null, { toJSON() {
        throw new Error('no');
    } });
    entry('e', null, { get x() {
        throw new Error('no');
    } });
    entry('f', 'PC_0', 2);
    await undefined;
    t.deepEqual(batches.join('\n').split('\n')
        .map(line => JSON.parse(line)[0]), [ 'a', 'f' ]);
    t.deepEqual(counts, { captured: 2,
        refused: 3 + 1 });
    t.is(batches.length, 1, 'one hand-over per tick');
});

test('an Array.prototype.toJSON of the page does not reach the envelope', t => {
    Array.prototype.toJSON = () => 'broken'; // eslint-disable-line no-extend-native
    try {
        t.regex(toLine('a', null, 1), /^\["a",null,1,\d+\]$/);
    } finally {
        delete Array.prototype.toJSON;
    }
});

test('an exception in send goes nowhere, and a listener that has gone is not asked again', async t => {
    let calls = 0;
    let gone = 0;
    const throwing = createBatcher(() => {
        calls++;
        throw new Error('no');
    }, () => gone++);

    throwing.entry('a', null, 1);
    await undefined;
    throwing.entry('b', null, 1);
    await undefined;
    t.deepEqual([ calls, gone ], [ 2, 0 ]);

    const closed = createBatcher(() => {
        calls++;

        return false;
    }, () => gone++);

    closed.entry('a', null, 1);
    await undefined;
    closed.entry('b', null, { toJSON: () => t.fail('serialised for nobody') });
    await undefined;
    t.deepEqual([ calls, gone ], [ 3, 1 ]);
});

test('a copy of a dictionary runs no code of the page', t => {
    const stream = new class MediaStream {}();
    const source = { a: [ { b: 1 } ],
        f: () => 1,
        get g() {
            throw new Error('read');
        },
        stream };

    t.deepEqual({ ...plain(source) }, { a: [ Object.assign(Object.create(null), { b: 1 }) ],
        f: undefined,
        stream: Object.create(null) });
    const cycle = {};

    cycle.cycle = cycle;
    t.throws(() => plain(cycle));
});

test('a copy asks no setter and no toJSON of a page', t => {
    let asked = 0;
    const ask = { configurable: true,
        get: () => asked++,
        set: () => asked++ };
    let line;

    Object.defineProperty(Object.prototype, 'b', ask); // eslint-disable-line no-extend-native
    Object.defineProperty(Array.prototype, '0', ask); // eslint-disable-line no-extend-native
    Object.defineProperty(Array.prototype, 'toJSON', ask); // eslint-disable-line no-extend-native
    try {
        line = toLine('a', null, withoutToJson({ a: [ { b: 1 } ],
            get c() {
                return asked++;
            } }));
    } finally {
        delete Object.prototype.b;
        delete Array.prototype[0];
        delete Array.prototype.toJSON;
    }
    t.regex(line, /^\["a",null,\{"a":\[\{"b":1\}\]\},\d+\]$/);
    t.is(asked, 0);
});

test('what is held is bounded, getstats go first', t => {
    const hold = createHold();
    const large = 'x'.repeat(1024 * 1024);

    hold.add('create', large);
    for (let i = 0; i < 10; i++) {
        hold.add('getstats', large);
        hold.add('logs', `${i}`);
    }
    hold.add('create', large);
    hold.add('create', large);
    hold.add('create', large.slice(1000));
    hold.add('create', large);
    const { lines: held, lost } = hold.take();

    t.deepEqual(held.filter(({ type }) => type === 'logs').map(({ line }) => Number(line)), [ ...Array(10).keys() ]);
    t.is(held.filter(({ type }) => type === 'create').length, 4);
    t.is(held.filter(({ type }) => type === 'getstats').length, 0);
    t.is(lost, 11, 'what was given up is counted');
    t.deepEqual(hold.take(), { lines: [],
        lost: 0 });
});

test('the fallback compresses reports so that the server decodes them exactly', t => {
    // A field that goes while its report stays cannot be expressed on this wire: the server keeps the old value.
    const value = fc.jsonValue({ maxDepth: 2 });
    const report = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D'), fc.record({
        ' odd "name"': value,
        count: value,
        timestamp: fc.integer({ max: 5,
            min: 1 })
    }), { minKeys: 1 });

    fc.assert(fc.property(fc.array(report, { maxLength: 5 }), reports => {
        const sent = [];
        const trace = createFallbackTrace(() => () => {
            return { statsEntry: (...args) => sent.push(JSON.parse(JSON.stringify(args[2]))) };
        }, {});
        let base = {};

        reports.forEach(plainReport => {
            const full = Object.fromEntries(Object.entries(plainReport).map(([ id, fields ]) => [ id, { id,
                ...fields } ]));

            trace.entry('getstats', 'PC_0', full);
            base = decode(base, sent[sent.length - 1]);
            t.deepEqual(base, JSON.parse(JSON.stringify(plainReport)));
        });
    }));
});

test('the entry points load in Node, by require and by import', async t => {
    const names = [ 'rtcstats', 'trace-ws' ];

    for (const name of names) {
        const required = require(`../../renderer/drop-in/${name}`);
        const imported = await import(`../../renderer/drop-in/${name}.js`);

        t.is(typeof required, 'function');
        t.is(required.default, required);
        t.is(imported.default, required);
    }
    t.deepEqual(Object.keys(require('../../renderer')).sort(), [ 'installCapture', 'rtcstatsInit', 'traceInit' ]);
});

test('where there is no WebRTC nothing is installed', t => {
    const { installCapture, rtcstatsInit } = require('../../renderer');

    installCapture({ send: () => t.fail() }).uninstall();
    rtcstatsInit({ statsEntry: () => t.fail() }, { pollInterval: 1000 }).uninstall();
    t.pass();
});
