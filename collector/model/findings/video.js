/**
 * Pictures that do not come although packets do, that come too seldom, or that change all the time.
 */

import { known, median, total } from './arithmetic.js';
import { roundTripsOf } from './delay.js';
import { episodesOf, lengthOf, longestRun, runsOf } from './episodes.js';
import { percent, seconds } from './words.js';

/**
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 * @typedef {StreamRule['find']} StreamFind
 */

const MEDIA_BITS = 10000;
const STUCK_MINIMUM = 4000;
const STUCK_ROUND_TRIPS = 15;
const LOW_FPS = 9;
const ENOUGH_POLLS = 5;
const SOURCE_SHARE = 0.7;
const DROPPED = {
    minor: 0.1,
    major: 0.3
};
const STORM_WINDOW = 30000;
const STORM = 0.5;
const FLAPPING = 4;
const WARM_UP = 10000;

/**
 * Polls in which video runs.
 *
 * @param {Stream} stream - The stream.
 * @returns {boolean[]} Whether it does.
 */
function isRunning(stream) {
    return stream.deltas(stream.frames).map(count => count > 0);
}

/**
 * The worst rate of requests for a whole picture in half a minute.
 *
 * @param {Stream} stream - The stream.
 * @returns {{rate: number, count: number, from: number, to: number} | null} The rate by the second, null if the stream
 * is too short.
 */
function worstStorm(stream) {
    const requests = stream.deltas('pliCount').map((value, index) =>
        total([ value, stream.has('firCount') ? stream.deltas('firCount')[index] : NaN ]));
    let worst = null;
    let first = 0;

    for (let last = 1; last < stream.length; last++) {
        while (stream.times[last] - stream.times[first + 1] >= STORM_WINDOW) {
            first++;
        }
        const length = stream.times[last] - stream.times[first];
        const count = total(requests.slice(first + 1, last + 1));

        if (length >= STORM_WINDOW && (!worst || count / length * 1000 > worst.rate)) {
            worst = {
                rate: count / length * 1000,
                count,
                from: stream.times[first],
                to: stream.times[last]
            };
        }
    }

    return worst;
}

/**
 * Makes the rule about requests for whole pictures.
 *
 * @param {string} who - Who asks.
 * @returns {StreamFind} What looks for it.
 */
function stormFinder(who) {
    return stream => {
        const storm = worstStorm(stream);

        return storm && storm.rate > STORM ? {
            level: 'major',
            title: `${who} asked for a whole picture ${storm.count}× in ${seconds((storm.to - storm.from) / 1000)} (${
                Number(storm.rate.toFixed(1))} a second)`,
            episodes: [ [ storm.from, storm.to ] ],
            numbers: {
                perSecond: storm.rate,
                count: storm.count
            },
            members: [ 'pliCount', 'keyFramesDecoded', 'keyFramesEncoded' ]
        } : null;
    };
}

/** @type {StreamRule[]} */
export const videoRules = [
    {
        id: 'stuck-decoder',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'framesDecoded', 'bytesReceived', 'pliCount' ],
        source: 'OB 4 s and 15 round trips',
        causes: [ 'a lost chain of key frames', 'the bridge', 'frames received flat: assembly; rising: the decoder' ],
        next: [ 'frames received', 'key frames and requests for them' ],
        find: (stream, connection) => {
            const frames = stream.deltas('framesDecoded');
            const rates = stream.rates('bytesReceived');
            const requests = stream.deltas('pliCount');
            const limit = Math.max(STUCK_MINIMUM, STUCK_ROUND_TRIPS * (median(roundTripsOf(connection).values) || 0));
            const isStuck = frames.map((count, index) => count === 0 && rates[index] * 8 > MEDIA_BITS);
            const requested = (/** @type {number[]} */ [ from, to ]) => total(requests.filter((_count, index) =>
                stream.times[index] > from && stream.times[index] <= to));
            const runs = runsOf(isStuck, stream.times).filter(run => lengthOf(run) >= limit && requested(run) >= 2);
            const length = total(runs.map(lengthOf)) / 1000;

            return runs.length > 0 ? {
                level: 'major',
                title: `Packets arrive, no picture for ${seconds(length)}${
                    runs.length > 1 ? ` (${runs.length}×)` : ''}`,
                episodes: runs,
                numbers: {
                    seconds: length,
                    pictureRequests: total(runs.map(requested))
                },
                members: [ 'framesDecoded', 'framesReceived', 'pliCount' ]
            } : null;
        }
    },
    {
        id: 'fps-low-in',
        of: ({ isInbound, kind, isScreen }) => isInbound && kind === 'video' && !isScreen,
        needs: [ 'framesDecoded' ],
        source: 'WB 9 and 14 frames',
        causes: [ 'the sender', 'loss', 'a slow decoder' ],
        next: [ 'what the sender encodes', 'frames dropped' ],
        find: stream => {
            const running = isRunning(stream);
            const rates = stream.rates('framesDecoded').filter((_rate, index) => running[index]);
            const middle = median(rates);

            return rates.length >= ENOUGH_POLLS && middle < LOW_FPS ? {
                level: 'minor',
                title: `Video in: ${Number(middle.toFixed(1))} frames a second`,
                numbers: { medianFps: middle },
                members: [ 'framesDecoded', 'framesPerSecond' ]
            } : null;
        }
    },
    {
        id: 'fps-low-out',
        of: ({ isInbound, kind, isScreen }) => !isInbound && kind === 'video' && !isScreen,
        needs: [ 'framesEncoded' ],
        source: 'WB 9 and 14 frames, OB 70 % of the source',
        causes: [ 'the machine', 'the uplink', 'the camera' ],
        next: [ 'what limits the video', 'the frames of the camera' ],
        find: stream => {
            const running = isRunning(stream);
            const rates = stream.rates('framesEncoded').filter((_rate, index) => running[index]);
            const middle = median(rates);
            const camera = stream.source ? median(stream.source.values('framesPerSecond')) : NaN;
            const isBehind = camera > 5 && middle < SOURCE_SHARE * camera && stream.rid === '';

            return rates.length >= ENOUGH_POLLS && (middle < LOW_FPS || isBehind) && !(camera < LOW_FPS) ? {
                level: 'minor',
                title: `Video out: ${Number(middle.toFixed(1))} frames a second${
                    camera > 0 ? ` of ${Math.round(camera)} the camera gives` : ''}`,
                numbers: {
                    medianFps: middle,
                    cameraFps: camera
                },
                members: [ 'framesEncoded', 'framesPerSecond' ]
            } : null;
        }
    },
    {
        id: 'frames-dropped',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'framesDropped', 'framesReceived' ],
        source: 'OB 10 %',
        causes: [ 'a slow machine', 'a hidden window' ],
        next: [ 'how long decoding takes' ],
        find: stream => {
            const dropped = total(stream.deltas('framesDropped'));
            const received = total(stream.deltas('framesReceived'));
            const lost = total(stream.deltas('packetsLost')) / total(stream.deltas('packetsReceived'));
            const share = dropped / received;

            return received >= 100 && share > DROPPED.minor && !(lost > 0.02) ? {
                level: share > DROPPED.major ? 'major' : 'minor',
                title: `Frames dropped: ${percent(share)} of ${received}`,
                episodes: episodesOf(stream.ratios('framesDropped', 'framesReceived')
                    .map(value => value > DROPPED.minor), stream.times),
                numbers: {
                    share,
                    frames: dropped
                },
                members: [ 'framesDropped', 'framesReceived' ]
            } : null;
        }
    },
    {
        id: 'keyframe-storm',
        of: ({ isInbound, kind }) => isInbound && kind === 'video',
        needs: [ 'pliCount' ],
        source: 'OB 0.5 a second, healthy below 0.1; WB 2 and 5',
        causes: [ 'loss', 'the bridge switching layers' ],
        next: [ 'loss', 'changes of the resolution' ],
        find: stormFinder('We')
    },
    {
        id: 'keyframe-storm-out',
        of: ({ isInbound, kind }) => !isInbound && kind === 'video',
        needs: [ 'pliCount' ],
        source: 'OB 0.5 a second, healthy below 0.1; WB 2 and 5',
        causes: [ 'loss at one receiver', 'the bridge switching layers' ],
        next: [ 'the other side' ],
        find: stormFinder('The other side')
    },
    {
        id: 'resolution-flapping',
        of: ({ kind, isScreen }) => kind === 'video' && !isScreen,
        needs: [ 'frameHeight' ],
        source: 'own: more than 4 changes a minute over half a minute',
        causes: [ 'an unsteady uplink', 'the bridge switching layers' ],
        next: [ 'the estimate', 'what the layout asks for' ],
        find: (stream, connection) => {
            const begin = (connection.connectedAt || stream.times[0]) + WARM_UP;
            const heights = stream.values('frameHeight');
            const isChanged = heights.map((height, index) => stream.times[index] >= begin && height > 0
                && heights[index - 1] > 0 && height !== heights[index - 1]);
            const running = isRunning(stream);
            const live = total(stream.elapsed.filter((_elapsed, index) =>
                stream.times[index] >= begin && running[index]));
            const changes = isChanged.filter(Boolean).length;

            return live > 30 && changes / live * 60 > FLAPPING ? {
                level: 'minor',
                title: `Video ${stream.isInbound ? 'in' : 'out'} changed its size ${changes}× in ${seconds(live)}`,
                episodes: episodesOf(isChanged, stream.times),
                numbers: { perMinute: changes / live * 60 },
                members: [ 'frameHeight' ]
            } : null;
        }
    },
    {
        id: 'layer-stuck',
        of: ({ isInbound, kind, rid }) => !isInbound && kind === 'video' && rid !== '',
        needs: [ 'framesEncoded', 'active' ],
        source: 'own, untried: 10 s without a frame although active and not limited',
        causes: [ 'what the bridge asks for' ],
        next: [ 'the other layers' ],
        find: (stream, connection) => {
            const frames = stream.deltas('framesEncoded');
            const active = stream.raw('active');
            const reason = stream.raw('qualityLimitationReason');
            const others = connection.streamsOf(false, 'video').filter(other => other !== stream && other.rid !== '');
            const isStuck = frames.map((count, index) => count === 0 && active[index] === true
                && (reason[index] ?? 'none') === 'none'
                && others.some(other => other.deltas('framesEncoded')[index] > 0));
            const longest = longestRun(isStuck, stream.times);

            return longest && lengthOf(longest) >= 10000 ? {
                level: 'minor',
                title: `Layer ${stream.rid} is on and sends nothing for ${seconds(lengthOf(longest) / 1000)}`,
                episodes: episodesOf(isStuck, stream.times),
                numbers: { seconds: lengthOf(longest) / 1000 },
                members: [ 'framesEncoded' ]
            } : null;
        }
    },
    {
        id: 'black-picture',
        of: ({ isInbound, kind, isScreen }) => !isInbound && kind === 'video' && !isScreen,
        needs: [ 'bytesSent', 'framesEncoded', 'frameHeight' ],
        source: 'own, untried: below 300 bytes a frame; statistics can not tell black from still',
        causes: [ 'a cover over the lens', 'a picture that does not move' ],
        next: [ 'what the participant saw' ],
        find: stream => {
            const sizes = stream.ratios('bytesSent', 'framesEncoded');
            const rates = stream.rates('framesEncoded');
            const heights = stream.values('frameHeight');
            const isBlack = sizes.map((size, index) => size < 300 && heights[index] >= 360 && rates[index] >= 10);
            const longest = longestRun(isBlack, stream.times);

            return longest && lengthOf(longest) >= 30000 ? {
                level: 'info',
                title: `Still or black picture for ${seconds(lengthOf(longest) / 1000)}: ${
                    Math.round(median(known(sizes)))} bytes a frame`,
                episodes: episodesOf(isBlack, stream.times),
                numbers: { seconds: lengthOf(longest) / 1000 },
                members: [ 'bytesSent', 'framesEncoded' ]
            } : null;
        }
    }
];
