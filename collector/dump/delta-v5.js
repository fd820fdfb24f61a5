/**
 * The rules by which dump format 3 (protocol 5) leaves out what it has said before: in `getStats` entries and in
 * session descriptions.
 *
 * It must never be mixed with those of protocol 3.1: there, a report that is missing is gone; here it is unchanged.
 */

import { PROPERTIES, REPORT_TYPES } from './rtcstats-v5-tables.js';

/**
 * @typedef {Record<string, any>} Report
 * @typedef {Record<string, Report>} Reports
 */

/**
 * Whether a value is an object with members.
 *
 * @param {unknown} value - The value.
 * @returns {boolean} Whether it is.
 */
function isPlain(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Gives the members of a report their names.
 *
 * @param {Report} report - The report, with numbers.
 * @returns {Report} The report, with names.
 */
function named(report) {
    return Object.fromEntries(Object.entries(report).map(([ key, value ]) => {
        const name = PROPERTIES.get(key) ?? key;

        return [ name, name === 'type' && typeof value === 'number' ? REPORT_TYPES[value] ?? value : value ];
    }));
}

/**
 * Puts a changed report over the one before it.
 *
 * @param {Report | undefined} before - The report before.
 * @param {Report} changes - What has changed.
 * @returns {Report} The report.
 */
function merged(before, changes) {
    const report = { ...before };

    for (const [ name, value ] of Object.entries(changes)) {
        report[name] = isPlain(value) && isPlain(report[name]) ? {
            ...report[name],
            ...value
        } : value;
    }

    return report;
}

/**
 * Applies one delta.
 *
 * @param {Reports} before - The reports of the poll before.
 * @param {Record<string, any>} delta - The value of a `getStats` entry.
 * @returns {Reports} The full reports of this poll.
 */
export function applyStatsDelta(before, delta) {
    const { t, timestamp = t, ...changes } = delta;
    const reports = { ...before };

    for (const [ id, change ] of Object.entries(changes)) {
        if (change === null) {
            delete reports[id];
        } else if (isPlain(change)) {
            const report = named(change);

            reports[id] = merged(reports[id], report.timestamp === undefined ? {
                ...report,
                timestamp
            } : report);
        }
    }

    // What says nothing of its time was made with the newest, be it unchanged or not.
    for (const [ id, report ] of Object.entries(reports)) {
        if (!changes[id] && timestamp !== undefined) {
            reports[id] = {
                ...report,
                timestamp
            };
        }
    }

    return reports;
}

/**
 * Cuts a session description at its media sections.
 *
 * @param {string} sdp - The description.
 * @returns {string[]} The sections, trimmed.
 */
function sectionsOf(sdp) {
    return sdp.split(/(?=^m=)/m).map(section => section.trim());
}

/**
 * Puts back the sections that were left out of a session description.
 *
 * @param {string | undefined} before - The description it was compared with.
 * @param {string} sdp - The description.
 * @returns {string} The full description.
 */
export function restoreDescription(before, sdp) {
    const sections = sectionsOf(sdp);

    if (before === undefined || !sections.some(section => section === 'v=' || section === 'm=')) {
        return sdp;
    }
    const earlier = sectionsOf(before);

    return sections.map((section, index) => (section === 'v=' || section === 'm='
        ? earlier[index] ?? section : section)).concat('')
        .join('\r\n');
}
