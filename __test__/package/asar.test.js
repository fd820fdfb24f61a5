/**
 * What is published, in a packaged Electron app: everything in an asar, the binary beside it.
 */

'use strict';

const asar = require('@electron/asar');
const test = require('ava');
const fs = require('node:fs');
const path = require('node:path');

const { createCollector } = require('../../collector');

const { useInstalledPackages } = require('./install');
const { runApp } = require('./run-app');

const installed = useInstalledPackages(test);

/**
 * Packages the app, as electron-builder and electron-forge do.
 *
 * @param {string} archive - Where to.
 * @returns {Promise<void>} When it is there.
 */
async function packageApp(archive) {
    fs.cpSync(path.join(__dirname, 'app'), installed.project, { recursive: true });
    await asar.createPackageWithOptions(installed.project, archive, { unpack: '**/*.node' });
}

test.serial('a packaged app captures and delivers', async t => {
    const archive = path.join(installed.folder, 'app.asar');
    const collector = await createCollector();
    const binary = path.join('node_modules', installed.system.name,
        installed.system.files.find(file => file.endsWith('.node')));

    t.teardown(() => collector.close());
    await packageApp(archive);
    t.true(asar.statFile(archive, binary).unpacked);
    t.true(fs.existsSync(path.join(`${archive}.unpacked`, binary)));

    const { capture, channel, directory, error, warnings } = await runApp({ appPath: archive,
        endpoint: collector.url });

    t.is(error, undefined);
    t.is(directory, archive);
    t.deepEqual(warnings, []);
    t.is(channel.delivered, 1, channel.error);
    t.true(capture.captured > 0);
    t.is(capture.delivered, capture.captured);

    const dumps = collector.dumps().map(dump => fs.readFileSync(dump.path, 'utf8'));

    t.true(dumps.some(dump => dump.includes('from an asar')));
    t.true(dumps.some(dump => dump.includes('"create"') && dump.includes('"close"')));
});

test.serial('the environment names another library: only an app that is not packaged takes it', async t => {
    const archive = path.join(installed.folder, 'app.asar');
    const collector = await createCollector();
    const elsewhere = path.join(installed.folder, 'elsewhere.node');
    const env = { NAPI_RS_NATIVE_LIBRARY_PATH: elsewhere };

    t.teardown(() => collector.close());
    await packageApp(archive);

    const [ packaged, unpackaged ] = await Promise.all([ archive, installed.project ].map(appPath =>
        runApp({ appPath,
            endpoint: collector.url,
            env })));

    t.deepEqual(packaged.warnings, []);
    t.is(packaged.channel.delivered, 1, packaged.channel.error);
    t.is(packaged.environment, elsewhere);
    t.true(unpackaged.channel.error.includes(`looked for ${elsewhere}`), unpackaged.channel.error);
});

test.serial('where the binary was left out, the app runs and one warning says what is missing', async t => {
    const archive = path.join(installed.folder, 'without.asar');

    fs.rmSync(path.join(installed.project, 'node_modules', installed.system.name), { recursive: true });
    await packageApp(archive);
    const { channel, error, warnings } = await runApp({ appPath: archive,
        endpoint: 'ws://127.0.0.1:9' });
    const reason = `cannot be loaded on ${process.platform}-${process.arch}: looked for ${installed.system.name}: `
        + `Cannot find module '${installed.system.name}'`;

    t.is(error, undefined);
    t.is(warnings.length, 1);
    t.true(warnings[0].includes(reason), warnings[0]);
    t.true(channel.error.includes(reason), channel.error);
});
