/**
 * The strip over the charts: the whole session at a glance, with its events, the states of its connections, its gaps
 * and its parts, and with what the charts show of it.
 *
 * It must never be the only way to anything: all it does can be done by its buttons and keys, too.
 */

import { create, styleValue } from './dom.js';
import { clock, duration } from './format.js';
import { GAP, LANE, TOP, drawConnection, drawEvents, drawFindings, drawParts } from './overview-drawing.js';

/**
 * @typedef {import('../model/findings/finding.js').Finding} Finding
 * @typedef {import('./view-range.js').ViewRange} ViewRange
 * @typedef {import('../model/session.js').TimelineEvent} TimelineEvent
 */

// A session of hundreds of connections must not push everything else out of sight.
const MOST_LANES = 12;

/**
 * The strip.
 */
export class Overview {
    /**
     * Creates it.
     *
     * @param {ViewRange} range - The shared range.
     * @param {Function} onSeek - Called with the time of a click, in ms.
     */
    constructor(range, onSeek) {
        this._range = range;
        this._onSeek = onSeek;

        /** @type {TimelineEvent[]} */
        this._events = [];

        /** @type {any} */
        this._summary = null;

        /** @type {import('../model/findings/finding.js').Finding[]} */
        this._findings = [];
        this._canvas = /** @type {HTMLCanvasElement} */ (create('canvas', {
            tabindex: 0,
            role: 'img',
            'aria-label': 'The whole session. Drag to zoom, click to find events; arrow keys move, plus and minus '
                + 'zoom, zero shows everything.',
            onpointerdown: (/** @type {PointerEvent} */ event) => this._onDown(event),
            onpointermove: (/** @type {PointerEvent} */ event) => this._onMove(event),
            onpointerup: (/** @type {PointerEvent} */ event) => this._onUp(event),
            ondblclick: () => range.showAll(),
            onkeydown: (/** @type {KeyboardEvent} */ event) => this._onKey(event)
        }));
        this._label = create('span.range-label');
        this._scroll = create('div.overview-canvas', {}, this._canvas);
        this.element = create('section.card.overview', { 'aria-label': 'Timeline' },
            create('div.overview-head', {}, this._label, create('div.buttons', {},
                this._button('Zoom in', '+', () => range.zoom(0.5)),
                this._button('Zoom out', '−', () => range.zoom(2)),
                this._button('Move back', '‹', () => range.pan(-0.5)),
                this._button('Move on', '›', () => range.pan(0.5)),
                this._button('Show everything', 'everything', () => range.showAll()))),
            this._scroll);
        this._dragFrom = NaN;
        this._dragTo = NaN;
        new ResizeObserver(() => this.draw()).observe(this._scroll);
        range.addEventListener('change', () => this.draw());
    }

    /**
     * Shows a session.
     *
     * @param {any} summary - What the worker says of it.
     * @param {TimelineEvent[]} events - Its events.
     * @returns {void}
     */
    show(summary, events) {
        this._summary = summary;
        this._events = events;
        this.draw();
    }

    /**
     * Shows when something was found.
     *
     * @param {Finding[]} findings - What was found, the worst first.
     * @returns {void}
     */
    showFindings(findings) {
        this._findings = findings;
        this.draw();
    }

    /**
     * Makes a button.
     *
     * @param {string} label - What it does.
     * @param {string} text - What stands on it.
     * @param {Function} onclick - Does it.
     * @returns {HTMLElement} The button.
     */
    _button(label, text, onclick) {
        return create('button', {
            type: 'button',
            title: label,
            'aria-label': label,
            onclick
        }, text);
    }

    /**
     * Draws everything.
     *
     * @returns {void}
     */
    draw() {
        if (!this._summary) {
            return;
        }
        const lanes = 1 + Math.min(MOST_LANES, this._summary.connections.length);
        const width = this._scroll.clientWidth;
        const height = TOP + (lanes * (LANE + GAP));
        const ratio = devicePixelRatio || 1;
        const context = /** @type {CanvasRenderingContext2D} */ (this._canvas.getContext('2d'));

        this._canvas.width = width * ratio;
        this._canvas.height = height * ratio;
        this._canvas.style.height = `${height}px`;
        context.scale(ratio, ratio);
        context.font = '11px system-ui, sans-serif';
        context.textBaseline = 'middle';
        const strip = {
            context,
            x: (/** @type {number} */ time) => this._x(time)
        };

        drawParts(strip, this._summary.parts, height);
        drawEvents(strip, this._events, width);
        drawFindings(strip, this._findings);
        this._lanes().forEach((/** @type {any} */ connection, /** @type {number} */ index) =>
            drawConnection(strip, connection, TOP + ((index + 1) * (LANE + GAP))));
        this._drawShown(context, width, height);
        const [ from, to ] = this._range.shown;

        const hidden = this._summary.connections.length - lanes + 1;

        this._label.textContent = `${clock(from)} – ${clock(to)}, ${duration(to - from)}${
            hidden > 0 ? `; ${hidden} more connections without a lane` : ''}`;
    }

    /**
     * The connections that have a lane: all of them, or of very many those in which something was found, and the first.
     *
     * @returns {any[]} The connections, in their order.
     */
    _lanes() {
        const { connections } = this._summary;

        if (connections.length <= MOST_LANES) {
            return connections;
        }
        const bad = new Set(this._findings.filter(({ level }) => level !== 'info').map(({ pc }) => pc));
        const first = [ ...connections ].sort((/** @type {any} */ a, /** @type {any} */ b) =>
            Number(bad.has(b.id)) - Number(bad.has(a.id))).slice(0, MOST_LANES);

        return connections.filter((/** @type {any} */ connection) => first.includes(connection));
    }

    /**
     * Where a time lies.
     *
     * @param {number} time - In ms.
     * @returns {number} In pixels from the left.
     */
    _x(time) {
        const [ from, to ] = this._range.whole;

        return (time - from) / (to - from) * this._scroll.clientWidth;
    }

    /**
     * What time lies at a place.
     *
     * @param {PointerEvent} event - The event with the place.
     * @returns {number} In ms.
     */
    _timeAt(event) {
        const [ from, to ] = this._range.whole;
        const box = this._canvas.getBoundingClientRect();
        const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));

        return from + (share * (to - from));
    }

    /**
     * Shows what the charts show, what is marked and what is being dragged.
     *
     * @param {CanvasRenderingContext2D} context - Where to draw.
     * @param {number} width - The width of the strip.
     * @param {number} height - Its height.
     * @returns {void}
     */
    _drawShown(context, width, height) {
        const isDragging = Math.abs(this._x(this._dragFrom) - this._x(this._dragTo)) > 3;
        const [ from, to ] = isDragging
            ? [ this._dragFrom, this._dragTo ].sort((a, b) => a - b)
            : this._range.shown;

        if (isDragging || !this._range.isWhole) {
            const [ left, right ] = [ this._x(from), this._x(to) ];

            context.fillStyle = styleValue('veil');
            context.fillRect(0, 0, left, height);
            context.fillRect(right, 0, width - right, height);
            context.strokeStyle = styleValue('accent');
            context.lineWidth = 2;
            context.strokeRect(left + 1, 1, Math.max(2, right - left - 2), height - 2);
        }
        if (Number.isFinite(this._range.mark)) {
            context.fillStyle = styleValue('accent');
            context.fillRect(Math.round(this._x(this._range.mark)) - 1, 0, 2, height);
        }
    }

    /**
     * Begins a drag or a click.
     *
     * @param {PointerEvent} event - The event.
     * @returns {void}
     */
    _onDown(event) {
        this._canvas.setPointerCapture(event.pointerId);
        this._dragFrom = this._dragTo = this._timeAt(event);
    }

    /**
     * Goes on with a drag.
     *
     * @param {PointerEvent} event - The event.
     * @returns {void}
     */
    _onMove(event) {
        if (Number.isFinite(this._dragFrom)) {
            this._dragTo = this._timeAt(event);
            this.draw();
        }
    }

    /**
     * Ends a drag or a click.
     *
     * @param {PointerEvent} event - The event.
     * @returns {void}
     */
    _onUp(event) {
        const [ from, to ] = [ this._dragFrom, this._timeAt(event) ].sort((a, b) => a - b);

        this._dragFrom = this._dragTo = NaN;
        if (this._x(to) - this._x(from) > 3) {
            this._range.choose(from, to);
        } else {
            this._onSeek(to);
        }
    }

    /**
     * Does what a key asks for.
     *
     * @param {KeyboardEvent} event - The event.
     * @returns {void}
     */
    _onKey(event) {
        const action = {
            ArrowLeft: () => this._range.pan(-0.25),
            ArrowRight: () => this._range.pan(0.25),
            '+': () => this._range.zoom(0.5),
            '=': () => this._range.zoom(0.5),
            '-': () => this._range.zoom(2),
            '0': () => this._range.showAll()
        }[event.key];

        if (action) {
            action();
            event.preventDefault();
        }
    }
}
