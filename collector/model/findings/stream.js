/**
 * One stream, source or candidate pair as the findings see it: the polls it was in, its values at each of them, and
 * what its counters did from each poll to the next, by the time of the reports.
 *
 * The first rule of reading statistics stands here and nowhere else: a counter is compared with the poll before of the
 * same report, and where that can not be done - the first poll, a time that stands still, a counter that fell, because
 * another stream took the id - there is no value.
 */

/**
 * @typedef {import('../stats-store.js').ReportHistory} ReportHistory
 * @typedef {import('../stats-store.js').StatsStore} StatsStore
 */

// Counters that only another stream of the same id can set back.
const PRIMARY = [ 'packetsReceived', 'packetsSent', 'bytesReceived', 'bytesSent', 'totalSamplesDuration', 'frames' ];

/**
 * One report through all polls.
 */
export class Series {
    /**
     * Creates the view of a report.
     *
     * @param {StatsStore} store - The statistics of the connection.
     * @param {ReportHistory} report - The report.
     */
    constructor(store, report) {
        this.id = report.id;
        this.type = report.type;
        this._report = report;
        this.rows = report.rows();
        this.times = this.rows.map(row => store.times[row]);

        /** @type {Map<string, any[]>} */
        this._raw = new Map();

        /** @type {Map<string, number[]>} */
        this._values = new Map();

        /** @type {Map<string, number[]>} */
        this._deltas = new Map();

        /** @type {number[]} Seconds since the poll before, NaN where there is nothing to compare. */
        this.elapsed = this._elapsed();
    }

    /**
     * The number of polls.
     *
     * @returns {number} The number.
     */
    get length() {
        return this.rows.length;
    }

    /**
     * Whether any poll has a member.
     *
     * @param {string} name - The member.
     * @returns {boolean} Whether one has.
     */
    has(name) {
        return this._report.fields.has(name);
    }

    /**
     * A member at each poll.
     *
     * @param {string} name - The member.
     * @returns {any[]} The values, undefined where there is none.
     */
    raw(name) {
        let values = this._raw.get(name);

        if (!values) {
            values = this._report.values(name, this.rows);
            this._raw.set(name, values);
        }

        return values;
    }

    /**
     * The last value of a member.
     *
     * @param {string} name - The member.
     * @returns {any} The value, undefined if there is none.
     */
    last(name) {
        return this._report.fields.get(name)?.values.filter(value => value !== undefined)
            .pop();
    }

    /**
     * A number at each poll.
     *
     * @param {string} name - The member.
     * @returns {number[]} The values, NaN where there is none.
     */
    values(name) {
        let values = this._values.get(name);

        if (!values) {
            values = this.raw(name).map(value => (typeof value === 'number' ? value : NaN));
            this._values.set(name, values);
        }

        return values;
    }

    /**
     * Forgets what was worked out: all values of all streams at once would take more memory than the dump.
     *
     * @returns {void}
     */
    forget() {
        this._raw.clear();
        this._values.clear();
        this._deltas.clear();
    }

    /**
     * What a counter did up to each poll.
     *
     * @param {string} name - The member.
     * @returns {number[]} The increases, NaN where there is nothing to compare.
     */
    deltas(name) {
        let deltas = this._deltas.get(name);

        if (!deltas) {
            const values = this.values(name);

            deltas = values.map((value, index) =>
                (Number.isNaN(this.elapsed[index]) ? NaN : value - values[index - 1]));
            this._deltas.set(name, deltas);
        }

        return deltas;
    }

    /**
     * What two counters did, divided by each other.
     *
     * @param {string} name - The member above.
     * @param {string} by - The member below.
     * @returns {number[]} The quotients, NaN where there is nothing to divide by.
     */
    ratios(name, by) {
        const below = this.deltas(by);

        return this.deltas(name).map((delta, index) => (below[index] > 0 ? delta / below[index] : NaN));
    }

    /**
     * What a counter did in a second, up to each poll.
     *
     * @param {string} name - The member.
     * @returns {number[]} The rates.
     */
    rates(name) {
        return this.deltas(name).map((delta, index) => delta / this.elapsed[index]);
    }

    /**
     * A member of an object of counters, as a counter: `qualityLimitationDurations.cpu`.
     *
     * @param {string} name - The object.
     * @param {string} member - The member.
     * @returns {number[]} The increases.
     */
    memberDeltas(name, member) {
        const values = this.raw(name).map(value => (typeof value?.[member] === 'number' ? value[member] : NaN));

        return values.map((value, index) => {
            const delta = value - values[index - 1];

            return Number.isNaN(this.elapsed[index]) || !(delta >= 0) ? NaN : delta;
        });
    }

    /**
     * The seconds between each poll and the one before.
     *
     * @returns {number[]} The seconds.
     */
    _elapsed() {
        const stamps = this.raw('timestamp')
            .map((stamp, index) => (typeof stamp === 'number' ? stamp : this.times[index]));
        const counters = PRIMARY.filter(name => this.has(name)).map(name => this.values(name));

        return stamps.map((stamp, index) => {
            const seconds = (stamp - stamps[index - 1]) / 1000;
            const fell = counters.some(values => values[index] < values[index - 1]);

            return seconds > 0 && !fell ? seconds : NaN;
        });
    }
}

/**
 * One RTP stream, with what stands about it in other reports.
 */
export class Stream extends Series {
    /**
     * Creates the view of a stream.
     *
     * @param {StatsStore} store - The statistics of the connection.
     * @param {ReportHistory} report - Its report.
     */
    constructor(store, report) {
        super(store, report);
        this.isInbound = report.type === 'inbound-rtp';
        this.kind = String(this.last('kind') ?? this.last('mediaType') ?? '');
        this.ssrc = this.last('ssrc');
        this.rid = String(this.last('rid') ?? '');
        this.isScreen = this.last('contentType') === 'screenshare';

        /** @type {string[]} What it is coded with at each poll, '' where the dump does not say. */
        this.mimeTypes = [];

        /** @type {Series | null} What the other side says of it. */
        this.remote = null;

        /** @type {Series | null} Where it comes from. */
        this.source = null;
    }

    /**
     * Its name for people.
     *
     * @returns {string} The name.
     */
    get label() {
        const detail = [ this.rid, this.ssrc ].filter(part => part !== undefined && part !== '').join(' ');

        return `${this.kind} ${this.isInbound ? 'in' : 'out'} · ${detail || this.id}`;
    }

    /**
     * What it was coded with at last.
     *
     * @returns {string} The type, '' if the dump does not say.
     */
    get mimeType() {
        return this.mimeTypes.filter(Boolean).pop() ?? '';
    }

    /**
     * What is counted when it carries something.
     *
     * @returns {string} The name of the counter.
     */
    get packets() {
        return this.isInbound ? 'packetsReceived' : 'packetsSent';
    }

    /**
     * Frames that were decoded or encoded.
     *
     * @returns {string} The name of the counter.
     */
    get frames() {
        return this.isInbound ? 'framesDecoded' : 'framesEncoded';
    }

    /**
     * Forgets what was worked out, of the reports beside its own as well.
     *
     * @returns {void}
     */
    forget() {
        super.forget();
        this.remote?.forget();
        this.source?.forget();
    }
}
