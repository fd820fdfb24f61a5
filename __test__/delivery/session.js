/**
 * The sessions the delivery tests capture: made by rule, so that a child process and its parent know the same events.
 */

'use strict';

const STARTED = 1700000000000;

/**
 * Writes an event line.
 *
 * @param {string} type - The event's type.
 * @param {string | null} pcId - The connection.
 * @param {any} payload - The payload.
 * @param {number} timestamp - When.
 * @returns {string} The line.
 */
function lineOf(type, pcId, payload, timestamp) {
    return JSON.stringify([ type, pcId, payload, timestamp ]);
}

/**
 * Writes a report as a browser would: some of it changes with every poll, some never, and one part is older.
 *
 * @param {number} poll - The number of the poll.
 * @param {number} timestamp - When.
 * @returns {Object} The report.
 */
function reportOf(poll, timestamp) {
    const report = { OLD: { codecId: 'opus',
        id: 'OLD',
        timestamp: STARTED + 0.25,
        type: 'codec' } };

    for (let i = 0; i < 6; i++) {
        report[`IN${i}`] = { bytesReceived: poll * (1000 + i),
            id: `IN${i}`,
            kind: i % 2 ? 'video' : 'audio',
            packetsLost: i,
            timestamp: timestamp + 0.125,
            type: 'inbound-rtp' };
    }

    return report;
}

/**
 * Writes a session: identity, one connection's `create` and `constraints`, its state, then `getstats` among logs.
 *
 * @param {number} count - How many events.
 * @param {number} [started] - The timestamp of the first; the others follow by the millisecond.
 * @returns {string[]} Their lines; the sequence number of each is its index plus one.
 */
function sessionOf(count, started = STARTED) {
    return Array.from({ length: count }, (_, index) => {
        const timestamp = started + index;

        switch (index) {
        case 0: return lineOf('identity', null, { deploymentInfo: { region: 'eu' },
            displayName: 'Ada' }, timestamp);
        case 1: return lineOf('create', 'PC_0', { iceServers: [] }, timestamp);
        case 2: return lineOf('constraints', 'PC_0', { optional: [ { rtcStatsSFUP2P: false } ] }, timestamp);
        case 3: return lineOf('onconnectionstatechange', 'PC_0', 'connected', timestamp);
        }

        return index % 3 === 0
            ? lineOf('getstats', 'PC_0', reportOf(index, timestamp), timestamp)
            : lineOf('logs', null, `entry ${index}`, timestamp);
    });
}

module.exports = {
    STARTED,
    lineOf,
    reportOf,
    sessionOf
};
