/**
 * The numbers of a connection over the whole call: totals, medians and percentiles, never last values. What the dump
 * does not have is NaN, and must be shown as not measurable.
 */

import { greatest, known, least, median, percentile, total } from './arithmetic.js';
import { audiblePolls } from './audio.js';
import { limitedSeconds } from './bandwidth.js';
import { phasesOf } from './connecting.js';
import { roundTripsOf } from './delay.js';
import { pathText } from './path.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./stream.js').Stream} Stream
 *
 * @typedef {Object} Numbers
 * @property {number} seconds - How long it was.
 * @property {number} connectedSeconds - How long it was connected.
 * @property {number} connectSeconds - How long connecting took.
 * @property {number} lossIn - The share of received packets that were lost.
 * @property {number} lossInP95 - The share that 95 % of the polls are below.
 * @property {number} lossOut - The same of sent packets.
 * @property {number} lossOutP95 - The share that 95 % of the polls are below.
 * @property {number} rttMs - The median of the round trip.
 * @property {number} rttP95Ms - What 95 % of the polls are below.
 * @property {number} frozenSecondsPerMinute - How long video stood still in a minute of it.
 * @property {number} inventedShare - The share of audible sound that was invented.
 * @property {number} bufferedMs - The median of how long sound was buffered.
 * @property {number} cpuShare - The share of the time in which the machine limited the video.
 * @property {number} bandwidthShare - The share in which the uplink did.
 * @property {number} estimateBits - The median of the estimate of the uplink, in bits a second.
 * @property {number} estimateLeastBits - Its least.
 * @property {number} interruptions - How often the connection was gone.
 * @property {number} pictureRequestsPerMinute - How often a whole picture was asked for.
 * @property {Array<{path: string, share: number}>} paths - The ways that packets took, and how much of the time.
 * @property {Array<{height: number, share: number}>} heightsIn - The heights of received video.
 * @property {Array<{height: number, share: number}>} heightsOut - The heights of sent video.
 */

/**
 * The sum of a counter's increases over streams.
 *
 * @param {Stream[]} streams - The streams.
 * @param {string} name - The counter.
 * @returns {number} The sum, NaN if no stream has it.
 */
function sumOf(streams, name) {
    const counted = streams.filter(stream => stream.has(name));

    return counted.length > 0 ? total(counted.map(stream => total(stream.deltas(name)))) : NaN;
}

/**
 * Loss of received streams.
 *
 * @param {Stream[]} streams - The streams.
 * @returns {{whole: number, p95: number}} The shares.
 */
function lossIn(streams) {
    const lost = Math.max(0, sumOf(streams, 'packetsLost'));
    const shares = streams.flatMap(stream => {
        const received = stream.deltas('packetsReceived');

        return stream.deltas('packetsLost').map((count, index) => Math.max(0, count) / (count + received[index]));
    });

    return {
        whole: lost / (lost + sumOf(streams, 'packetsReceived')),
        p95: percentile(shares, 0.95)
    };
}

/**
 * Loss of sent streams, as the other side says.
 *
 * @param {Stream[]} streams - The streams.
 * @returns {{whole: number, p95: number}} The shares.
 */
function lossOut(streams) {
    const told = streams.filter(({ remote }) => remote?.has('packetsLost'));
    const lost = total(told.map(({ remote }) => total(remote?.deltas('packetsLost') ?? [])));
    const fractions = told.flatMap(({ remote }) => remote?.values('fractionLost') ?? []);

    return {
        whole: told.length > 0 ? Math.max(0, lost) / sumOf(told, 'packetsSent') : NaN,
        p95: percentile(fractions, 0.95)
    };
}

/**
 * The share of the time of each value.
 *
 * @param {Array<{value: any, weight: number}>} samples - The values and how long each was.
 * @returns {Array<[any, number]>} The values and their shares, the most first.
 */
function sharesOf(samples) {
    const sums = new Map();

    samples.forEach(({ value, weight }) => sums.set(value, (sums.get(value) ?? 0) + (weight || 0)));
    const all = total([ ...sums.values() ]);

    return all > 0 ? [ ...sums ].map(([ value, sum ]) => /** @type {[any, number]} */ ([ value, sum / all ]))
        .sort((a, b) => b[1] - a[1]) : [];
}

/**
 * The heights of videos.
 *
 * @param {Stream[]} streams - The streams.
 * @returns {Array<{height: number, share: number}>} The heights, the most usual first.
 */
function heightsOf(streams) {
    return sharesOf(streams.flatMap(stream => stream.values('frameHeight').flatMap((value, index) => (value > 0 ? [ {
        value,
        weight: stream.elapsed[index]
    } ] : [])))).map(([ height, share ]) => {
        return {
            height,
            share
        };
    });
}

/**
 * The share of the time in which sent video was limited.
 *
 * @param {Stream[]} streams - The streams.
 * @param {'cpu' | 'bandwidth'} reason - By what.
 * @returns {number} The share.
 */
function limitedShare(streams, reason) {
    const measured = streams.filter(stream => stream.has('qualityLimitationReason'));

    return measured.length > 0 ? total(measured.map(stream => total(limitedSeconds(stream, reason))))
        / total(measured.map(stream => total(stream.elapsed))) : NaN;
}

/**
 * The numbers of sound that was heard.
 *
 * @param {Stream[]} streams - The streams.
 * @returns {{invented: number, bufferedMs: number}} The share that was invented, and how long it was buffered.
 */
function soundOf(streams) {
    const heard = streams.map(stream => {
        const counts = audiblePolls(stream);
        const pick = (/** @type {number[]} */ values) => values.filter((_value, index) => counts[index]);

        return {
            invented: total(pick(stream.deltas('concealedSamples')))
                - total(pick(stream.deltas('silentConcealedSamples'))),
            samples: total(pick(stream.deltas('totalSamplesReceived'))),
            delays: pick(stream.ratios('jitterBufferDelay', 'jitterBufferEmittedCount'))
        };
    });

    return {
        invented: streams.some(stream => stream.has('concealedSamples'))
            ? Math.max(0, total(heard.map(({ invented }) => invented)))
                / total(heard.map(({ samples }) => samples)) : NaN,
        bufferedMs: median(heard.flatMap(({ delays }) => delays)) * 1000
    };
}

/**
 * The numbers of a connection.
 *
 * @param {Connection} connection - The connection.
 * @returns {Numbers} The numbers.
 */
export function numbersOf(connection) {
    const videosIn = connection.streamsOf(true, 'video');
    const videosOut = connection.streamsOf(false, 'video');
    const [ inbound, outbound ] = [ lossIn(connection.streamsOf(true)), lossOut(connection.streamsOf(false)) ];
    const { values: roundTrips } = roundTripsOf(connection);
    const estimates = connection.pathValues('availableOutgoingBitrate').map(({ value }) => value)
        .filter(value => value > 0);
    const live = total(videosIn.map(stream => total(stream.elapsed)));
    const sound = soundOf(connection.streamsOf(true, 'audio'));

    return {
        seconds: (connection.to - connection.from) / 1000,
        connectedSeconds: total(connection.connected.map(([ from, to ]) => to - from)) / 1000,
        connectSeconds: phasesOf(connection).whole,
        lossIn: inbound.whole,
        lossInP95: inbound.p95,
        lossOut: outbound.whole,
        lossOutP95: outbound.p95,
        rttMs: median(roundTrips),
        rttP95Ms: percentile(roundTrips, 0.95),
        frozenSecondsPerMinute: sumOf(videosIn, 'totalFreezesDuration') / live * 60,
        inventedShare: sound.invented,
        bufferedMs: sound.bufferedMs,
        cpuShare: limitedShare(videosOut, 'cpu'),
        bandwidthShare: limitedShare(videosOut, 'bandwidth'),
        estimateBits: median(estimates),
        estimateLeastBits: least(known(estimates)),
        interruptions: connection.lanes.connection.filter(({ value }) => value === 'disconnected').length,
        pictureRequestsPerMinute: greatest(videosIn.map(stream =>
            total(stream.deltas('pliCount')) / total(stream.elapsed) * 60)),
        paths: sharesOf(connection.paths.map(path => {
            return {
                value: pathText(path),
                weight: Math.max(1, path.to - path.from)
            };
        })).map(([ path, share ]) => {
            return {
                path,
                share
            };
        }),
        heightsIn: heightsOf(videosIn),
        heightsOut: heightsOf(videosOut)
    };
}
