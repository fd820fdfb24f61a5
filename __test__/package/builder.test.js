/**
 * What electron-builder and @electron/universal make of the published packages, by the lines of the guide: one
 * installation serves every architecture, each app holds the binary it needs and no more, and it captures.
 */

'use strict';

const asar = require('@electron/asar');
const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { createCollector } = require('../../collector');

const { headOf } = require('./artifacts');
const { build } = require('./builder');
const { npm, run, useInstalledPackages } = require('./install');
const { runApp } = require('./run-app');

const UNIVERSAL = require.resolve('./make-universal');

/** What is neither the main package nor that of a system. */
const FOREIGN = /node_modules[\\/](?!@jitsi($|[\\/]rtcstats-native(-[a-z0-9]+)?($|[\\/])))|collector|uplot/i;

const installed = useInstalledPackages(test, { isComplete: true });

test.beforeEach(() => fs.cpSync(path.join(__dirname, 'app'), installed.project, { recursive: true }));

/**
 * Gives what looks like an Electron for Windows to electron-builder.
 *
 * @returns {string} Its folder.
 */
function windowsDistribution() {
    const folder = path.join(installed.folder, 'electron-windows');

    fs.mkdirSync(path.join(folder, 'resources'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'electron.exe'), '');

    return folder;
}

/**
 * Lists the binaries of an app.
 *
 * @param {string} resources - The folder of its resources.
 * @returns {string[]} Their names.
 */
function binariesIn(resources) {
    return fs.readdirSync(resources, { recursive: true })
        .map(String)
        .filter(file => file.endsWith('.node'))
        .map(file => path.basename(file));
}

/**
 * Runs a packaged app, with an environment that names another library.
 *
 * @param {any} t - Ava's.
 * @param {string} resources - The folder of its resources.
 * @returns {Promise<void>} When it has captured and delivered.
 */
async function assertCaptures(t, resources) {
    const collector = await createCollector();

    t.teardown(() => collector.close());
    const { capture, channel, error, warnings } = await runApp({ appPath: resources,
        binary: path.join(resources, '..', 'project'),
        endpoint: collector.url,
        env: { NAPI_RS_NATIVE_LIBRARY_PATH: path.join(installed.folder, 'elsewhere.node') } });

    t.is(error, undefined);
    t.deepEqual(warnings, []);
    t.is(channel.delivered, 1, channel.error);
    t.true(capture.captured > 0);
    t.is(capture.delivered, capture.captured);
}

test.serial('one installation, two architectures of Linux: each app has its own binary, and captures', async t => {
    const apps = await build(installed, [ '--linux', '--x64', '--arm64' ]);

    t.deepEqual(Object.fromEntries(Object.entries(apps).map(([ name, resources ]) =>
        [ name, binariesIn(resources) ])), {
        'linux-arm64-unpacked': [ 'rtcstats-native.linux-arm64-gnu.node' ],
        'linux-unpacked': [ 'rtcstats-native.linux-x64-gnu.node' ]
    });
    await assertCaptures(t, apps['linux-unpacked']);

    const files = asar.listPackage(path.join(apps['linux-unpacked'], 'app.asar'));

    t.true(files.some(file => file.endsWith('auto-preload.js')));
    t.deepEqual(files.filter(file => FOREIGN.test(file)), []);
});

test.serial('an app without an archive captures, and takes no library that the environment names', async t => {
    const apps = await build(installed, [ '--linux', '--x64' ], { asar: false });

    await assertCaptures(t, apps['linux-unpacked']);
});

test.serial('without the line of the guide all architectures are in each app, and it captures', async t => {
    const apps = await build(installed, [ '--linux', '--x64' ], { files: [ 'main.js', 'index.html' ] });

    t.deepEqual(binariesIn(apps['linux-unpacked']).sort(), [ 'rtcstats-native.linux-arm64-gnu.node',
        'rtcstats-native.linux-x64-gnu.node', 'rtcstats-native.linux-x64-musl.node' ]);
    await assertCaptures(t, apps['linux-unpacked']);
});

test.serial('for another system its package is added, and that of the host stays', async t => {
    const other = installed.systems.find(({ name }) => name.endsWith('-win32'));

    await npm([ 'install', '--no-save', '--force', other.file ], installed.project);
    t.deepEqual(fs.readdirSync(path.join(installed.project, 'node_modules', '@jitsi')).sort(),
        [ 'rtcstats-native', 'rtcstats-native-linux', 'rtcstats-native-win32' ]);

    const apps = await build(installed, [ '--win', '--x64', '--ia32', '--arm64' ],
        { electronDist: windowsDistribution() });

    t.deepEqual(Object.fromEntries(Object.entries(apps).map(([ name, resources ]) =>
        [ name, binariesIn(resources) ])), {
        'win-arm64-unpacked': [ 'rtcstats-native.win32-arm64-msvc.node' ],
        'win-ia32-unpacked': [ 'rtcstats-native.win32-ia32-msvc.node' ],
        'win-unpacked': [ 'rtcstats-native.win32-x64-msvc.node' ]
    });
});

/**
 * Lays out what electron-builder makes for a Mac, which it does on one only: an app with the package of macOS in it.
 *
 * @param {string} name - The app's name.
 * @param {Buffer} [binary] - Instead of the one that is published.
 * @returns {Promise<string>} Its folder.
 */
async function makeMacApp(name, binary) {
    const folder = path.join(installed.folder, `${name}.app`);
    const contents = path.join(folder, 'Contents');
    const project = path.join(installed.folder, name);
    const own = path.join(project, 'node_modules', '@jitsi', 'rtcstats-native-darwin');

    fs.mkdirSync(path.join(contents, 'Resources'), { recursive: true });
    fs.writeFileSync(path.join(contents, 'Info.plist'), '<plist version="1.0"><dict/></plist>');
    fs.cpSync(path.join(installed.folder, 'staged', 'npm', 'darwin'), own, { recursive: true });
    fs.writeFileSync(path.join(project, 'package.json'), '{ "main": "main.js" }');
    if (binary) {
        fs.writeFileSync(path.join(own, 'rtcstats-native.darwin-universal.node'), binary);
    }
    await asar.createPackageWithOptions(project, path.join(contents, 'Resources', 'app.asar'), { unpack: '**/*.node' });

    return folder;
}

/**
 * Merges two apps.
 *
 * @param {string} name - Of the merged one.
 * @param {Buffer} [binary] - Instead of the one that is published.
 * @returns {Promise<string>} The folder of its resources.
 */
async function makeUniversal(name, binary) {
    const out = path.join(installed.folder, `${name}-out.app`);
    const [ x64, arm64 ] = await Promise.all([ 'x64', 'arm64' ].map(arch => makeMacApp(`${name}-${arch}`, binary)));

    await run(process.execPath, [ UNIVERSAL, x64, arm64, out ]);

    return path.join(out, 'Contents', 'Resources');
}

test.serial('a universal app for macOS needs no rule of its own, because our binary is universal already', async t => {
    const resources = await makeUniversal('universal');

    t.deepEqual(binariesIn(resources), [ 'rtcstats-native.darwin-universal.node' ]);
    t.deepEqual(fs.readdirSync(resources).sort(), [ 'app.asar', 'app.asar.unpacked' ]);

    // One of a single architecture would have needed it.
    const { stderr } = await t.throwsAsync(makeUniversal('single', headOf('darwin-x64')));

    t.regex(stderr, /the same in both x64 and arm64 builds and not covered by the x64ArchFiles rule/);
});
