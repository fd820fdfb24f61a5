/**
 * Keeps the one version in all the files that carry it: package.json says it, the others follow.
 *
 * `node scripts/versions.js` fails where one differs; with `--write`, as `npm version` calls it, Cargo.toml is brought
 * into line; Cargo.lock and the generated loader follow at the next build. With `--tag v1.2.3`, as a release calls it,
 * the tag must agree too.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

/** Where each version stands: what matches in which file. */
const PLACES = {
    'Cargo.lock': /\nname = "rtcstats-native"\nversion = "([^"]*)"/,
    'Cargo.toml': /^\[package\][^[]*?\nversion = "([^"]*)"/m,
    'index.js': /bindingPackageVersion !== '([^']*)'/,
    'package-lock.json': /^\{\s*"name": "[^"]*",\s*"version": "([^"]*)"/,
    'package.json': /^ {2}"version": "([^"]*)"/m
};

/**
 * Reads all versions.
 *
 * @param {string} root - The checkout.
 * @returns {Record<string, string | undefined>} The version in each file.
 */
function readVersions(root) {
    return Object.fromEntries(Object.entries(PLACES).map(([ file, pattern ]) =>
        [ file, fs.readFileSync(path.join(root, file), 'utf8').match(pattern)?.[1] ]));
}

/**
 * Finds what differs.
 *
 * @param {string} root - The checkout.
 * @param {string} [tag] - The tag of a release.
 * @returns {string[]} A line for each.
 */
function findDifferences(root, tag) {
    const versions = readVersions(root);
    const expected = versions['package.json'];
    const found = Object.entries(tag ? { ...versions,
        'the tag': tag.replace(/^v/, '') } : versions);

    return found.filter(([ , version ]) => version !== expected)
        .map(([ file, version ]) => `package.json says ${expected}, ${file} says ${version}`);
}

/**
 * Brings Cargo.toml into line.
 *
 * @param {string} root - The checkout.
 * @returns {void}
 */
function writeCargoVersion(root) {
    const file = path.join(root, 'Cargo.toml');
    const version = readVersions(root)['package.json'];

    fs.writeFileSync(file, fs.readFileSync(file, 'utf8')
        .replace(PLACES['Cargo.toml'], (match, old) => match.replace(`"${old}"`, `"${version}"`)));
}

module.exports = {
    findDifferences,
    writeCargoVersion
};

if (require.main === module) {
    const root = path.join(__dirname, '..');
    const { values: { tag, write } } = parseArgs({ options: { tag: { type: 'string' },
        write: { type: 'boolean' } } });

    if (write) {
        writeCargoVersion(root);
    } else {
        const differences = findDifferences(root, tag);

        differences.forEach(line => console.error(line));
        process.exitCode = differences.length ? 1 : 0;
    }
}
