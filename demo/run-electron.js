/**
 * Runs the demo's call in Electron. The application reports by Node's own channel between processes; nothing here looks
 * into it.
 */

'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { launchElectron } = require('../scripts/electron-runtime');

/**
 * @typedef {Object} CallOptions
 * @property {string} [app] - The folder of the application, beside this file.
 * @property {string[]} [args] - Its arguments.
 * @property {string} endpoint - Where the capture goes.
 * @property {'jitsi-3.1' | 'rtcstats-5.0'} protocol - What is spoken there.
 * @property {number} seconds - Length of the call.
 * @property {AbortSignal} signal - Ends it early.
 * @property {function(Record<string, any>): void} onStats - Told the counters.
 */

/**
 * Chromium talks about services that a machine without a desktop does not have. That is not for a demo's terminal.
 */
const NOISE = /^\[\d+:\d+\/|^ALSA lib|^libva|^$/;

/**
 * Passes on what the application says on stderr, without Chromium's noise.
 *
 * @param {any} stream - Its stderr.
 * @returns {void}
 */
function relayErrors(stream) {
    stream?.on('data', (/** @type {Buffer} */ chunk) => {
        const lines = String(chunk).split('\n')
            .filter(line => !NOISE.test(line));

        if (lines.length > 0) {
            process.stderr.write(`${lines.join('\n')}\n`);
        }
    });
}

/**
 * Runs the call.
 *
 * @param {CallOptions} options - How.
 * @returns {Promise<void>} When the application has ended; rejected when it failed.
 */
async function runInElectron({ app = 'app', args = [], endpoint, onStats, protocol, seconds, signal }) {
    const userData = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-demo-'));
    const electron = await launchElectron({
        appPath: path.join(__dirname, app),
        args,

        // A group of its own, so that Ctrl-C reaches this process only and the call can end in order.
        detached: true,
        env: { RTCSTATS_DEMO_ENDPOINT: endpoint,
            RTCSTATS_DEMO_PROTOCOL: protocol,
            RTCSTATS_DEMO_SECONDS: String(seconds) },
        stdio: [ 'ignore', 'inherit', 'pipe', 'ipc' ],

        // A folder of its own, so that several may run, each as the only instance of its app.
        switches: [ '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
            `--user-data-dir=${userData}` ]
    });
    let finished = false;
    let failure = '';

    relayErrors(electron.process.stderr);
    electron.process.on('message', (/** @type {any} */ message) => {
        if (message.stats) {
            onStats(message.stats);
        }
        finished ||= message.type === 'finished';
        failure ||= message.type === 'failed' ? message.reason : '';
    });
    const stop = () => electron.process.connected && electron.process.send({ type: 'stop' });

    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
        stop();
    }
    const { code, signal: killedBy } = await electron.exited;

    fs.rmSync(userData, { force: true,
        recursive: true });

    if (!finished || code !== 0) {
        throw new Error(`the call in Electron failed: ${failure || `it ended with ${killedBy ?? code}`}`);
    }
}

module.exports = { runInElectron };
