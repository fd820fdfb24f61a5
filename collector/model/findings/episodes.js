/**
 * When a rule holds: polls put together to episodes.
 *
 * It must never make an episode of what one poll in between breaks for good: polls are far apart.
 */

/**
 * @typedef {[number, number]} Episode - From and to, in ms since the epoch.
 */

// Episodes closer together than this are one, in ms.
const MERGED = 5000;

/**
 * Puts together what lies close: an episode ends with two polls in a row in which its rule does not hold.
 *
 * @param {boolean[]} holds - Whether the rule holds up to each poll.
 * @param {number[]} instants - The times of the polls, in ms.
 * @returns {Episode[]} The episodes.
 */
export function episodesOf(holds, instants) {
    /** @type {Episode[]} */
    const episodes = [];
    let lastIndex = -Infinity;

    holds.forEach((isHeld, index) => {
        if (!isHeld) {
            return;
        }
        const from = instants[index - 1] ?? instants[index];
        const last = episodes[episodes.length - 1];

        if (last && (index - lastIndex <= 2 || from - last[1] < MERGED)) {
            last[1] = instants[index];
        } else {
            episodes.push([ from, instants[index] ]);
        }
        lastIndex = index;
    });

    return episodes;
}

/**
 * The longest time without a break that a rule holds.
 *
 * @param {boolean[]} holds - Whether it holds up to each poll.
 * @param {number[]} instants - The times of the polls, in ms.
 * @returns {Episode | null} From and to, null if it never does.
 */
export function longestRun(holds, instants) {
    return runsOf(holds, instants).reduce((/** @type {Episode | null} */ longest, run) =>
        (longest && lengthOf(longest) >= lengthOf(run) ? longest : run), null);
}

/**
 * The times without a break in which a rule holds.
 *
 * @param {boolean[]} holds - Whether it holds up to each poll.
 * @param {number[]} instants - The times of the polls, in ms.
 * @returns {Episode[]} From and to of each.
 */
export function runsOf(holds, instants) {
    /** @type {Episode[]} */
    const runs = [];

    holds.forEach((isHeld, index) => {
        if (isHeld && holds[index - 1]) {
            runs[runs.length - 1][1] = instants[index];
        } else if (isHeld) {
            runs.push([ instants[index - 1] ?? instants[index], instants[index] ]);
        }
    });

    return runs;
}

/**
 * How long an episode is.
 *
 * @param {Episode} episode - The episode.
 * @returns {number} In ms.
 */
export function lengthOf([ from, to ]) {
    return to - from;
}

/**
 * The longest of some episodes.
 *
 * @param {Episode[]} episodes - The episodes; one at least.
 * @returns {Episode} The longest.
 */
export function longestOf(episodes) {
    return episodes.reduce((longest, episode) => (lengthOf(episode) > lengthOf(longest) ? episode : longest));
}

/**
 * Puts together what overlaps.
 *
 * @param {Episode[]} episodes - The episodes, in any order.
 * @returns {Episode[]} The episodes, in the order of time.
 */
export function joined(episodes) {
    /** @type {Episode[]} */
    const result = [];

    for (const [ from, to ] of [ ...episodes ].sort((a, b) => a[0] - b[0])) {
        const last = result[result.length - 1];

        if (last && from <= last[1]) {
            last[1] = Math.max(last[1], to);
        } else {
            result.push([ from, to ]);
        }
    }

    return result;
}
