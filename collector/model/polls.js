/**
 * A poll as the inspector shows it: all its reports, what changed since the poll before, and which members name other
 * reports.
 *
 * It must never change what a report says.
 */

import { labelOf } from './curves.js';

/**
 *
 * @typedef {Object} Which
 * @property {number} [row] - Its row.
 * @property {number} [time] - A time next to it, in ms.
 * @typedef {import('./connection.js').ConnectionModel} ConnectionModel
 *
 * @typedef {Object} InspectedMember
 * @property {string} name - Its name.
 * @property {any} value - What it is.
 * @property {any} previous - What it was a poll before, undefined if it was not.
 * @property {boolean} isChanged - Whether that is something else.
 * @property {string} link - The id of the report that it names, '' if it names none.
 *
 * @typedef {Object} InspectedReport
 * @property {string} id - Its id.
 * @property {string} type - Its type.
 * @property {string} label - Its name for people.
 * @property {InspectedMember[]} members - What it says.
 *
 * @typedef {Object} InspectedPoll
 * @property {number} row - Which poll, from 0.
 * @property {number} rows - How many there are.
 * @property {number} time - When it was recorded, in ms since the epoch.
 * @property {InspectedReport[]} reports - Its reports, by type.
 * @property {string[]} gone - The ids of reports that the poll before had.
 */

/**
 * The poll next to a time.
 *
 * @param {number[]} times - The times of all polls.
 * @param {number} time - The time; NaN for the last poll.
 * @returns {number} Its row, -1 if there are none.
 */
export function rowNear(times, time) {
    let nearest = times.length - 1;

    times.forEach((candidate, row) => {
        if (Math.abs(candidate - time) < Math.abs(times[nearest] - time)) {
            nearest = row;
        }
    });

    return nearest;
}

/**
 * A poll.
 *
 * @param {ConnectionModel} connection - The connection.
 * @param {Which} which - Its row, or a time next to it; the last one if neither is given.
 * @returns {InspectedPoll | null} The poll, null if there is none.
 */
export function inspectPoll({ store }, { row: wanted, time = NaN }) {
    const rows = store.times.length;
    const row = wanted === undefined ? rowNear(store.times, time) : Math.min(rows - 1, Math.max(0, wanted));

    if (rows === 0) {
        return null;
    }

    return {
        row,
        rows,
        time: store.times[row],
        reports: store.pollAt(row).map(({ id, type, members }) => {
            const report = store.reports.get(id);

            return {
                id,
                type,
                label: report ? labelOf(report) : id,
                members: members.map(({ name, value, isChanged }) => {
                    return {
                        name,
                        value,
                        previous: row > 0 && report?.isIn(row - 1) ? report.fields.get(name)?.at(row - 1) : undefined,
                        isChanged: isChanged && row > 0,
                        link: name.endsWith('Id') && store.reports.has(value) ? value : ''
                    };
                })
            };
        })
            .sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0)),
        gone: [ ...store.reports.values() ].filter(report => row > 0 && report.isIn(row - 1) && !report.isIn(row))
            .map(({ id }) => id)
    };
}
