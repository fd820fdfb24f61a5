/**
 * Session descriptions by section, with what differs from the one before of the same side, and a way to copy them.
 *
 * It must never change a line of them.
 */

import { create } from './dom.js';
import { clock } from './format.js';

/**
 * @typedef {import('../model/negotiation-tables.js').ShownDescription} ShownDescription
 * @typedef {import('../model/negotiation-tables.js').ShownSection} ShownSection
 * @typedef {{sign: ' ' | '+' | '-', text: string}} DiffLine
 */

// Beyond this the table of the longest common subsequence would take too long; lines are then compared as sets.
const MOST_CELLS = 1e6;

/**
 * The lines of a section.
 *
 * @param {string} text - The section.
 * @returns {string[]} Its lines.
 */
function linesOf(text) {
    return text.split(/\r?\n/).filter(Boolean);
}

/**
 * The lines of two texts, by their longest common subsequence.
 *
 * @param {string[]} before - The lines before.
 * @param {string[]} now - The lines now.
 * @returns {DiffLine[]} The lines, each with whether it stayed, came or went.
 */
export function differenceOf(before, now) {
    if (before.length * now.length > MOST_CELLS) {
        const [ old, fresh ] = [ new Set(before), new Set(now) ];

        return [
            ...before.filter(line => !fresh.has(line)).map(text => lineOf('-', text)),
            ...now.map(text => lineOf(old.has(text) ? ' ' : '+', text))
        ];
    }
    const width = now.length + 1;
    const common = new Uint16Array((before.length + 1) * width);

    for (let row = before.length - 1; row >= 0; row--) {
        for (let column = now.length - 1; column >= 0; column--) {
            common[(row * width) + column] = before[row] === now[column]
                ? common[((row + 1) * width) + column + 1] + 1
                : Math.max(common[((row + 1) * width) + column], common[(row * width) + column + 1]);
        }
    }
    const lines = [];
    let [ row, column ] = [ 0, 0 ];

    while (row < before.length || column < now.length) {
        if (row < before.length && column < now.length && before[row] === now[column]) {
            lines.push(lineOf(' ', now[column]));
            row++;
            column++;
        } else if (column >= now.length || (row < before.length
            && common[((row + 1) * width) + column] >= common[(row * width) + column + 1])) {
            lines.push(lineOf('-', before[row++]));
        } else {
            lines.push(lineOf('+', now[column++]));
        }
    }

    return lines;
}

/**
 * A line of a difference.
 *
 * @param {' ' | '+' | '-'} sign - Whether it stayed, came or went.
 * @param {string} text - The line.
 * @returns {DiffLine} The line.
 */
function lineOf(sign, text) {
    return {
        sign,
        text
    };
}

/**
 * Shows a section.
 *
 * @param {ShownSection} section - The section.
 * @returns {HTMLElement} The element.
 */
function sectionElement({ title, text, previous }) {
    const lines = previous ? differenceOf(linesOf(previous), linesOf(text))
        : linesOf(text).map(line => lineOf(' ', line));
    const changed = lines.filter(({ sign }) => sign !== ' ').length;
    const status = previous === '' ? '' : changed === 0 ? 'unchanged' : `${changed} lines differ`;

    return create('details.sdp-section', { open: changed > 0 }, create('summary', {}, `${title} `,
        create('span.quiet', {}, status)), create('pre', { tabindex: 0 }, lines.map(({ sign, text: line }) =>
        create(`span.diff.${{ ' ': 'same',
            '+': 'added',
            '-': 'removed' }[sign]}`, {}, `${sign} ${line}\n`))));
}

/**
 * Shows descriptions.
 *
 * @param {HTMLElement} container - Where.
 * @param {ShownDescription[]} descriptions - The descriptions.
 * @param {Function} onTime - Called with the time of a description whose place in the call is asked for.
 * @returns {void}
 */
export function showDescriptions(container, descriptions, onTime) {
    if (descriptions.length === 0) {
        container.replaceChildren(create('p.quiet', {}, 'No session description was recorded (sendSdp is off).'));

        return;
    }
    const view = create('div.sdp-view');
    const choose = (/** @type {number} */ index) => {
        const { time, sections } = descriptions[index];
        const copied = create('span.quiet', { role: 'status' });

        view.replaceChildren(create('div.buttons', {}, create('button', {
            type: 'button',
            onclick: () => onTime(time)
        }, 'Show in the timeline'), create('button', {
            type: 'button',
            onclick: () => navigator.clipboard.writeText(sections.map(({ text }) => text).join(''))
                .then(() => copied.replaceChildren('copied'), () => copied.replaceChildren('could not be copied'))
        }, 'Copy'), copied), ...sections.map(sectionElement));
    };
    const select = /** @type {HTMLSelectElement} */ (create('select', {
        'aria-label': 'Session description',
        onchange: () => choose(select.selectedIndex)
    }, descriptions.map(({ time, side, type }) => create('option', {}, `${clock(time)} · ${side} ${type}`))));

    container.replaceChildren(select, view);
    select.selectedIndex = descriptions.length - 1;
    choose(descriptions.length - 1);
}
