/**
 * How long packets are on their way, and how evenly they arrive.
 */

import { greatest, known, median, percentile } from './arithmetic.js';
import { episodesOf } from './episodes.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').StreamRule} StreamRule
 *
 * @typedef {Object} RoundTrips
 * @property {number[]} times - When, in ms.
 * @property {number[]} values - In ms.
 */

// From how many polls on a percentile says something.
const ENOUGH_POLLS = 10;
const SLOW = 150;
const VERY_SLOW = 300;
const BLOAT = 200;
const BLOAT_FACTOR = 3;

/** In ms. */
const JITTER = {
    audio: 30,
    video: 100
};
const SEND_DELAY = 100;
const LONG_SEND_DELAY = 300;

/**
 * The round trips of a connection: those of the pair in use, or what the other side's reports give.
 *
 * @param {Connection} connection - The connection.
 * @returns {RoundTrips} The round trips.
 */
export function roundTripsOf(connection) {
    const ofPath = connection.pathValues('currentRoundTripTime').filter(({ value }) => value > 0);
    const found = ofPath.length > 0 ? ofPath : connection.streams.flatMap(({ remote }) =>
        (remote ? remote.values('roundTripTime').map((value, index) => {
            return {
                time: remote.times[index],
                value
            };
        }) : [])).filter(({ value }) => value > 0)
        .sort((a, b) => a.time - b.time);

    return {
        times: found.map(({ time }) => time),
        values: found.map(({ value }) => value * 1000)
    };
}

/**
 * How many of how many.
 *
 * @param {number[]} values - The values.
 * @param {number} limit - The limit.
 * @returns {string} The words.
 */
function overLimit(values, limit) {
    return `over ${limit} ms in ${values.filter(value => value > limit).length} of ${values.length} polls`;
}

/** @type {ConnectionRule[]} */
export const delayRules = [
    {
        id: 'rtt-high',
        source: 'KB 150/300 ms, TW 400, SI 300',
        causes: [ 'distance', 'a relay', 'a VPN' ],
        next: [ 'the path in use' ],
        measurable: connection => roundTripsOf(connection).values.length > 0,
        find: connection => {
            const { times, values } = roundTripsOf(connection);
            const middle = median(values);
            const slow = values.filter(value => value > VERY_SLOW).length;

            if (values.length < 3 || !(middle > SLOW || slow >= 3)) {
                return null;
            }
            const detail = values.length < ENOUGH_POLLS ? overLimit(values, SLOW)
                : `95 % are below ${Math.round(percentile(values, 0.95))} ms`;

            return {
                level: middle > VERY_SLOW ? 'major' : 'minor',
                title: middle > SLOW ? `Round trip ${Math.round(middle)} ms, ${detail}`
                    : `Round trip ${overLimit(values, VERY_SLOW)}, ${Math.round(middle)} ms else`,
                episodes: episodesOf(values.map(value => value > (middle > SLOW ? SLOW : VERY_SLOW)), times),
                numbers: {
                    medianMs: middle,
                    worstMs: greatest(values)
                }
            };
        }
    },
    {
        id: 'bufferbloat',
        source: 'OB congestion; own: least tenth + 200 ms and three times it, 3 polls',
        causes: [ 'a full queue in the uplink', 'other traffic' ],
        next: [ 'the estimate and what was sent at the same time' ],
        measurable: connection => roundTripsOf(connection).values.length >= ENOUGH_POLLS,
        find: connection => {
            const { times, values } = roundTripsOf(connection);
            const base = percentile(values, 0.1);
            const isBusy = values.map(value => value > base + BLOAT && value > BLOAT_FACTOR * base);

            // The same check stands in several polls until the next one is made: each counts once.
            const checks = new Set(values.filter((_value, index) => isBusy[index]));

            return checks.size >= 3 ? {
                level: 'major',
                title: `Delay rose from ${Math.round(base)} to ${Math.round(greatest(values))} ms`,
                episodes: episodesOf(isBusy, times),
                numbers: {
                    baseMs: base,
                    worstMs: greatest(values)
                }
            } : null;
        }
    }
];

/** @type {StreamRule[]} */
export const jitterRules = [
    {
        id: 'jitter',
        of: stream => stream.isInbound || Boolean(stream.remote),
        measurable: stream => (stream.isInbound ? stream : stream.remote)?.has('jitter') ?? false,
        source: 'TW, SI 30 ms for sound; own: 100 ms for video',
        causes: [ 'Wi-Fi' ],
        next: [ 'how much sound is buffered and invented' ],
        find: stream => {
            const series = /** @type {import('./stream.js').Series} */ (stream.isInbound ? stream : stream.remote);
            const packets = stream.isInbound ? stream.deltas(stream.packets) : null;
            const values = series.values('jitter')
                .map((value, index) => (packets && !(packets[index] >= 10) ? NaN : value * 1000));
            const limit = JITTER[stream.kind === 'audio' ? 'audio' : 'video'];
            const high = percentile(values, 0.95);
            const isHigh = values.map(value => value > limit);

            return known(values).length >= ENOUGH_POLLS && high > limit && isHigh.filter(Boolean).length >= 3 ? {
                level: high > 2 * limit ? 'major' : 'minor',
                title: `${stream.kind === 'audio' ? 'Sound' : 'Video'} ${stream.isInbound ? 'in' : 'out'}: jitter ${
                    Math.round(high)} ms`,
                episodes: episodesOf(isHigh, series.times),
                numbers: {
                    p95Ms: high,
                    medianMs: median(values)
                },
                members: [ 'jitter' ]
            } : null;
        }
    },
    {
        id: 'send-delay',
        of: ({ isInbound }) => !isInbound,
        needs: [ 'totalPacketSendDelay', 'packetsSent' ],
        source: 'KB; own: healthy calls show 20 to 51 ms, so 100',
        causes: [ 'a congested uplink' ],
        next: [ 'the estimate and what was sent' ],
        find: stream => {
            const delays = stream.ratios('totalPacketSendDelay', 'packetsSent').map(value => value * 1000);
            const middle = median(delays);

            return known(delays).length >= 3 && middle > SEND_DELAY ? {
                level: middle > LONG_SEND_DELAY ? 'major' : 'minor',
                title: `Packets wait ${Math.round(middle)} ms before they leave`,
                episodes: episodesOf(delays.map(value => value > SEND_DELAY), stream.times),
                numbers: { medianMs: middle },
                members: [ 'totalPacketSendDelay', 'packetsSent' ]
            } : null;
        }
    }
];
