/**
 * When a session took place. Dumps hold entries of other clocks: times of an earlier day, seconds taken for
 * milliseconds, nonsense. They are listed, but they must never stretch what is shown.
 */

const HOUR = 3600 * 1000;

// How far from the middle of a session an entry may be, in ms.
const FAR = 24 * HOUR;

/**
 * The times of one session.
 */
export class Clock {
    /**
     * Creates a clock that has seen nothing.
     */
    constructor() {
        /** @type {Map<number, {count: number, from: number, to: number}>} Times by hour. */
        this._hours = new Map();
        this._count = 0;
        this._median = NaN;
        this._nextMedian = 1;
    }

    /**
     * Takes a time.
     *
     * @param {number} time - In ms since the epoch.
     * @returns {void}
     */
    add(time) {
        const hour = Math.floor(time / HOUR);
        const times = this._hours.get(hour);

        if (times) {
            times.count++;
            times.from = Math.min(times.from, time);
            times.to = Math.max(times.to, time);
        } else {
            this._hours.set(hour, {
                count: 1,
                from: time,
                to: time
            });
        }
        this._count++;
        if (this._count >= this._nextMedian) {
            this._median = this._findMedian();
            this._nextMedian = Math.ceil(this._count * 1.1) + 1;
        }
    }

    /**
     * The middle of all times, to the hour.
     *
     * @returns {number} In ms since the epoch.
     */
    _findMedian() {
        const hours = [ ...this._hours.entries() ].sort(([ a ], [ b ]) => a - b);
        let left = this._count / 2;

        for (const [ , { count, from, to } ] of hours) {
            left -= count;
            if (left <= 0) {
                return (from + to) / 2;
            }
        }

        return NaN;
    }

    /**
     * Whether a time is of another clock.
     *
     * @param {number} time - In ms since the epoch.
     * @returns {boolean} Whether it is.
     */
    isOff(time) {
        return Math.abs(time - this._median) > FAR;
    }

    /**
     * When the session began and ended, as far as is known.
     *
     * @returns {[number, number]} From and to, NaN if nothing has a time.
     */
    range() {
        const middle = this._findMedian();
        const near = [ ...this._hours.values() ].filter(({ from, to }) =>
            Math.abs(from - middle) <= FAR && Math.abs(to - middle) <= FAR);

        return near.length === 0 ? [ NaN, NaN ] : [
            near.reduce((least, { from }) => Math.min(least, from), Infinity),
            near.reduce((most, { to }) => Math.max(most, to), -Infinity)
        ];
    }
}
