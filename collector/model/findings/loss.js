/**
 * Packets that did not arrive. A poll counts only if packets came in the two before it: after a pause, the numbers that
 * were skipped look like loss.
 */

import { greatest, total } from './arithmetic.js';
import { episodesOf } from './episodes.js';
import { counted, percent } from './words.js';

/**
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 *
 * @typedef {Object} Loss
 * @property {number[]} times - The times of the polls, in ms.
 * @property {number[]} lost - Packets lost up to each.
 * @property {number[]} expected - Packets that should have come.
 */

const LOSS = {
    video: {
        minor: 0.02,
        major: 0.05
    },
    audio: {
        minor: 0.04,
        major: 0.08
    }
};

// G.711 hides nothing of what it loses.
const PLAIN_AUDIO = {
    minor: 0.01,
    major: 0.05
};
const BURST = 0.1;
const BURST_PACKETS = 5;
const BURST_TOTAL = 0.005;
const POLL_LOSS = 0.02;
const INVALID = -1000000;

/**
 * Leaves out the polls behind a pause.
 *
 * @param {Loss} loss - The loss.
 * @param {number[]} packets - How many packets there were up to each poll.
 * @returns {Loss} What counts.
 */
function withoutPauses({ times, lost, expected }, packets) {
    const counts = packets.map((_count, index) => packets[index - 1] !== 0 && packets[index - 2] !== 0
        && expected[index] > 0);

    return {
        times,
        lost: lost.map((value, index) => (counts[index] ? value : NaN)),
        expected: expected.map((value, index) => (counts[index] ? value : NaN))
    };
}

/**
 * What was lost of a received stream.
 *
 * @param {Stream} stream - The stream.
 * @returns {Loss} The loss.
 */
function lossIn(stream) {
    const lost = stream.deltas('packetsLost');
    const received = stream.deltas('packetsReceived');

    return withoutPauses({
        times: stream.times,
        lost,
        expected: lost.map((value, index) => value + received[index])
    }, received);
}

/**
 * What the other side says was lost of a sent stream. Its reports come when they come, so what was sent is counted from
 * one to the next.
 *
 * @param {Stream} stream - The stream.
 * @returns {Loss} The loss.
 */
function lossOut(stream) {
    const remote = /** @type {import('./stream.js').Series} */ (stream.remote);
    const sentAt = new Map(stream.rows.map((row, index) => [ row, stream.values('packetsSent')[index] ]));
    let last = NaN;
    const sent = remote.rows.map((row, index) => {
        if (index > 0 && Number.isNaN(remote.elapsed[index])) {
            return NaN;
        }
        const now = sentAt.get(row) ?? NaN;
        const delta = now - last;

        last = now;

        return delta;
    });
    const isNew = sent.map(delta => !Number.isNaN(delta));

    return withoutPauses({
        times: remote.times.filter((_time, index) => isNew[index]),
        lost: remote.deltas('packetsLost').filter((_lost, index) => isNew[index]),
        expected: sent.filter((_sent, index) => isNew[index])
    }, sent.filter((_sent, index) => isNew[index]));
}

/**
 * From what share on loss is noticed.
 *
 * @param {Stream} stream - The stream.
 * @returns {{minor: number, major: number}} The shares.
 */
function limitsOf(stream) {
    if (stream.kind === 'audio' && /PCM[AU]/i.test(String(stream.mimeType))) {
        return PLAIN_AUDIO;
    }

    return stream.kind === 'audio' ? LOSS.audio : LOSS.video;
}

/**
 * Judges loss.
 *
 * @param {Stream} stream - The stream.
 * @param {Loss} loss - Its loss.
 * @returns {Found | null} What is found.
 */
function judge(stream, { times, lost, expected }) {
    const shares = lost.map((count, index) => Math.min(1, count / expected[index]));
    const share = total(lost) / total(expected);
    const bursts = shares.filter((value, index) => value > BURST && lost[index] >= BURST_PACKETS);
    const { minor, major } = limitsOf(stream);
    const hasBursts = bursts.length >= 2 && share > BURST_TOTAL;

    if (!(share > minor) && !hasBursts) {
        return null;
    }
    const kind = stream.kind === 'audio' ? 'Sound' : 'Video';

    return {
        level: share > major ? 'major' : 'minor',
        title: `${kind} ${stream.isInbound ? 'in' : 'out'}: ${percent(share)} lost${
            bursts.length > 0 ? `, ${counted(bursts.length, 'burst')} of up to ${percent(greatest(bursts))}` : ''}`,
        episodes: episodesOf(shares.map(value => value > POLL_LOSS), times),
        numbers: {
            share,
            packets: total(lost),
            bursts: bursts.length
        },
        members: [ 'packetsLost', stream.packets ]
    };
}

/** @type {StreamRule[]} */
export const lossRules = [
    {
        id: 'loss-in',
        of: ({ isInbound }) => isInbound,
        needs: [ 'packetsLost', 'packetsReceived' ],
        source: 'KB, WB, LJ; own: polls after a pause do not count',
        causes: [ 'Wi-Fi', 'congestion: with a rising round trip it is a queue, without it is the radio' ],
        next: [ 'the round trip at the same time', 'the path in use' ],
        find: stream => (stream.last('packetsLost') < INVALID ? null : judge(stream, lossIn(stream)))
    },
    {
        id: 'loss-out',
        of: ({ isInbound }) => !isInbound,
        measurable: ({ remote }) => Boolean(remote?.has('packetsLost')),
        needs: [ 'packetsSent' ],
        source: 'KB, WB, LJ; own: polls after a pause do not count',
        causes: [ 'our uplink: Wi-Fi, other traffic', 'congestion: with a rising round trip it is a queue' ],
        next: [ 'the round trip and the estimate at the same time' ],
        find: stream => (stream.remote && !(stream.remote.last('packetsLost') < INVALID)
            ? judge(stream, lossOut(stream)) : null)
    },
    {
        id: 'loss-invalid',
        of: () => true,
        measurable: stream => stream.has('packetsLost') || Boolean(stream.remote?.has('packetsLost')),
        source: 'KB',
        causes: [ 'a fault of the server that forwards' ],
        next: [ 'hide the curve' ],
        find: stream => {
            const lost = (stream.remote ?? stream).last('packetsLost');

            return lost < INVALID ? {
                level: 'info',
                title: 'The count of lost packets is not valid',
                numbers: { packets: lost }
            } : null;
        }
    }
];
