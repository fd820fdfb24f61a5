/**
 * `npm run bench`: one table of everything that is claimed about speed and size, ours beside 9.7.1 and beside the
 * floor, measured in turn in the same run. `npm run bench -- page` or `-- native` measures one half.
 *
 * Figures of a debug build mean nothing: build the addon by `npm run build:addon` first.
 */

'use strict';

const fs = require('node:fs');
const os = require('node:os');

const { Helper } = require('./measure');
const { binary, measureNative } = require('./native');
const { measurePage } = require('./page');

const DEBUG_SIZE = 20 * 1024 * 1024;
const HALVES = { native: measureNative,
    page: measurePage };

/**
 * Writes a figure.
 *
 * @param {number | undefined} value - The figure.
 * @returns {string} Three digits of it.
 */
function figure(value) {
    return value === undefined ? '' : String(Number(value.toPrecision(3)));
}

/**
 * Prints the table.
 *
 * @param {Array<Array>} rows - Its rows: what, ours, 9.7.1, floor, unit, target.
 * @returns {void}
 */
function print(rows) {
    const ratio = (one, other) => {
        if (!other) {
            return '';
        }

        return `${figure(one / other)}x`;
    };
    const table = [ [ 'what', 'unit', 'ours', '9.7.1', 'floor', 'ours/9.7.1', 'ours/floor', 'target' ],
        ...rows.map(([ what, ours, reference, floor, unit, target ]) => [ what, unit, figure(ours), figure(reference),
            figure(floor), ratio(ours, reference), ratio(ours, floor), target ]) ];
    const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));

    const pad = (cell, column) => {
        const isFigure = column > 1 && column < 7;

        return isFigure ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
    };

    table.forEach(row => console.log(row.map(pad).join('  ')
        .trimEnd()));
}

/**
 * Runs the bench.
 *
 * @param {string[]} wanted - Which halves; both if empty.
 * @returns {Promise<void>} When printed.
 */
async function main(wanted) {
    const { size } = fs.statSync(binary());
    const rows = [];

    console.log(`${os.cpus()[0].model}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}, Node ${
        process.versions.node}`);
    if (size > DEBUG_SIZE) {
        console.warn('This is a debug build of the addon: run `npm run build:addon` first. Its figures mean nothing.');
    }
    for (const [ name, measure ] of Object.entries(HALVES)) {
        if (wanted.length === 0 || wanted.includes(name)) {
            const collector = new Helper('collector-process.js');

            rows.push(...await measure(await collector.ask('start'), what => console.error(`… ${what}`)));
            await collector.ask('stop');
            await collector.stop();
        }
    }
    print(rows);
}

main(process.argv.slice(2)).then(
    () => process.exit(),
    error => {
        console.error(error);
        process.exit(1);
    });
