/**
 * The package's entry point: finds the addon's binary that fits and loads it. One package holds the binaries of all
 * architectures of a system, so that one installation serves whatever is packaged from it. Where none can be loaded,
 * one error says which was looked for, where, and why it is of no use. In a packaged app the environment must never
 * decide which library is loaded.
 */

'use strict';

const fs = require('fs');
const path = require('path');

const { name, version } = require('./package.json');
const { withTokens } = require('./token');

/** By this a developer takes any other library. Tools for Node-API know it by this name. */
const OVERRIDE = 'NAPI_RS_NATIVE_LIBRARY_PATH';

const WAS_IT_INSTALLED = 'was it installed on another system, or without optional dependencies?';
const WAS_IT_LEFT_OUT = 'was it left out when the app was packaged?';

/**
 * Tells whether this file is part of a packaged app: in an archive, or among the resources of the Electron that runs
 * it. Main could ask Electron, but preloads, utility processes and children that are run as Node load the addon, too.
 *
 * @returns {boolean} Whether it is.
 */
function isPackaged() {
    if (!process.versions.electron) {
        return false;
    }
    const folder = path.dirname(process.execPath);
    const { resourcesPath = path.resolve(folder, process.platform === 'darwin' ? '../Resources' : 'resources') }
        = /** @type {any} */ process;

    return (/\.asar([\\/]|$)/).test(__dirname) || __dirname.startsWith(resourcesPath + path.sep);
}

/**
 * Tells whether this Linux has musl for its C library.
 *
 * @returns {boolean} Whether it has.
 */
function isMusl() {
    try {
        return fs.readFileSync('/usr/bin/ldd', 'utf8').includes('musl');
    } catch {
        /** @type {any} */
        const report = process.report?.getReport();

        return Boolean(report) && !report.header.glibcVersionRuntime;
    }
}

/**
 * Names the binaries that fit, the published one first.
 *
 * @returns {string[]} Their platforms, as they stand in the names of the files.
 */
function fittingPlatforms() {
    const { arch, platform } = process;

    switch (platform) {
    case 'darwin': return [ 'darwin-universal', `darwin-${arch}` ];
    case 'linux': return [ `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}` ];
    case 'win32': return [ `win32-${arch}-msvc` ];
    default: return [];
    }
}

/**
 * Makes the one error.
 *
 * @param {string} problem - Why nothing can be loaded.
 * @param {string} [place] - The package, or the file, that was looked for; none where nobody built for this platform.
 * @param {string} [hint] - What may have happened.
 * @returns {Error} The error.
 */
function failure(problem, place, hint) {
    const platform = `${process.platform}-${process.arch}`;
    const looked = place ? `looked for ${place}: ` : '';

    return Object.assign(
        new Error(`${name} cannot be loaded on ${platform}: ${looked}${problem}${hint ? ` (${hint})` : ''}`),
        { cause: new Error(problem),
            code: 'ERR_RTCSTATS_ADDON',
            packages: place ? [ place ] : [],
            platform });
}

/**
 * Loads a library.
 *
 * @param {string} file - The library.
 * @param {string} [place] - What to call it.
 * @returns {any} Its exports.
 */
function loadLibrary(file, place = file) {
    try {
        return require(file);
    } catch (/** @type {any} */ error) {
        throw failure(error.message.replace(/\s*Require stack:[^]*/, '').replace(/\s+/g, ' '), place);
    }
}

/**
 * Finds the system's package.
 *
 * @param {string} place - Its name.
 * @returns {string} Its folder.
 */
function findPackage(place) {
    let manifest;

    try {
        manifest = require.resolve(`${place}/package.json`);
    } catch {
        throw failure(`Cannot find module '${place}'`, place, WAS_IT_INSTALLED);
    }
    const { version: found } = require(manifest);

    if (found !== version) {
        throw failure(`its version is ${found}, and not ${version}`, place);
    }

    return path.dirname(manifest);
}

/**
 * Loads the binary of the system's package.
 *
 * @param {string[]} platforms - Those that fit.
 * @returns {any} Its exports.
 */
function loadFromPackage(platforms) {
    const place = `${name}-${process.platform}`;

    if (platforms.length === 0) {
        throw failure('there is no binary for this platform');
    }
    const folder = findPackage(place);
    const file = platforms.map(platform => `rtcstats-native.${platform}.node`)
        .find(binary => fs.existsSync(path.join(folder, binary)));

    if (!file) {
        const others = fs.readdirSync(folder).filter(other => other.endsWith('.node'));

        throw failure(`there is no rtcstats-native.${platforms[0]}.node in it, but ${others.join(', ') || 'none'}`,
            place, WAS_IT_LEFT_OUT);
    }

    return loadLibrary(path.join(folder, file), place);
}

/**
 * Loads the addon: what the environment names, what was built in this folder, or what was installed beside it.
 *
 * @returns {any} Its exports.
 */
function load() {
    const chosen = process.env[OVERRIDE];

    if (chosen && !isPackaged()) {
        return loadLibrary(chosen);
    }
    const platforms = fittingPlatforms();
    const built = platforms.map(platform => path.join(__dirname, `rtcstats-native.${platform}.node`))
        .find(file => fs.existsSync(file));

    return built ? loadLibrary(built) : loadFromPackage(platforms);
}

module.exports = { TraceChannel: withTokens(load().TraceChannel) };
