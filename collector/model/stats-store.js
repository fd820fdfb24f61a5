/**
 * Every value of every report of one connection, kept as the changes from poll to poll: what a curve of any statistic
 * is drawn from, what the inspector shows of a poll, and what the findings are computed from.
 *
 * A poll has a row, in the order of the dump. A report is there from row to row (`spans`), and each of its members has
 * a history of changes. It must never keep a report as such: most of it is what it was a poll before.
 */

/**
 * @typedef {Record<string, any>} Report
 *
 * @typedef {import('./session.js').Place} Place
 *
 * @typedef {Object} PollReport
 * @property {string} id - Its id.
 * @property {string} type - Its type.
 * @property {Array<{name: string, value: any, isChanged: boolean}>} members - What it says, and whether that is new.
 */

/**
 * The last index of a sorted list whose element is not greater than a value.
 *
 * @param {number[]} sorted - The list.
 * @param {number} value - The value.
 * @returns {number} The index, -1 if there is none.
 */
function lastAtMost(sorted, value) {
    let low = 0;
    let high = sorted.length;

    while (low < high) {
        const middle = Math.floor((low + high) / 2);

        if (sorted[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }

    return low - 1;
}

/**
 * Whether two values say the same.
 *
 * @param {any} a - A value.
 * @param {any} b - Another.
 * @returns {boolean} Whether they do.
 */
function isSame(a, b) {
    return Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null
        && JSON.stringify(a) === JSON.stringify(b));
}

/**
 * The history of one member of a report.
 */
export class FieldHistory {
    /**
     * Creates an empty history.
     */
    constructor() {
        /** @type {number[]} The rows in which the value changed. */
        this.rows = [];

        /** @type {any[]} What it was from then on; undefined where the report did not have it. */
        this.values = [];

        /** @type {any} */
        this.last = undefined;
    }

    /**
     * Notes a value.
     *
     * @param {number} row - The row.
     * @param {any} value - The value.
     * @returns {void}
     */
    set(row, value) {
        if (!isSame(value, this.last)) {
            this.rows.push(row);
            this.values.push(value);
            this.last = value;
        }
    }

    /**
     * The value in a row.
     *
     * @param {number} row - The row.
     * @returns {any} The value, undefined if there is none.
     */
    at(row) {
        return this.values[lastAtMost(this.rows, row)];
    }

    /**
     * Whether the value changed in a row.
     *
     * @param {number} row - The row.
     * @returns {boolean} Whether it did.
     */
    changedIn(row) {
        return this.rows[lastAtMost(this.rows, row)] === row;
    }
}

/**
 * The history of one report.
 */
export class ReportHistory {
    /**
     * Creates an empty history.
     *
     * @param {string} id - The id of the report.
     * @param {string} type - Its type.
     */
    constructor(id, type) {
        this.id = id;
        this.type = type;

        /** @type {Array<[number, number]>} The first and the last row of each time it was there. */
        this.spans = [];

        /** @type {Map<string, FieldHistory>} */
        this.fields = new Map();
        this._present = 0;
    }

    /**
     * Notes the report of a row.
     *
     * @param {number} row - The row.
     * @param {Report} report - The report.
     * @returns {void}
     */
    add(row, report) {
        const span = this.spans[this.spans.length - 1];

        if (span?.[1] === row - 1) {
            span[1] = row;
        } else {
            this.spans.push([ row, row ]);
        }
        let present = 0;
        let continued = 0;

        for (const name of Object.keys(report)) {
            // What a member is no more is null in the dumps of some writers.
            const value = report[name] ?? undefined;

            if (value !== undefined) {
                let field = this.fields.get(name);

                if (!field) {
                    field = new FieldHistory();
                    this.fields.set(name, field);
                }
                continued += field.last === undefined ? 0 : 1;
                present++;
                field.set(row, value);
            }
        }
        if (continued < this._present) {
            this.fields.forEach((field, name) => report[name] ?? field.set(row, undefined));
        }
        this._present = present;
    }

    /**
     * Whether the report is in a row.
     *
     * @param {number} row - The row.
     * @returns {boolean} Whether it is.
     */
    isIn(row) {
        return this.spans.some(([ from, to ]) => from <= row && row <= to);
    }

    /**
     * The rows in which the report is.
     *
     * @returns {number[]} The rows, ascending.
     */
    rows() {
        return this.spans.flatMap(([ from, to ]) =>
            Array.from({ length: to - from + 1 }, (_row, index) => from + index));
    }

    /**
     * A member in each of some rows.
     *
     * @param {string} name - The member.
     * @param {number[]} rows - The rows, ascending.
     * @returns {any[]} The values, undefined where there is none.
     */
    values(name, rows) {
        const field = this.fields.get(name);

        if (!field) {
            return new Array(rows.length).fill(undefined);
        }
        let at = -1;

        return rows.map(row => {
            while (at + 1 < field.rows.length && field.rows[at + 1] <= row) {
                at++;
            }

            return field.values[at];
        });
    }
}

/**
 * All polls of one connection.
 */
export class StatsStore {
    /**
     * Creates an empty store.
     */
    constructor() {
        /** @type {number[]} When each poll was recorded, in ms since the epoch. */
        this.times = [];

        /** @type {Place[]} Where its line lies. */
        this.places = [];

        /** @type {Map<string, ReportHistory>} */
        this.reports = new Map();
    }

    /**
     * Takes the reports of a poll.
     *
     * @param {number} time - When it was recorded, in ms since the epoch.
     * @param {Record<string, Report>} reports - The reports.
     * @param {Place} place - Where its line lies.
     * @returns {void}
     */
    add(time, reports, place) {
        const row = this.times.length;

        this.times.push(time);
        this.places.push(place);
        for (const id of Object.keys(reports)) {
            const report = reports[id];

            if (report && typeof report === 'object') {
                let history = this.reports.get(id);

                if (!history) {
                    history = new ReportHistory(id, String(report.type ?? 'unknown'));
                    this.reports.set(id, history);
                }
                history.add(row, report);
            }
        }
    }

    /**
     * The reports of a type.
     *
     * @param {string} type - The type.
     * @returns {ReportHistory[]} Their histories.
     */
    ofType(type) {
        return [ ...this.reports.values() ].filter(report => report.type === type);
    }

    /**
     * Puts a poll together again.
     *
     * @param {number} row - Its row.
     * @returns {PollReport[]} Its reports.
     */
    pollAt(row) {
        return [ ...this.reports.values() ].filter(report => report.isIn(row)).map(({ id, type, fields }) => {
            return {
                id,
                type,
                members: [ ...fields ].map(([ name, field ]) => {
                    return {
                        name,
                        value: field.at(row),
                        isChanged: field.changedIn(row)
                    };
                })
                    .filter(({ value }) => value !== undefined)
            };
        });
    }
}
