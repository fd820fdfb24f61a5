/**
 * The application the Electron tests run in: does what the test process asks for, in the main process, and answers. It
 * holds no tests itself.
 */

'use strict';

const electron = require('electron');
const path = require('path');

const root = path.join(__dirname, '..', '..', '..');

/** What the test process can use in the functions it sends. */
const context = {
    app: electron.app,
    electron,
    emit: (/** @type {any} */ event) => process.send({ event }),
    preload: (/** @type {string} */ name) => path.join(__dirname, name),
    require,
    root,
    setup: require(path.join(root, 'electron', 'main')).setupRTCStatsMain,

    /** Things that live from one function to the next, by name. */
    state: {},

    /** What was written to the console by main. */
    warnings: []
};

const warn = console.warn;

console.warn = (...args) => {
    context.warnings.push(args.map(String).join(' '));
    if (process.env.RTCSTATS_TEST_VERBOSE) {
        warn(...args);
    }
};

/**
 * Runs a function that the test process sent as text.
 *
 * @param {{ id: number, source: string, args: any }} message - The function and its argument.
 * @returns {Promise<void>} When the answer is sent.
 */
async function run({ id, source, args }) {
    try {
        // eslint-disable-next-line no-new-func
        const value = await new Function(`return (${source});`)()(context, args);

        process.send({ id,
            value });
    } catch (error) {
        process.send({ error: String(error?.stack ?? error),
            id });
    }
}

// Windows come and go in the tests; the process stays until it is told to quit.
electron.app.on('window-all-closed', () => undefined);

electron.app.whenReady().then(() => {
    process.on('message', run);
    process.once('disconnect', () => electron.app.exit(1));
    process.send({ event: { type: 'ready' } });
});
