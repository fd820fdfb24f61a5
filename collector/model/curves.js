/**
 * Curves of any member of any report: as it is, as its rate, or as the mean of what it is the total of.
 *
 * Counters are compared with the poll before of the same report, by the time of the reports; where that can not be done
 * there is a hole. It must never draw a line over polls that are missing.
 */

import { median } from './findings/arithmetic.js';
import { memberOf } from './members.js';

/**
 * @typedef {import('./connection.js').ConnectionModel} ConnectionModel
 * @typedef {import('./stats-store.js').ReportHistory} ReportHistory
 *
 * @typedef {'value' | 'rate' | 'mean'} How - As it is, a second, or divided by what it is the total of.
 *
 * @typedef {Object} Choice
 * @property {string} report - The id of a report.
 * @property {string} member - Its member.
 * @property {How | ''} [how] - How to draw it, '' for how the definition of the member has it.
 *
 * @typedef {Object} Curve
 * @property {string} report - The id of the report.
 * @property {string} member - Its member.
 * @property {string} label - The report's name for people.
 * @property {How} how - How it is drawn.
 * @property {How[]} hows - How it can be drawn.
 * @property {string} unit - In what: 'bit/s', 'B', 'B/s', 's', 'ms', '/s', '' or 'text'.
 * @property {string[]} texts - What the values are the indices of, where they are texts.
 * @property {number} median - The median of the values, NaN for texts.
 * @property {Float64Array} values - One a row, NaN for holes.
 */

/**
 * The name of a report for people.
 *
 * @param {ReportHistory} report - The report.
 * @returns {string} The name.
 */
export function labelOf({ id, type, fields }) {
    const last = (/** @type {string} */ name) => fields.get(name)?.values.filter(value => value !== undefined)
        .pop();
    const kind = last('kind') ?? last('mediaType');
    const detail = [ 'rid', 'ssrc', 'mimeType', 'candidateType', 'state', 'label', 'protocol' ].map(last)
        .filter(value => value !== undefined && value !== '');

    return [ type, kind, ...detail.slice(0, 2) ].filter(Boolean).join(' ') || id;
}

/**
 * Reads a member that may belong to an object.
 *
 * @param {ReportHistory} report - The report.
 * @param {string} member - The member.
 * @param {number[]} rows - The rows.
 * @returns {any[]} The values.
 */
function valuesOf(report, member, rows) {
    const [ name, part ] = report.fields.has(member) ? [ member ] : member.split('.');
    const values = report.values(name, rows);

    return part === undefined ? values : values.map(value => value?.[part]);
}

/**
 * The names of the members that can be drawn.
 *
 * @param {ReportHistory} report - The report.
 * @returns {string[]} The names; members of objects as `object.member`.
 */
export function drawableMembers({ fields }) {
    return [ ...fields ].flatMap(([ name, { last, values } ]) => {
        const value = last ?? values.find(known => known !== undefined);

        return value && typeof value === 'object' && !Array.isArray(value)
            ? Object.keys(value).map(part => `${name}.${part}`) : [ name ];
    });
}

/**
 * The seconds between the polls of a report.
 *
 * @param {ReportHistory} report - The report.
 * @param {number[]} rows - Its rows.
 * @param {number[]} times - The times of all rows.
 * @returns {number[]} The seconds, NaN where there is nothing to compare with.
 */
function secondsBetween(report, rows, times) {
    const stamps = report.values('timestamp', rows)
        .map((stamp, index) => (typeof stamp === 'number' ? stamp : times[rows[index]]));

    return stamps.map((stamp, index) => {
        const seconds = (stamp - stamps[index - 1]) / 1000;

        return seconds > 0 ? seconds : NaN;
    });
}

/**
 * What a counter did from poll to poll. One that fell counts another stream.
 *
 * @param {any[]} values - The values.
 * @returns {number[]} The increases.
 */
function increases(values) {
    return values.map((value, index) => {
        const increase = value - values[index - 1];

        return increase >= 0 ? increase : NaN;
    });
}

/**
 * Makes numbers of texts.
 *
 * @param {any[]} values - The values.
 * @returns {{numbers: number[], texts: string[]}} The indices of the texts, and the texts.
 */
function indexTexts(values) {
    /** @type {Map<string, number>} */
    const indices = new Map();
    const numbers = values.map(value => {
        if (value === undefined) {
            return NaN;
        }
        const text = typeof value === 'object' ? JSON.stringify(value) : String(value);

        indices.has(text) || indices.set(text, indices.size);

        return Number(indices.get(text));
    });

    return {
        numbers,
        texts: [ ...indices.keys() ]
    };
}

/**
 * The unit of a curve.
 *
 * @param {string} unit - The unit of the member.
 * @param {How} how - How it is drawn.
 * @returns {{unit: string, factor: number}} The unit, and by what to multiply.
 */
function unitOf(unit, how) {
    if (how === 'rate') {
        return unit === 'B' ? {
            unit: 'bit/s',
            factor: 8
        } : {
            unit: unit === 's' ? 's/s' : '/s',
            factor: 1
        };
    }
    if (unit === 's') {
        return {
            unit: 'ms',
            factor: 1000
        };
    }

    return {
        unit: unit === 'bit' ? 'bit/s' : unit,
        factor: 1
    };
}

/**
 * The values of a curve at the polls of its report.
 *
 * @param {ReportHistory} report - The report.
 * @param {string} member - The member.
 * @param {How} how - How to draw it.
 * @param {number[]} times - The times of all rows.
 * @returns {{rows: number[], values: number[], texts: string[], isText: boolean}} Rows and values.
 */
function drawnValues(report, member, how, times) {
    const rows = report.rows();
    const raw = valuesOf(report, member, rows);
    const isText = raw.some(value => value !== undefined && typeof value !== 'number');

    if (isText) {
        const { numbers, texts } = indexTexts(raw);

        return {
            rows,
            values: numbers,
            texts,
            isText
        };
    }
    const divisor = how === 'rate' ? secondsBetween(report, rows, times)
        : increases(valuesOf(report, memberOf(member, report.type).per, rows));

    return {
        rows,
        values: how === 'value' ? raw.map(value => value ?? NaN)
            : increases(raw).map((value, index) => (divisor[index] > 0 ? value / divisor[index] : NaN)),
        texts: [],
        isText
    };
}

/**
 * How a member can be drawn, the way its definition has it first.
 *
 * @param {ReportHistory} report - The report.
 * @param {string} member - The member.
 * @returns {How[]} The ways.
 */
function waysOf(report, member) {
    const { isCounter, per } = memberOf(member, report.type);

    return /** @type {How[]} */ ([
        per && report.fields.has(per) && 'mean', isCounter && 'rate', 'value'
    ].filter(Boolean));
}

/**
 * The rows that are drawn: time only runs forward, and between polls that are far apart there is a hole.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {{times: Float64Array, places: Map<number, number>}} The times, and where each poll is among them.
 */
function axisOf({ store, series }) {
    const breaks = new Map(series.gaps.map(([ from, to ]) => [ to, (from + to) / 2 ]));

    /** @type {Map<number, number>} */
    const places = new Map();

    /** @type {number[]} */
    const times = [];

    store.times.forEach((time, row) => {
        if (!(time <= times[times.length - 1])) {
            breaks.has(time) && times.push(Number(breaks.get(time)));
            places.set(row, times.length);
            times.push(time);
        }
    });

    return {
        times: Float64Array.from(times),
        places
    };
}

/**
 * Makes curves over common times.
 *
 * @param {ConnectionModel} connection - The connection.
 * @param {Choice[]} choices - Which.
 * @returns {{times: Float64Array, curves: Curve[]}} The curves; what does not exist is left out.
 */
export function curvesOf(connection, choices) {
    const { times, places } = axisOf(connection);

    return {
        times,
        curves: choices.flatMap(({ report: id, member, how: wanted }) => {
            const report = connection.store.reports.get(id);

            if (!report || !drawableMembers(report).includes(member)) {
                return [];
            }
            const ways = waysOf(report, member);
            const how = ways.find(way => way === wanted) ?? ways[0];
            const { rows, values, texts, isText } = drawnValues(report, member, how, connection.store.times);
            const { unit, factor } = isText ? {
                unit: 'text',
                factor: 1
            } : unitOf(memberOf(member, report.type).unit, how);
            const column = new Float64Array(times.length).fill(NaN);

            rows.forEach((row, index) => {
                const place = places.get(row);

                place === undefined || (column[place] = values[index] * factor);
            });

            return [ {
                report: id,
                member,
                label: labelOf(report),
                how: isText ? /** @type {How} */ ('value') : how,
                hows: isText ? [ /** @type {How} */ ('value') ] : ways,
                unit,
                texts,
                median: isText ? NaN : median([ ...column ]),
                values: column
            } ];
        })
    };
}

/**
 * All that can be drawn of a connection.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {Array<{id: string, type: string, label: string, members: string[]}>} The reports and their members.
 */
export function catalogueOf(connection) {
    return [ ...connection.store.reports.values() ].map(report => {
        return {
            id: report.id,
            type: report.type,
            label: labelOf(report),
            members: drawableMembers(report).filter(name => ![ 'timestamp', 'type', 'id' ].includes(name))
        };
    });
}
