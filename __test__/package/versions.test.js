/**
 * One version everywhere: what a release is built from, and what tells when it is not so.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { version } = require('../../package.json');
const { findDifferences, writeVersions } = require('../../scripts/versions');

const root = path.join(__dirname, '..', '..');
const FILES = [
    'Cargo.lock', 'Cargo.toml', 'collector/package.json', 'package-lock.json', 'package.json'
];
const LOCKED_COLLECTOR = 'package-lock.json (collector)';

/**
 * Copies the files that carry the version, with another one in package.json.
 *
 * @param {any} t - Ava's context; the copy goes when the test ends.
 * @returns {string} The folder.
 */
function bump(t) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-versions-'));

    t.teardown(() => fs.rmSync(folder, { recursive: true }));
    fs.mkdirSync(path.join(folder, 'collector'));
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

test('what differs is named, and npm version brings Cargo.toml and the collector\'s package into line', t => {
    const folder = bump(t);
    const others = [ ...FILES.filter(file => file !== 'package.json'), LOCKED_COLLECTOR ];
    const written = [ 'Cargo.toml', 'collector/package.json', LOCKED_COLLECTOR ];
    const say = file => `package.json says 99.1.2, ${file} says ${version}`;

    t.deepEqual(findDifferences(folder).sort(), others.map(say).sort());
    writeVersions(folder);
    t.deepEqual(findDifferences(folder).sort(), others.filter(file => !written.includes(file)).map(say)
        .sort());
    t.is(JSON.parse(fs.readFileSync(path.join(folder, 'collector', 'package.json'), 'utf8')).version, '99.1.2');
});
