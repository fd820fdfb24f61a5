/**
 * Packs what is published and installs it into empty projects, the addon into one and the collector into another, as a
 * user's npm does. Nothing comes from a registry: the two dependencies of the collector are packed from this checkout
 * too, and the packages of other platforms cannot be had, as for whoever installs the package.
 */

'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const { stagePackages } = require('../../scripts/stage-packages');

const { makeArtifacts } = require('./artifacts');

const run = promisify(execFile);
const root = path.join(__dirname, '..', '..');
const MAX_OUTPUT = 16 * 1024 * 1024;
const COLLECTOR_DEPENDENCIES = [ 'uplot', 'ws' ];

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
 * @property {string} project - The folder of the project with the addon.
 * @property {string} collectorProject - The folder of the project with the collector.
 * @property {Packed} collector - The collector's package.
 * @property {Packed} main - The main package.
 * @property {Packed} system - That of this system.
 * @property {Packed[]} systems - Those of all systems that there are.
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
 * Makes a project and installs packages into it.
 *
 * @param {string} project - Its folder.
 * @param {Packed[]} packages - The packages.
 * @returns {Promise<string>} The folder.
 */
async function makeProject(project, packages) {
    fs.mkdirSync(project);
    fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify({ main: 'main.js',
        name: 'project',
        private: true,
        version: '1.0.0' }));
    await npm([ 'install', ...packages.map(({ file }) => file) ], project);

    return project;
}

/**
 * Packs everything and installs it.
 *
 * @param {string} folder - Where there is room for it.
 * @param {boolean} isComplete - Whether the packages of all systems are there, see artifacts.js, or this one's only.
 * @returns {Promise<Installed>} The projects.
 */
async function installPackages(folder, isComplete) {
    const staged = stagePackages({ artifacts: isComplete ? makeArtifacts(path.join(folder, 'artifacts')) : undefined,
        out: path.join(folder, 'staged'),
        partial: !isComplete });
    const [ main, collector, ...dependencies ] = await Promise.all([
        staged.main, staged.collector,
        ...COLLECTOR_DEPENDENCIES.map(name => path.join(root, 'node_modules', name))
    ].map(each => pack(each, folder)));
    const systems = await Promise.all(staged.systems.map(each => pack(each, folder)));
    const system = systems.find(({ name }) => name.endsWith(`-${process.platform}`));

    return { collector,
        collectorProject: await makeProject(path.join(folder, 'collector-project'), [ collector, ...dependencies ]),
        folder,
        main,
        project: await makeProject(path.join(folder, 'project'), [ main, system ]),
        system,
        systems };
}

/**
 * Sets up a test file.
 *
 * @param {any} test - Ava's test.
 * @param {Object} [options] - `isComplete`: whether the packages of all systems are made, or this one's only.
 * @returns {Installed} The projects, filled in before the first test.
 */
function useInstalledPackages(test, { isComplete = false } = {}) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-package-'));
    const installed = /** @type {any} */ {};

    test.before(async () => Object.assign(installed, await installPackages(folder, isComplete)));
    test.after.always(() => fs.rmSync(folder, { force: true,
        recursive: true }));

    return installed;
}

module.exports = {
    npm,
    root,
    run,
    useInstalledPackages
};
