/**
 * Generators of series of polls for the differential tests: reports and fields that come and go, values that stay,
 * change a little or change their type, and everything JSON can hold in them.
 */

'use strict';

const fc = require('fast-check');

/** What every JavaScript object has: reports of such names never leave the encoder, see src/proto/event/names.rs. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);

/** Strings that are easy to get wrong, beside those that fast-check thinks of. */
const ODD_STRINGS = [
    '', '"', '\\', '\\"', '\\\\', '\\u0041', '/', '\u0000', '\u001f', '\u007f', '\u0080', '\u2028', '\u2029', '\ud800',
    '\udc00', '\udc00\ud800', '\ud83d\ude00', '\ufeff', '\ufffd', '\uffff', 'null', '0', '{}', 'e\u0301',
    '\u202e', '\n\r\t\b\f'
];

/** Numbers that are easy to get wrong. */
const ODD_NUMBERS = [
    0, -0, 1, -1, 0.1, 1e-7, 1e21, -1e21, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 2 ** 53,
    (2 ** 53) + 2, -(2 ** 53), 2 ** 31, 2 ** 32, 2 ** 63, 2 ** 64, 1700000000000.123, 0.30000000000000004
];

const string = fc.oneof(
    { arbitrary: fc.constantFrom(...ODD_STRINGS),
        weight: 2 },
    { arbitrary: fc.string({ maxLength: 12,
        unit: 'binary' }),
    weight: 2 },

    // Any UTF-16, halves of pairs too.
    { arbitrary: fc.array(fc.integer({ max: 0xffff,
        min: 0 }), { maxLength: 6 }).map(units => String.fromCharCode(...units)),
    weight: 1 });
const number = fc.oneof(
    fc.constantFrom(...ODD_NUMBERS),
    fc.double({ noDefaultInfinity: true,
        noNaN: true }),
    fc.integer());
const scalar = fc.oneof(number, string, fc.boolean(), fc.constant(null));
const key = string.filter(text => text !== '__proto__');
const { value } = fc.letrec(tie => {
    return {
        array: fc.array(tie('value'), { maxLength: 3 }),
        object: fc.dictionary(key, tie('value'), { maxKeys: 3 }),
        value: fc.oneof({ depthSize: 'small',
            withCrossShrink: true }, scalar, tie('array'), tie('object'))
    };
});

/** Names of fields: few, so that polls resemble each other. */
const fieldName = fc.oneof(
    { arbitrary: fc.constantFrom('id', 'type', 'bytesSent', 'a', 'b', 'ab', 'timestamp2', '0',
        'constructor'),
    weight: 4 },
    { arbitrary: key.filter(name => name !== 'timestamp'),
        weight: 1 });
const reportId = fc.oneof(
    { arbitrary: fc.constantFrom('A', 'B', 'C', 'AB', '1', 'id', 'Timestamp'),
        weight: 4 },
    { arbitrary: string.filter(id => id !== 'timestamp' && !INHERITED.includes(id)),
        weight: 1 });
const timestamp = fc.oneof(
    { arbitrary: fc.constantFrom(1700000000000, 1700000000000.5, 1700000001000, 1700000000999.875),
        weight: 6 },
    { arbitrary: fc.constantFrom(0, -1, 0.5, 1e300, -1e-300),
        weight: 1 });
const report = fc.tuple(timestamp, fc.dictionary(fieldName, value, { maxKeys: 5 }), fc.nat())
    .map(([ time, fields, position ]) => {
        const entries = Object.entries(fields);

        entries.splice(position % (entries.length + 1), 0, [ 'timestamp', time ]);

        return Object.fromEntries(entries);
    });

/** How a poll comes from the one before. */
const change = fc.record({
    add: fc.dictionary(reportId, report, { maxKeys: 2 }),
    edits: fc.array(fc.tuple(fc.nat(), fieldName, value), { maxLength: 4 }),
    forget: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }),
    remove: fc.array(fc.nat(), { maxLength: 1 }),
    reverse: fc.boolean(),
    time: fc.array(fc.tuple(fc.nat(), timestamp), { maxLength: 4 })
});

/**
 * Makes a poll from the one before.
 *
 * @param {any} before - The poll before.
 * @param {any} how - How.
 * @returns {any} The poll.
 */
function apply(before, { add, edits, forget, remove, reverse, time }) {
    const poll = structuredClone(before);
    const pick = (object, index) => Object.keys(object)[index % (Object.keys(object).length || 1)];
    const each = (list, act) => list.forEach(([ at, ...rest ]) => {
        const picked = poll[pick(poll, at)];

        picked && act(picked, ...rest);
    });

    remove.forEach(at => delete poll[pick(poll, at)]);
    Object.assign(poll, structuredClone(add));
    each(edits, (picked, name, to) => Object.assign(picked, { [name]: to }));
    each(time, (picked, to) => Object.assign(picked, { timestamp: to }));
    each(forget, (picked, at) => {
        const name = pick(picked, at);

        // A time stamp that goes away is another rule: the server puts the old one back.
        name !== 'timestamp' && delete picked[name];
    });

    return reverse ? Object.fromEntries(Object.entries(poll).reverse()) : poll;
}

/** Series of polls of one connection. */
const polls = fc.tuple(fc.dictionary(reportId, report, { maxKeys: 5 }), fc.array(change, { maxLength: 4 }))
    .map(([ first, changes ]) => changes.reduce(
        (series, how) => [ ...series, apply(series.at(-1), how) ], [ first ]));

/**
 * Writes JSON without losing the sign of a zero, which `JSON.stringify` does.
 *
 * @param {any} any - What to write.
 * @returns {string} JSON.
 */
function write(any) {
    if (Object.is(any, -0)) {
        return '-0';
    }
    if (Array.isArray(any)) {
        return `[${any.map(write).join(',')}]`;
    }
    if (typeof any === 'object' && any !== null) {
        return `{${Object.entries(any).map(([ name, member ]) => `${JSON.stringify(name)}:${write(member)}`)
            .join(',')}}`;
    }

    return JSON.stringify(any);
}

/**
 * Writes the same JSON as nobody else would: white space everywhere and every character escaped.
 *
 * @param {any} any - What to write.
 * @returns {string} JSON.
 */
function writeOddly(any) {
    const quoted = text => `"${Array.from({ length: text.length }, (_, i) =>
        `\\u${text.charCodeAt(i).toString(16)
            .padStart(4, '0')
            .toUpperCase()}`).join('')}"`;

    if (Array.isArray(any)) {
        return `[ ${any.map(writeOddly).join('\t, ')} ]`;
    }
    if (typeof any === 'object' && any !== null) {
        return `{ ${Object.entries(any).map(([ name, member ]) => `${quoted(name)} :\r${writeOddly(member)}`)
            .join(' , ')} }`;
    }

    return typeof any === 'string' ? quoted(any) : write(any);
}

module.exports = { INHERITED,
    polls,
    value,
    write,
    writeOddly };
