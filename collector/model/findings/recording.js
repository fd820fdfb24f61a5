/**
 * What the dump itself lacks: it must never be read as a call in which nothing happened.
 */

import { lengthOf } from './episodes.js';
import { counted, seconds } from './words.js';

/**
 * @typedef {import('./episodes.js').Episode} Episode
 * @typedef {import('./finding.js').SessionRule} SessionRule
 * @typedef {import('./session.js').Session} Session
 */

const SILENT = 60000;
const KEPT_SAMPLES = 1000;
const LATE_STATS = 60000;

/**
 * When nothing at all was recorded although there was a connection.
 *
 * @param {Session} session - The session.
 * @returns {Episode[]} From and to.
 */
function silences({ model, connections }) {
    const times = [ ...model.events.filter(({ clock }) => clock === '').map(({ time }) => time),
        ...connections.flatMap(({ store }) => store.times) ].sort((a, b) => a - b);

    const begin = Math.min(...connections.map(({ from }) => from));

    return times.slice(1).flatMap((time, index) => {
        const last = times[index];

        return time - last > SILENT && last >= begin ? [ /** @type {Episode} */ ([ last, time ]) ] : [];
    });
}

/** @type {SessionRule[]} */
export const recordingRules = [
    {
        id: 'trace-gap',
        source: 'own: 60 s without an entry',
        causes: [ 'the link to the server was lost', 'the computer slept' ],
        next: [ 'the entries around it' ],
        find: session => {
            const gaps = silences(session);
            const [ longest ] = [ ...gaps ].sort((a, b) => lengthOf(b) - lengthOf(a));

            return longest ? {
                level: 'minor',
                title: `Nothing was recorded for ${seconds(lengthOf(longest) / 1000)}${
                    gaps.length > 1 ? `, ${gaps.length}× in all` : ''}`,
                episodes: gaps,
                numbers: {
                    longestSeconds: lengthOf(longest) / 1000,
                    count: gaps.length
                }
            } : null;
        }
    },
    {
        id: 'dropped',
        source: 'sequence numbers of protocol 3.1',
        causes: [ 'the link to the server was lost for longer than there was room', 'the client was ended' ],
        next: [ 'the numbers that are missing' ],
        find: ({ model: { counts, events } }) => (counts.missing > 0 ? {
            level: 'minor',
            title: `${counted(counts.missing, 'event')} missing`,
            episodes: events.filter(({ type, category }) => type === 'missing' && category === 'problem')
                .map(({ time }) => [ time, time ]),
            numbers: { count: counts.missing }
        } : null)
    },
    {
        id: 'damaged',
        source: 'own',
        causes: [ 'a file that was cut', 'a disk that was full' ],
        next: [ 'the lines' ],
        find: ({ model: { counts } }) => (counts.damaged > 0 ? {
            level: 'minor',
            title: `${counted(counts.damaged, 'line')} can not be read`,
            numbers: { count: counts.damaged }
        } : null)
    },
    {
        id: 'resumed',
        source: 'parts of a session',
        causes: [ 'the link to the server was lost' ],
        next: [ 'the network at that time' ],
        find: ({ model: { parts } }) => (parts.length > 1 ? {
            level: 'minor',
            title: `The link to the server was lost: the session is in ${parts.length} parts`,
            episodes: parts.slice(1).map((part, index) => [ parts[index].range()[1], part.range()[0] ]),
            numbers: { parts: parts.length }
        } : null)
    },
    {
        id: 'foreign',
        source: 'own',
        causes: [ 'the dump of a bridge or another service' ],
        next: [ 'the entries' ],
        find: ({ model: { counts } }) => (counts.foreign > 0 && counts.polls === 0 ? {
            level: 'info',
            title: `The dump of a backend service: ${counted(counts.foreign, 'request')}`,
            numbers: { count: counts.foreign }
        } : null)
    },
    {
        id: 'stats-truncated',
        source: 'RF: 1,000 values are kept',
        causes: [ 'chrome://webrtc-internals keeps only the end' ],
        next: [ 'the beginning of the call is not in the curves' ],
        find: ({ model, connections, from }) => {
            const isCut = [ ...model.formats ].some(format => format.includes('webrtc-internals'))
                && connections.some(({ store: { times } }) =>
                    times.length >= KEPT_SAMPLES && times[0] - from > LATE_STATS);

            return isCut ? {
                level: 'info',
                title: `The first ${seconds(Math.min(...connections.map(({ store: { times } }) =>
                    times[0] - from).filter(length => length > LATE_STATS)) / 1000)} have no statistics`
            } : null;
        }
    },
    {
        id: 'ended-hard',
        source: 'own',
        causes: [ 'the page or the app was closed', 'a crash' ],
        next: [ 'the last entries' ],
        find: ({ connections, log, pollInterval, to }) => {
            const open = connections.filter(({ closedAt, store: { times } }) => Number.isNaN(closedAt)
                && times.length >= 3 && to - times[times.length - 1] < pollInterval);

            // Many dumps say of no connection that it was closed: then its lack says nothing.
            const tellsEnds = connections.some(({ closedAt }) => !Number.isNaN(closedAt))
                || log.some(({ type, payload }) => type === 'websocketclose' && payload !== 1000);

            return open.length > 0 && tellsEnds ? {
                level: 'info',
                title: 'The recording ends while connections are open'
            } : null;
        }
    }
];
