/**
 * The list of all entries in the documentation is the list of the code.
 */

'use strict';

const test = require('ava').default;
const fs = require('node:fs');
const path = require('node:path');

const { coreTypes, extendedTypes, machineTypes } = require('./entry-types');

const text = fs.readFileSync(path.join(__dirname, '../../docs/entries.md'), 'utf8');

/**
 * Reads the entries of sections.
 *
 * @param {string[]} titles - The titles of the sections.
 * @returns {string[]} - What their tables list, in order.
 */
function documented(titles) {
    return text.split(/^## /m).filter(section => titles.includes(section.split('\n')[0]))
        .flatMap(section => [ ...section.matchAll(/^\| `([^`]+)` \|/gm) ].map(([ , type ]) => type));
}

[
    [ 'what 9.7.1 captures, too', coreTypes, [ 'Connections', 'Media' ] ],
    [ 'the extended coverage', extendedTypes, [ 'Extended coverage' ] ],
    [ 'the machine\'s side', machineTypes, [ 'The machine' ] ]
].forEach(([ name, types, titles ]) => test(`documented is every entry once, and none besides: ${name}`, t => {
    t.deepEqual(documented(titles).sort(), types().sort());
}));

test('every row says when an entry comes and what it carries', t => {
    const rows = text.split('\n').filter(line => line.startsWith('| `'));

    t.true(rows.length > 80);
    rows.forEach(row => {
        const cells = row.split(' | ').length;

        t.true(cells >= 3 && cells <= 4, row);
    });
});
