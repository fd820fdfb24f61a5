/**
 * The verdict on a connection and its numbers over the whole call: totals, medians and percentiles, never last values.
 *
 * It must never show a number that could not be measured as anything but a dash.
 */

import { create } from './dom.js';
import { duration, metric, number } from './format.js';

/**
 * @typedef {import('../model/findings/index.js').ConnectionReport} ConnectionReport
 * @typedef {import('../model/findings/numbers.js').Numbers} Numbers
 * @typedef {(numbers: Numbers) => string} NumberText
 *
 * @typedef {Object} HeadNumber
 * @property {string} name - What it is called.
 * @property {NumberText} text - Writes it.
 * @property {string} title - What it means.
 */

const DASH = '–';
const percent = (/** @type {number} */ value) => (Number.isFinite(value) ? `${number(value * 100)} %` : DASH);
const ms = (/** @type {number} */ value) => (Number.isFinite(value) ? `${number(value)} ms` : DASH);
const pair = (/** @type {string} */ a, /** @type {string} */ b) => (a === DASH && b === DASH ? DASH : `${a} | ${b}`);

const heightWords = (/** @type {{height: number}} */ { height }) => `${height}p`;

/**
 * Shares of the time in words.
 *
 * @param {Array<{share: number}>} items - The items.
 * @param {Function} words - The words of one.
 * @returns {string} The words.
 */
function shares(items, words) {
    return items.length === 0 ? DASH
        : items.slice(0, 3).map(item => (items.length === 1 ? words(item)
            : `${words(item)} ${number(item.share * 100)} %`))
.join(', ');
}

/**
 * Describes a number of the head.
 *
 * @param {string} name - What it is called.
 * @param {NumberText} text - Writes it.
 * @param {string} title - What it means.
 * @returns {HeadNumber} The number.
 */
const row = (name, text, title) => {
    return {
        name,
        text,
        title
    };
};

const NUMBERS = [
    row('connected', ({ connectedSeconds, seconds }) =>
        `${duration(connectedSeconds * 1000)} of ${duration(seconds * 1000)}`,
    'How long it was connected, of how long it was there'),
    row('connecting took', ({ connectSeconds: value }) => (Number.isFinite(value) ? `${number(value)} s` : DASH),
        'From the first session description to connected'),
    row('lost in, p95', ({ lossIn, lossInP95 }) => pair(percent(lossIn), percent(lossInP95)),
        'Share of received packets that were lost over the whole call, and what 95 % of the polls are below'),
    row('lost out, p95', ({ lossOut, lossOutP95 }) => pair(percent(lossOut), percent(lossOutP95)),
        'The same of sent packets, as the other side reports it'),
    row('round trip, p95', ({ rttMs, rttP95Ms }) => pair(ms(rttMs), ms(rttP95Ms)), 'Median, and what 95 % are below'),
    row('frozen', ({ frozenSecondsPerMinute: value }) => (Number.isFinite(value) ? `${number(value)} s/min` : DASH),
        'How long received video stood still in a minute of it'),
    row('sound invented', ({ inventedShare }) => percent(inventedShare), 'Share of audible sound that did not arrive'),
    row('sound buffered', ({ bufferedMs }) => ms(bufferedMs), 'Median'),
    row('limited by machine | uplink', ({ cpuShare, bandwidthShare }) =>
        pair(percent(cpuShare), percent(bandwidthShare)),
    'Share of the time in which sent video was held back'),
    row('upload estimate, least', ({ estimateBits, estimateLeastBits }) => (Number.isFinite(estimateBits)
        ? pair(metric(estimateBits, 'bit/s'), metric(estimateLeastBits, 'bit/s')) : DASH), 'Median, and the least'),
    row('interrupted', ({ interruptions }) => `${interruptions}×`, 'How often it was disconnected'),
    row('pictures asked for', ({ pictureRequestsPerMinute: value }) =>
        (Number.isFinite(value) ? `${number(value)} /min` : DASH),
    'Whole pictures that had to be sent again, of the worst video'),
    row('height in', ({ heightsIn }) => shares(heightsIn, heightWords), 'Share of the time'),
    row('height out', ({ heightsOut }) => shares(heightsOut, heightWords), 'Share of the time'),
    row('path', ({ paths }) => shares(paths, (/** @type {any} */ { path }) => path), 'Share of the time')
];

/**
 * Shows a connection's verdict and numbers.
 *
 * @param {HTMLElement} container - Where.
 * @param {ConnectionReport | undefined} report - What was found of it.
 * @returns {void}
 */
export function showNumbers(container, report) {
    container.hidden = !report;
    if (report) {
        const { verdict, numbers } = report;

        container.dataset.level = verdict.level;
        container.replaceChildren(
            create('p.connection-verdict', {}, create(`span.level-dot.${verdict.level || 'none'}`), verdict.text),
            create('dl.numbers', {}, NUMBERS.map(({ name, text, title }) => create('div', { title },
                create('dt', {}, name), create('dd', {}, text(numbers))))));
    }
}
