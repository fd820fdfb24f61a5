/**
 * Computes what the charts ought to draw straight from decoded reports, in the plainest way there is.
 *
 * It must never use the page's own code: it is what that code is checked against.
 */

'use strict';

const { decodeAll } = require('../../collector/dump/delta-v3.js');

/**
 * The reports of a type and direction.
 *
 * @param {Object} reports - All reports.
 * @param {string} type - The type.
 * @param {string} [kind] - 'audio' or 'video'.
 * @returns {Array} The reports, each with its id as `key`.
 */
function select(reports, type, kind) {
    return Object.entries(reports).filter(([ , report ]) => report.type === type && (!kind || report.kind === kind))
        .map(([ key, report ]) => {
            return { key,
                ...report };
        });
}

/**
 * The sum of the increases of a counter.
 *
 * @param {Array} now - Reports of a poll.
 * @param {Object | undefined} before - All reports of the poll before.
 * @param {string} name - The counter.
 * @returns {number | null} The sum, null if there is nothing to compare.
 */
function increase(now, before, name) {
    const deltas = now.map(report => report[name] - before?.[report.key]?.[name]).filter(delta => delta >= 0);

    return deltas.length > 0 ? deltas.reduce((total, delta) => total + delta, 0) : null;
}

/**
 * The greatest value of a field.
 *
 * @param {Array} reports - Reports.
 * @param {string} name - The field.
 * @param {number} factor - What to multiply with.
 * @returns {number | null} The greatest, null if there is none.
 */
function greatest(reports, name, factor = 1) {
    const values = reports.map(report => report[name]).filter(value => typeof value === 'number');

    return values.length > 0 ? Math.max(...values) * factor : null;
}

/**
 * The row of one poll.
 *
 * @param {Object} reports - Its reports.
 * @param {Object | undefined} before - Those of the poll before.
 * @param {number} time - When it was recorded, in ms.
 * @returns {Object} The values by chart, in the order of the chart's lines.
 */
function expectedRow(reports, before, time) {
    const [ transport ] = select(reports, 'transport');
    const earlier = before?.[transport?.key];
    const elapsed = (transport?.timestamp - earlier?.timestamp) / 1000;
    const rate = name => {
        const bits = (transport?.[name] - earlier?.[name]) * 8;

        return elapsed > 0 ? bits / elapsed : null;
    };
    const videos = select(reports, 'inbound-rtp', 'video');
    const sent = select(reports, 'outbound-rtp', 'video');
    const remotes = select(reports, 'remote-inbound-rtp');
    const received = select(reports, 'inbound-rtp');
    const fps = videos.map(report => report.framesPerSecond).filter(value => typeof value === 'number');
    const frozen = increase(videos, before, 'totalFreezesDuration');

    return {
        time,
        bitrate: [ rate('bytesReceived'), rate('bytesSent') ],
        rtt: [
            greatest([ reports[transport?.selectedCandidatePairId] ?? {} ], 'currentRoundTripTime', 1000),
            greatest(remotes, 'roundTripTime', 1000)
        ],
        lost: [ increase(received, before, 'packetsLost'), increase(remotes, before, 'packetsLost') ],
        jitter: [
            greatest(select(reports, 'inbound-rtp', 'audio'), 'jitter', 1000), greatest(videos, 'jitter', 1000),
            greatest(remotes, 'jitter', 1000)
        ],
        fps: [
            fps.length > 0 ? fps.reduce((total, value) => total + value, 0) / fps.length : null,
            greatest(sent, 'framesPerSecond')
        ],
        resolution: [ greatest(videos, 'frameHeight'), greatest(sent, 'frameHeight') ],
        freezes: [ frozen === null ? null : frozen * 1000, increase(videos, before, 'freezeCount') ]
    };
}

/**
 * The rows of one connection.
 *
 * @param {Array} entries - The entries of a dump.
 * @param {string} pcId - The connection.
 * @returns {Object[]} A row per poll.
 */
function expectedRows(entries, pcId) {
    const polls = decodeAll(entries).filter(poll => poll.pcId === pcId);

    return polls.map(({ reports, entry }, index) => expectedRow(reports, polls[index - 1]?.reports, entry[3]));
}

/**
 * Checks that a chart draws what it should.
 *
 * @param {Object} t - The test.
 * @param {string} key - The chart.
 * @param {Array} data - What it draws.
 * @param {Object[]} rows - What it should draw.
 * @returns {number} How many values were there to compare.
 */
function checkChart(t, key, data, rows) {
    let values = 0;

    t.deepEqual(data[0], rows.map(({ time }) => time / 1000), `${key}: times`);
    rows.forEach((row, index) => row[key].forEach((expected, line) => {
        const actual = data[line + 1][index];

        if (expected === null) {
            t.is(actual, null, `${key}, line ${line}, row ${index}`);
        } else {
            values++;
            t.true(Math.abs(actual - expected) <= Math.abs(expected) * 1e-6,
                `${key}, line ${line}, row ${index}: ${actual} instead of ${expected}`);
        }
    }));

    return values;
}

module.exports = {
    checkChart,
    expectedRows
};
