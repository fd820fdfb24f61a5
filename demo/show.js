/**
 * What the demo writes to the terminal: counters while it runs, a table of the dump at its end. It only reads.
 */

'use strict';

const fs = require('node:fs');

/**
 * Writes a number of bytes for people.
 *
 * @param {number} bytes - The number.
 * @returns {string} The text.
 */
function formatBytes(bytes) {
    if (bytes < 1024) {
        return `${bytes} B`;
    }

    return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
}

/**
 * The counters: one line that is refreshed on a terminal, a line each time anywhere else.
 */
class CounterLine {
    /**
     * Creates a line.
     *
     * @param {NodeJS.WriteStream} out - Where to.
     */
    constructor(out) {
        this._out = out;
        this._open = false;
    }

    /**
     * Shows counters.
     *
     * @param {Record<string, any>} stats - The counters.
     * @returns {void}
     */
    show({ bytesIn, bytesOut, captured, delivered, pending }) {
        const text = `captured ${captured}  delivered ${delivered}  pending ${pending}  `
            + `in ${formatBytes(bytesIn)}  on the wire ${formatBytes(bytesOut)}`;

        if (this._out.isTTY) {
            this._out.write(`\r${text}\x1b[K`);
            this._open = true;
        } else {
            this._out.write(`${text}\n`);
        }
    }

    /**
     * Goes to the next line, if this one was refreshed.
     *
     * @returns {void}
     */
    end() {
        if (this._open) {
            this._out.write('\n');
            this._open = false;
        }
    }
}

/**
 * Counts the entries of a dump by type, in whatever format it is.
 *
 * @param {string} file - The dump.
 * @returns {Promise<Map<string, number>>} Counts by type, in the order of their first appearance.
 */
async function countTypes(file) {
    const { DumpReader } = await import('../collector/dump/reader.js');
    const reader = new DumpReader();
    const counts = new Map();
    const count = (/** @type {any} */ { kind, type }) =>
        kind === 'entry' && counts.set(type, (counts.get(type) ?? 0) + 1);

    reader.push(fs.readFileSync(file), count);
    reader.finish(count);

    return counts;
}

/**
 * Describes a dump.
 *
 * @param {string} file - The dump.
 * @returns {Promise<string>} Its path and an aligned table of its entry types.
 */
async function summarise(file) {
    const counts = await countTypes(file);
    const width = Math.max(...[ ...counts.keys() ].map(type => type.length), 'entry type'.length);
    const rows = [ ...counts ].map(([ type, count ]) => `  ${type.padEnd(width)}  ${String(count).padStart(6)}`);
    const total = [ ...counts.values() ].reduce((sum, count) => sum + count, 0);
    const rule = `  ${'-'.repeat(width)}  ------`;

    return [ '', `Dump: ${file} (${formatBytes(fs.statSync(file).size)})`,
        `Look at it: npx @jitsi/rtcstats-collector view ${file}`, '',
        `  ${'entry type'.padEnd(width)}   count`, rule, ...rows, rule,
        `  ${'all'.padEnd(width)}  ${String(total).padStart(6)}` ].join('\n');
}

module.exports = {
    CounterLine,
    summarise
};
