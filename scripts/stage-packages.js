/**
 * Lays out what is published: the main package in the given folder, one package a system with the binaries of all its
 * architectures in its `npm` folder, and the collector's in its `collector` folder, each ready for `npm pack` and
 * `npm publish`. The checkout stays as it is.
 *
 * Usage: node scripts/stage-packages.js OUT [--artifacts FOLDER] [--partial].
 *
 * `--artifacts` is where the `.node` files of all platforms are, this checkout by default. A missing one is an error;
 * with `--partial` it is left out, and so is the package of a system that has none.
 */

'use strict';

const { parseTriple } = require('@napi-rs/cli');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..');

/** What the people who install the package have no use for. */
const DEVELOPMENT_FIELDS = [ 'ava', 'devDependencies', 'napi', 'overrides', 'scripts', 'workspaces' ];

/** What the packages have in common. */
const SHARED_FIELDS = [ 'version', 'license', 'repository', 'engines' ];

/** @type {Record<string, string>} */
const SYSTEM_NAMES = { darwin: 'macOS',
    linux: 'Linux',
    win32: 'Windows' };

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
 * Leaves out what is in another: one file may hold all architectures of its system.
 *
 * @param {string[]} files - The binaries of a system.
 * @returns {string[]} Those to be published.
 */
function withoutParts(files) {
    const universal = files.filter(file => file.includes('-universal.'));

    return universal.length > 0 ? universal : files;
}

/**
 * Lists the binaries of each system.
 *
 * @param {string[]} triples - What is built.
 * @returns {[string, string[]][]} Systems, each with the names of its files.
 */
function binariesBySystem(triples) {
    const targets = triples.map(triple => parseTriple(triple));
    const systems = [ ...new Set(targets.map(({ platform }) => platform)) ].sort();

    return systems.map(system => [ system, targets.filter(({ platform }) => platform === system)
        .map(({ platformArchABI }) => `rtcstats-native.${platformArchABI}.node`)
        .sort() ]);
}

/**
 * Writes the package of a system.
 *
 * @param {string} folder - Where to.
 * @param {string} system - The system.
 * @param {string[]} binaries - Its binaries.
 * @param {any} main - The description of the main package.
 * @returns {void}
 */
function writeSystemPackage(folder, system, binaries, main) {
    const description = `The binaries of ${main.name} for ${SYSTEM_NAMES[system]}`;

    fs.mkdirSync(folder, { recursive: true });
    binaries.forEach(binary => fs.copyFileSync(binary, path.join(folder, path.basename(binary))));
    fs.copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
    fs.writeFileSync(path.join(folder, 'README.md'), `# ${main.name}-${system}\n\n${description}. npm installs it with `
        + 'that package; nothing else is to be done with it.\n');
    writeJson(path.join(folder, 'package.json'), {
        name: `${main.name}-${system}`,
        description,
        ...Object.fromEntries(SHARED_FIELDS.map(field => [ field, main[field] ])),
        os: [ system ],
        files: [ '*.node' ]
    });
}

/**
 * Makes the packages of the systems.
 *
 * @param {StageOptions} options - See there.
 * @param {any} main - The description of the main package.
 * @returns {string[]} Their names, those left out as well.
 */
function makeSystemPackages({ artifacts = root, out, partial = false }, main) {
    return binariesBySystem(main.napi.targets).map(([ system, files ]) => {
        const isThere = (/** @type {string} */ file) => fs.existsSync(path.join(artifacts, file));
        const binaries = withoutParts(partial ? files.filter(isThere) : files);
        const missing = binaries.find(file => !isThere(file));

        if (missing) {
            throw new Error(`${main.name}-${system} lacks its ${missing}: there is none in ${artifacts}`);
        }
        if (binaries.length > 0) {
            writeSystemPackage(path.join(out, 'npm', system), system, binaries.map(file => path.join(artifacts, file)),
                main);
        }

        return `${main.name}-${system}`;
    });
}

/**
 * Lays out everything.
 *
 * @param {StageOptions} options - See there.
 * @returns {{ collector: string, main: string, systems: string[] }} The folders of the packages.
 */
function stagePackages(options) {
    const { out } = options;
    const collector = path.join(out, 'collector');
    const manifest = path.join(out, 'package.json');

    copyPackage(root, out);
    copyPackage(path.join(root, 'collector'), collector);
    fs.copyFileSync(path.join(root, 'LICENSE'), path.join(collector, 'LICENSE'));
    const description = readJson(manifest);
    const names = makeSystemPackages(options, description);

    DEVELOPMENT_FIELDS.forEach(field => delete description[field]);
    description.optionalDependencies = Object.fromEntries(names.map(name => [ name, description.version ]));
    writeJson(manifest, description);

    return { collector,
        main: out,
        systems: fs.readdirSync(path.join(out, 'npm')).map(system => path.join(out, 'npm', system)) };
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
    const { collector, main, systems } = stagePackages({ ...values,
        out: path.resolve(out) });

    console.log([ main, ...systems, collector ].join('\n'));
}
