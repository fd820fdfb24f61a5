/**
 * Runs the app of this folder, packaged or not, and hears what it tells.
 */

'use strict';

const { once } = require('node:events');

const { launchElectron } = require('../../scripts/electron-runtime');

/**
 * Runs the app.
 *
 * @param {Object} options - `appPath`: the archive, or its folder; `endpoint`: its collector; `binary`: the Electron
 * that was packaged with it; `env`: added to its environment.
 * @returns {Promise<any>} What it tells.
 */
async function runApp({ appPath, binary, endpoint, env }) {
    const { exited, process: child } = await launchElectron({ appPath,
        args: [ endpoint ],
        binary,
        env,
        stdio: [ 'ignore', 'ignore', process.env.RTCSTATS_TEST_VERBOSE ? 'inherit' : 'ignore', 'ipc' ] });
    const message = await Promise.race([ once(child, 'message'),
        exited.then(end => [ { error: `Electron ended: ${JSON.stringify(end)}` } ]) ]);

    child.kill('SIGKILL');
    await exited;

    return message[0];
}

module.exports = { runApp };
