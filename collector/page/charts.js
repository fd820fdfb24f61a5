/**
 * The charts of one connection or stream.
 *
 * It must never compute what is drawn: values come from the worker as they are.
 */

// @ts-expect-error The page server serves uPlot from node_modules at this path.
import uPlot from '/vendor/uplot.js';

import { create, setText, styleValue } from './dom.js';
import { clock, number } from './format.js';

/**
 * @typedef {import('./view-range.js').ViewRange} ViewRange
 * @typedef {import('./chart-specs.js').Spec} Spec
 * @typedef {import('./chart-specs.js').Line} Line
 *
 * @typedef {Object} ChartData
 * @property {Float64Array} times - When, in ms.
 * @property {Record<string, Float32Array | Float64Array>} columns - The columns by name.
 * @property {Record<string, {total?: number, median: number}>} summaries - What each column comes to.
 * @property {Array<[number, number]>} gaps - Where nothing was polled, in ms.
 */

/**
 * Makes what uPlot draws of a column: it knows holes as null.
 *
 * @param {Float32Array | Float64Array | undefined} column - The column.
 * @param {number} length - The number of rows.
 * @returns {Array<number | null>} The values.
 */
function drawable(column, length) {
    /** @type {Array<number | null>} */
    const values = new Array(length).fill(null);

    column?.forEach((value, index) => {
        values[index] = Number.isNaN(value) ? null : value;
    });

    return values;
}

const SMALLEST_AXIS = 66;
const AXIS_MARGIN = 14;

/** @type {Record<string, any>} */
const paths = {
    linear: undefined,
    stepped: uPlot.paths.stepped({ align: -1 }),
    none: () => null
};

/**
 * How wide the axis of values has to be for its longest label.
 *
 * @param {any} plot - The plot.
 * @param {string[] | null} labels - The labels.
 * @param {number} _axis - The axis.
 * @param {number} cycle - How often it has been asked for this drawing.
 * @returns {number} In pixels.
 */
function axisSize(plot, labels, _axis, cycle) {
    if (!labels || cycle > 1) {
        return plot.axes[1]?._size ?? SMALLEST_AXIS;
    }
    plot.ctx.save();
    plot.ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    const widest = Math.max(0, ...labels.map(label => plot.ctx.measureText(label ?? '').width));

    plot.ctx.restore();

    return Math.max(SMALLEST_AXIS, Math.ceil(widest / devicePixelRatio) + AXIS_MARGIN);
}

/**
 * Picks the rows of a count that have a dot: those where something happened.
 *
 * @param {any} plot - The plot.
 * @param {number} index - The line.
 * @returns {number[]} The rows.
 */
function onlyPositive(plot, index) {
    return plot.data[index].flatMap((/** @type {number | null} */ value, /** @type {number} */ row) =>
        (Number(value) > 0 ? row : []));
}

/**
 * One chart.
 */
export class Chart {
    /**
     * Creates it, empty.
     *
     * @param {Spec} spec - What it shows.
     * @param {ViewRange} range - The shared range.
     */
    constructor(spec, range) {
        this._spec = spec;
        this._range = range;

        /** @type {any} */
        this._plot = null;
        this._legend = create('span.legend');
        this._body = create('div.chart-body', {}, create('span.chart-empty', {}, 'no data'));
        this.element = create('figure.chart', {
            'data-chart': spec.key,
            'aria-label': spec.title
        }, create('figcaption', { title: spec.hint }, create('b', {}, spec.title), this._legend), this._body);

        /** @type {Line[]} */
        this._lines = [];

        /** @type {Array<[number, number]>} */
        this._gaps = [];
        this._isFollowing = false;

        /** @type {ChartData['summaries']} */
        this._summaries = {};
        new ResizeObserver(() => this._resize()).observe(this._body);
    }

    /**
     * Shows columns.
     *
     * @param {ChartData} data - The columns.
     * @param {boolean} isStream - Whether they are of one stream.
     * @returns {void}
     */
    show({ times, columns, summaries, gaps }, isStream) {
        const lines = this._spec[isStream ? 'stream' : 'total'];
        const data = [
            Array.from(times, time => time / 1000),
            ...lines.map(({ column }) => drawable(columns[column], times.length))
        ];

        this._gaps = gaps;
        this._summaries = summaries;
        this.element.classList.toggle('is-empty', !lines.some(({ column }) => columns[column]));
        if (this._lines !== lines) {
            this.forget();
            this._lines = lines;
        }
        if (this._plot) {
            this._plot.setData(data, false);
        } else {
            this._plot = this._create(data);

            // Lets tests and consoles see what is drawn.
            Object.assign(this.element, { plot: this._plot });
        }
        this.showRange();
        this._showLegend();
    }

    /**
     * Drops what is drawn, as for another colour scheme.
     *
     * @returns {void}
     */
    forget() {
        this._plot?.destroy();
        this._plot = null;
    }

    /**
     * Moves to the shared range.
     *
     * @returns {void}
     */
    showRange() {
        const [ from, to ] = this._range.shown;

        this._isFollowing = true;
        this._plot?.setScale('x', {
            min: from / 1000,
            max: to / 1000
        });
        this._isFollowing = false;
    }

    /**
     * Fits the chart to its place.
     *
     * @returns {void}
     */
    _resize() {
        this._plot?.setSize(this._size());
    }

    /**
     * The size of the chart's place.
     *
     * @returns {{width: number, height: number}} The size.
     */
    _size() {
        return {
            width: Math.max(120, this._body.clientWidth),
            height: Math.max(80, this._body.clientHeight)
        };
    }

    /**
     * Writes the values under the cursor, or else what they come to in the whole call, into the legend.
     *
     * @returns {void}
     */
    _showLegend() {
        const { data, cursor } = this._plot;
        const at = cursor.idx;

        if (this._legend.childElementCount !== this._lines.length + 1) {
            this._legend.replaceChildren(create('span'), ...this._lines.map(({ label, color }) =>
                create('span.legend-item', {}, create(`i.swatch.${color}`), `${label} `, create('b'))));
        }
        this._legend.title = typeof at === 'number' ? '' : `${this._spec.summary} of the whole call`;
        setText(/** @type {Element} */ (this._legend.firstChild),
            typeof at === 'number' ? '' : this._spec.summary);
        this._lines.forEach((_line, index) => {
            const values = data[index + 1];
            const { isCount, column } = this._lines[index];
            const value = typeof at === 'number' ? values[at] : this._summaries[column]?.[this._spec.summary];
            const text = isCount ? number : this._spec.format;

            setText(/** @type {Element} */ (this._legend.children[index + 1].lastChild),
                Number.isFinite(value) ? text(value) : '–');
        });
    }

    /**
     * Creates the plot.
     *
     * @param {any[]} data - Its data.
     * @returns {any} The plot.
     */
    _create(data) {
        const axis = {
            stroke: styleValue('quiet'),
            font: '11px system-ui, sans-serif',
            grid: {
                stroke: styleValue('grid'),
                width: 1
            },
            ticks: { show: false }
        };

        return new uPlot({ // eslint-disable-line new-cap
            ...this._size(),
            legend: { show: false },
            padding: [ 8, 30, 0, 0 ],
            cursor: {
                sync: { key: 'rtcstats' },
                y: false,
                points: { size: 6 },
                drag: {
                    x: true,
                    y: false
                }
            },
            scales: {
                x: { time: true },
                y: { range: (/** @type {any} */ _plot, /** @type {number} */ _low, /** @type {number} */ high) =>
                    [ 0, high > 0 ? high * 1.1 : 1 ] },
                count: { range: (/** @type {any} */ _plot, /** @type {number} */ _low, /** @type {number} */ high) =>
                    [ 0, Math.max(4, high * 1.1) ] }
            },
            axes: [
                {
                    ...axis,
                    size: 26,
                    space: 80,
                    values: (/** @type {any} */ _plot, /** @type {number[]} */ splits) =>
                        splits.map(seconds => clock(seconds * 1000))
                },
                {
                    ...axis,
                    size: axisSize,
                    values: (/** @type {any} */ _plot, /** @type {number[]} */ splits) => splits.map(this._spec.format)
                }
            ],
            series: [ {}, ...this._lines.map(drawn => this._seriesOf(drawn)) ],
            hooks: {
                drawClear: [ (/** @type {any} */ plot) => this._shadeGaps(plot) ],
                draw: [ (/** @type {any} */ plot) => this._drawMark(plot) ],
                setCursor: [ () => this._plot && this._showLegend() ],
                setScale: [ (/** @type {any} */ plot, /** @type {string} */ key) => this._onScale(plot, key) ]
            }
        }, data, (/** @type {any} */ plot, /** @type {() => void} */ start) => {
            this._body.replaceChildren(plot.root, create('span.chart-empty', {}, 'no data'));
            start();
        });
    }

    /**
     * How a line is drawn.
     *
     * @param {Line} drawn - The line.
     * @returns {Object} UPlot's options.
     */
    _seriesOf({ label, color, isCount }) {
        const stroke = styleValue(color);

        return {
            label,
            stroke,
            width: 1.5,
            fill: this._spec.filled && !isCount ? `${stroke}22` : undefined,
            scale: isCount ? 'count' : 'y',
            paths: paths[isCount ? 'none' : this._spec.stepped ? 'stepped' : 'linear'],
            points: isCount ? {
                size: 6,
                fill: stroke,
                filter: onlyPositive
            } : { size: 4 }
        };
    }

    /**
     * Takes over a range that was dragged in this chart.
     *
     * @param {any} plot - The plot.
     * @param {string} key - The scale that changed.
     * @returns {void}
     */
    _onScale(plot, key) {
        if (key === 'x' && !this._isFollowing && this._plot) {
            this._range.choose(plot.scales.x.min * 1000, plot.scales.x.max * 1000);
        }
    }

    /**
     * Shades where nothing was polled.
     *
     * @param {any} plot - The plot.
     * @returns {void}
     */
    _shadeGaps(plot) {
        const { ctx, bbox } = plot;

        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        ctx.fillStyle = styleValue('gap');
        for (const [ from, to ] of this._gaps) {
            const left = plot.valToPos(from / 1000, 'x', true);

            ctx.fillRect(left, bbox.top, Math.max(1, plot.valToPos(to / 1000, 'x', true) - left), bbox.height);
        }
        ctx.restore();
    }

    /**
     * Draws the marked moment.
     *
     * @param {any} plot - The plot.
     * @returns {void}
     */
    _drawMark(plot) {
        const { ctx, bbox } = plot;
        const at = plot.valToPos(this._range.mark / 1000, 'x', true);

        if (at >= bbox.left && at <= bbox.left + bbox.width) {
            ctx.fillStyle = styleValue('accent');
            ctx.fillRect(Math.round(at), bbox.top, devicePixelRatio, bbox.height);
        }
    }
}
