/**
 * Sees to what must come from the operating system: libraries a browser links to, Xvfb, Chromium. It installs by apt
 * when the user is root on Debian or Ubuntu and says so; otherwise it prints the one command that does, and fails.
 */

'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');

const { say } = require('./cache');

/**
 * What Electron and Chromium need, by Debian's names.
 */
const BROWSER_LIBRARIES = [ 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libxtst6' ];

/**
 * Programs and the packages that hold them.
 */
/** @type {Record<string, string[]>} */
const COMMANDS = {
    'c++': [ 'g++' ],
    chromium: [ 'chromium' ],
    'firefox-esr': [ 'firefox-esr' ],
    openssl: [ 'openssl' ],
    pip3: [ 'python3', 'python3-pip' ],
    Xvfb: [ 'xvfb' ]
};

/** Under these names a Chromium may be there already. Ubuntu has no package of it but a snap. */
const CHROMIUM_NAMES = [ 'chromium', 'chromium-browser', 'google-chrome' ];

/** The same for Firefox, which Ubuntu has as a snap only as well. */
const FIREFOX_NAMES = [ 'firefox-esr', 'firefox' ];

/**
 * Finds a program by its name.
 *
 * @param {string} command - The name.
 * @returns {string} Where it is; empty when it is not on the path.
 */
function pathOf(command) {
    return spawnSync('sh', [ '-c', `command -v ${command}` ], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/**
 * Gives the shared libraries that a binary needs and the system has not.
 *
 * @param {string} binary - The binary.
 * @returns {string[]} Their names.
 */
function missingLibraries(binary) {
    const { stdout } = spawnSync('ldd', [ binary ], { encoding: 'utf8' });

    return (stdout || '').split('\n')
        .filter(line => line.includes('not found'))
        .map(line => line.trim().split(' ')[0]);
}

/**
 * Runs apt-get where the user can see it.
 *
 * @param {string[]} args - Its arguments.
 * @returns {boolean} Whether it succeeded.
 */
function aptGet(args) {
    // Its output goes to stderr: stdout carries results.
    return spawnSync('apt-get', [ '-y', '-q', '-o', 'Dpkg::Use-Pty=0', ...args ], {
        env: { ...process.env,
            DEBIAN_FRONTEND: 'noninteractive' },
        stdio: [ 'ignore', 2, 2 ]
    }).status === 0;
}

/**
 * Gives the name under which this release has a package: some have carried a `t64` since 2024.
 *
 * @param {string} name - Debian's older name.
 * @returns {string} The name to install.
 */
function releaseName(name) {
    const { stdout } = spawnSync('apt-cache', [ 'show', `${name}t64` ], { encoding: 'utf8' });

    return stdout ? `${name}t64` : name;
}

/**
 * Installs packages, or says how.
 *
 * @param {string[]} packages - Debian names.
 * @param {string} reason - What they are for.
 * @returns {void}
 */
function install(packages, reason) {
    if (!fs.existsSync('/etc/debian_version') || !pathOf('apt-get')) {
        throw new Error(`${reason}. On Debian the packages are: ${packages.join(' ')}`);
    }
    if (typeof process.getuid !== 'function' || process.getuid() !== 0) {
        throw new Error(`${reason}. Install what is missing by:\n`
            + `    sudo apt-get update && sudo apt-get install -y ${packages.map(releaseName).join(' ')}`);
    }
    say(`${reason}: installing ${packages.join(' ')} by apt…`);

    // Without package lists, or with old ones, the first attempt fails.
    if (!aptGet([ 'install', '--no-install-recommends', ...packages.map(releaseName) ])
        && !(aptGet([ 'update' ])
            && aptGet([ 'install', '--no-install-recommends', ...packages.map(releaseName) ]))) {
        throw new Error(`${reason}, and apt could not install ${packages.join(' ')}`);
    }
}

/**
 * Sees to the libraries a browser binary links to.
 *
 * @param {string} binary - The binary.
 * @returns {void}
 */
function ensureLibraries(binary) {
    if (process.platform !== 'linux') {
        return;
    }
    const missing = missingLibraries(binary);

    if (missing.length === 0) {
        return;
    }
    install(BROWSER_LIBRARIES, `Electron misses ${missing.length} libraries (${missing.slice(0, 3).join(', ')}…)`);
    const still = missingLibraries(binary);

    if (still.length > 0) {
        throw new Error(`Electron still misses ${still.join(', ')}`);
    }
}

/**
 * Sees to programs, all in one go. A browser's libraries come along, so that whoever has to type the command types one.
 *
 * @param {...string} commands - Their names.
 * @returns {void}
 */
function ensureCommands(...commands) {
    const missing = commands.filter(command => !pathOf(command));

    if (process.platform === 'linux' && missing.length > 0) {
        install([ ...missing.flatMap(command => COMMANDS[command]), ...BROWSER_LIBRARIES ],
            `${missing.join(', ')} missing`);
    }
}

/**
 * Finds Chromium: `CHROMIUM_PATH`, or the one on the path.
 *
 * @returns {string | undefined} How to start it.
 */
function findChromium() {
    return process.env.CHROMIUM_PATH || CHROMIUM_NAMES.map(pathOf).find(Boolean);
}

/**
 * Finds Firefox: `FIREFOX_PATH`, or the one on the path.
 *
 * @returns {string | undefined} How to start it.
 */
function findFirefox() {
    return process.env.FIREFOX_PATH || FIREFOX_NAMES.map(pathOf).find(Boolean);
}

module.exports = {
    ensureCommands,
    ensureLibraries,
    findChromium,
    findFirefox
};
