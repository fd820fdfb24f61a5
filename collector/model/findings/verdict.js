/**
 * One sentence for a connection and at most two for a session: what a person noticed, then the likely reason.
 *
 * It must never call a call fine that could not be judged.
 */

import { weight } from './finding.js';
import { seconds } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').Finding} Finding
 * @typedef {import('./finding.js').Level} Level
 * @typedef {import('./session.js').Session} Session
 *
 * @typedef {Object} Verdict
 * @property {'' | Level} level - How bad it was, '' if nothing was found.
 * @property {string} text - At most two sentences.
 * @property {boolean} isJudged - Whether there were statistics to judge from: without, '' does not mean fine.
 * @property {string[]} limits - What could not be judged, and why.
 */

/** What a person notices, before reasons, before context. */
const ORDER = [
    [ 'ice-failed', 'ice-stuck', 'dtls-failed', 'connection-lost', 'nothing-received', 'no-decoder' ],
    [ 'gum-denied', 'gum-notfound', 'gum-busy', 'gum-constraints', 'capture-ended' ],
    [ 'audio-gaps', 'audio-not-played', 'audio-stretched', 'mic-digital-silence', 'capture-muted' ],
    [ 'stuck-decoder', 'freeze', 'freeze-estimated', 'camera-stalled', 'keyframe-storm', 'keyframe-storm-out' ],
    [ 'stall', 'disconnected', 'slow-connect', 'poll-gap' ],
    [ 'loss-in', 'loss-out', 'bufferbloat', 'rtt-high', 'bwe-collapse', 'playout-delay', 'jitter' ],
    [ 'limited-cpu', 'limited-bandwidth', 'encode-slow', 'decode-slow', 'cpu-pressure' ]
];
const LONG_POLL = 5000;
const SHORT_DUMP = 30000;

/**
 * How soon a finding is to be told.
 *
 * @param {string} id - Which rule found it.
 * @returns {number} A number that is lower for what comes first.
 */
function rank(id) {
    const index = ORDER.findIndex(group => group.includes(id));

    return index < 0 ? ORDER.length : index;
}

/**
 * Sorts findings as they are to be told.
 *
 * @param {Finding[]} findings - The findings.
 * @returns {Finding[]} The worst and most noticed first.
 */
function inOrder(findings) {
    return [ ...findings ].sort((a, b) =>
        weight(b.level) - weight(a.level) || rank(a.id) - rank(b.id) || a.from - b.from);
}

/**
 * The sentence for a connection in which nothing was found.
 *
 * @param {Connection} connection - The connection.
 * @returns {string} The sentence.
 */
function fineText({ connected, isSide, from, to }) {
    const length = connected.reduce((sum, [ begin, end ]) => sum + end - begin, 0);

    if (isSide) {
        return 'Carried no media';
    }

    return length > 0 ? `Fine: connected for ${seconds(length / 1000)}` : `Nothing found in ${
        seconds(Math.max(0, to - from) / 1000 || 0)}`;
}

/**
 * The verdict on a connection.
 *
 * @param {Connection} connection - The connection.
 * @param {Finding[]} findings - The findings of the session.
 * @returns {Verdict} The verdict.
 */
export function connectionVerdict(connection, findings) {
    const [ worst ] = inOrder(findings.filter(({ pc }) => pc === connection.id));

    return {
        level: worst?.level ?? '',
        text: worst && worst.level !== 'info' ? worst.title : fineText(connection),
        isJudged: connection.store.times.length > 0,
        limits: []
    };
}

/**
 * What could not be judged.
 *
 * @param {Session} session - The session.
 * @returns {string[]} What, and why.
 */
function limitsOf({ from, to, pollInterval, connections, model }) {
    const limits = [];

    if (model.counts.entries === 0) {
        limits.push(model.counts.foreign > 0 ? 'a dump of a backend service has no statistics'
            : 'there are no entries');
    } else if (model.counts.polls === 0) {
        limits.push('there are no statistics');
    }
    if (pollInterval >= LONG_POLL) {
        limits.push(`statistics only every ${seconds(pollInterval / 1000)}: what is shorter does not show`);
    }
    if (to - from < SHORT_DUMP) {
        limits.push(`only ${seconds((to - from) / 1000)} were recorded`);
    }
    if (model.counts.polls > 0 && connections.some(({ streams }) => streams.length > 0)
        && !connections.some(({ streams }) => streams.some(stream => stream.has('freezeCount')))) {
        limits.push('this browser does not count freezes: they are estimated where that can be done');
    }

    return limits;
}

/**
 * The verdict on a session: the worst of the connections that were to carry media, and of what belongs to none.
 *
 * @param {Session} session - The session.
 * @param {Finding[]} findings - Its findings.
 * @returns {Verdict} The verdict.
 */
export function sessionVerdict(session, findings) {
    const sides = new Set(session.connections.filter(({ isSide }) => isSide).map(({ id }) => id));
    const told = inOrder(findings.filter(({ pc, level }) => !sides.has(pc) && level !== 'info'));
    const [ first ] = told;
    const second = told.find(finding => rank(finding.id) !== rank(first.id)
        && weight(finding.level) >= weight(first.level) - 1);
    const limits = limitsOf(session);
    const isJudged = session.model.counts.polls > 0;

    if (!first) {
        return {
            level: findings.some(({ pc }) => !sides.has(pc)) ? 'info' : '',
            text: isJudged ? 'Nothing was found that a person would notice'
                : 'Nothing was found, and little could be looked at',
            isJudged,
            limits
        };
    }

    return {
        level: first.level,
        text: [ first.title, second?.title ].filter(Boolean).map(sentence => `${sentence}.`)
            .join(' '),
        isJudged,
        limits
    };
}
