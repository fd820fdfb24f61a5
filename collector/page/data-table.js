/**
 * Shows a table whose columns say how their values are written; every column can be sorted.
 *
 * It must never show a value that is not there as anything but a dash.
 */

import { create } from './dom.js';
import { clock, metric, number } from './format.js';

/**
 * @typedef {import('../model/tables.js').TableData} TableData
 */

/** @type {Record<string, (value: any) => string>} */
const FORMATS = {
    text: String,
    count: value => (Number.isInteger(value) ? value.toLocaleString('en-GB') : number(value)),
    share: value => `${number(value * 100)} %`,
    ms: value => `${number(value)} ms`,
    s: value => `${number(value)} s`,
    bytes: value => metric(value, 'B'),
    bits: value => metric(value, 'bit/s'),
    time: value => clock(value)
};

/**
 * Whether there is a value.
 *
 * @param {any} value - The value.
 * @returns {boolean} Whether there is.
 */
function isThere(value) {
    return value !== undefined && value !== null && value !== '' && !Number.isNaN(value);
}

/**
 * Orders two values; what is not there comes last.
 *
 * @param {any} a - A value.
 * @param {any} b - Another.
 * @param {number} direction - 1 for ascending, -1 for descending.
 * @returns {number} As `sort` has it.
 */
export function compare(a, b, direction) {
    if (!isThere(a) || !isThere(b)) {
        return Number(isThere(b)) - Number(isThere(a));
    }

    return (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', {
        numeric: true
    })) * direction;
}

/**
 * Shows a table.
 *
 * @param {TableData} table - The table.
 * @param {Function} [onReport] - Called with the report behind a row that is clicked.
 * @returns {HTMLElement} The element.
 */
export function dataTable({ id, title, columns, rows, reports = [] }, onReport) {
    const order = rows.map((_row, index) => index);
    const body = create('tbody');
    let sorted = -1;
    let direction = 1;
    const fill = () => body.replaceChildren(...order.map(index => create('tr', {}, columns.map(({ format }, column) => {
        const value = rows[index][column];
        const text = isThere(value) ? FORMATS[format](value) : '–';
        const isNumber = format !== 'text' && format !== 'time';

        return create(isNumber ? 'td.number' : 'td', {}, column === 0 && reports[index] && onReport
            ? create('button.link', {
                type: 'button',
                title: 'Show its statistics',
                onclick: () => onReport(reports[index])
            }, text === '–' ? reports[index] : text) : text);
    }))));
    const heads = columns.map(({ name, title: hint }, column) => create('th', { scope: 'col' }, create('button', {
        type: 'button',
        title: hint,
        onclick: () => {
            direction = sorted === column ? -direction : 1;
            sorted = column;
            order.sort((a, b) => compare(rows[a][column], rows[b][column], direction) || a - b);
            heads.forEach((head, index) => (index === column
                ? head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending')
                : head.removeAttribute('aria-sort')));
            fill();
        }
    }, name)));

    fill();

    return create('section.data-table', { 'data-table': id }, create('h3', {}, `${title} `,
        create('span.quiet', {}, String(rows.length))),
    rows.length === 0 ? create('p.quiet', {}, 'none in this dump') : create('div.table-scroll', { tabindex: 0,
        role: 'region',
        'aria-label': title }, create('table', {}, create('thead', {}, create('tr', {}, heads)), body)));
}
