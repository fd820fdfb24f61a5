/**
 * Video that stands still. Browsers that count freezes are believed; of the others, the longest gap between two frames
 * of a poll is worked out from the sums that they keep of all gaps and of their squares.
 */

import { greatest, known, median, total } from './arithmetic.js';
import { episodesOf } from './episodes.js';
import { percent, seconds } from './words.js';

/**
 * @typedef {import('./finding.js').Level} Level
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 */

const MINOR_COUNT = 3;
const MINOR_SECONDS = 1;
const MAJOR_SECONDS = 10;
const MAJOR_SHARE = 0.05;

// Of the standard: a freeze is three times, and 150 ms longer than, the usual time between frames.
const FREEZE_FACTOR = 3;
const FREEZE_EXTRA = 0.15;

// With more frames in a poll than this, the variation of all of them hides what a short freeze adds.
const MANY_FRAMES = 60;
const LONG_GAP = 0.3;
const REMEMBERED = 15;
const FEW_FRAMES = 5;
const PAUSED_SECONDS = 10;

/**
 * How bad freezes are.
 *
 * @param {number} count - How many there were.
 * @param {number} frozen - For how long, in seconds.
 * @param {number} live - Of how long, in seconds.
 * @returns {Level | null} The level, null if nobody cares.
 */
function levelOf(count, frozen, live) {
    if (frozen > MAJOR_SECONDS || frozen > MAJOR_SHARE * live) {
        return frozen > MINOR_SECONDS ? 'major' : null;
    }

    return count > MINOR_COUNT || frozen > MINOR_SECONDS ? 'minor' : null;
}

/**
 * For how long there was video.
 *
 * @param {Stream} stream - The stream.
 * @returns {number} In seconds.
 */
function liveSeconds(stream) {
    const frames = stream.deltas(stream.frames);

    return total(stream.elapsed.filter((_elapsed, index) => frames[index] > 0));
}

/**
 * The longest gap between two frames up to each poll, where that is a freeze: one gap among others that are all alike
 * has the sum and the sum of squares that were recorded. Frames that come evenly, if only half as often as before, are
 * no freeze, and neither is the unevenness that frames of this stream always have.
 *
 * @param {Stream} stream - The stream.
 * @returns {number[]} In seconds, 0 where there is no freeze.
 */
export function estimatedFreezes(stream) {
    const sums = stream.deltas('totalInterFrameDelay');
    const squares = stream.deltas('totalSquaredInterFrameDelay');

    /** @type {number[]} */
    const unevenness = [];

    return stream.deltas('framesDecoded').map((count, index) => {
        const excess = squares[index] - (sums[index] * sums[index] / count);

        if (!(count >= FEW_FRAMES) || !(excess > 0)) {
            return 0;
        }
        const beyondUsual = Math.max(0, excess - (count * (median(unevenness.slice(-REMEMBERED)) || 0)));
        const difference = Math.sqrt(beyondUsual * count / (count - 1));
        const usual = (sums[index] - difference) / count;
        const gap = usual + difference;

        const isFreeze = gap >= Math.max(FREEZE_FACTOR * usual, usual + FREEZE_EXTRA)
            && (count <= MANY_FRAMES || gap >= LONG_GAP);

        isFreeze || unevenness.push(excess / count);

        return isFreeze ? gap : 0;
    });
}

/**
 * The time of one poll.
 *
 * @param {Stream} stream - The stream.
 * @param {number} index - Which poll.
 * @returns {[number, number]} From the poll before it to it, in ms.
 */
function pollOf({ times }, index) {
    return [ times[index - 1] ?? times[index], times[index] ];
}

/**
 * The time of a gap, which may be longer than the poll in which it ended.
 *
 * @param {number} to - When the poll was, in ms.
 * @param {number} length - How long the gap was, in seconds.
 * @returns {[number, number]} From and to, in ms.
 */
function gapAt(to, length) {
    return [ to - (length * 1000), to ];
}

/** @type {StreamRule[]} */
export const freezeRules = [
    {
        id: 'freeze',
        of: ({ isInbound, kind, isScreen }) => isInbound && kind === 'video' && !isScreen,
        needs: [ 'freezeCount', 'totalFreezesDuration', 'framesDecoded' ],
        source: 'W3C for what a freeze is; own: 5 %, 10 s',
        causes: [ 'loss', 'a slow decoder', 'the sender or the bridge' ],
        next: [ 'loss and round trip at the same time', 'the sender' ],
        find: stream => {
            const frames = stream.deltas('framesDecoded');
            const isSeen = frames.map(count => count > 0);
            const counts = stream.deltas('freezeCount').map((value, index) => (isSeen[index] ? value : NaN));
            const lengths = stream.deltas('totalFreezesDuration').map((value, index) => (isSeen[index] ? value : NaN));
            const live = liveSeconds(stream);
            const level = levelOf(total(counts), total(lengths), live);

            return level && {
                level,
                title: `Video froze ${total(counts)}×, ${seconds(total(lengths))} in ${seconds(live)} (${
                    percent(total(lengths) / live)})`,
                episodes: episodesOf(counts.map((count, index) => count > 0 || lengths[index] > 0), stream.times),
                worst: pollOf(stream, lengths.indexOf(greatest(lengths))),
                numbers: {
                    count: total(counts),
                    seconds: total(lengths),
                    share: total(lengths) / live
                },
                members: [ 'totalFreezesDuration', 'framesDecoded', 'framesReceived' ]
            };
        }
    },
    {
        id: 'freeze-estimated',
        of: stream => stream.isInbound && stream.kind === 'video' && !stream.isScreen && !stream.has('freezeCount'),
        needs: [ 'framesDecoded', 'totalInterFrameDelay', 'totalSquaredInterFrameDelay' ],
        source: 'W3C for what a freeze is; own: estimated from the sums of the gaps and of their squares',
        causes: [ 'loss', 'a slow decoder', 'the sender or the bridge' ],
        next: [ 'loss and round trip at the same time', 'the sender' ],
        find: stream => {
            const gaps = estimatedFreezes(stream);
            const frozen = gaps.filter(gap => gap > 0);
            const live = liveSeconds(stream);
            const level = levelOf(frozen.length, total(frozen), live);
            const longest = greatest(frozen);

            return level && {
                level,
                title: `Video stood still for about ${seconds(total(frozen))} in ${frozen.length} of ${
                    known(stream.elapsed).length} polls, the longest for ${seconds(longest)} (estimated)`,
                episodes: episodesOf(gaps.map(gap => gap > 0), stream.times),
                worst: gapAt(stream.times[gaps.indexOf(longest)], longest),
                numbers: {
                    polls: frozen.length,
                    seconds: total(frozen),
                    longestSeconds: longest,
                    share: total(frozen) / live
                },
                members: [ 'totalSquaredInterFrameDelay', 'framesDecoded' ]
            };
        }
    },
    {
        id: 'video-paused',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'pauseCount', 'totalPausesDuration' ],
        source: 'KB',
        causes: [ 'the sender muted, which looks the same', 'the sender stalled' ],
        next: [ 'whether packets came' ],
        find: stream => {
            const lengths = stream.deltas('totalPausesDuration');

            return total(lengths) > PAUSED_SECONDS ? {
                level: 'info',
                title: `Video paused for ${seconds(total(lengths))}`,
                episodes: episodesOf(lengths.map(value => value > 0), stream.times),
                numbers: { seconds: total(lengths) },
                members: [ 'totalPausesDuration' ]
            } : null;
        }
    }
];
