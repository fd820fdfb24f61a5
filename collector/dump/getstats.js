/**
 * Reads what somebody saved of `getStats()`: one poll or several, as an object of reports, as a list of them, or as the
 * list of pairs that a map turns into.
 *
 * It must never make up when a poll was: the newest of its reports says so.
 */

import { entry, timeOf } from './records.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {Record<string, any>} Report
 */

/** What such a dump calls its only connection. */
const CONNECTION = 'PC_0';

/**
 * Whether something is a report.
 *
 * @param {any} value - The value.
 * @returns {boolean} Whether it is.
 */
function isReport(value) {
    return Boolean(value) && typeof value === 'object' && typeof value.type === 'string' && 'timestamp' in value;
}

/**
 * Reads the reports of one poll.
 *
 * @param {any} value - The poll in any of its notations.
 * @returns {Record<string, Report> | null} The reports by id, null if it is none.
 */
function reportsOf(value) {
    if (!value || typeof value !== 'object') {
        return null;
    }
    const inside = value.stats ?? value.reports ?? value.report;

    if (inside && typeof inside === 'object') {
        return reportsOf(inside);
    }
    const pairs = Array.isArray(value)
        ? value.map(item => (Array.isArray(item) ? item : [ item?.id, item ]))
        : Object.entries(value).filter(([ , report ]) => report && typeof report === 'object');

    return pairs.length > 0 && pairs.every(([ id, report ]) => typeof id === 'string' && isReport(report))
        ? Object.fromEntries(pairs) : null;
}

/**
 * Reads all polls.
 *
 * @param {any} document - The parsed document.
 * @returns {Array<{time: number, reports: Record<string, Report>}>} The polls; none if it is something else.
 */
function pollsOf(document) {
    const one = reportsOf(document);
    const polls = one ? [ document ] : document;

    if (!Array.isArray(polls) || polls.length === 0) {
        return [];
    }
    const all = polls.map(poll => {
        const reports = reportsOf(poll) ?? {};
        const times = Object.values(reports).map(({ timestamp }) => timeOf(timestamp))
            .filter(Number.isFinite);

        return {
            time: timeOf(poll?.timestamp ?? poll?.time) || Math.max(...times),
            reports
        };
    });

    return all.every(({ reports }) => Object.keys(reports).length > 0) ? all : [];
}

/**
 * Whether a document is of this format.
 *
 * @param {any} document - The parsed document.
 * @returns {boolean} Whether it is.
 */
export function isGetStats(document) {
    return pollsOf(document).length > 0;
}

/**
 * Reads a document.
 *
 * @param {any} document - The parsed document.
 * @yields {DumpRecord} What it holds.
 * @returns {Iterable<DumpRecord>} The same.
 */
export function *readGetStats(document) {
    for (const { time, reports } of pollsOf(document)) {
        yield entry({
            type: 'getstats',
            time,
            pc: CONNECTION,
            payload: reports
        });
    }
}
