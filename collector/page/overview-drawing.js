/**
 * Draws the parts, events and connections of a session into the strip over the charts.
 *
 * It must never keep anything between two calls.
 */

import { styleValue } from './dom.js';

/**
 * @typedef {import('../model/findings/finding.js').Finding} Finding
 * @typedef {import('../model/session.js').TimelineEvent} TimelineEvent
 *
 * @typedef {Object} Strip
 * @property {CanvasRenderingContext2D} context - Where to draw.
 * @property {(time: number) => number} x - Where a time lies, in pixels from the left.
 */

export const LANE = 20;
export const GAP = 4;
export const TOP = 4;

/** @type {Record<string, string>} */
const STATE_COLORS = {
    new: 'state-new',
    checking: 'state-connecting',
    connecting: 'state-connecting',
    connected: 'state-connected',
    completed: 'state-connected',
    disconnected: 'state-disconnected',
    failed: 'state-failed',
    closed: 'state-closed'
};

/**
 * Shades what lies between the parts of a resumed session.
 *
 * @param {Strip} strip - Where to draw.
 * @param {any[]} parts - The parts.
 * @param {number} height - The height of the strip.
 * @returns {void}
 */
export function drawParts({ context, x }, parts, height) {
    for (let index = 1; index < parts.length; index++) {
        const left = x(parts[index - 1].to);
        const right = x(parts[index].from);

        context.fillStyle = styleValue('gap');
        context.fillRect(Math.min(left, right), 0, Math.max(2, Math.abs(right - left)), height);
        context.fillStyle = styleValue('warn');
        context.fillRect(right - 1, 0, 2, height);
    }
}

/**
 * Draws a tick for each event; problems stand out.
 *
 * @param {Strip} strip - Where to draw.
 * @param {TimelineEvent[]} events - The events.
 * @param {number} width - The width of the strip.
 * @returns {void}
 */
export function drawEvents({ context, x }, events, width) {
    context.fillStyle = styleValue('lane');
    context.fillRect(0, TOP, width, LANE);
    const colors = {
        '': styleValue('tick'),
        good: styleValue('state-connected'),
        warn: styleValue('warn'),
        bad: styleValue('bad')
    };

    for (const severity of /** @type {Array<keyof colors>} */ ([ '', 'good', 'warn', 'bad' ])) {
        const height = severity === '' ? LANE / 2 : LANE;
        const seen = new Set();

        context.fillStyle = colors[severity];
        for (const event of events) {
            const at = Math.round(x(event.time));

            if (event.severity === severity && !seen.has(at)) {
                seen.add(at);
                context.fillRect(at, TOP + LANE - height, severity === '' ? 1 : 2, height);
            }
        }
    }
}

/**
 * Draws the states of a connection.
 *
 * @param {Strip} strip - Where to draw.
 * @param {any} connection - What the worker says of it.
 * @param {number} top - Where its lane begins.
 * @returns {void}
 */
export function drawConnection({ context, x }, { id, role, states, lastSeen, gaps }, top) {
    for (const { from, to, value } of states) {
        const left = x(from);
        const right = x(Number.isFinite(to) ? to : Math.max(lastSeen, from));

        context.fillStyle = styleValue(STATE_COLORS[value] ?? 'state-new');
        context.fillRect(left, top, Math.max(2, right - left), LANE);
    }
    context.fillStyle = styleValue('gap');
    for (const [ from, to ] of gaps) {
        context.fillRect(x(from), top, Math.max(1, x(to) - x(from)), LANE);
    }
    const text = [ id, role ].filter(Boolean).join(' · ');
    const { width } = context.measureText(text);

    context.fillStyle = styleValue('label-back');
    context.fillRect(3, top + 3, width + 8, LANE - 6);
    context.fillStyle = styleValue('ink');
    context.fillText(text, 7, top + (LANE / 2) + 0.5);
}

/**
 * Underlines the stretches in which something was found, the worst on top.
 *
 * @param {Strip} strip - Where to draw.
 * @param {Finding[]} findings - What was found, the worst first.
 * @returns {void}
 */
export function drawFindings({ context, x }, findings) {
    const shown = findings.filter(({ level }) => level !== 'info').reverse();

    for (const { level, episodes } of shown) {
        context.fillStyle = styleValue(level === 'minor' ? 'warn' : 'bad');
        for (const [ from, to ] of episodes) {
            context.fillRect(x(from), TOP + LANE - 4, Math.max(3, x(to) - x(from)), 4);
        }
    }
}
