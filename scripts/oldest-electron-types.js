/**
 * Checks the types of `electron/` against the oldest Electron that is supported; `tsc` itself checks them against the
 * newest, which is the development dependency. A second dependency on electron would download a second runtime at each
 * installation, so only its package, which is its types and little more, is fetched: once, and checked by its hash.
 */

'use strict';

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { cacheDirectory, say } = require('./cache');

const root = path.join(__dirname, '..');

const VERSION = '22.3.27';
const INTEGRITY = 'sha512-7Rht21vHqj4ZFRnKuZdFqZFsvMBCmDqmjetiMqPtF+TmTBiGne1mnstVXOA/SRGhN2Qy5gY5bznJKpiqogjM8A==';

/**
 * Fetches the package into the cache.
 *
 * @param {string} folder - Where to.
 * @returns {void}
 */
function fetchPackage(folder) {
    say(`Fetching the types of Electron ${VERSION}…`);
    fs.mkdirSync(folder, { recursive: true });
    const [ { filename, integrity } ] = JSON.parse(execFileSync('npm',
        [ 'pack', `electron@${VERSION}`, '--json', '--ignore-scripts', '--pack-destination', folder ],
        { encoding: 'utf8',
            shell: process.platform === 'win32',
            stdio: [ 'ignore', 'pipe', 'inherit' ] }));

    if (integrity !== INTEGRITY) {
        throw new Error(`electron@${VERSION} is not what it was: ${integrity}`);
    }
    execFileSync('tar', [ '-xzf', filename, 'package/electron.d.ts' ], { cwd: folder });
}

/**
 * Gives the types.
 *
 * @returns {string} The file.
 */
function electronTypes() {
    const folder = path.join(cacheDirectory(), `electron-types-${VERSION}`);
    const file = path.join(folder, 'package', 'electron.d.ts');

    if (!fs.existsSync(file)) {
        fetchPackage(folder);
    }

    return file;
}

/**
 * Writes what the compiler is to do.
 *
 * @returns {string} The project file.
 */
function writeProject() {
    const types = electronTypes();
    const project = path.join(path.dirname(types), 'tsconfig.json');

    fs.writeFileSync(project, JSON.stringify({
        compilerOptions: { paths: { electron: [ types ] },
            typeRoots: [ path.join(root, 'node_modules', '@types') ] },
        extends: path.join(root, 'tsconfig.json'),
        include: [ path.join(root, 'electron', '**', '*.js') ]
    }));

    return project;
}

process.exitCode = spawnSync(process.execPath,
    [ require.resolve('typescript/bin/tsc'), '--noEmit', '--project', writeProject() ],
    { cwd: root,
        stdio: 'inherit' }).status ?? 1;
