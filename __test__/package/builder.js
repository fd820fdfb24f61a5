/**
 * Packages apps with the real electron-builder, by the lines of the guide, around the Electron that the tests have.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { resolveElectron } = require('../../scripts/electron-runtime');

const { codeOf } = require('./docs');
const { root, run } = require('./install');

const BUILDER = path.join(root, 'node_modules', 'electron-builder', 'cli.js');

/**
 * @typedef {import('./install').Installed} Installed
 */

/**
 * Reads electron-builder's configuration from the guide.
 *
 * @returns {any} The configuration.
 */
function documented() {
    const [ code ] = codeOf('docs/electron.md', 'Packaging', 'json');

    return JSON.parse(`{${code}}`).build;
}

/**
 * Gives an Electron to package, without the application that the tests' runtime may have inside.
 *
 * @param {Installed} installed - Where there is room for it.
 * @returns {Promise<string>} Its folder.
 */
async function realDistribution(installed) {
    const folder = path.join(installed.folder, 'electron');

    if (!fs.existsSync(folder)) {
        const { path: binary } = await resolveElectron();

        await run('cp', [ '-a', path.dirname(binary), folder ]);
        [ 'app', 'app.asar' ].forEach(each => fs.rmSync(path.join(folder, 'resources', each), { force: true,
            recursive: true }));
    }

    return folder;
}

/**
 * Asks that Electron for its version.
 *
 * @returns {Promise<string>} The version.
 */
async function electronVersion() {
    const { path: binary } = await resolveElectron();
    const { stdout } = await run(binary, [ '-p', 'process.versions.electron' ],
        { env: { ...process.env,
            ELECTRON_RUN_AS_NODE: '1' } });

    return stdout.trim();
}

/**
 * Packages what is in the project.
 *
 * @param {Installed} installed - The project.
 * @param {string[]} args - For which system and architectures.
 * @param {any} [configuration] - Beside that of the guide; the Electron is that of the tests unless it says another.
 * @returns {Promise<Record<string, string>>} The folders of the apps' resources, by the names of their folders.
 */
async function build(installed, args, configuration) {
    const manifest = path.join(installed.project, 'package.json');
    const output = fs.mkdtempSync(path.join(installed.folder, 'built-'));

    fs.writeFileSync(manifest, JSON.stringify({ ...JSON.parse(fs.readFileSync(manifest, 'utf8')),
        author: 'a test',
        build: { ...documented(),
            directories: { output },
            disableAsarIntegrity: true,
            electronDist: configuration?.electronDist ?? await realDistribution(installed),
            electronVersion: await electronVersion(),
            win: { signAndEditExecutable: false },
            ...configuration },
        description: 'a test' }));
    await run(process.execPath, [ BUILDER, ...args, '--dir', '--publish', 'never' ], { cwd: installed.project });

    return Object.fromEntries(fs.readdirSync(output)
        .filter(name => name.endsWith('unpacked'))
        .map(name => [ name, path.join(output, name, 'resources') ]));
}

module.exports = { build };
