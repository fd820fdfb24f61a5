/**
 * Whether anything flows at all, in either direction.
 */

import { median, total } from './arithmetic.js';
import { lengthOf, longestRun, runsOf } from './episodes.js';
import { Series } from './stream.js';
import { seconds } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./episodes.js').Episode} Episode
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./stream.js').Stream} Stream
 */

const WARM_UP = 10000;
const ENOUGH_POLLS = 3;
const CONTROL_BYTES = 5000;
const STALL = 5000;

/**
 * Whether a stream was there long enough, while its connection was up, to say that nothing came.
 *
 * @param {Connection} connection - The connection.
 * @param {Stream} stream - The stream.
 * @returns {boolean} Whether it was.
 */
function isObserved(connection, stream) {
    return stream.times.filter(time => connection.isUp(time, WARM_UP) && !connection.isIdle(time))
        .length >= ENOUGH_POLLS;
}

/**
 * What came in over all pairs.
 *
 * @param {Connection} connection - The connection.
 * @param {string} member - The counter.
 * @returns {number} In bytes.
 */
function carried({ store }, member) {
    const most = (/** @type {string} */ type) => total(store.ofType(type).map(report =>
        Math.max(0, ...(report.fields.get(member)?.values ?? []).filter(value => typeof value === 'number'))));

    return Math.max(most('transport'), most('candidate-pair'));
}

/**
 * When nothing came although we sent.
 *
 * @param {Connection} connection - The connection.
 * @returns {Episode[]} From and to.
 */
function stallsOf(connection) {
    const { store, paths } = connection;

    return paths.flatMap(({ id, from, to }) => {
        const report = store.reports.get(id);

        if (!report?.fields.has('responsesReceived')) {
            return [];
        }
        const pair = new Series(store, report);
        const [ received, answered, sent ] = [ 'bytesReceived', 'responsesReceived', 'bytesSent' ]
            .map(member => pair.deltas(member));
        const flowed = pair.values('bytesReceived');
        const isStalled = pair.times.map((time, index) => time > from && time <= to && !connection.isIdle(time)
            && received[index] === 0 && answered[index] === 0 && sent[index] > 0 && flowed[index] > 0);

        return runsOf(isStalled, pair.times);
    }).filter(run => lengthOf(run) >= STALL);
}

/** @type {ConnectionRule[]} */
export const flowRules = [
    {
        id: 'nothing-sent',
        source: 'OB; own: 10 s and 3 polls',
        causes: [ 'no track at the sender', 'no encoder' ],
        next: [ 'the senders and their tracks' ],
        measurable: connection => connection.streamsOf(false).length > 0,
        find: connection => {
            const observed = connection.streamsOf(false).filter(stream => isObserved(connection, stream)
                && stream.last('active') !== false);
            const sent = observed.map(stream => stream.last('packetsSent'));

            return observed.length > 0 && sent.every(count => count === 0) ? {
                level: 'major',
                title: 'Nothing was sent',
                numbers: { streams: observed.length }
            } : null;
        }
    },
    {
        id: 'nothing-received',
        source: 'RF, OB; own: 5 kB of control packets',
        causes: [ 'a firewall in one direction', 'the bridge did not forward' ],
        next: [ 'requests and answers of the candidate pairs' ],
        measurable: connection => connection.streamsOf(true).some(stream => stream.has('packetsReceived')),
        find: connection => {
            const observed = connection.streamsOf(true).filter(stream => isObserved(connection, stream));
            const bytes = carried(connection, 'bytesReceived');

            if (observed.length === 0 || observed.some(stream => stream.last('packetsReceived') > 0)) {
                return null;
            }

            return bytes <= CONTROL_BYTES ? {
                level: 'critical',
                title: carried(connection, 'bytesSent') > CONTROL_BYTES ? 'One way only: we send, nothing comes back'
                    : 'Nothing comes and nothing goes',
                numbers: { bytes }
            } : {
                level: 'info',
                title: 'Nothing was received; the others may be muted',
                numbers: { bytes }
            };
        }
    },
    {
        id: 'stall',
        source: 'OB 5 s; own: only if STUN is not answered either',
        causes: [ 'the network is gone', 'the bridge is gone' ],
        next: [ 'requests and answers of the candidate pair', 'the states behind it' ],
        measurable: ({ store, paths }) =>
            paths.some(({ id }) => store.reports.get(id)?.fields.has('responsesReceived')),
        find: connection => {
            const stalls = stallsOf(connection);
            const length = total(stalls.map(lengthOf)) / 1000;

            return stalls.length > 0 ? {
                level: 'major',
                title: `Nothing arrived for ${seconds(length)} while we sent${
                    stalls.length > 1 ? ` (${stalls.length}×)` : ''}`,
                episodes: stalls,
                numbers: { seconds: length }
            } : null;
        }
    }
];

/** @type {StreamRule[]} */
export const dryRules = [ {
    id: 'track-dry',
    of: ({ isInbound }, connection) => isInbound && connection.isP2P,
    needs: [ 'packetsReceived' ],
    source: 'OB 5 s; in a call over a bridge it is how the last speakers are chosen',
    causes: [ 'the sender' ],
    next: [ 'whether the others flow' ],
    find: (stream, connection) => {
        const others = connection.streamsOf(true).filter(other => other !== stream);
        const flowing = new Set(others.flatMap(other =>
            other.times.filter((_time, index) => other.deltas('packetsReceived')[index] > 0)));
        const values = stream.values('packetsReceived');
        const isDry = stream.deltas('packetsReceived').map((count, index) => count === 0 && values[index] > 0
            && flowing.has(stream.times[index]) && connection.isUp(stream.times[index]));
        const longest = longestRun(isDry, stream.times);
        const isMuted = connection.log.some(({ type }) => /^onmute$|^onremovestream$|^onended$/.test(type));
        const interval = median(stream.elapsed) * 1000;

        return longest && lengthOf(longest) >= Math.max(STALL, 2 * interval) && !isMuted ? {
            level: stream.kind === 'audio' ? 'major' : 'info',
            title: `${stream.kind === 'audio' ? 'Sound' : 'Video'} stopped arriving for ${
                seconds(lengthOf(longest) / 1000)} while the rest went on`,
            episodes: [ longest ],
            numbers: { seconds: lengthOf(longest) / 1000 },
            members: [ 'packetsReceived' ]
        } : null;
    }
} ];
