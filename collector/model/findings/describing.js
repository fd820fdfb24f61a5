/**
 * Session descriptions: what was refused, what was not answered, what does not fit.
 */

import { callsOf, failureText } from '../calls.js';
import { codecNames } from '../sdp.js';

import { levelFor } from './ice.js';
import { counted, seconds } from './words.js';

/**
 * @typedef {import('../negotiations.js').Negotiation} Negotiation
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').Found} Found
 */

const DESCRIPTION_CALLS = /^(?:createOffer|createAnswer|setLocalDescription|setRemoteDescription)$/;
const RETRIED = 2000;
const HANGS = 5000;
const SLOW_CALL = 1000;
const NO_ANSWER = 5000;
const SLOW_ANSWER = 2000;
const PENDING = 2000;
const MAX_TEXT = 160;

/**
 * When nothing more is known of a connection.
 *
 * @param {Connection} connection - The connection.
 * @returns {number} In ms.
 */
function endOf({ closedAt, to }) {
    return Number.isNaN(closedAt) ? to : closedAt;
}

/**
 * Negotiations of which both descriptions were recorded.
 *
 * @param {Connection} connection - The connection.
 * @returns {Negotiation[]} The negotiations.
 */
function recorded({ negotiations }) {
    return negotiations.filter(({ offer, answer }) => offer && answer);
}

/**
 * Looks at each section of each offer beside its answer.
 *
 * @param {Connection} connection - The connection.
 * @param {SectionCheck} check - Gives words for what does not fit.
 * @returns {Array<{time: number, text: string}>} What does not fit.
 */
function checkSections(connection, check) {
    return recorded(connection).flatMap(({ offer, answer, answeredAt }) =>
        /** @type {import('../sdp.js').Description} */ (offer).sections.flatMap((section, index) => {
            const other = answer?.sections[index];
            const text = other && section.kind !== 'application' ? check(section, other) : '';

            return text ? [ {
                time: answeredAt,
                text
            } ] : [];
        }));
}

/**
 * @typedef {import('../sdp.js').Section} Section
 * @typedef {(offered: Section, answered: Section) => string} SectionCheck
 */

/**
 * Makes a finding of what does not fit.
 *
 * @param {Connection} connection - The connection.
 * @param {Array<{time: number, text: string}>} problems - What does not fit.
 * @returns {Found | null} The finding.
 */
function misfit(connection, problems) {
    return problems.length > 0 ? {
        level: levelFor(connection, 'major'),
        title: problems[0].text,
        episodes: problems.map(({ time }) => [ time, time ]),
        numbers: { count: problems.length }
    } : null;
}

/** @type {ConnectionRule[]} */
export const describingRules = [
    {
        id: 'sdp-failed',
        source: 'RF',
        causes: [ 'a changed description', 'a wrong state', 'a codec' ],
        next: [ 'the description and the state at that time' ],
        find: connection => {
            const calls = callsOf(connection.log, DESCRIPTION_CALLS);
            const failed = calls.filter(({ outcome }) => outcome === 'failure');
            const isMended = failed.every(call => calls.some(({ name, outcome, endTime }) => name === call.name
                && outcome === 'success' && endTime >= call.endTime && endTime - call.endTime <= RETRIED));

            return failed.length > 0 ? {
                level: isMended ? 'minor' : levelFor(connection, 'major'),
                title: `Session description was refused: ${failed[0].name}: ${
                    failureText(failed[0].result).slice(0, MAX_TEXT)}`,
                episodes: failed.map(({ endTime }) => [ endTime, endTime ]),
                numbers: { count: failed.length }
            } : null;
        }
    },
    {
        id: 'sdp-hangs',
        source: 'own: 5 s without an end',
        causes: [ 'the page was frozen', 'very many tracks' ],
        next: [ 'the pressure on the processor' ],
        find: connection => {
            const hanging = callsOf(connection.log, DESCRIPTION_CALLS).filter(({ outcome, time }) =>
                outcome === '' && endOf(connection) - time > HANGS);
            const records = connection.log.some(({ type }) => /^(?:create|set).*OnSuccess$/.test(type));

            return hanging.length > 0 && records ? {
                level: levelFor(connection, 'major'),
                title: `${hanging[0].name} never ended`,
                episodes: hanging.map(({ time }) => [ time, endOf(connection) ]),
                numbers: { count: hanging.length }
            } : null;
        }
    },
    {
        id: 'sdp-slow',
        source: 'own: 1 s',
        causes: [ 'the page was frozen', 'very many tracks' ],
        next: [ 'the pressure on the processor' ],
        find: connection => {
            const slow = callsOf(connection.log, DESCRIPTION_CALLS).filter(({ outcome, time, endTime }) =>
                outcome !== '' && endTime - time > SLOW_CALL)
                .sort((a, b) => b.endTime - b.time - (a.endTime - a.time));

            return slow.length > 0 ? {
                level: connection.isSide ? 'info' : 'minor',
                title: `${slow[0].name} took ${seconds((slow[0].endTime - slow[0].time) / 1000)}`,
                episodes: slow.map(({ time, endTime }) => [ time, endTime ]),
                numbers: { seconds: (slow[0].endTime - slow[0].time) / 1000 }
            } : null;
        }
    },
    {
        id: 'no-answer',
        source: 'own: 5 s',
        causes: [ 'signalling', 'the other side is gone' ],
        next: [ 'what the app sent at that time' ],
        find: connection => {
            const waiting = connection.negotiations.filter(({ offerer, offeredAt, answeredAt, isRolledBack }) =>
                offerer === 'local' && Number.isNaN(answeredAt) && !isRolledBack
                && endOf(connection) - offeredAt >= NO_ANSWER);

            return waiting.length > 0 ? {
                level: connection.isP2P ? 'minor' : levelFor(connection, 'major'),
                title: `Nobody answered the offer (waited ${
                    seconds((endOf(connection) - waiting[0].offeredAt) / 1000)})`,
                episodes: waiting.map(({ offeredAt }) => [ offeredAt, endOf(connection) ]),
                numbers: { count: waiting.length }
            } : null;
        }
    },
    {
        id: 'slow-signalling',
        source: 'KB; own: 2 s',
        causes: [ 'the way that descriptions take' ],
        next: [ 'what the app sent at that time' ],
        find: ({ negotiations }) => {
            const [ first ] = negotiations.filter(({ offerer, answeredAt }) => offerer === 'local' && answeredAt > 0);
            const length = first ? first.answeredAt - first.offeredAt : 0;

            return length > SLOW_ANSWER ? {
                level: 'minor',
                title: `The first answer took ${seconds(length / 1000)}`,
                episodes: [ [ first.offeredAt, first.answeredAt ] ],
                numbers: { seconds: length / 1000 }
            } : null;
        }
    },
    {
        id: 'glare',
        source: 'own',
        causes: [ 'both sides offered at once, and none of them gives way' ],
        next: [ 'whether a description was refused' ],
        find: connection => {
            const taken = connection.negotiations.filter(({ isRolledBack }) => isRolledBack);
            const hasFailed = taken.length > 0 && connection.log.some(({ type, time }) =>
                /^set(?:Local|Remote)DescriptionOnFailure$/.test(type) && time >= taken[0].offeredAt);

            return taken.length > 0 ? {
                level: hasFailed ? levelFor(connection, 'major') : 'minor',
                title: `Both sides offered at once (${counted(taken.length, 'offer')} taken back)`,
                episodes: taken.map(({ offeredAt }) => [ offeredAt, offeredAt ]),
                numbers: { count: taken.length }
            } : null;
        }
    },
    {
        id: 'negotiation-pending',
        source: 'RF; own: 2 s',
        causes: [ 'the call ended while descriptions were exchanged' ],
        next: [ 'the last description' ],
        measurable: ({ lanes }) => lanes.signaling.length > 0,
        find: connection => {
            const last = connection.lanes.signaling.filter(({ value }) => value !== 'closed').pop();
            const length = endOf(connection) - (last?.from ?? NaN);

            return last && last.value !== 'stable' && length > PENDING && !connection.isSide ? {
                level: 'minor',
                title: `The last negotiation did not end: ${last.value} for ${seconds(length / 1000)}`,
                episodes: [ [ last.from, endOf(connection) ] ],
                numbers: { seconds: length / 1000 }
            } : null;
        }
    },
    {
        id: 'mline-rejected',
        source: 'RFC 8829',
        causes: [ 'no codec in common' ],
        next: [ 'the codecs of both sides' ],
        measurable: connection => recorded(connection).length > 0,
        find: connection => misfit(connection, checkSections(connection, (offered, answered) =>
            (offered.port > 0 && answered.port === 0 && !answered.isBundleOnly
                ? `${offered.kind === 'audio' ? 'Sound' : 'Video'} was refused in the answer` : '')))
    },
    {
        id: 'mline-mismatch',
        source: 'RFC 8829',
        causes: [ 'a fault of the bridge' ],
        next: [ 'the sections of both descriptions' ],
        measurable: connection => recorded(connection).length > 0,
        find: connection => misfit(connection, recorded(connection).flatMap(({ offer, answer, answeredAt }) => {
            const kinds = (/** @type {import('../sdp.js').Description | null} */ description) =>
                description?.sections.map(({ kind }) => kind).join() ?? '';

            return kinds(offer) === kinds(answer) ? [] : [ {
                time: answeredAt,
                text: 'The answer has other sections than the offer'
            } ];
        }))
    },
    {
        id: 'no-common-codec',
        source: 'RFC 8829',
        causes: [ 'an H.264 profile', 'a switch to AV1 or VP9' ],
        next: [ 'the codecs of both sides' ],
        measurable: connection => recorded(connection).length > 0,
        find: connection => misfit(connection, checkSections(connection, (offered, answered) => {
            const names = codecNames(offered);
            const others = codecNames(answered);

            return names.length > 0 && others.length > 0 && !names.some(name => others.includes(name))
                ? `No codec in common: ${names.join(', ')} offered, ${others.join(', ')} answered` : '';
        }))
    },
    {
        id: 'candidate-refused',
        source: 'RF',
        causes: [ 'a candidate that came before its description', 'another user name of ICE' ],
        next: [ 'the candidate and the description' ],
        find: connection => {
            const refused = connection.log.filter(({ type }) => type === 'addIceCandidateOnFailure');

            return refused.length > 0 ? {
                level: Number.isNaN(connection.connectedAt) ? levelFor(connection, 'major') : 'minor',
                title: `${counted(refused.length, 'candidate')} refused: ${
                    failureText(refused[0].payload).slice(0, MAX_TEXT)}`,
                episodes: refused.map(({ time }) => [ time, time ]),
                numbers: { count: refused.length }
            } : null;
        }
    }
];
