/**
 * Keeps the one version in all the files that carry it: package.json says it, the others follow.
 *
 * `node scripts/versions.js` fails where one differs; with `--write`, as `npm version` calls it, Cargo.toml and the
 * collector's package, which is released together with the addon's, are brought into line; Cargo.lock follows at the
 * next build. With `--tag v1.2.3`, as a release calls it, the tag must agree too.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

/**
 * @typedef {Object} Place - Where a version stands.
 * @property {string} name - What it is called when it differs.
 * @property {string} [file] - The file, which is the name where that is left out.
 * @property {RegExp} pattern - What matches there.
 * @property {boolean} [isWritten] - Whether `--write` brings it into line.
 */

/** @type {Place[]} */
const PLACES = [
    { name: 'package.json',
        pattern: /^ {2}"version": "([^"]*)"/m },
    { name: 'Cargo.lock',
        pattern: /\nname = "rtcstats-native"\nversion = "([^"]*)"/ },
    { name: 'Cargo.toml',
        pattern: /^\[package\][^[]*?\nversion = "([^"]*)"/m,
        isWritten: true },
    { name: 'collector/package.json',
        pattern: /^ {2}"version": "([^"]*)"/m,
        isWritten: true },
    { name: 'package-lock.json',
        pattern: /^\{\s*"name": "[^"]*",\s*"version": "([^"]*)"/ },
    { name: 'package-lock.json (collector)',
        file: 'package-lock.json',
        pattern: /"collector": \{\s*"name": "[^"]*",\s*"version": "([^"]*)"/,
        isWritten: true }
];

/**
 * Reads a version.
 *
 * @param {string} root - The checkout.
 * @param {Place} place - Where it stands.
 * @returns {string | undefined} The version.
 */
function readVersion(root, { name, file = name, pattern }) {
    return fs.readFileSync(path.join(root, file), 'utf8').match(pattern)?.[1];
}

/**
 * Finds what differs.
 *
 * @param {string} root - The checkout.
 * @param {string} [tag] - The tag of a release.
 * @returns {string[]} A line for each.
 */
function findDifferences(root, tag) {
    const found = PLACES.map(place => [ place.name, readVersion(root, place) ]);
    const [ [ , expected ] ] = found;

    return [ ...found, ...tag ? [ [ 'the tag', tag.replace(/^v/, '') ] ] : [] ]
        .filter(([ , version ]) => version !== expected)
        .map(([ name, version ]) => `package.json says ${expected}, ${name} says ${version}`);
}

/**
 * Brings into line what no other tool does.
 *
 * @param {string} root - The checkout.
 * @returns {void}
 */
function writeVersions(root) {
    const version = readVersion(root, PLACES[0]);

    for (const { name, file = name, pattern } of PLACES.filter(({ isWritten }) => isWritten)) {
        const target = path.join(root, file);

        fs.writeFileSync(target, fs.readFileSync(target, 'utf8')
            .replace(pattern, (match, old) => match.replace(`"${old}"`, `"${version}"`)));
    }
}

module.exports = {
    findDifferences,
    writeVersions
};

if (require.main === module) {
    const root = path.join(__dirname, '..');
    const { values: { tag, write } } = parseArgs({ options: { tag: { type: 'string' },
        write: { type: 'boolean' } } });

    if (write) {
        writeVersions(root);
    } else {
        const differences = findDifferences(root, tag);

        differences.forEach(line => console.error(line));
        process.exitCode = differences.length ? 1 : 0;
    }
}
