/**
 * Gives graphical programs a display: the one there is, or an X server of our own without a screen (Xvfb) on a number
 * that is free. It must never leave a server behind, nor touch one that somebody else started.
 */

'use strict';

const { spawn } = require('node:child_process');

const { ensureCommands } = require('./system-packages');

const START_TIMEOUT = 20000;

/**
 * Becomes the X server, beside a watcher that ends it when our end of the watcher's input is closed, which it is
 * however this process dies.
 */
const XVFB_WITH_WATCHER = 'exec 4<&0; (read -r _ <&4; kill $$) 2>/dev/null 3>&- & exec Xvfb "$@"';
const XVFB_ARGUMENTS = [ '-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-ac' ];

/**
 * @typedef {Object} Display
 * @property {NodeJS.ProcessEnv} env - What to add to the environment of a program.
 * @property {function(): void} close - Ends it, if it is ours.
 */

/**
 * Starts an X server and waits until it says which number it took.
 *
 * @returns {Promise<Display>} The display.
 */
function startXvfb() {
    ensureCommands('Xvfb');

    return new Promise((resolve, reject) => {
        const server = spawn('/bin/sh', [ '-c', XVFB_WITH_WATCHER, 'sh', ...XVFB_ARGUMENTS ], {

            // Ctrl-C must reach the programs on the display before the display.
            detached: true,
            stdio: [ 'pipe', 'ignore', 'pipe', 'pipe' ]
        });
        const close = () => server.stdin?.destroy();
        let said = '';
        const timer = setTimeout(() => {
            close();
            reject(new Error(`Xvfb does not start: ${said}`));
        }, START_TIMEOUT);

        server.stderr?.on('data', chunk => {
            said = (said + chunk).slice(-2000);
        });
        server.once('error', reject);
        server.once('exit', code => {
            clearTimeout(timer);
            close();
            reject(new Error(`Xvfb ended (${code}): ${said}`));
        });
        server.stdio[3]?.once('data', (/** @type {Buffer} */ number) => {
            clearTimeout(timer);

            // The server must not keep this process alive by itself.
            [ server, ...server.stdio ].forEach((/** @type {any} */ handle) => handle?.unref());
            resolve({ env: { DISPLAY: `:${String(number).trim()}` },
                close });
        });
    });
}

/**
 * Gives a display.
 *
 * @returns {Promise<Display>} The display.
 */
function startDisplay() {
    if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
        return Promise.resolve({ env: {},
            close: () => undefined });
    }

    return startXvfb();
}

module.exports = { startDisplay };
