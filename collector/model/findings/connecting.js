/**
 * Connecting, staying connected and coming back.
 */

import { total } from './arithmetic.js';
import { failedAt, levelFor } from './ice.js';
import { counted, seconds } from './words.js';

/**
 * @typedef {import('../connection.js').Span} Span
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').SessionRule} SessionRule
 */

const DTLS_WAIT = 5000;
const SLOW = 5;
const VERY_SLOW = 10;
const LONG_BREAK = 5000;
const MANY_BREAKS = 3;
const MANY_RESTARTS = 3;
const MANY_CONNECTIONS = 10;
const MANY_FAILED = 3;

/**
 * When ICE found a way for the first time.
 *
 * @param {Connection} connection - The connection.
 * @returns {number} In ms, NaN if it never did.
 */
function iceConnectedAt({ lanes }) {
    return lanes.ice.find(({ value }) => value === 'connected' || value === 'completed')?.from ?? NaN;
}

/**
 * Whether the dump says what the whole connection's state is, and not only that of ICE.
 *
 * @param {Connection} connection - The connection.
 * @returns {boolean} Whether it does.
 */
function hasConnectionState({ log }) {
    return log.some(({ type }) => type === 'onconnectionstatechange');
}

/**
 * How long each step of connecting took.
 *
 * @param {Connection} connection - The connection.
 * @returns {{signalling: number, ice: number, dtls: number, whole: number}} In seconds.
 */
export function phasesOf(connection) {
    const begin = connection.log.find(({ type }) => /^set(?:Local|Remote)Description$/.test(type))?.time ?? NaN;
    const checking = connection.lanes.ice.find(({ value }) => value === 'checking')?.from ?? NaN;
    const iceConnected = iceConnectedAt(connection);

    return {
        signalling: (checking - begin) / 1000,
        ice: (iceConnected - checking) / 1000,
        dtls: Math.max(0, connection.connectedAt - iceConnected) / 1000,
        whole: (connection.connectedAt - begin) / 1000
    };
}

/**
 * The times between having lost the connection and having it back.
 *
 * @param {Connection} connection - The connection.
 * @returns {Array<[number, number]>} From and to, in ms.
 */
function breaksOf({ lanes }) {
    /** @type {Array<[number, number]>} */
    const breaks = [];

    lanes.connection.forEach(({ value, from }, index) => {
        const back = lanes.connection.slice(index).find(span => span.value === 'connected');

        if (value === 'disconnected' && lanes.connection[index - 1]?.value === 'connected' && back
            && !lanes.connection.slice(index).some(span => span.value === 'failed' && span.from < back.from)) {
            breaks.push([ from, back.from ]);
        }
    });

    return breaks;
}

/** @type {ConnectionRule[]} */
export const connectingRules = [
    {
        id: 'dtls-failed',
        source: 'JS; own: 5 s',
        causes: [
            'a certificate that does not match', 'a box in between', 'the size of packets', 'the bridge is gone'
        ],
        next: [ 'the fingerprints in the descriptions' ],
        measurable: connection => connection.lanes.ice.length > 0 && hasConnectionState(connection),
        find: connection => {
            const begin = iceConnectedAt(connection);
            const { dtls } = connection.lanes;
            const end = Number.isNaN(connection.closedAt) ? connection.to : connection.closedAt;
            const hasFailed = dtls.some(({ value }) => value === 'failed')
                || connection.log.some(({ type }) => type === 'ondtlserror')
                || connection.lanes.connection.some(({ value, from }) => value === 'failed' && from >= begin);

            return begin > 0 && Number.isNaN(connection.connectedAt) && (hasFailed || end - begin > DTLS_WAIT) ? {
                level: levelFor(connection),
                title: 'The path works, encryption did not come up',
                episodes: [ [ begin, end ] ],
                numbers: { seconds: (end - begin) / 1000 }
            } : null;
        }
    },
    {
        id: 'slow-connect',
        source: 'OB 5 s',
        causes: [ 'the longest phase' ],
        next: [ 'the states, one below the other' ],
        measurable: connection => phasesOf(connection).whole >= 0,
        find: connection => {
            const { signalling, ice, dtls, whole } = phasesOf(connection);

            return whole > SLOW && !connection.isSide ? {
                level: whole > VERY_SLOW ? 'major' : 'minor',
                title: `Took ${seconds(whole)} to connect: signalling ${seconds(signalling || 0)}, ICE ${
                    seconds(ice || 0)}, DTLS ${seconds(dtls || 0)}`,
                episodes: [ [ connection.connectedAt - (whole * 1000), connection.connectedAt ] ],
                numbers: {
                    seconds: whole,
                    signallingSeconds: signalling,
                    iceSeconds: ice,
                    dtlsSeconds: dtls
                }
            } : null;
        }
    },
    {
        id: 'connection-lost',
        source: 'RF',
        causes: [ 'Wi-Fi', 'an address translation that forgot', 'the bridge' ],
        next: [ 'what flowed before it', 'the candidate pairs' ],
        measurable: ({ lanes }) => lanes.connection.length > 0,
        find: connection => {
            const { lanes: { connection: lane }, connectedAt } = connection;
            const failed = lane.find(({ value, from }) => value === 'failed' && from > connectedAt);
            const back = failed && lane.find(({ value, from }) => value === 'connected' && from > failed.from);
            const life = failed ? seconds((failed.from - connectedAt) / 1000) : '';

            return failed && Number.isNaN(failedAt(connection)) ? {
                level: levelFor(connection, back ? 'major' : 'critical'),
                title: back ? `The connection broke after ${life} and came back ${
                    seconds((back.from - failed.from) / 1000)} later`
                    : `The connection broke after ${life} and did not come back`,
                episodes: [ [ failed.from, back?.from ?? connection.to ] ],
                numbers: { afterSeconds: (failed.from - connectedAt) / 1000 }
            } : null;
        }
    },
    {
        id: 'disconnected',
        source: 'OB 5 s',
        causes: [ 'Wi-Fi', 'another network' ],
        next: [ 'what flowed at that time', 'the candidate pairs' ],
        measurable: ({ lanes }) => lanes.connection.length > 0,
        find: connection => {
            const breaks = breaksOf(connection);
            const length = total(breaks.map(([ from, to ]) => to - from));
            const isLong = breaks.some(([ from, to ]) => to - from > LONG_BREAK) || breaks.length >= MANY_BREAKS;

            return breaks.length > 0 ? {
                level: levelFor(connection, isLong ? 'major' : 'minor'),
                title: `Interrupted ${breaks.length}×, ${seconds(length / 1000)} in all`,
                episodes: breaks,
                numbers: {
                    count: breaks.length,
                    seconds: length / 1000
                }
            } : null;
        }
    },
    {
        id: 'ice-restart',
        source: 'RF; own: 3',
        causes: [ 'the app repairs a broken path' ],
        next: [ 'the states around it' ],
        find: connection => {
            const restarts = connection.log.filter(({ type, payload }) =>
                type === 'restartIce' || (type === 'createOffer' && payload?.iceRestart === true));
            const unanswered = restarts.length > 0 && connection.negotiations.some(({ offeredAt, answeredAt }) =>
                offeredAt >= restarts[0].time && Number.isNaN(answeredAt));

            return restarts.length > 0 ? {
                level: restarts.length >= MANY_RESTARTS || unanswered ? levelFor(connection, 'major') : 'info',
                title: `ICE was restarted ${counted(restarts.length, 'time')}${
                    unanswered ? ', not always answered' : ''}`,
                episodes: restarts.map(({ time }) => [ time, time ]),
                numbers: { count: restarts.length }
            } : null;
        }
    },
    {
        id: 'empty-connection',
        source: 'KB',
        causes: [ 'a participant without camera, microphone and others' ],
        next: [ 'what the descriptions hold' ],
        find: connection => (connection.connectedAt > 0 && connection.isSide && connection.store.times.length > 0
            && connection.store.ofType('data-channel').length === 0
            && !connection.log.some(({ type }) => /datachannel/i.test(type)) ? {
                level: 'info',
                title: 'Connected, with no stream and no data channel'
            } : null)
    }
];

/** @type {SessionRule[]} */
export const churnRules = [ {
    id: 'churn',
    source: 'own: 10 connections, or 3 failed of one kind',
    causes: [ 'a loop of joining again' ],
    next: [ 'why each of them ended' ],
    find: ({ mediaConnections }) => {
        const failed = mediaConnections.filter(connection => !Number.isNaN(failedAt(connection)));
        const isLoop = [ true, false ].some(isP2P =>
            failed.filter(connection => connection.isP2P === isP2P).length >= MANY_FAILED);

        return mediaConnections.length >= MANY_CONNECTIONS || isLoop ? {
            level: 'minor',
            title: `${mediaConnections.length} connections were made, ${failed.length} of them failed`,
            numbers: {
                count: mediaConnections.length,
                failed: failed.length
            }
        } : null;
    }
} ];
