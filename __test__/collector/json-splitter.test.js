/**
 * The splitter of concatenated JSON values: any chunking must give the same values, and malformed input must be noticed
 * at once. It must never depend on where a frame ends.
 */

'use strict';

const test = require('ava');
const fc = require('fast-check');

const { JsonSplitter } = require('../../collector/server/json-splitter');

/**
 * Feeds chunks to a new splitter.
 *
 * @param {Array<Buffer | string>} chunks - The chunks.
 * @returns {any[]} All values.
 */
function split(chunks) {
    const splitter = new JsonSplitter();

    return chunks.flatMap(chunk => [ ...splitter.push(chunk) ]);
}

test('any values survive any chunking of their bytes', t => {
    const values = fc.array(fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.array(fc.jsonValue())), { maxLength: 5 });
    const separators = fc.constantFrom('', ' ', '\n', '\r\n\t');

    fc.assert(fc.property(values, separators, fc.array(fc.nat(40)), (expected, separator, sizes) => {
        const bytes = Buffer.from(expected.map(value => JSON.stringify(value)).join(separator));
        const chunks = [];
        let from = 0;

        for (const size of sizes) {
            chunks.push(bytes.subarray(from, from + size));
            from += Math.min(size, bytes.length - from);
        }
        chunks.push(bytes.subarray(from));
        t.deepEqual(split(chunks), expected.map(value => JSON.parse(JSON.stringify(value))));
    }), { numRuns: 500 });
});

test('one byte at a time', t => {
    const text = '{"a":"\\"\\\\ é😀","b":[1,-2.5e3,true,false,null,{}]}[]{"c":{}}';

    t.deepEqual(split([ ...Buffer.from(text) ].map(byte => Buffer.from([ byte ]))), [
        {
            a: '"\\ é😀',
            b: [ 1, -2500, true, false, null, {} ]
        },
        [],
        { c: {} }
    ]);
});

const MALFORMED = [
    'x', '5', '"a"', '}', ']', ',', '{]', '[}', '{,', '{1', '{"a"}', '{"a",', '{"a":}', '{"a":1 2', '{"a":1,}', '[1,]',
    '[,', '[tru ', '[01]', '[1.]', '["\n', '["\u0001', '[undefined]', '{a', '[\'', '["\\x"]', '[-]', '[+1]'
];

for (const text of MALFORMED) {
    test(`malformed input is noticed without waiting for more: ${JSON.stringify(text)}`, t => {
        t.throws(() => split([ text ]), { instanceOf: SyntaxError });
    });
}

test('values ahead of malformed input are handed out', t => {
    const splitter = new JsonSplitter();
    const values = [];

    t.throws(() => {
        for (const value of splitter.push('{"a":1}{"b":2}garbage')) {
            values.push(value);
        }
    });
    t.deepEqual(values, [ { a: 1 }, { b: 2 } ]);
});

test('a value that never ends and one that nests too deeply are refused', t => {
    const splitter = new JsonSplitter({ maxLength: 1000 });

    t.throws(() => [ ...splitter.push('["'), ...splitter.push('a'.repeat(2000)) ], { message: /longer than 1000/ });
    t.throws(() => split([ '['.repeat(2000) ]));
});

test('nothing is kept of values that are complete', t => {
    const splitter = new JsonSplitter({ maxLength: 100 });
    const values = [ ...splitter.push('{"a":1}'.repeat(1000)) ];

    t.is(values.length, 1000);
});
