/**
 * Runs the app of this folder, packaged or not, and hears what it tells.
 */

'use strict';

const { once } = require('node:events');

const { launchElectron } = require('../../scripts/electron-runtime');

/**
 * @typedef {Object} RunOptions
 * @property {string} appPath - The app: the archive, or its folder.
 * @property {string} [binary] - The Electron that was packaged with it, instead of the one that the tests have.
 * @property {string} endpoint - Its collector.
 * @property {NodeJS.ProcessEnv} [env] - Added to its environment.
 */

/**
 * Starts the app.
 *
 * @param {RunOptions} options - See there.
 * @returns {Promise<any>} The running app.
 */
async function start({ appPath, binary, endpoint, env }) {
    const { ELECTRON_PATH } = process.env;

    if (binary) {
        process.env.ELECTRON_PATH = binary;
    }
    try {
        return await launchElectron({ appPath,
            args: [ endpoint ],
            env,
            stdio: [ 'ignore', 'ignore', process.env.RTCSTATS_TEST_VERBOSE ? 'inherit' : 'ignore', 'ipc' ] });
    } finally {
        if (ELECTRON_PATH === undefined) {
            delete process.env.ELECTRON_PATH;
        } else {
            process.env.ELECTRON_PATH = ELECTRON_PATH;
        }
    }
}

/**
 * Runs the app.
 *
 * @param {RunOptions} options - See there.
 * @returns {Promise<any>} What it tells.
 */
async function runApp(options) {
    const { exited, process: child } = await start(options);
    const message = await Promise.race([ once(child, 'message'),
        exited.then(end => [ { error: `Electron ended: ${JSON.stringify(end)}` } ]) ]);

    child.kill('SIGKILL');
    await exited;

    return message[0];
}

module.exports = { runApp };
