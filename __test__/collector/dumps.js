/**
 * Reads dumps that are made up in tests, with the collector's own readers and model.
 *
 * It must never look into a reader: what a test sees is what the page gets.
 */

'use strict';

const { DumpReader } = require('../../collector/dump/reader.js');
const { SessionModel } = require('../../collector/model/session.js');

const START = Date.UTC(2026, 2, 14, 9, 30);

/**
 * The records of a dump, whose reports are copied as they are given.
 *
 * @param {string | Uint8Array} content - The dump.
 * @param {number} [chunk] - In pieces of how many bytes it comes.
 * @returns {any[]} The records.
 */
function recordsOf(content, chunk = Infinity) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const reader = new DumpReader();
    const records = [];
    const add = record => records.push(JSON.parse(JSON.stringify(record)));

    for (let at = 0; at < bytes.length; at += chunk) {
        reader.push(bytes.subarray(at, Math.min(bytes.length, at + chunk)), add);
    }
    reader.finish(add);

    return records;
}

/**
 * The entries of a dump, each as `[type, pc, payload, time]`.
 *
 * @param {string} content - The dump.
 * @returns {any[]} The entries.
 */
function entriesOf(content) {
    return recordsOf(content).filter(({ kind }) => kind === 'entry')
        .map(({ type, pc, payload, time }) => [ type, pc, payload, time ]);
}

/**
 * The model of a session.
 *
 * @param {...string} parts - Its parts.
 * @returns {SessionModel} The model.
 */
function modelOf(...parts) {
    const model = new SessionModel();

    parts.forEach((content, index) => {
        const reader = new DumpReader();
        const add = record => model.add(record, index);

        model.startPart();
        reader.push(new TextEncoder().encode(content), add);
        reader.finish(add);
    });

    return model;
}

/**
 * Joins lines.
 *
 * @param {any[]} lines - Each a text, or what is to be written as JSON.
 * @returns {string} The dump.
 */
function dump(lines) {
    return lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

module.exports = {
    START,
    dump,
    entriesOf,
    modelOf,
    recordsOf
};
