/**
 * Numbers as they stand in the title of a finding.
 *
 * It must never round what is there to nothing.
 */

/**
 * A number of seconds as people read it.
 *
 * @param {number} value - In seconds.
 * @returns {string} The text.
 */
export function seconds(value) {
    if (value >= 600) {
        return `${Math.round(value / 60)} min`;
    }

    return `${value >= 100 ? Math.round(value) : Number(value.toFixed(1))} s`;
}

/**
 * A share as people read it.
 *
 * @param {number} value - From 0 to 1.
 * @returns {string} The text.
 */
export function percent(value) {
    const hundred = value * 100;

    return `${hundred >= 10 ? Math.round(hundred) : Number(hundred.toFixed(1))} %`;
}

/**
 * How often something happened, in words.
 *
 * @param {number} count - How often.
 * @param {string} one - The thing.
 * @returns {string} The text.
 */
export function counted(count, one) {
    return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}
