/**
 * The X server without a screen ends with whoever started it, however that ends.
 */

'use strict';

const test = require('ava');
const { spawn } = require('node:child_process');
const fs = require('node:fs');

const program = `
    const { startDisplay } = require(${JSON.stringify(require.resolve('../../scripts/display'))});

    startDisplay().then(({ close, env }) => {
        console.log(env.DISPLAY.slice(1));
        process.once('SIGUSR2', close);
        process.env.STAYS && setInterval(() => undefined, 1000);
    });
`;

/**
 * Starts a program that starts a display.
 *
 * @param {any} t - Ava's.
 * @param {Object} [env] - Added to its environment; the displays of this machine are not.
 * @returns {Promise<{child: Object, isUp: function(): boolean}>} The program, and whether its display is there.
 */
async function startProgram(t, env) {
    const { DISPLAY, WAYLAND_DISPLAY, ...rest } = process.env; // eslint-disable-line no-unused-vars
    const child = spawn(process.execPath, [ '-e', program ], { env: { ...rest,
        ...env },
    stdio: [ 'ignore', 'pipe', 'inherit' ] });

    t.teardown(() => child.kill('SIGKILL'));
    const number = await new Promise(resolve => child.stdout.once('data', data => resolve(String(data).trim())));

    return { child,
        isUp: () => fs.existsSync(`/tmp/.X11-unix/X${number}`) };
}

/**
 * Waits until a display is gone; nobody tells.
 *
 * @param {function(): boolean} isUp - Whether it is still there.
 * @returns {Promise<void>} When it is gone.
 */
async function untilDown(isUp) {
    while (isUp()) {
        await new Promise(setImmediate);
    }
}

const linux = process.platform === 'linux' ? test : test.skip;

linux('the program ends by itself', async t => {
    const { child, isUp } = await startProgram(t);

    t.is(await new Promise(resolve => child.once('exit', resolve)), 0);
    await untilDown(isUp);
    t.pass();
});

linux('the program closes it', async t => {
    const { child, isUp } = await startProgram(t, { STAYS: '1' });

    t.true(isUp());
    child.kill('SIGUSR2');
    await untilDown(isUp);
    t.is(child.exitCode, null);
});

linux('the program is killed', async t => {
    const { child, isUp } = await startProgram(t, { STAYS: '1' });

    child.kill('SIGKILL');
    await untilDown(isUp);
    t.pass();
});
