/**
 * Arithmetic over polls. A value that a poll lacks is NaN; it must never be taken for 0.
 */

/**
 * The numbers among some values.
 *
 * @param {number[]} values - The values.
 * @returns {number[]} Those that are numbers.
 */
export function known(values) {
    return values.filter(value => !Number.isNaN(value));
}

/**
 * The sum of what is known.
 *
 * @param {number[]} values - The values.
 * @returns {number} The sum, 0 if nothing is known.
 */
export function total(values) {
    let sum = 0;

    for (const value of values) {
        sum += Number.isNaN(value) ? 0 : value;
    }

    return sum;
}

/**
 * A percentile of what is known.
 *
 * @param {number[]} values - The values.
 * @param {number} share - Which one, from 0 to 1.
 * @returns {number} The percentile, NaN if nothing is known.
 */
export function percentile(values, share) {
    const sorted = Float64Array.from(known(values)).sort();

    return sorted.length > 0 ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] : NaN;
}

/**
 * The median of what is known.
 *
 * @param {number[]} values - The values.
 * @returns {number} The median, NaN if nothing is known.
 */
export function median(values) {
    return percentile(values, 0.5);
}

/**
 * The greatest of what is known.
 *
 * @param {number[]} values - The values.
 * @returns {number} The greatest, NaN if nothing is known.
 */
export function greatest(values) {
    let most = NaN;

    for (const value of values) {
        most = value > most || Number.isNaN(most) ? value : most;
    }

    return most;
}

/**
 * The least of what is known.
 *
 * @param {number[]} values - The values.
 * @returns {number} The least, NaN if nothing is known.
 */
export function least(values) {
    return -greatest(values.map(value => -value));
}
