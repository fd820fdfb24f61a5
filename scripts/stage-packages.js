/**
 * Lays out what is published: the main package in the given folder, the platform packages in its `npm` folder and the
 * collector's in its `collector` folder, each ready for `npm pack` and `npm publish`. The checkout stays as it is.
 *
 * Usage: node scripts/stage-packages.js OUT [--artifacts FOLDER] [--partial].
 *
 * `--artifacts` is where the `.node` files of all platforms are, this checkout by default. A missing one is an error,
 * and with `--partial` a platform package that is left out, as it is for whoever has another platform.
 */

'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..');

/** What the people who install the package have no use for. */
const DEVELOPMENT_FIELDS = [ 'ava', 'devDependencies', 'overrides', 'scripts', 'workspaces' ];

/**
 * @typedef {Object} StageOptions
 * @property {string} out - Where to; an empty folder, or none yet.
 * @property {string} [artifacts] - Where the `.node` files are.
 * @property {boolean} [partial] - Whether some may be missing.
 */

/**
 * Reads a JSON file.
 *
 * @param {string} file - The file.
 * @returns {any} What it says.
 */
function readJson(file) {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/**
 * Writes a JSON file.
 *
 * @param {string} file - The file.
 * @param {any} value - What it is to say.
 * @returns {void}
 */
function writeJson(file, value) {
    fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Copies a package: what npm itself would pack.
 *
 * @param {string} folder - The package.
 * @param {string} out - Where to.
 * @returns {void}
 */
function copyPackage(folder, out) {
    const [ { files } ] = JSON.parse(execFileSync('npm', [ 'pack', '--dry-run', '--json', '--ignore-scripts' ],
        { cwd: folder,
            encoding: 'utf8',
            shell: process.platform === 'win32',
            stdio: [ 'ignore', 'pipe', 'ignore' ] }));

    files.forEach((/** @type {{ path: string }} */ file) => {
        fs.mkdirSync(path.dirname(path.join(out, file.path)), { recursive: true });
        fs.copyFileSync(path.join(folder, file.path), path.join(out, file.path));
    });
}

/**
 * Makes the platform packages.
 *
 * @param {StageOptions} options - See there.
 * @returns {string[]} Their names, those left out as well.
 */
function makePlatformPackages({ artifacts = root, out, partial = false }) {
    const napi = path.join(path.dirname(require.resolve('@napi-rs/cli/package.json')), 'dist', 'cli.js');

    execFileSync(process.execPath, [ napi, 'create-npm-dirs', '--cwd', out ], { stdio: 'ignore' });

    return fs.readdirSync(path.join(out, 'npm')).map(platform => {
        const folder = path.join(out, 'npm', platform);
        const { main, name } = readJson(path.join(folder, 'package.json'));
        const binary = path.join(artifacts, main);

        if (fs.existsSync(binary)) {
            fs.copyFileSync(binary, path.join(folder, main));
            fs.copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
        } else if (partial) {
            fs.rmSync(folder, { recursive: true });
        } else {
            throw new Error(`${name} lacks its binary: there is no ${binary}`);
        }

        return name;
    });
}

/**
 * Lays out everything.
 *
 * @param {StageOptions} options - See there.
 * @returns {{ collector: string, main: string, platforms: string[] }} The folders of the packages.
 */
function stagePackages(options) {
    const { out } = options;
    const collector = path.join(out, 'collector');
    const manifest = path.join(out, 'package.json');

    copyPackage(root, out);
    copyPackage(path.join(root, 'collector'), collector);
    fs.copyFileSync(path.join(root, 'LICENSE'), path.join(collector, 'LICENSE'));
    const names = makePlatformPackages(options);
    const description = readJson(manifest);

    DEVELOPMENT_FIELDS.forEach(field => delete description[field]);
    description.optionalDependencies = Object.fromEntries(names.map(name => [ name, description.version ]));
    writeJson(manifest, description);

    return { collector,
        main: out,
        platforms: fs.readdirSync(path.join(out, 'npm')).map(platform => path.join(out, 'npm', platform)) };
}

module.exports = { stagePackages };

if (require.main === module) {
    const { positionals: [ out ], values } = parseArgs({
        allowPositionals: true,
        options: { artifacts: { type: 'string' },
            partial: { type: 'boolean' } }
    });

    if (!out) {
        throw new Error('Where to? node scripts/stage-packages.js OUT [--artifacts FOLDER] [--partial]');
    }
    const { collector, main, platforms } = stagePackages({ ...values,
        out: path.resolve(out) });

    console.log([ main, ...platforms, collector ].join('\n'));
}
