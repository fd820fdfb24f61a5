/**
 * Which binary is loaded where, and the error where none can be: a copy of the entry point beside a package of binaries
 * that no system takes, on platforms that this process only pretends to be.
 */

'use strict';

const { parseTriple } = require('@napi-rs/cli');
const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { napi, version } = require('../../package.json');

const root = path.join(__dirname, '..', '..');
const GLIBC = '#!/bin/bash\n# GNU C Library\n';
const MUSL = '#!/bin/sh\nexec /lib/ld-musl-x86_64.so.1 --list "$@"\n';

/** What is to be loaded, of all that is published. */
const FITTING = [
    [ 'darwin', 'arm64', 'darwin-universal' ],
    [ 'darwin', 'x64', 'darwin-universal' ],
    [ 'linux', 'arm64', 'linux-arm64-gnu' ],
    [ 'linux', 'x64', 'linux-x64-gnu' ],
    [ 'linux', 'x64', 'linux-x64-musl', MUSL ],
    [ 'win32', 'arm64', 'win32-arm64-msvc' ],
    [ 'win32', 'ia32', 'win32-ia32-msvc' ],
    [ 'win32', 'x64', 'win32-x64-msvc' ]
];

/**
 * Lays out the entry point beside the packages of all systems.
 *
 * @param {any} t - Ava's; the folder goes when the test ends.
 * @param {string[]} [platforms] - Of which there are binaries.
 * @returns {string} The folder of the main package.
 */
function layOut(t, platforms = FITTING.map(([ , , platform ]) => platform)) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-loader-'));
    const main = path.join(folder, 'node_modules', '@jitsi', 'rtcstats-native');

    t.teardown(() => fs.rmSync(folder, { recursive: true }));
    fs.mkdirSync(main, { recursive: true });
    [ 'addon.js', 'package.json', 'token.js' ].forEach(file =>
        fs.copyFileSync(path.join(root, file), path.join(main, file)));
    platforms.forEach(platform => {
        const system = `${main}-${platform.split('-')[0]}`;

        fs.mkdirSync(system, { recursive: true });
        fs.writeFileSync(path.join(system, 'package.json'), JSON.stringify({ version }));
        fs.writeFileSync(path.join(system, `rtcstats-native.${platform}.node`), 'of no use '.repeat(99));
    });

    return main;
}

/**
 * Pretends to be another platform while something is done.
 *
 * @param {{ arch: string, ldd: string, platform: string }} other - The platform, and its `ldd`.
 * @param {function(): any} body - What to do.
 * @returns {any} What it returns.
 */
function pretend({ arch, ldd, platform }, body) {
    const { readFileSync } = fs;
    const own = { arch: process.arch,
        platform: process.platform };
    const become = as => Object.entries(as).forEach(([ name, value ]) =>
        Object.defineProperty(process, name, { configurable: true,
            value }));

    fs.readFileSync = (...args) => {
        const [ file ] = args;

        return file === '/usr/bin/ldd' ? ldd : readFileSync(...args);
    };
    become({ arch,
        platform });
    try {
        return body();
    } finally {
        become(own);
        fs.readFileSync = readFileSync;
    }
}

/**
 * Loads a copy of the entry point, in vain.
 *
 * @param {any} t - Ava's.
 * @param {string} main - The copy's folder.
 * @param {string[]} where - The platform it believes to be on, the architecture, and what `ldd` says there.
 * @returns {any} The error.
 */
function failOn(t, main, [ platform, arch, ldd = GLIBC ]) {
    return t.throws(() => pretend({ arch,
        ldd,
        platform }, () => require(path.join(main, 'addon.js'))), { code: 'ERR_RTCSTATS_ADDON' });
}

FITTING.forEach(([ platform, arch, expected, ldd ]) => test(`${platform}-${arch} takes ${expected}`, t => {
    const main = layOut(t);
    const error = failOn(t, main, [ platform, arch, ldd ]);

    // Whose path stands in what the system says about it.
    t.true(error.message.includes(`rtcstats-native.${expected}.node`), error.message);
    t.deepEqual(error.packages, [ `@jitsi/rtcstats-native-${platform}` ]);
    t.is(error.platform, `${platform}-${arch}`);
}));

test('each binary that is built is loaded somewhere', t => {
    const built = napi.targets.map(triple => parseTriple(triple).platformArchABI);
    const parts = [ 'darwin-arm64', 'darwin-x64' ];

    t.deepEqual([ ...new Set(FITTING.map(([ , , platform ]) => platform)) ].sort(),
        built.filter(platform => !parts.includes(platform)).sort());
});

test('an architecture that was left out is named, with those that are there', t => {
    const { message } = failOn(t, layOut(t, [ 'win32-x64-msvc', 'win32-ia32-msvc' ]), [ 'win32', 'arm64' ]);

    t.regex(message, /no rtcstats-native\.win32-arm64-msvc\.node in it, but .*win32-ia32-msvc\.node, .*x64-msvc\.node/);
    t.regex(message, /left out when the app was packaged/);
});

test('a system whose package is missing is named', t => {
    const { message } = failOn(t, layOut(t, [ 'linux-x64-gnu' ]), [ 'darwin', 'arm64' ]);

    t.regex(message, /on darwin-arm64: looked for @jitsi\/rtcstats-native-darwin: Cannot find module/);
    t.regex(message, /installed on another system/);
});

test('a system that nobody built for is named', t => {
    const { message, packages } = failOn(t, layOut(t), [ 'freebsd', 'x64' ]);

    t.deepEqual(packages, []);
    t.regex(message, /on freebsd-x64: there is no binary for this platform$/);
});
