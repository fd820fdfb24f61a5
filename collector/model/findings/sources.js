/**
 * What the microphone and the camera deliver.
 *
 * It must never call silence a fault: somebody who listens is silent.
 */

import { callsOf } from '../calls.js';

import { known, median } from './arithmetic.js';
import { loudness } from './audio.js';
import { episodesOf, lengthOf, longestRun } from './episodes.js';
import { seconds } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./episodes.js').Episode} Episode
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./stream.js').Series} Series
 * @typedef {import('./stream.js').Stream} Stream
 */

const SILENCE = 30000;
const INAUDIBLE = 60000;
const SILENT = 0.001;
const QUIET = 0.01;

// The energy of a word thins out in a long poll.
const QUIET_LONG_POLL = 0.003;
const LONG_POLL = 4;
const STALLED_FPS = 0.5;
const STALLED = 5000;
const SLOW_SHARE = 0.5;
const SLOW_FPS = 5;

/**
 * Whether a track is known to be switched on, or off, at any time.
 *
 * @param {Session} session - The session.
 * @param {Series} source - Where it comes from.
 * @returns {boolean | null} Whether it was never switched off; null if the dump does not say.
 */
function isEnabled({ log }, source) {
    const track = source.last('trackIdentifier');
    const switches = log.filter(({ type, payload }) => type === 'enabled'
        && (track === undefined || String(payload).includes(String(track))));

    return switches.length > 0 ? !switches.some(({ payload }) => /false$/.test(String(payload))) : null;
}

/**
 * The longest time in which a microphone was as a test says.
 *
 * @param {Stream} stream - The stream.
 * @param {LevelTest} test - The test of a poll's level.
 * @returns {{run: Episode, times: Episode[]} | null} The longest time and all times, null if there is none.
 */
function levelsThat(stream, test) {
    const source = /** @type {Series} */ (stream.source);
    const levels = loudness(source) ?? [];
    const isSo = levels.map((level, index) => !Number.isNaN(source.elapsed[index]) && test(level));
    const run = longestRun(isSo, source.times);

    return run && {
        run,
        times: episodesOf(isSo, source.times)
    };
}

/**
 * @typedef {(level: number) => boolean} LevelTest
 */

/**
 * Whether a stream is the sound of a microphone that says how loud it is.
 *
 * @param {Stream} stream - The stream.
 * @returns {boolean} Whether it is.
 */
function hasLevel({ source }) {
    return Boolean(source && loudness(source));
}

/**
 * Whether a stream is sent sound.
 *
 * @param {Stream} stream - The stream.
 * @returns {boolean} Whether it is.
 */
function isSpoken({ isInbound, kind }) {
    return !isInbound && kind === 'audio';
}

/**
 * Whether a stream is sent from a camera.
 *
 * @param {Stream} stream - The stream.
 * @returns {boolean} Whether it is.
 */
function isFilmed({ isInbound, kind, isScreen }) {
    return !isInbound && kind === 'video' && !isScreen;
}

/**
 * How many frames a second were asked of the camera.
 *
 * @param {Session} session - The session.
 * @returns {number} The number, 0 if nobody asked.
 */
function askedRate({ log }) {
    const rates = callsOf(log, /getUserMedia$/).map(({ payload }) => payload?.video?.frameRate)
        .map(wish => Number(wish?.exact ?? wish?.ideal ?? wish?.min ?? wish));

    return Math.max(0, ...known(rates));
}

/** @type {StreamRule[]} */
export const sourceRules = [
    {
        id: 'mic-digital-silence',
        of: isSpoken,
        measurable: hasLevel,
        source: 'LJ warns after 4 s of nothing; own: 30 s',
        causes: [ 'muted by a switch', 'the wrong input', 'a virtual device', 'muted in the call' ],
        next: [ 'which device was chosen', 'whether the track was switched on' ],
        find: (stream, _connection, session) => {
            const silence = levelsThat(stream, level => level === 0);
            const enabled = isEnabled(session, /** @type {Series} */ (stream.source));

            return silence && lengthOf(silence.run) >= SILENCE && enabled !== false ? {
                level: enabled ? 'major' : 'info',
                title: `The microphone delivers only zeros for ${seconds(lengthOf(silence.run) / 1000)}${
                    enabled ? '' : ' (muted or dead)'}`,
                episodes: silence.times,
                numbers: { seconds: lengthOf(silence.run) / 1000 }
            } : null;
        }
    },
    {
        id: 'mic-silent',
        of: isSpoken,
        measurable: hasLevel,
        source: 'OB',
        causes: [ 'nobody may have spoken', 'the wrong microphone', 'its gain' ],
        next: [ 'the level of the microphone' ],
        find: stream => {
            const levels = loudness(/** @type {Series} */ (stream.source)) ?? [];
            const silence = levelsThat(stream, level => level <= SILENT);
            const isAlwaysZero = levels.slice(1).every(level => level === 0);

            return silence && lengthOf(silence.run) >= SILENCE && !isAlwaysZero ? {
                level: 'info',
                title: `The microphone was silent for ${seconds(lengthOf(silence.run) / 1000)}`,
                episodes: silence.times,
                numbers: { seconds: lengthOf(silence.run) / 1000 }
            } : null;
        }
    },
    {
        id: 'mic-inaudible',
        of: isSpoken,
        measurable: hasLevel,
        source: 'KB; own: 0.003 where polls are 4 s and more apart',
        causes: [ 'the wrong microphone', 'its gain', 'automatic gain is off' ],
        next: [ 'the level of the microphone' ],
        find: stream => {
            const source = /** @type {Series} */ (stream.source);
            const levels = known(loudness(source) ?? []);
            const limit = median(source.elapsed) >= LONG_POLL ? QUIET_LONG_POLL : QUIET;
            const loudest = Math.max(...levels);
            const spread = loudest - Math.min(...levels);
            const length = source.times[source.length - 1] - source.times[0];

            return levels.length >= 3 && loudest > SILENT && loudest < limit && spread > 1e-6 && length >= INAUDIBLE ? {
                level: 'info',
                title: `The microphone is hardly to be heard: at most ${Number(loudest.toFixed(4))}`,
                numbers: { loudest }
            } : null;
        }
    },
    {
        id: 'camera-stalled',
        of: isFilmed,
        measurable: ({ source }) => Boolean(source?.has('frames') || source?.has('framesPerSecond')),
        needs: [ 'packetsSent' ],
        source: 'OB 5 fps; own: half a frame a second for 5 s',
        causes: [ 'the camera was switched off', 'the driver', 'a window that is covered' ],
        next: [ 'whether the track was switched on' ],
        find: (stream, _connection, session) => {
            const source = /** @type {Series} */ (stream.source);
            const rates = source.has('frames') ? source.rates('frames') : source.values('framesPerSecond');
            const active = new Map(stream.times.map((time, index) => [ time, stream.raw('active')[index] ]));
            const isStalled = rates.map((rate, index) => rate < STALLED_FPS
                && active.get(source.times[index]) !== false);
            const longest = longestRun(isStalled, source.times);
            const enabled = isEnabled(session, source);
            const started = source.values(source.has('frames') ? 'frames' : 'framesPerSecond').some(value => value > 0);

            return longest && started && lengthOf(longest) >= STALLED && enabled !== false ? {
                level: enabled ? 'major' : 'info',
                title: `The camera gave no picture for ${seconds(lengthOf(longest) / 1000)}`,
                episodes: episodesOf(isStalled, source.times),
                numbers: { seconds: lengthOf(longest) / 1000 }
            } : null;
        }
    },
    {
        id: 'camera-slow',
        of: isFilmed,
        measurable: ({ source }) => Boolean(source?.has('framesPerSecond')),
        source: 'OB; WB: 15 in the dark is usual',
        causes: [ 'too little light', 'a hub' ],
        next: [ 'which camera was chosen' ],
        find: (stream, _connection, session) => {
            const source = /** @type {Series} */ (stream.source);
            const rates = source.values('framesPerSecond');
            const limit = Math.max(SLOW_FPS, SLOW_SHARE * askedRate(session));
            const isSlow = rates.map((rate, index) => rate > 0 && rate < limit && rates[index - 1] > 0);
            const count = isSlow.filter((slow, index) => slow && isSlow[index - 1]).length;
            const middle = median(rates.filter((_rate, index) => isSlow[index]));

            return count > 0 && isSlow.filter(Boolean).length > 0.2 * known(rates).length ? {
                level: 'minor',
                title: `The camera gives ${Number(middle.toFixed(1))} frames a second`,
                episodes: episodesOf(isSlow, source.times),
                numbers: { medianFps: middle }
            } : null;
        }
    }
];
