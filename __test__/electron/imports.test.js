/**
 * Where code of `electron/` may reach: what main and preload have in common is `ipc.js`, and nothing else.
 */

'use strict';

const test = require('ava').default;
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');

/**
 * What a room may require of this repository, by where files begin. A room may always require its own files.
 */
const ALLOWED = {
    'electron/ipc.js': [ 'renderer/drop-in/port-protocol' ],
    'electron/main/channels/': [ 'addon.js', 'electron/main/address', 'electron/main/policy', 'electron/main/quit' ],
    'electron/main/documents/': [ 'electron/main/channels/page-session' ],
    'electron/main/entrances/': [ 'electron/ipc', 'electron/main/documents/' ],
    'electron/preload/': [ 'electron/ipc', 'renderer' ]
};

/**
 * Lists files.
 *
 * @param {string} place - A folder or a file.
 * @returns {string[]} The JavaScript files in it.
 */
function filesIn(place) {
    const full = path.join(root, place);

    return place.endsWith('.js') ? [ place ] : fs.readdirSync(full, { withFileTypes: true })
        .filter(entry => entry.isFile() && entry.name.endsWith('.js'))
        .map(({ name }) => place + name);
}

/**
 * Lists what a file requires of this repository.
 *
 * @param {string} file - The file.
 * @returns {string[]} Paths from the root.
 */
function requiredBy(file) {
    const source = fs.readFileSync(path.join(root, file), 'utf8');

    return [ ...source.matchAll(/require\('(\.[^']*)'\)/g) ]
        .map(([ , to ]) => path.posix.join(path.posix.dirname(file), to));
}

Object.entries(ALLOWED).forEach(([ place, allowed ]) => test(`${place} requires only what it may`, t => {
    const files = filesIn(place);

    t.true(files.length > 0);
    files.forEach(file => t.deepEqual(
        requiredBy(file).filter(to => ![ place, ...allowed ].some(start => to.startsWith(start))), [], file));
}));

test('nothing of main requires the preload or the page', t => {
    const main = [ '', 'channels/', 'documents/', 'entrances/' ].flatMap(name => filesIn(`electron/main/${name}`));

    main.forEach(file => t.deepEqual(
        requiredBy(file).filter(to => (/^(electron\/preload|renderer)\//).test(to)), [], file));
});
