/**
 * The guide's recipe for jitsi-meet-electron, against the demo of the same shape, which is run elsewhere: its lines are
 * the demo's, where the guide says, and they are all that capture needs.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { codeOf } = require('./docs');
const { root } = require('./install');

const DEMO = path.join(root, 'demo', 'jitsi-meet-electron');
const FILES = { 'esbuild.js': 'esbuild.js',
    'main.ts': 'main.js' };

/**
 * Reads the recipe.
 *
 * @returns {Object[]} For each `file` of the app: the `pieces` of it that the guide shows, as they are afterwards, and
 * the lines that are `added`.
 */
function readRecipe() {
    return codeOf('docs/electron.md', 'jitsi-meet-electron', 'diff').map(block => {
        const [ first, ...lines ] = block.trimEnd().split('\n');
        const pieces = [ [] ];

        lines.forEach(line => {
            if (line.trim() === '…') {
                pieces.push([]);
            } else if (!line.startsWith('-')) {
                pieces[pieces.length - 1].push(line.slice(1));
            }
        });

        return { added: lines.filter(line => line.startsWith('+')).map(line => line.slice(1)),
            file: first.replace(' // ', ''),
            pieces };
    });
}

readRecipe().forEach(({ added, file, pieces }) => test(`${file}: the guide's lines are those of the demo`, t => {
    const source = fs.readFileSync(path.join(DEMO, FILES[file]), 'utf8');
    let rest = source;

    pieces.map(piece => `${piece.join('\n')}\n`).forEach(piece => {
        t.true(rest.includes(piece), `not there, or not in this order:\n${piece}`);
        rest = rest.slice(rest.indexOf(piece) + piece.length);
    });

    // Without them nothing of it would be left.
    t.deepEqual(source.split('\n').filter(line => (/rtcstats/i).test(line) && !added.includes(line)), []);
}));

test('the app\'s own preload and pages know nothing of capture', t => {
    const files = fs.readdirSync(path.join(DEMO, 'app'), { recursive: true })
        .filter(file => (/\.(js|html)$/).test(file));

    t.true(files.length >= 5);
    t.deepEqual(files.filter(file => file !== 'config.js'
        && (/rtcstats/i).test(fs.readFileSync(path.join(DEMO, 'app', file), 'utf8'))), []);
});
