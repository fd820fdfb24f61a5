/**
 * Small tools of the bench: medians, rounds in turn, processes to ask, and the CPU time of a family of processes.
 */

'use strict';

const { fork } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** Of the kernel's clock that processes are accounted by. */
const TICKS_PER_SECOND = 100;

/**
 * Finds the middle.
 *
 * @param {number[]} values - The values.
 * @returns {number} Their median.
 */
function median(values) {
    const sorted = [ ...values ].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);

    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs each of several things once a round, so that what else the machine does meets all of them.
 *
 * @param {Record<string, function(): Promise<number>>} things - Each gives a figure.
 * @param {number} rounds - How many rounds; one more warms up.
 * @returns {Promise<Record<string, number>>} The median figure of each.
 */
async function inTurn(things, rounds) {
    const figures = Object.fromEntries(Object.keys(things).map(name => [ name, [] ]));

    for (let round = 0; round <= rounds; round++) {
        for (const [ name, thing ] of Object.entries(things)) {
            const figure = await thing();

            if (round > 0) {
                figures[name].push(figure);
            }
        }
    }

    return Object.fromEntries(Object.entries(figures).map(([ name, values ]) => [ name, median(values) ]));
}

/**
 * The CPU time a process and its descendants have used, in milliseconds.
 *
 * @param {number} pid - The process.
 * @returns {number} The time.
 */
function familyCpu(pid) {
    /** @type {Map<number, number[]>} */
    const children = new Map();
    const used = new Map();

    for (const name of fs.readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
        try {
            const fields = fs.readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /, '')
                .split(' ');
            const parent = Number(fields[1]);

            children.set(parent, [ ...children.get(parent) ?? [], Number(name) ]);
            used.set(Number(name), Number(fields[11]) + Number(fields[12]));
        } catch {
            // It ended in between.
        }
    }
    const sum = id => (used.get(id) ?? 0) + (children.get(id) ?? []).reduce((total, child) => total + sum(child), 0);

    return sum(pid) * 1000 / TICKS_PER_SECOND;
}

/**
 * A process of the bench's own that answers requests, see `serve`.
 */
class Helper {
    /**
     * Starts a process.
     *
     * @param {string} file - A module of this folder that calls `serve`.
     * @param {string[]} [execArgv] - For Node.
     */
    constructor(file, execArgv = []) {
        this._child = fork(path.join(__dirname, file), { execArgv });
    }

    /**
     * Asks the process.
     *
     * @param {string} request - Which of its functions to call.
     * @param {any} [argument] - Its argument.
     * @returns {Promise<any>} The answer.
     */
    ask(request, argument) {
        return new Promise((resolve, reject) => {
            const onExit = code => reject(new Error(`${request}: the process ended with ${code}`));

            this._child.once('exit', onExit);
            this._child.once('message', ({ error, value }) => {
                this._child.off('exit', onExit);
                error ? reject(new Error(error)) : resolve(value);
            });
            this._child.send({ argument,
                request });
        });
    }

    /**
     * Ends the process.
     *
     * @returns {Promise<void>} When it is gone.
     */
    stop() {
        return new Promise(resolve => {
            this._child.once('exit', () => resolve());
            this._child.kill();
        });
    }
}

/**
 * Makes this process one that can be asked.
 *
 * @param {Record<string, function(any): any>} functions - What it can do.
 * @returns {void}
 */
function serve(functions) {
    process.on('message', async ({ argument, request }) => {
        try {
            process.send({ value: await functions[request](argument) });
        } catch (error) {
            process.send({ error: String(error.stack) });
        }
    });
    process.on('disconnect', () => process.exit());
}

/**
 * The CPU time of this process.
 *
 * @returns {number} Milliseconds.
 */
function cpu() {
    const { system, user } = process.cpuUsage();

    return (user + system) / 1000;
}

module.exports = { Helper,
    cpu,
    familyCpu,
    inTurn,
    median,
    serve };
