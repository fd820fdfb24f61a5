/**
 * Arithmetic over values of which some may be missing. A missing value is NaN and must never be taken for 0.
 */

/**
 * Reads a number.
 *
 * @param {unknown} value - What the report holds.
 * @returns {number} The number, NaN if it is none.
 */
export function numberOf(value) {
    return typeof value === 'number' ? value : NaN;
}

/**
 * The sum of the numbers among some values.
 *
 * @param {number[]} values - The values.
 * @returns {number} The sum, NaN if there is no number.
 */
export function sum(values) {
    const numbers = values.filter(value => !Number.isNaN(value));

    return numbers.length > 0 ? numbers.reduce((total, value) => total + value, 0) : NaN;
}

/**
 * The greatest of the numbers among some values.
 *
 * @param {number[]} values - The values.
 * @returns {number} The greatest, NaN if there is no number.
 */
export function greatest(values) {
    const numbers = values.filter(value => !Number.isNaN(value));

    return numbers.length > 0 ? Math.max(...numbers) : NaN;
}

/**
 * The mean of the numbers among some values.
 *
 * @param {number[]} values - The values.
 * @returns {number} The mean, NaN if there is no number.
 */
export function mean(values) {
    return sum(values) / values.filter(value => !Number.isNaN(value)).length;
}

/**
 * The middle one of some numbers.
 *
 * @param {number[]} values - The numbers.
 * @returns {number} The median.
 */
export function median(values) {
    return [ ...values ].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
