/**
 * Getting a camera, a microphone or a screen, and keeping it.
 */

import { callsOf, failureText } from '../calls.js';

import { counted, seconds } from './words.js';

/**
 * @typedef {import('../calls.js').Call} Call
 * @typedef {import('../connection.js').LogEntry} LogEntry
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').Level} Level
 * @typedef {import('./finding.js').SessionRule} SessionRule
 * @typedef {import('./session.js').Session} Session
 *
 * @typedef {Object} RefusalText
 * @property {(device: string, call: Call) => string} title - Says what happened.
 * @property {string[]} causes - What may be behind it.
 * @property {string[]} next - What to look at next.
 */

const CAMERA_CALL = /getUserMedia$/;
const SCREEN_CALL = /getDisplayMedia$/;
const SLOW = 10000;
const MUTED = 3000;
const STOPPED_BEFORE = 1000;
const AT_ONCE = 1000;

/**
 * Which kinds of tracks a call asks for.
 *
 * @param {Call} call - The call.
 * @returns {string[]} 'audio' and 'video'.
 */
function askedKinds({ payload }) {
    return [ 'audio', 'video' ].filter(kind => payload?.[kind]);
}

/**
 * Which kinds of tracks a call gave.
 *
 * @param {Call} call - The call.
 * @returns {string[]} 'audio' and 'video'.
 */
function givenKinds({ outcome, result, payload }) {
    if (outcome !== 'success') {
        return [];
    }

    return Array.isArray(result?.tracks) ? result.tracks.map((/** @type {any} */ track) => track?.kind)
        : [ 'audio', 'video' ].filter(kind => payload?.[kind]);
}

/**
 * What was asked for, in words.
 *
 * @param {Call[]} calls - The calls.
 * @returns {string} The words.
 */
function devices(calls) {
    const kinds = new Set(calls.flatMap(askedKinds));

    if (kinds.size === 1) {
        return kinds.has('audio') ? 'microphone' : 'camera';
    }

    return 'camera or microphone';
}

/**
 * How bad it is that a device was not given: not so bad if it was given later.
 *
 * @param {Call[]} failed - The calls that failed.
 * @param {Call[]} all - All calls.
 * @returns {Level} The level.
 */
function levelOf(failed, all) {
    if (all.every(({ outcome }) => outcome !== 'success')) {
        return 'critical';
    }
    const isMended = failed.every(call => {
        const later = all.filter(({ endTime }) => endTime >= call.endTime).flatMap(givenKinds);

        return askedKinds(call).every(kind => later.includes(kind));
    });

    return isMended ? 'minor' : 'major';
}

/**
 * Makes the rule about one reason of refusal.
 *
 * @param {string} id - Its name.
 * @param {RegExp} names - What the failures are called.
 * @param {RefusalText} text - What to say of it.
 * @returns {SessionRule} The rule.
 */
function refusalRule(id, names, { title, causes, next }) {
    return {
        id,
        source: 'PM, W3C',
        causes,
        next,
        find: ({ log }) => {
            const all = callsOf(log, CAMERA_CALL);
            const failed = all.filter(({ outcome, result }) =>
                outcome === 'failure' && names.test(failureText(result)));

            return failed.length > 0 ? {
                level: levelOf(failed, all),
                title: `${title(devices(failed), failed[0])}${failed.length > 1 ? ` (${failed.length}×)` : ''}`,
                episodes: failed.map(({ time, endTime }) => [ time, endTime ]),
                numbers: { count: failed.length }
            } : null;
        }
    };
}

/**
 * The constraint that a failure is about.
 *
 * @param {Call} call - The call.
 * @returns {string} Words for it, '' if there is none that had to be met.
 */
function requiredText({ payload }) {
    const required = [ 'audio', 'video' ].flatMap(kind => Object.entries(payload?.[kind] ?? {})
        .filter(([ , value ]) => value && typeof value === 'object' && ('exact' in value || 'min' in value))
        .map(([ name ]) => `${kind} ${name}`));

    return required.length > 0 ? ` (required: ${required.join(', ')})` : '';
}

/**
 * The track that an event is about: its text is `kind:id`, or the id alone.
 *
 * @param {LogEntry} entry - The event.
 * @returns {{kind: string, id: string}} The track.
 */
function trackOf({ payload }) {
    const [ , kind = '', id = String(payload) ] = /^(audio|video):(\S+)/.exec(String(payload)) ?? [];

    return {
        kind,
        id
    };
}

/**
 * The kind of a track by what getUserMedia said of it.
 *
 * @param {Session} session - The session.
 * @param {{kind: string, id: string}} track - The track.
 * @returns {{kind: string, isScreen: boolean, since: number}} Its kind, whether it is a screen, and when it was given.
 */
function originOf({ log }, { kind, id }) {
    const calls = callsOf(log, /getUserMedia$|getDisplayMedia$/);
    const from = calls.find(({ result }) => Array.isArray(result?.tracks)
        && result.tracks.some((/** @type {any} */ track) => track?.id === id));
    const track = from?.result.tracks.find((/** @type {any} */ each) => each?.id === id);

    return {
        kind: kind || track?.kind || '',
        isScreen: Boolean(from && SCREEN_CALL.test(from.name)),
        since: from?.endTime ?? NaN
    };
}

/**
 * Tracks that ended by themselves.
 *
 * @param {Session} session - The session.
 * @returns {Found[]} What is found.
 */
function endedTracks(session) {
    const stops = session.log.filter(({ type }) => type === 'stop');

    return session.log.filter(({ type }) => type === 'onended').flatMap(entry => {
        const track = trackOf(entry);
        const { kind, isScreen, since } = originOf(session, track);
        const isStopped = stops.some(stop => trackOf(stop).id === track.id
            && entry.time >= stop.time && entry.time - stop.time <= STOPPED_BEFORE);

        if (isStopped) {
            return [];
        }
        const device = kind === 'audio' ? 'microphone' : 'camera';

        return [ {
            level: isScreen ? /** @type {Level} */ ('info') : /** @type {Level} */ ('major'),
            title: isScreen ? 'The shared screen ended' : `The ${kind ? device : 'camera or microphone'} disappeared${
                entry.time - since < AT_ONCE ? ' at once' : ''}`,
            episodes: /** @type {Array<[number, number]>} */ ([ [ entry.time, entry.time ] ])
        } ];
    });
}

/**
 * Times in which the system muted a track.
 *
 * @param {Session} session - The session.
 * @returns {Found[]} What is found.
 */
function mutedTracks(session) {
    const mutes = session.log.filter(({ type }) => type === 'onmute');

    return mutes.flatMap(mute => {
        const track = trackOf(mute);
        const end = session.log.find(({ type, time, payload }) => type === 'onunmute' && time >= mute.time
            && payload === mute.payload)?.time ?? session.to;
        const { kind } = originOf(session, track);

        return end - mute.time >= MUTED ? [ {
            level: kind === 'video' ? /** @type {Level} */ ('minor') : /** @type {Level} */ ('major'),
            title: `The system muted the ${kind === 'video' ? 'camera' : 'microphone'} for ${
                seconds((end - mute.time) / 1000)}`,
            episodes: /** @type {Array<[number, number]>} */ ([ [ mute.time, end ] ]),
            numbers: { seconds: (end - mute.time) / 1000 }
        } ] : [];
    });
}

/** @type {SessionRule[]} */
export const captureRules = [
    refusalRule('gum-denied', /NotAllowed|PermissionDenied|SecurityError/, {
        title: device => `The ${device} was refused`,
        causes: [
            'the user', 'the system\'s privacy settings', 'a page that is not secure', 'the app\'s permission handler'
        ],
        next: [ 'the settings of the system' ]
    }),
    refusalRule('gum-notfound', /NotFound|DevicesNotFound/, {
        title: device => `There is no ${device}`,
        causes: [ 'it was unplugged', 'a device that was chosen once' ],
        next: [ 'the list of devices ahead of it' ]
    }),
    refusalRule('gum-busy', /NotReadable|TrackStart|Abort/, {
        title: device => `The ${device} is in use by another program`,
        causes: [ 'another program', 'the driver' ],
        next: [ 'other sessions of this user at that time' ]
    }),
    refusalRule('gum-constraints', /Overconstrained|ConstraintNotSatisfied/, {
        title: (device, call) => `The ${device} can not do what was asked${requiredText(call)}`,
        causes: [ 'a device that was chosen once', 'too great a size' ],
        next: [ 'the constraints' ]
    }),
    {
        id: 'gum-slow',
        source: 'own: 10 s',
        causes: [ 'a prompt that was overlooked', 'a device that wakes up slowly' ],
        next: [ 'what the participant saw' ],
        find: ({ log }) => {
            const slow = callsOf(log, CAMERA_CALL).filter(({ outcome, time, endTime }) =>
                outcome !== '' && endTime - time > SLOW);

            return slow.map(({ time, endTime }) => {
                return {
                    level: 'info',
                    title: `Permission took ${seconds((endTime - time) / 1000)}`,
                    episodes: [ [ time, endTime ] ],
                    numbers: { seconds: (endTime - time) / 1000 }
                };
            });
        }
    },
    {
        id: 'gum-pending',
        source: 'own: 10 s',
        causes: [ 'a prompt that was overlooked' ],
        next: [ 'what the participant saw' ],
        find: ({ log, to }) => {
            const pending = callsOf(log, CAMERA_CALL).filter(({ outcome, time }) => outcome === '' && to - time > SLOW);

            return pending.length > 0 ? {
                level: 'minor',
                title: `Nobody answered whether the ${devices(pending)} may be used`,
                episodes: pending.map(({ time }) => [ time, to ]),
                numbers: { count: pending.length }
            } : null;
        }
    },
    {
        id: 'gdm-cancelled',
        source: 'W3C',
        causes: [ 'the user', 'the system\'s privacy settings' ],
        next: [ 'the settings of the system' ],
        find: ({ log }) => {
            const failed = callsOf(log, SCREEN_CALL).filter(({ outcome }) => outcome === 'failure');
            const isCancelled = failed.every(({ result }) => /NotAllowed/.test(failureText(result)));

            return failed.length > 0 ? {
                level: isCancelled ? 'info' : 'minor',
                title: isCancelled ? 'Sharing the screen was cancelled'
                    : `The screen could not be shared: ${failureText(failed[0].result).slice(0, 100)}`,
                episodes: failed.map(({ time, endTime }) => [ time, endTime ]),
                numbers: { count: failed.length }
            } : null;
        }
    },
    {
        id: 'capture-ended',
        source: 'RF',
        causes: [ 'it was unplugged', 'another program took it' ],
        next: [ 'changes of the devices near it' ],
        find: endedTracks
    },
    {
        id: 'capture-muted',
        source: 'OB; own: 3 s',
        causes: [ 'a key of the laptop', 'the system\'s privacy switch', 'a call on the phone' ],
        next: [ 'the level of the microphone' ],
        find: mutedTracks
    },
    {
        id: 'aec-off',
        source: 'KB',
        causes: [ 'a setting of the app' ],
        next: [ 'echo at the others' ],
        find: ({ log }) => {
            const off = callsOf(log, CAMERA_CALL).filter(({ payload }) => {
                const wish = payload?.audio?.echoCancellation;

                return wish === false || wish?.exact === false;
            });

            return off.length > 0 ? {
                level: 'info',
                title: `Echo cancellation was switched off in ${counted(off.length, 'request')}`,
                episodes: off.map(({ time }) => [ time, time ])
            } : null;
        }
    }
];
