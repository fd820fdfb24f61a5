/**
 * Which way imports run in the collector: what is known of a format ends at its reader, so neither the model nor the
 * page imports one, and what a browser loads needs nothing of Node.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..', 'collector');

/** What each room may import from. Types are no imports. */
const ALLOWED = {
    dump: [ 'dump' ],
    model: [ 'model' ],
    page: [ 'dump/reader.js', 'model', 'page', 'vendor' ],
    server: [ 'dump/detect.js', 'dump/reader.js', 'dump/write-', 'model', 'node_modules', 'server' ]
};

/**
 * The files of a room.
 *
 * @param {string} room - The room.
 * @returns {string[]} Their paths below the collector.
 */
function filesOf(room) {
    return fs.readdirSync(path.join(ROOT, room), { recursive: true })
        .filter(file => file.endsWith('.js'))
        .map(file => path.join(room, file));
}

/**
 * What a file imports.
 *
 * @param {string} file - Its path below the collector.
 * @returns {string[]} Paths below the collector; 'node_modules' for packages and what Node brings.
 */
function importsOf(file) {
    const code = fs.readFileSync(path.join(ROOT, file), 'utf8').replace(/\/\*[^]*?\*\//g, '');

    return [ ...code.matchAll(/(?:from\s+|import\(\s*|require\(\s*|require\.resolve\(\s*|^import\s+)'([^']+)'/gm) ]
        .map(([ , name ]) => {
            if (name.startsWith('/')) {
                return name.slice(1);
            }

            return name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : 'node_modules';
        });
}

for (const [ room, allowed ] of Object.entries(ALLOWED)) {
    test(`${room} imports only from ${allowed.join(', ')}`, t => {
        const files = filesOf(room);
        const imports = files.flatMap(file => importsOf(file).map(name => `${file}: ${name}`));

        t.true(imports.length > 3);
        t.deepEqual(imports.filter(line => !allowed.some(place => line.split(': ')[1].startsWith(place))), []);
    });
}
