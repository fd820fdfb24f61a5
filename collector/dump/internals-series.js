/**
 * Makes polls of the series that chrome://webrtc-internals saves: one for each member of each report, with up to 1,000
 * values and, in newer versions, the times of the report as one more of them.
 *
 * It must never invent a value: a report is in a poll only if it was made for it, or if it is one of those that stay as
 * they are.
 */

/**
 * @typedef {Record<string, any>} Report
 *
 * @typedef {Object} Poll
 * @property {number} time - When, in ms since the epoch.
 * @property {Record<string, Report>} reports - All reports by id.
 *
 * @typedef {Object} Series
 * @property {string} id - The id of the report.
 * @property {string} type - Its type.
 * @property {number[]} times - When it was made.
 * @property {Map<string, any[]>} columns - The values of its members; shorter ones began later.
 */

// Reports of one poll are this close together, in ms.
const POLL_WIDTH = 300;

// Reports that are made when something happens and not at every poll.
const LASTING = /^remote-|^local-candidate$|^codec$|^certificate$|^data-channel$/;

/**
 * The times of a series that does not say them.
 *
 * @param {{startTime: string, endTime: string}} series - When it begins and ends.
 * @param {number} count - How many values it has.
 * @returns {number[]} Times spread evenly.
 */
function evenTimes({ startTime, endTime }, count) {
    const from = Date.parse(startTime);
    const to = Date.parse(endTime);

    return Array.from({ length: count }, (_value, index) =>
        (count > 1 ? from + ((to - from) * index / (count - 1)) : to));
}

/**
 * The values of a series.
 *
 * @param {any} series - The series; its values are the text of a list.
 * @returns {any[]} The values, none if they can not be read.
 */
function valuesOf({ values }) {
    try {
        const list = typeof values === 'string' ? JSON.parse(values) : values;

        return Array.isArray(list) ? list : [];
    } catch {
        return [];
    }
}

/**
 * Puts the series of each report together.
 *
 * @param {Record<string, any>} stats - The series by `<report>-<member>`.
 * @returns {Series[]} The reports.
 */
function seriesOf(stats) {
    /** @type {Map<string, Series>} */
    const reports = new Map();

    for (const [ key, series ] of Object.entries(stats)) {
        const at = key.lastIndexOf('-');

        // What stands in brackets was computed by the page from the others.
        if (key.includes('[') || at < 0 || !series) {
            continue;
        }
        const id = key.slice(0, at);
        const name = key.slice(at + 1);
        const values = valuesOf(series);
        const report = reports.get(id) ?? {
            id,
            type: series.statsType,
            times: [],
            columns: new Map()
        };

        reports.set(id, report);
        if (name === 'timestamp') {
            report.times = values.map(Number);
            report.columns.set('', []);
        } else {
            report.columns.set(name, values);
            if (!report.columns.has('') && values.length > report.times.length) {
                report.times = evenTimes(series, values.length);
            }
        }
    }

    return [ ...reports.values() ];
}

/**
 * Gathers times into polls.
 *
 * @param {Series[]} series - The reports.
 * @returns {number[]} The last time of each poll.
 */
function pollEnds(series) {
    const regular = series.filter(({ type }) => !LASTING.test(type));
    const times = (regular.length > 0 ? regular : series).flatMap(report => report.times)
        .filter(Number.isFinite)
        .sort((a, b) => a - b);

    /** @type {number[]} */
    const ends = [];
    let begin = -Infinity;

    for (const time of times) {
        if (time - begin > POLL_WIDTH) {
            ends.push(time);
            begin = time;
        } else {
            ends[ends.length - 1] = time;
        }
    }

    return ends;
}

/**
 * The report made at an index.
 *
 * @param {Series} series - The reports.
 * @param {number} index - Which one.
 * @returns {Report} The report.
 */
function reportAt({ id, type, times, columns }, index) {
    /** @type {Report} */
    const report = {
        id,
        type,
        timestamp: times[index]
    };

    for (const [ name, values ] of columns) {
        const value = values[values.length - times.length + index];

        if (name !== '' && value !== undefined && value !== null) {
            report[name] = value;
        }
    }

    return report;
}

/**
 * Makes polls of series.
 *
 * @param {Record<string, any>} stats - The series of a connection.
 * @returns {Poll[]} The polls, in the order of time.
 */
export function pollsOf(stats) {
    const series = seriesOf(stats);
    const ends = pollEnds(series);
    const polls = ends.map(time => {
        return {
            time,
            reports: /** @type {Record<string, Report>} */ ({})
        };
    });

    for (const report of series) {
        const isLasting = LASTING.test(report.type);
        let next = 0;

        ends.forEach((end, index) => {
            const seen = next;

            while (next < report.times.length && report.times[next] <= end) {
                next++;
            }
            if (next > seen || (isLasting && next > 0)) {
                polls[index].reports[report.id] = reportAt(report, next - 1);
            }
        });
    }

    return polls;
}
