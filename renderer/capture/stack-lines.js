/**
 * Reads the lines of stacks, of V8 and of Firefox, without the page's own string methods. It knows nothing of errors.
 */

'use strict';

const { append, indexOf, lastIndexOf, slice } = require('./native');

/**
 * Where a frame stands.
 *
 * @typedef {Object} Position
 * @property {string} filename - The file, as events name it: empty for a script without one.
 * @property {number} lineno - The line.
 * @property {number} colno - The column.
 */

const { parseInt } = Number;

/**
 * Finds the position at the end of a line of a stack.
 *
 * @param {string} line - The line.
 * @returns {{ at: number, column: number }} - Where its two numbers begin; -1 where there are none.
 */
function findPosition(line) {
    const column = lastIndexOf(line, ':');
    const at = column > 0 ? lastIndexOf(line, ':', column - 1) : -1;
    const isNumber = at > 0 && parseInt(slice(line, at + 1, column), 10) >= 0;

    return { at: isNumber ? at : -1,
        column };
}

/**
 * Cuts a line of a stack down to function and file.
 *
 * @param {string} line - The line.
 * @returns {string} - Its beginning.
 */
function withoutPosition(line) {
    const { at } = findPosition(line);

    return at < 0 ? line : slice(line, 0, at);
}

/**
 * Finds the end of the first of some texts that is in a line.
 *
 * @param {string} line - The line.
 * @param {string[]} texts - The texts, the one to be looked for first first.
 * @returns {number} - The index; -1 where there is none of them.
 */
function afterAny(line, texts) {
    for (let i = 0; i < texts.length; i++) {
        const at = lastIndexOf(line, texts[i]);

        if (at >= 0) {
            return at + texts[i].length;
        }
    }

    return -1;
}

/**
 * Reads the position of a line of a stack.
 *
 * @param {string} line - The line, of V8 (`at name (file:1:2)`, of an eval `at name (eval at …, file:1:2)`) or Firefox
 * (`name@file:1:2`).
 * @returns {Position|undefined} - The position; nothing for a line of the message.
 */
function readPosition(line) {
    const { at, column } = findPosition(line);
    const start = at < 0 ? -1 : afterAny(line, [ ', ', '(', 'at ', '@' ]);

    if (start < 0) {
        return undefined;
    }
    const filename = slice(line, start, at);

    return { colno: parseInt(slice(line, column + 1), 10),
        filename: filename === '<anonymous>' ? '' : filename,
        lineno: parseInt(slice(line, at + 1, column), 10) };
}

/**
 * Splits a text.
 *
 * @param {string} text - The text.
 * @returns {string[]} - Its lines.
 */
function splitLines(text) {
    /** @type {string[]} */
    const found = [];

    for (let start = 0; start <= text.length;) {
        const end = indexOf(text, '\n', start);
        const stop = end < 0 ? text.length : end;

        append(found, slice(text, start, stop));
        start = stop + 1;
    }

    return found;
}

module.exports = { readPosition,
    splitLines,
    withoutPosition };
