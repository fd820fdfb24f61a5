/**
 * Follows sequence numbers: they never repeat in a session, so a hole is an event that was lost or dropped, and one
 * that comes again was sent anew after the connection had been lost.
 *
 * It must never take more memory than a bounded number of holes needs, however wrong the numbers are.
 */

/**
 * @typedef {Object} Numbered
 * @property {boolean} isRepeated - Whether the number has been there before.
 * @property {[number, number] | null} hole - The first and the last number that are missing ahead of it.
 */

const MAX_REMEMBERED = 100000;

/**
 * The numbers of one session.
 */
export class Sequence {
    /**
     * Creates a sequence at its start.
     */
    constructor() {
        this.missing = 0;
        this.repeated = 0;
        this._last = 0;

        /** @type {Set<number>} */
        this._holes = new Set();
    }

    /**
     * Takes a number.
     *
     * @param {number} number - The number, 0 if an entry has none.
     * @returns {Numbered} What it tells.
     */
    add(number) {
        if (number === 0) {
            return {
                isRepeated: false,
                hole: null
            };
        }
        if (number <= this._last) {
            const fills = this._holes.delete(number);

            this.missing -= fills ? 1 : 0;
            this.repeated += fills ? 0 : 1;

            return {
                isRepeated: !fills,
                hole: null
            };
        }
        const first = this._last + 1;

        this._last = number;
        if (number === first) {
            return {
                isRepeated: false,
                hole: null
            };
        }
        for (let hole = first; hole < number && this._holes.size < MAX_REMEMBERED; hole++) {
            this._holes.add(hole);
        }
        this.missing += number - first;

        return {
            isRepeated: false,
            hole: [ first, number - 1 ]
        };
    }
}
