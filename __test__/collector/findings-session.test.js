/**
 * What goes wrong around a call: the machine, the recording; and what is said of a call as a whole.
 */

'use strict';

const test = require('ava');
const fc = require('fast-check');

const { RULES, findingsOf } = require('../../collector/model/findings/index.js');

const { callLines, callModel, during, withEvents } = require('./calls');
const { START, dump, modelOf } = require('./dumps');
const { testFaults } = require('./findings');

const skip = () => false;

/**
 * The findings of parts that are made of lines.
 *
 * @param {...any[]} parts - The lines of each.
 * @returns {Object} The report.
 */
function reportOf(...parts) {
    return findingsOf(modelOf(...parts.map(dump)));
}

/**
 * The finding of a rule.
 *
 * @param {Object} report - The report.
 * @param {string} id - The rule.
 * @returns {string | undefined} Its level and title.
 */
function titleOf({ findings }, id) {
    const found = findings.find(finding => finding.id === id);

    return found && `${found.level}: ${found.title}`;
}

testFaults([
    {
        id: 'poll-gap',
        level: 'major',
        title: /^No statistics for 45 s: the computer slept or the page was frozen$/,
        fault: during(30, 74, skip),
        nearMiss: during(30, 34, skip)
    },
    {
        id: 'poll-gap',
        level: 'minor',
        title: /^No statistics for 10 s: the page went on meanwhile$/,
        fault: {
            ...during(30, 39, skip),
            ...withEvents([ 35, 'ondatachannel', [ 1, 'x' ] ])
        },

        // Polls are as far apart as they usually are.
        nearMiss: { interval: 10 }
    },
    {
        id: 'clock-jump',
        level: 'minor',
        title: /^The clock jumped by 20 s$/,
        beside: [ 'poll-gap' ],
        fault: during(40, 90, state => {
            state.stamp = state.time;
            state.time += 20000;
        }),
        nearMiss: during(40, 90, state => {
            state.stamp = state.time;
            state.time += 3000;
        })
    },
    {
        id: 'cpu-pressure',
        level: 'major',
        title: /^The processor was under pressure for 30 s \(33 %\)$/,
        fault: withEvents([ 40, 'computePressure', { state: 'serious' }, null ],
            [ 70, 'computePressure', { state: 'nominal' }, null ]),
        nearMiss: withEvents([ 40, 'computePressure', { state: 'fair' }, null ])
    }
]);

test('a gap of one connection while another one is polled is told apart', t => {
    const other = callLines().map(([ type, , payload, time ]) => [ type, 'PC_1', payload, time ]);
    const report = reportOf([ [ 'rtcstatsJournal', null, {} ],
        ...[ ...callLines(during(30, 60, skip)), ...other ].sort((a, b) => a[3] - b[3]) ]);

    t.regex(titleOf(report, 'poll-gap'), /getStats did not answer, while that of other connections did$/);
});

test('entries that are older than the one before', t => {
    const lines = by => [ [ 'logs', null, 'a', START + 5000, 1 ], [ 'logs', null, 'b', START + 5000 - by, 2 ] ];

    t.is(titleOf(reportOf(lines(3000)), 'clock-jump'), 'minor: The clock jumped by −3 s');
    t.is(titleOf(reportOf(lines(900)), 'clock-jump'), undefined);
});

test('what the dump lacks', t => {
    const call = callLines();
    const header = [ 'rtcstatsJournal', null, {} ];
    const numbered = call.map((line, index) => [ ...line, index + 1 ]);

    t.is(titleOf(reportOf([ header, ...numbered.filter((_line, index) => index < 40 || index >= 45) ]), 'dropped'),
        'minor: 5 events missing');
    t.is(titleOf(reportOf([ header, ...numbered ]), 'dropped'), undefined);
    t.is(titleOf(reportOf([ header, ...call, '["getst' ]), 'damaged'), 'minor: 1 line can not be read');
    t.is(titleOf(reportOf([ header, ...call ]), 'damaged'), undefined);
    t.is(titleOf(reportOf([ header, ...call.slice(0, 60) ], [ header, ...call.slice(70) ]), 'resumed'),
        'minor: The link to the server was lost: the session is in 2 parts');
    t.is(titleOf(reportOf([ header, ...call.slice(0, 60) ], [ header, ...call.slice(70) ]), 'poll-gap'), undefined,
        'the gap between parts is not the machine\'s');
    t.is(titleOf(reportOf([ header, ...call.filter(([ , , , time ]) => time < START + 10000 || time > START + 80000) ]),
        'trace-gap'), 'minor: Nothing was recorded for 72 s');
    t.is(titleOf(reportOf([ header, ...call.filter(([ , , , time ]) => time < START + 10000 || time > START + 60000) ]),
        'trace-gap'), undefined);
    t.is(titleOf(reportOf([ {
        statsSessionId: 'x',
        type: 'stats-entry',
        data: '{}'
    } ]), 'foreign'), 'info: The dump of a backend service: 1 request');
    t.is(titleOf(reportOf([ header, ...call.slice(0, -1), [ 'close', 'PC_9', {}, START + 90000 ] ]), 'ended-hard'),
        'info: The recording ends while connections are open');
    t.is(titleOf(reportOf([ header, ...call.slice(0, -1) ]), 'ended-hard'), undefined, 'no connection tells its end');
});

test('what chrome://webrtc-internals has forgotten', t => {
    const internals = (count, first) => findingsOf(modelOf(JSON.stringify({
        UserAgent: 'Chrome/149',
        getUserMedia: [],
        PeerConnections: { '1-1': {
            updateLog: [ {
                type: 'createOffer',
                value: '{}',
                timestamp: START
            } ],
            stats: Object.fromEntries([ 'timestamp', 'bytesSent' ].map(name => [ `T-${name}`, {
                statsType: 'transport',
                values: JSON.stringify(Array.from({ length: count }, (_value, index) =>
                    index + (name === 'timestamp' ? START + (first * 1000) + (index * 999) : 0)))
            } ]))
        } }
    })));

    t.is(titleOf(internals(1000, 120), 'stats-truncated'), 'info: The first 120 s have no statistics');
    t.is(titleOf(internals(999, 120), 'stats-truncated'), undefined);
    t.is(titleOf(internals(1000, 2), 'stats-truncated'), undefined);
});

test('joining again and again', t => {
    const connections = count => [ [ 'rtcstatsJournal', null, {} ], ...Array.from({ length: count }, (_value, index) =>
        callLines({ seconds: 3 }).map(([ type, pc, payload, time ]) =>
            [ type, pc && `PC_${index}`, payload, time + (index * 10000) ])).flat() ];

    t.is(titleOf(reportOf(connections(10)), 'churn'), 'minor: 10 connections were made, 0 of them failed');
    t.is(titleOf(reportOf(connections(9)), 'churn'), undefined);
});

test('a call in which everything is well says so, and everything could be looked at', t => {
    const report = findingsOf(callModel());

    t.deepEqual(report.findings, []);
    t.deepEqual(report.notMeasurable, []);
    t.deepEqual(report.verdict, {
        level: '',
        text: 'Nothing was found that a person would notice',
        isJudged: true,
        limits: []
    });
    t.is(report.connections[0].verdict.text, 'Fine: connected for 89.3 s');
});

test('what a dump does not have is not measurable, never good', t => {
    const report = findingsOf(callModel(during(0, 90, ({ rates, gauges }) => {
        delete rates.IV.freezeCount;
        delete rates.IA.concealedSamples;
        delete gauges.OV.qualityLimitationReason;
    })));

    t.deepEqual(report.notMeasurable.map(({ id, why }) => `${id}: ${why}`), [
        'limited-bandwidth: no qualityLimitationReason', 'limited-cpu: no qualityLimitationReason',
        'freeze: no freezeCount', 'audio-gaps: no concealedSamples'
    ]);
    t.true(Number.isNaN(report.connections[0].numbers.inventedShare));
    t.deepEqual(report.verdict.limits,
        [ 'this browser does not count freezes: they are estimated where that can be done' ]);
});

test('the verdict says first what a person noticed, then the likely reason', t => {
    const { verdict, findings } = findingsOf(callModel(during(0, 90, ({ rates, second }) => {
        rates.IV.freezeCount = second % 15 === 5 ? 1 : 0;
        rates.IV.totalFreezesDuration = second % 15 === 5 ? 2 : 0;
        rates.OV.pliCount = 0;
        rates.RV.packetsLost = 12;
    })));

    t.is(verdict.level, 'major');
    t.is(verdict.text, 'Video froze 6×, 12 s in 89 s (13 %). Video out: 8 % lost.');
    t.deepEqual(findings.find(({ id }) => id === 'freeze').causes,
        [ 'the cause is not in this dump: look at the sender and the bridge' ]);
});

test('streams with the same fault are one finding, the worst first', t => {
    const { findings } = findingsOf(callModel(during(0, 90, ({ rates, gauges, second }) => {
        gauges.IV2 = {
            ...gauges.IV,
            ssrc: 7
        };
        rates.IV.freezeCount = second % 20 === 5 ? 1 : 0;
        rates.IV.totalFreezesDuration = second % 20 === 5 ? 0.5 : 0;
        rates.IV2 = {
            ...rates.IV,
            totalFreezesDuration: second % 20 === 5 ? 3 : 0
        };
    })));

    t.deepEqual(findings.filter(({ id }) => id === 'freeze').map(({ level, title, streams, curves }) =>
        [ level, title, streams.map(({ label }) => label), curves[0] ]), [ [
        'major', 'Video froze 5×, 15 s in 89 s (17 %)', [ 'video in · 7', 'video in · 2' ], {
            report: 'IV2',
            member: 'totalFreezesDuration'
        }
    ] ]);
});

test('every rule explains itself once', t => {
    t.is(new Set(RULES.map(({ id }) => id)).size, RULES.length);
    for (const { id, source, causes, next } of RULES) {
        t.true(source.length > 0 && causes.length > 0 && next.length > 0, id);
    }
});

test('no dump makes the search throw, and the model is as it was', t => {
    const types = [
        'create', 'constraints', 'onconnectionstatechange', 'oniceconnectionstatechange', 'setLocalDescription',
        'setLocalDescriptionOnFailure', 'onicecandidate', 'onicecandidateerror', 'ontrack', 'computePressure',
        'navigator.mediaDevices.getUserMedia', 'navigator.mediaDevices.getUserMediaOnSuccess', 'enabled', 'onended'
    ];
    const members = [
        'type', 'timestamp', 'kind', 'ssrc', 'packetsReceived', 'framesDecoded', 'selectedCandidatePairId', 'codecId',
        'bytesSent', 'totalFreezesDuration', 'freezeCount'
    ];
    const report = fc.dictionary(fc.constantFrom(...members), fc.oneof(fc.jsonValue(), fc.integer(),
        fc.constantFrom('inbound-rtp', 'outbound-rtp', 'candidate-pair', 'video')));
    const event = fc.tuple(fc.constantFrom(...types), fc.constantFrom('PC_0', null), fc.jsonValue(),
        fc.integer({
            min: START,
            max: START + 100000
        }));
    const poll = fc.tuple(fc.constant('getstats'), fc.constant('PC_0'),
        fc.dictionary(fc.constantFrom('A', 'B', 'C'), report), fc.integer({
            min: START,
            max: START + 100000
        }));

    t.notThrows(() => fc.assert(fc.property(fc.array(fc.oneof(event, poll)), lines => {
        const model = modelOf(dump([ [ 'rtcstatsJournal', null, {} ], ...lines ]));
        const before = JSON.stringify([ model.counts, model.events ]);

        findingsOf(model);

        return JSON.stringify([ model.counts, model.events ]) === before;
    })));
});
