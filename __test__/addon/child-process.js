/**
 * Runs a fixture in a process of its own, so that a crash is one test's failure.
 */

'use strict';

const { spawn } = require('node:child_process');

/**
 * Runs Node until it ends.
 *
 * @param {any} t - Ava's context.
 * @param {string[]} args - Node's arguments.
 * @returns {Promise<any>} How it ended (`code`, `signal`) and what it said (`output`, `errors`).
 */
async function runChild(t, args) {
    const child = spawn(process.execPath, args);
    let output = '';
    let errors = '';

    t.teardown(() => child.kill('SIGKILL'));
    child.stdout.on('data', data => {
        output += data;
    });
    child.stderr.on('data', data => {
        errors += data;
    });
    const [ code, signal ] = await new Promise(resolve => {
        child.once('close', (...ending) => resolve(ending));
    });

    return { code,
        errors,
        output: output.trim(),
        signal };
}

module.exports = { runChild };
