/**
 * One version everywhere: what a release is built from, and what tells when it is not so.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { version } = require('../../package.json');
const { findDifferences, writeCargoVersion } = require('../../scripts/versions');

const root = path.join(__dirname, '..', '..');
const FILES = [ 'Cargo.lock', 'Cargo.toml', 'index.js', 'package-lock.json', 'package.json' ];

/**
 * Copies the files that carry the version, with another one in package.json.
 *
 * @param {any} t - Ava's context; the copy goes when the test ends.
 * @returns {string} The folder.
 */
function bump(t) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-versions-'));

    t.teardown(() => fs.rmSync(folder, { recursive: true }));
    FILES.forEach(file => fs.copyFileSync(path.join(root, file), path.join(folder, file)));
    const manifest = path.join(folder, 'package.json');
    const text = fs.readFileSync(manifest, 'utf8');

    fs.writeFileSync(manifest, text.replace(`"version": "${version}"`, '"version": "99.1.2"'));

    return folder;
}

test('all files carry the same version', t => {
    t.deepEqual(findDifferences(root), []);
});

test('a tag must be the version', t => {
    t.deepEqual(findDifferences(root, `v${version}`), []);
    t.deepEqual(findDifferences(root, 'v99.1.2'), [ `package.json says ${version}, the tag says 99.1.2` ]);
});

test('what differs is named, and npm version brings Cargo.toml into line', t => {
    const folder = bump(t);
    const others = FILES.filter(file => file !== 'package.json');
    const say = file => `package.json says 99.1.2, ${file} says ${version}`;

    t.deepEqual(findDifferences(folder), others.map(say));
    writeCargoVersion(folder);
    t.deepEqual(findDifferences(folder), others.filter(file => file !== 'Cargo.toml').map(say));
});
