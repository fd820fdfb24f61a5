/**
 * What limits the video that is sent: the estimate of the uplink, and the machine.
 */

import { known, least, median, total } from './arithmetic.js';
import { episodesOf, lengthOf } from './episodes.js';
import { percent, seconds } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 * @typedef {StreamRule['find']} StreamFind
 */

const WARM_UP = 10000;
const LIMIT_WARM_UP = 15000;
const COLLAPSE = 0.4;
const PEAK_DECAY = 0.98;
const LOW_ESTIMATE = 500000;
const SLOW_FRAME = 0.8;

/** From what share of the time on a limit counts. */
const LIMITS = {
    bandwidth: {
        minor: 0.2,
        major: 0.5,
        title: 'the uplink'
    },
    cpu: {
        minor: 0.05,
        major: 0.3,
        title: 'the machine'
    }
};
const LIMIT_SECONDS = 5;

/**
 * Whether an encoder was held back by the uplink, at each time of a poll. Where no encoder says so, it may have been.
 *
 * @param {Connection} connection - The connection.
 * @returns {Function} Tells it of a time.
 */
function limitedAt(connection) {
    const streams = connection.streamsOf(false, 'video').filter(stream => stream.has('qualityLimitationReason'));
    const limited = new Set(streams.flatMap(stream => stream.times.filter((_time, index) =>
        stream.raw('qualityLimitationReason')[index] === 'bandwidth')));

    return (/** @type {number} */ time) => streams.length === 0 || limited.has(time);
}

/**
 * How long a stream was limited, up to each poll.
 *
 * @param {Stream} stream - The stream.
 * @param {'bandwidth' | 'cpu'} reason - By what.
 * @returns {number[]} In seconds.
 */
export function limitedSeconds(stream, reason) {
    if (stream.has('qualityLimitationDurations')) {
        return stream.memberDeltas('qualityLimitationDurations', reason);
    }

    return stream.raw('qualityLimitationReason')
        .map((value, index) => (value === reason ? stream.elapsed[index] : 0));
}

/**
 * Makes the rule about one limit.
 *
 * @param {'bandwidth' | 'cpu'} reason - Which limit.
 * @returns {StreamFind} What looks for it.
 */
function limitFinder(reason) {
    const { minor, major, title } = LIMITS[reason];

    return (stream, connection) => {
        const begin = (connection.connectedAt || stream.times[0]) + LIMIT_WARM_UP;
        const frames = stream.deltas(stream.frames);
        const isActive = stream.times.map((time, index) => time >= begin && frames[index] > 0);
        const active = total(stream.elapsed.filter((_elapsed, index) => isActive[index]));
        const limited = limitedSeconds(stream, reason).map((value, index) => (isActive[index] ? value : 0));
        const share = total(limited) / active;

        return share > minor && total(limited) > LIMIT_SECONDS ? {
            level: share > major ? 'major' : 'minor',
            title: `Video out limited by ${title} for ${seconds(total(limited))} (${percent(Math.min(1, share))})`,
            episodes: episodesOf(limited.map(value => value > 0), stream.times),
            numbers: {
                seconds: total(limited),
                share
            },
            members: [ 'qualityLimitationReason', 'frameHeight', 'framesPerSecond' ]
        } : null;
    };
}

/**
 * Makes the rule about frames that take too long.
 *
 * @param {string} member - The counter of the time they take.
 * @param {string} title - What takes too long.
 * @returns {StreamFind} What looks for it.
 */
function slowFinder(member, title) {
    return stream => {
        const frameSeconds = stream.ratios(member, stream.frames);
        const rates = stream.rates(stream.frames);
        const isSlow = frameSeconds.map((value, index) => value > SLOW_FRAME / rates[index]);
        const episodes = episodesOf(isSlow, stream.times);
        const count = isSlow.filter((slow, index) => slow && isSlow[index - 1]).length;

        return count > 0 ? {
            level: 'major',
            title: `${title} a frame takes ${Math.round(median(frameSeconds.filter((_value, index) =>
                isSlow[index])) * 1000)} ms, more than there is`,
            episodes,
            numbers: { frameMs: median(frameSeconds.filter((_value, index) => isSlow[index])) * 1000 },
            members: [ member, stream.frames ]
        } : null;
    };
}

/** @type {ConnectionRule[]} */
export const estimateRules = [ {
    id: 'bwe-collapse',
    source: 'own: below 40 % of the decaying peak and 500 kbit/s, 2 polls, while an encoder is limited by it',
    causes: [ 'the uplink became slower', 'other traffic' ],
    next: [ 'how long it took to come back', 'loss and round trip at the same time' ],
    measurable: connection => connection.pathValues('availableOutgoingBitrate').some(({ value }) => value > 0),
    find: connection => {
        const isLimited = limitedAt(connection);
        const begin = (connection.connectedAt || connection.from) + WARM_UP;
        const values = connection.pathValues('availableOutgoingBitrate')
            .filter(({ time, value }) => time >= begin && typeof value === 'number');
        let peak = 0;
        const isLow = values.map(({ time, value }) => {
            peak = Math.max(peak * PEAK_DECAY, value);

            return value < COLLAPSE * peak && value < LOW_ESTIMATE && isLimited(time);
        });
        const low = values.filter((_value, index) => isLow[index]).map(({ value }) => value);
        const episodes = episodesOf(isLow, values.map(({ time }) => time));

        return low.length >= 2 ? {
            level: 'major',
            title: `Upload estimate fell to ${Math.round(least(low) / 1000)} kbit/s for ${
                seconds(total(episodes.map(lengthOf)) / 1000)}`,
            episodes,
            numbers: {
                leastBitsPerSecond: least(low),
                polls: known(low).length
            }
        } : null;
    }
} ];

/** @type {StreamRule[]} */
export const limitRules = [
    {
        id: 'limited-bandwidth',
        of: ({ isInbound, kind }) => !isInbound && kind === 'video',
        needs: [ 'qualityLimitationReason', 'framesEncoded' ],
        source: 'KB 80 % of calls have none; 20 and 50 %',
        causes: [ 'the uplink', 'loss' ],
        next: [ 'the estimate', 'loss and round trip' ],
        find: limitFinder('bandwidth')
    },
    {
        id: 'limited-cpu',
        of: ({ isInbound, kind }) => !isInbound && kind === 'video',
        needs: [ 'qualityLimitationReason', 'framesEncoded' ],
        source: 'KB 5 %, OB 30 %',
        causes: [ 'effects', 'AV1 or VP9', 'a hot laptop' ],
        next: [ 'how long a frame takes', 'which encoder' ],
        find: limitFinder('cpu')
    },
    {
        id: 'encode-slow',
        of: ({ isInbound, kind, isScreen }) => !isInbound && kind === 'video' && !isScreen,
        needs: [ 'totalEncodeTime', 'framesEncoded' ],
        source: 'OB 80 % of the time between frames, 2 polls',
        causes: [ 'a codec in software' ],
        next: [ 'which encoder' ],
        find: slowFinder('totalEncodeTime', 'Encoding')
    },
    {
        id: 'decode-slow',
        of: ({ isInbound, kind, isScreen }) => isInbound && kind === 'video' && !isScreen,
        needs: [ 'totalDecodeTime', 'framesDecoded' ],
        source: 'OB 80 % of the time between frames, 2 polls',
        causes: [ 'a codec in software', 'too many videos' ],
        next: [ 'which decoder' ],
        find: slowFinder('totalDecodeTime', 'Decoding')
    }
];
