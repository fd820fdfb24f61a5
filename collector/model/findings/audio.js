/**
 * Sound as it was heard: what had to be invented or stretched, how long it waited, whether it was played at all.
 *
 * Silence says nothing. A poll counts where packets came and something was to be heard, as far as the dump tells.
 */

import { known, median, total } from './arithmetic.js';
import { episodesOf, lengthOf, longestRun } from './episodes.js';
import { Series } from './stream.js';
import { percent, seconds } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 */

const AUDIBLE = 0.001;
const GAPS = {
    minor: 0.03,
    major: 0.08,
    poll: 0.1
};
const STRETCHED = {
    minor: 0.05,
    major: 0.1
};
const BUFFERED = {
    minor: 200,
    major: 400
};
const GLITCH = {
    minor: 0.01,
    major: 0.05
};
const DESYNC = 200;

/**
 * How loud it was, at each poll: the greater of what two members say, since either may stay 0 for want of the other.
 *
 * @param {Series} series - A stream, or its source.
 * @returns {number[] | null} From 0 to 1; null if the dump does not say.
 */
export function loudness(series) {
    if (!series.has('audioLevel') && !series.has('totalAudioEnergy')) {
        return null;
    }
    const levels = series.values('audioLevel');
    const energies = series.ratios('totalAudioEnergy', 'totalSamplesDuration');

    return levels.map((level, index) => Math.max(level || 0, Math.sqrt(Math.max(0, energies[index])) || 0));
}

/**
 * The polls in which sound counts.
 *
 * @param {Stream} stream - The stream.
 * @returns {boolean[]} Whether each does.
 */
export function audiblePolls(stream) {
    const levels = loudness(stream);

    return stream.deltas('packetsReceived').map((packets, index) =>
        packets > 0 && (!levels || levels[index] >= AUDIBLE));
}

/**
 * Leaves out the polls that do not count.
 *
 * @param {number[]} values - The values.
 * @param {boolean[]} counts - Whether each poll counts.
 * @returns {number[]} The values, NaN where they do not.
 */
function where(values, counts) {
    return values.map((value, index) => (counts[index] ? value : NaN));
}

/**
 * Whether a stream is received sound.
 *
 * @param {Stream} stream - The stream.
 * @returns {boolean} Whether it is.
 */
function isHeard({ isInbound, kind }) {
    return isInbound && kind === 'audio';
}

/** @type {StreamRule[]} */
export const audioRules = [
    {
        id: 'audio-gaps',
        of: isHeard,
        needs: [ 'concealedSamples', 'totalSamplesReceived' ],
        source: 'OB 3 %, WB 10 %',
        causes: [ 'bursts of loss', 'jitter', 'no loss: packets that came too late' ],
        next: [ 'loss and jitter at the same time' ],
        find: stream => {
            const counts = audiblePolls(stream);
            const silent = stream.has('silentConcealedSamples')
                ? stream.deltas('silentConcealedSamples') : stream.times.map(() => 0);
            const invented = where(stream.deltas('concealedSamples'), counts)
                .map((value, index) => Math.max(0, value - silent[index]));
            const samples = where(stream.deltas('totalSamplesReceived'), counts);
            const shares = invented.map((value, index) => (samples[index] > 0 ? value / samples[index] : NaN));
            const share = total(invented) / total(samples);
            const bad = shares.filter(value => value > GAPS.poll).length;

            return known(shares).length >= 3 && share > GAPS.minor ? {
                level: share > GAPS.major || bad >= 3 ? 'major' : 'minor',
                title: `${percent(share)} of the sound was invented`,
                episodes: episodesOf(shares.map(value => value > GAPS.minor), stream.times),
                numbers: {
                    share,
                    badPolls: bad
                },
                members: [ 'concealedSamples', 'packetsLost', 'audioLevel' ]
            } : null;
        }
    },
    {
        id: 'audio-stretched',
        of: isHeard,
        needs: [ 'insertedSamplesForDeceleration', 'removedSamplesForAcceleration', 'totalSamplesReceived' ],
        source: 'OB 5 and 10 %, WB 10 %',
        causes: [ 'clocks that drift', 'jitter' ],
        next: [ 'jitter' ],
        find: stream => {
            const counts = audiblePolls(stream);
            const removed = stream.deltas('removedSamplesForAcceleration');
            const changed = where(stream.deltas('insertedSamplesForDeceleration'), counts)
                .map((value, index) => value + removed[index]);
            const samples = where(stream.deltas('totalSamplesReceived'), counts);
            const shares = changed.map((value, index) => (samples[index] > 0 ? value / samples[index] : NaN));
            const share = total(changed) / total(samples);

            return known(shares).length >= 3 && share > STRETCHED.minor ? {
                level: share > STRETCHED.major ? 'major' : 'minor',
                title: `${percent(share)} of the sound was stretched or shortened`,
                episodes: episodesOf(shares.map(value => value > STRETCHED.minor), stream.times),
                numbers: { share },
                members: [ 'insertedSamplesForDeceleration', 'removedSamplesForAcceleration' ]
            } : null;
        }
    },
    {
        id: 'playout-delay',
        of: isHeard,
        needs: [ 'jitterBufferDelay', 'jitterBufferEmittedCount' ],
        source: 'OB 200 ms',
        causes: [ 'jitter' ],
        next: [ 'jitter', 'people who talk over each other' ],
        find: stream => {
            const delays = where(stream.ratios('jitterBufferDelay', 'jitterBufferEmittedCount'), audiblePolls(stream))
                .map(value => value * 1000);
            const middle = median(delays);

            return known(delays).length >= 3 && middle > BUFFERED.minor ? {
                level: middle > BUFFERED.major ? 'major' : 'minor',
                title: `Sound is buffered ${Math.round(middle)} ms`,
                episodes: episodesOf(delays.map(value => value > BUFFERED.minor), stream.times),
                numbers: { medianMs: middle },
                members: [ 'jitterBufferDelay', 'jitterBufferEmittedCount', 'jitter' ]
            } : null;
        }
    },
    {
        id: 'buffer-flushes',
        of: isHeard,
        needs: [ 'jitterBufferFlushes' ],
        source: 'RF',
        causes: [ 'a fault of the jitter buffer', 'the clock' ],
        next: [ 'how much sound is buffered' ],
        find: stream => {
            const isFlushed = stream.deltas('jitterBufferFlushes').map(count => count > 0);
            const count = isFlushed.filter(Boolean).length;

            return count >= 3 ? {
                level: 'major',
                title: `The buffer of the sound was thrown away in ${count} polls`,
                episodes: episodesOf(isFlushed, stream.times),
                numbers: { count: total(stream.deltas('jitterBufferFlushes')) },
                members: [ 'jitterBufferFlushes' ]
            } : null;
        }
    },
    {
        id: 'audio-not-played',
        of: isHeard,
        needs: [ 'packetsReceived', 'jitterBufferEmittedCount' ],
        source: 'KB any; own: 3 polls and 5 s',
        causes: [ 'no audio element', 'autoplay is blocked', 'the output device' ],
        next: [ 'the element that plays it' ],
        find: stream => {
            const emitted = stream.deltas('jitterBufferEmittedCount');
            const isMute = stream.deltas('packetsReceived').map((packets, index) =>
                packets > 0 && emitted[index] === 0);
            const longest = longestRun(isMute, stream.times);
            const polls = longest ? stream.times.filter((time, index) =>
                isMute[index] && time > longest[0] && time <= longest[1]).length : 0;

            return longest && polls >= 3 && lengthOf(longest) >= 5000 ? {
                level: 'major',
                title: `Sound arrives but nobody plays it for ${seconds(lengthOf(longest) / 1000)}`,
                episodes: [ longest ],
                numbers: { seconds: lengthOf(longest) / 1000 },
                members: [ 'jitterBufferEmittedCount', 'packetsReceived' ]
            } : null;
        }
    },
    {
        id: 'incoming-quiet',
        of: isHeard,
        needs: [ 'audioLevel' ],
        source: 'KB',
        causes: [ 'the gain of the other side' ],
        next: [ 'the level of the other participants' ],
        find: stream => {
            const active = stream.values('audioLevel').filter(level => level > 0.08);
            const quiet = active.filter(level => level <= 0.15);

            return active.length >= 10 && quiet.length / active.length > 0.66 ? {
                level: 'info',
                title: `Somebody is quiet: ${quiet.length} of ${active.length} polls with sound are below 0.15`,
                numbers: { share: quiet.length / active.length },
                members: [ 'audioLevel' ]
            } : null;
        }
    }
];

/**
 * Which of a connection's streams belong together, as its tracks came with their streams.
 *
 * @param {Connection} connection - The connection.
 * @returns {Map<string, string>} The stream of each track.
 */
function mediaStreams({ log }) {
    return new Map(log.filter(({ type, payload }) => type === 'ontrack' && typeof payload === 'string')
        .flatMap(({ payload }) => {
            const match = /^\w+:(\S+) stream:([^,;\s]+)/.exec(payload);

            return match ? [ /** @type {[string, string]} */ ([ match[1], match[2] ]) ] : [];
        }));
}

/** @type {ConnectionRule[]} */
export const playoutRules = [
    {
        id: 'playout-glitch',
        source: 'OB reports any; own: 1 and 5 %',
        causes: [ 'the loudspeaker\'s thread starved', 'the processor' ],
        next: [ 'the pressure on the processor' ],
        measurable: ({ store }) => store.ofType('media-playout').length > 0,
        find: ({ store }) => store.ofType('media-playout').flatMap(report => {
            const series = new Series(store, report);
            const share = total(series.deltas('synthesizedSamplesDuration'))
                / total(series.deltas('totalSamplesDuration'));

            return share > GLITCH.minor ? [ {
                level: share > GLITCH.major ? /** @type {'major'} */ ('major') : /** @type {'minor'} */ ('minor'),
                title: `The loudspeaker was starved of ${percent(share)} of the sound`,
                episodes: episodesOf(series.deltas('synthesizedSamplesDuration').map(value => value > 0), series.times),
                numbers: { share }
            } ] : [];
        })
    },
    {
        id: 'av-desync',
        source: 'own, untried: 200 ms for 3 polls',
        causes: [ 'a slow decoder', 'a sender with two clocks' ],
        next: [ 'how long sound and video are buffered' ],
        measurable: connection => connection.streamsOf(true).some(stream => stream.has('estimatedPlayoutTimestamp')),
        find: connection => {
            const streamOf = mediaStreams(connection);
            const idOf = (/** @type {Stream} */ stream) => streamOf.get(String(stream.last('trackIdentifier')));
            const sounds = connection.streamsOf(true, 'audio');

            return connection.streamsOf(true, 'video').flatMap(video => {
                const audio = sounds.find(sound => idOf(sound) !== undefined && idOf(sound) === idOf(video));
                const heard = new Map(audio?.times.map((time, index) =>
                    [ time, audio.values('estimatedPlayoutTimestamp')[index] ]));
                const offsets = video.values('estimatedPlayoutTimestamp')
                    .map((value, index) => value - (heard.get(video.times[index]) ?? NaN));
                const isOff = offsets.map(offset => Math.abs(offset) > DESYNC);
                const longest = longestRun(isOff, video.times);

                return isOff.filter(Boolean).length >= 3 && longest ? [ {
                    level: /** @type {'minor'} */ ('minor'),
                    title: `Sound and video are ${Math.round(Math.abs(median(offsets.filter((_offset, index) =>
                        isOff[index]))))} ms apart`,
                    episodes: episodesOf(isOff, video.times),
                    numbers: { medianMs: median(offsets) }
                } ] : [];
            });
        }
    }
];
