/**
 * Packs what is published and installs it into an empty project, as a user's npm does. Nothing comes from a registry:
 * the two dependencies are packed from this checkout too, and the packages of other platforms cannot be had, as for
 * whoever installs the package.
 */

'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const { stagePackages } = require('../../scripts/stage-packages');

const run = promisify(execFile);
const root = path.join(__dirname, '..', '..');
const MAX_OUTPUT = 16 * 1024 * 1024;
const DEPENDENCIES = [ 'uplot', 'ws' ];

/**
 * @typedef {Object} Packed
 * @property {string} name - The package.
 * @property {string} file - Its tarball.
 * @property {string[]} files - What is in it.
 * @property {number} size - Of the tarball, in bytes.
 */

/**
 * @typedef {Object} Installed
 * @property {string} folder - Where there is room for more.
 * @property {string} project - The project's folder.
 * @property {Packed} main - The main package.
 * @property {Packed} platform - That of this platform.
 */

/**
 * Runs npm, offline.
 *
 * @param {string[]} args - Its arguments.
 * @param {string} cwd - Where.
 * @returns {Promise<string>} What it printed.
 */
async function npm(args, cwd) {
    const { stdout } = await run('npm', [ ...args, '--offline', '--ignore-scripts', '--no-audit', '--no-fund' ],
        { cwd,
            maxBuffer: MAX_OUTPUT });

    return stdout;
}

/**
 * Packs a package.
 *
 * @param {string} folder - The package.
 * @param {string} destination - Where the tarball goes.
 * @returns {Promise<Packed>} The tarball.
 */
async function pack(folder, destination) {
    const [ { filename, files, name, size } ] = JSON.parse(
        await npm([ 'pack', '--json', '--pack-destination', destination ], folder));

    return { file: path.join(destination, filename),
        files: files.map(file => file.path).sort(),
        name,
        size };
}

/**
 * Packs everything and installs it.
 *
 * @param {string} folder - Where there is room for it.
 * @returns {Promise<Installed>} The project.
 */
async function installPackages(folder) {
    const staged = stagePackages({ out: path.join(folder, 'staged'),
        partial: true });
    const project = path.join(folder, 'project');

    fs.mkdirSync(project);
    fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify({ main: 'main.js',
        name: 'project',
        private: true,
        version: '1.0.0' }));

    const [ main, platform, ...others ] = await Promise.all([ staged.main, ...staged.platforms,
        ...DEPENDENCIES.map(name => path.join(root, 'node_modules', name)) ].map(each => pack(each, folder)));

    await npm([ 'install', ...[ main, platform, ...others ].map(({ file }) => file) ], project);

    return { folder,
        main,
        platform,
        project };
}

/**
 * Sets up a test file.
 *
 * @param {any} test - Ava's test.
 * @returns {Installed} The project, filled in before the first test.
 */
function useInstalledPackages(test) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-package-'));
    const installed = /** @type {any} */ {};

    test.before(async () => Object.assign(installed, await installPackages(folder)));
    test.after.always(() => fs.rmSync(folder, { force: true,
        recursive: true }));

    return installed;
}

module.exports = {
    root,
    run,
    useInstalledPackages
};
