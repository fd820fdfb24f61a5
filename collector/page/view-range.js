/**
 * The stretch of time that is shown, shared by the overview and all charts.
 *
 * It must never tell its listeners of a range that did not change: they draw on every call.
 */

const SHORTEST = 2000;

/**
 * The shared range.
 */
export class ViewRange extends EventTarget {
    /**
     * Creates a range that shows everything.
     */
    constructor() {
        super();
        this.whole = [ 0, 1 ];

        /** @type {number[] | null} */
        this._chosen = null;
        this.mark = NaN;
    }

    /**
     * What is shown.
     *
     * @returns {number[]} From and to, in ms.
     */
    get shown() {
        return this._chosen ?? this.whole;
    }

    /**
     * Whether everything is shown.
     *
     * @returns {boolean} Whether it is.
     */
    get isWhole() {
        return this._chosen === null;
    }

    /**
     * Tells how long the session is by now.
     *
     * @param {number} from - Its start, in ms.
     * @param {number} to - Its end so far, in ms.
     * @returns {void}
     */
    setWhole(from, to) {
        const end = Math.max(to, from + 1000);

        if (Number.isFinite(from) && (from !== this.whole[0] || end !== this.whole[1])) {
            this.whole = [ from, end ];
            this.dispatchEvent(new Event('change'));
        }
    }

    /**
     * Chooses what to show.
     *
     * @param {number} from - From, in ms.
     * @param {number} to - To, in ms.
     * @returns {void}
     */
    choose(from, to) {
        const [ start, end ] = this.whole;
        const length = Math.min(end - start, Math.max(SHORTEST, to - from));
        const begin = Math.min(Math.max(start, from), end - length);

        this._chosen = length >= end - start ? null : [ begin, begin + length ];
        this.dispatchEvent(new Event('change'));
    }

    /**
     * Shows everything, and goes on doing so while the session grows.
     *
     * @returns {void}
     */
    showAll() {
        this._chosen = null;
        this.dispatchEvent(new Event('change'));
    }

    /**
     * Zooms around the middle or the mark.
     *
     * @param {number} factor - Below 1 to see less.
     * @returns {void}
     */
    zoom(factor) {
        const [ from, to ] = this.shown;
        const isMarked = this.mark >= from && this.mark <= to;
        const middle = isMarked ? this.mark : (from + to) / 2;
        const share = (middle - from) / (to - from);
        const length = (to - from) * factor;

        this.choose(middle - (length * share), middle + (length * (1 - share)));
    }

    /**
     * Moves sideways.
     *
     * @param {number} share - How far, as a share of what is shown.
     * @returns {void}
     */
    pan(share) {
        const [ from, to ] = this.shown;

        const step = (to - from) * share;

        this.isWhole || this.choose(from + step, to + step);
    }

    /**
     * Marks a moment.
     *
     * @param {number} time - When, in ms.
     * @returns {void}
     */
    setMark(time) {
        this.mark = time;
        const [ from, to ] = this.shown;

        if (time < from || time > to) {
            const half = (to - from) / 2;

            this.choose(time - half, time + half);
        } else {
            this.dispatchEvent(new Event('change'));
        }
    }
}
