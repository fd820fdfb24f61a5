/**
 * Dumps that are made of lines, read by their content: what is in them comes out with the names and shapes of protocol
 * 3.1, and what nobody knows is called so.
 */

'use strict';

const test = require('ava');
const fc = require('fast-check');

const { START, dump, entriesOf, modelOf, recordsOf } = require('./dumps');

const SDP = {
    audio: 'v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\nm=audio 9 UDP 111\r\na=mid:0\r\n',
    both: 'v=0\r\no=- 1 3 IN IP4 0.0.0.0\r\nm=audio 9 UDP 111\r\na=mid:0\r\nm=video 9 UDP 96\r\na=mid:1\r\n'
};

/**
 * The format a dump is taken for, and what is not an entry in it.
 *
 * @param {string} content - The dump.
 * @returns {any[]} The name of the format, then the kinds of other records.
 */
function formatOf(content) {
    return recordsOf(content).filter(({ kind }) => kind !== 'entry')
        .map(({ kind, format }) => format ?? kind);
}

test('rtcstats 3.1, with and without a first line, in pieces of any size', t => {
    const lines = dump([
        [ 'connectionInfo', null, { userAgent: 'Chrome/1' }, START ],
        [ 'create', 'PC_0', {}, START + 1, 1 ],
        [ 'getstats', 'PC_0', {
            T: {
                type: 'transport',
                bytesSent: 5,
                timestamp: 0
            },
            timestamp: START + 2
        }, START + 2, 2 ],
        [ 'getstats', 'PC_0', {
            T: { bytesSent: 9 },
            timestamp: START + 3
        }, START + 3, 3 ]
    ]);
    const whole = recordsOf(lines);

    t.deepEqual(whole.map(({ kind, number }) => number ?? kind), [ 'format', 'client', 1, 2, 3 ]);
    t.deepEqual(whole[4].payload.T, {
        type: 'transport',
        bytesSent: 9,
        timestamp: START + 2
    });
    for (const chunk of [ 1, 7, 100 ]) {
        t.deepEqual(recordsOf(lines, chunk), whole);
    }
    t.deepEqual(formatOf(lines.slice(lines.indexOf('\n') + 1)), [ 'rtcstats 3.1' ]);
});

test('backend services are shown as what they are, and their logs as entries', t => {
    const model = modelOf(dump([
        {
            statsSessionId: 'x',
            type: 'identity',
            data: {
                confName: 'room',
                applicationName: 'JVB'
            }
        },
        {
            statsSessionId: 'x',
            type: 'stats-entry',
            data: JSON.stringify({
                endpoints: { a: 1 },
                timestamp: START
            })
        },
        {
            statsSessionId: 'x',
            type: 'stats-entry',
            data: JSON.stringify([ 'logs', null, [ { text: 'hello' } ], START + 5 ])
        }
    ]));

    t.like(model.counts, {
        foreign: 2,
        damaged: 0,
        entries: 1
    });
    t.deepEqual(model.events.map(({ type, text }) => [ type, text ]), [
        [ 'identity', '{"confName":"room","applicationName":"JVB"}' ],
        [ 'stats-entry', `{"endpoints":{"a":1},"timestamp":${START}}` ],
        [ 'logs', '[{"text":"hello"}]' ]
    ]);
    t.is(model.identity.applicationName, 'JVB');
});

test('an entry without a time and one of another clock are listed, not damaged, and stretch nothing', t => {
    const model = modelOf(dump([
        [ 'logs', null, 'a', START, 1 ],
        [ 'logs', null, 'b', START + 1000, 2 ],
        [ 'e2eRtt', null, { rtt: 5 } ],
        [ 'logs', null, 'c', 1e300, 3 ],
        [ 'logs', null, 'd', '2026-03-14T09:30:09.000Z', 4 ],
        [ 'getstats', 'PC_0', {
            T: {
                type: 'transport',
                timestamp: 5
            }
        }, 86400, 5 ]
    ]));

    t.like(model.counts, {
        damaged: 0,
        untimed: 1,
        offClock: 2
    });
    t.deepEqual(model.clock.range(), [ START, START + 9000 ]);
    t.deepEqual(model.events.map(({ clock, time }) => [ clock, time ]),
        [ [ '', START ], [ '', START + 1000 ], [ 'none', START + 1000 ], [ 'other', 1e300 ], [ '', START + 9000 ] ]);
    t.is(model.connections.size, 0, 'a poll of another clock draws no curve');
});

test('rtcstats formats 1 and 2: what a delta leaves out stays', t => {
    const lines = fileFormat => dump([
        {
            ...fileFormat && { fileFormat },
            path: '/x',
            origin: 'https://a.example',
            url: '/x',
            userAgent: 'Chrome/1',
            time: START
        },
        [ 'getStats', 'PC_0', {
            A: {
                type: 'transport',
                n: 1,
                timestamp: 0
            },
            B: {
                type: 'codec',
                timestamp: 900
            },
            timestamp: 1000
        }, START + 5 ],
        [ 'getStats', 'PC_0', { A: { n: 2 } }, new Date(START + 10).toISOString() ]
    ]);

    t.deepEqual(formatOf(lines(2)), [ 'rtcstats format 1 or 2', 'client' ]);
    t.deepEqual(entriesOf(lines(2))[1], [ 'getstats', 'PC_0', {
        A: {
            type: 'transport',
            n: 2,
            timestamp: 1000
        },
        B: {
            type: 'codec',
            timestamp: 900
        }
    }, START + 10 ]);
    t.deepEqual(Object.values(entriesOf(lines(undefined))[1][2]).map(({ timestamp }) => timestamp),
        [ START + 10, START + 10 ], 'before format 2, the time of the entry counts');
});

test('rtcstats format 3, with numbers and with names', t => {
    const header = {
        fileFormat: 3,
        userAgent: 'Chrome/140',
        clientProtocol: 'rtcstats#5.0'
    };
    const numbers = dump([ 'RTCStatsDump', header,
        [ 39, null, { hardwareConcurrency: 8 }, START ],
        [ 60, null, { audio: true }, '60-0', 10 ],
        [ 61, null, [ [ 'audio', 'id1', 'Mic', 's1' ] ], '60-0', 5 ],
        [ 39, 'PC_0', null, 5 ],
        [ 3, 'PC_0', {
            type: 'offer',
            sdp: SDP.audio
        }, '2-0', 10 ],
        [ 6, 'PC_0', {
            type: 'offer',
            sdp: 'v=\r\nm=\r\n'
        }, '6-0', 0 ],
        [ 3, 'PC_0', {
            type: 'offer',
            sdp: 'v=0\r\no=- 1 3 IN IP4 0.0.0.0\r\nm=\r\nm=video 9 UDP 96\r\na=mid:1\r\n'
        }, '2-1', 10 ],
        [ 25, 'PC_0', '"connected"', 10.5 ],
        [ 'g', 'PC_0', {
            0: {
                type: 5,
                80: 1,
                96: { cpu: 1 }
            },
            1: {
                type: 14,
                6: 'audio/opus',
                t: 7
            },
            t: START + 60
        }, 'connected-0', 9.5 ],
        [ 'g', 'PC_0', {
            0: {
                80: 2,
                96: { none: 3 }
            },
            1: null,
            t: START + 70
        }, 10 ],
        'broken',
        [ 72, null, null, 'track-1', 30 ],
        [ 'MediaStreamTrack.enabled', null, false, 'track-1', 0 ],
        [ 22, 'PC_0', [ 'video', 'track-2', 'Cam', 's1', 's2' ], 0 ],
        [ ':custom', null, 1, 0 ],
        [ 'close', null, 1001, 100 ]
    ]);
    const records = recordsOf(numbers);

    t.deepEqual(formatOf(numbers), [ 'rtcstats format 3 (protocol 5)', 'client', 'client', 'damaged' ]);
    t.deepEqual(records.find(({ type }) => type === 'navigator.mediaDevices.getUserMediaOnSuccess'), {
        kind: 'entry',
        time: START + 15,
        type: 'navigator.mediaDevices.getUserMediaOnSuccess',
        pc: '',
        payload: {
            id: 's1',
            tracks: [ {
                kind: 'audio',
                id: 'id1',
                label: 'Mic'
            } ]
        },
        number: 0,
        call: '60-0',
        place: records[5].place
    });
    t.deepEqual(records.filter(({ payload }) => payload?.sdp).map(({ type, payload }) => [ type, payload.sdp ]), [
        [ 'createOfferOnSuccess', SDP.audio ],
        [ 'setLocalDescription', SDP.audio ],
        [ 'createOfferOnSuccess', SDP.both ]
    ]);
    const polls = records.filter(({ type }) => type === 'getstats')
        .map(({ payload, time }) => [ time - START, payload ]);

    t.deepEqual(polls, [ [ 60, {
        0: {
            type: 'transport',
            bytesSent: 1,
            qualityLimitationDurations: { cpu: 1 },
            timestamp: START + 60
        },
        1: {
            type: 'codec',
            mimeType: 'audio/opus',
            timestamp: 7
        }
    } ], [ 70, {
        0: {
            type: 'transport',
            bytesSent: 2,
            qualityLimitationDurations: {
                cpu: 1,
                none: 3
            },
            timestamp: START + 70
        }
    } ] ]);
    t.deepEqual(records.slice(-5).map(({ type, payload, time }) => [ type, payload, time - START ]), [
        [ 'onended', 'track-1', 100 ],
        [ 'enabled', 'track-1 false', 100 ],
        [ 'ontrack', 'video:track-2 stream:s1,stream:s2', 100 ],
        [ 'custom', 1, 100 ],
        [ 'websocketclose', 1001, 200 ]
    ]);
    t.is(records.find(({ type }) => type === 'onconnectionstatechange').payload, 'connected');

    const names = dump([ 'RTCStatsDump', header,
        [ 'getStats', 'PC_0', {
            A: { type: 'transport' },
            timestamp: 9
        }, START ] ]);

    t.deepEqual(entriesOf(names), [ [ 'getstats', 'PC_0', { A: {
        type: 'transport',
        timestamp: 9
    } }, START ] ]);
});

test('what is no dump is called so once, an empty file holds nothing, and a broken first line hides nothing', t => {
    const unknown = content => recordsOf(content).map(({ kind, text }) => `${kind}: ${text}`);

    t.deepEqual(unknown('# A title\n\ntext\n'.repeat(50)), [ `unknown: not a dump: begins with ${
        JSON.stringify('# A title\ntext\n# A title\ntext\n# A title\ntext\n# A title\ntext\n'.slice(0, 60))}` ]);
    t.deepEqual(unknown('{"name": "x", "version": 1}'),
        [ 'unknown: not a dump, or one that is cut: JSON that is not complete or of another kind' ]);
    t.deepEqual(unknown('{\n "PeerConnections": {\n'),
        [ 'unknown: not a dump, or one that is cut: JSON that is not complete or of another kind' ]);
    t.deepEqual(unknown(Uint8Array.from([ 0x50, 0x4b, 3, 4, 0, 255 ])), [ 'unknown: not a dump: a ZIP archive' ]);
    t.deepEqual(recordsOf(''), []);
    t.deepEqual(recordsOf('\n\n'), []);
    t.deepEqual(recordsOf(dump([ '["connectionInfo",null,{"path', [ 'logs', null, 'x', START, 1 ] ]))
        .map(({ kind }) => kind), [ 'format', 'damaged', 'entry' ]);
    t.deepEqual(recordsOf(dump([ [ 'connectionInfo', null, {}, START ] ])).map(({ kind }) => kind),
        [ 'format', 'client' ], 'a header alone is no damage');
});

test('no line makes a reader throw, whatever it holds', t => {
    const values = [
        'null', '0', '"x"', '[]', '{}', '[null]', '["getstats","PC_0",null,1]', '["getstats","PC_0",[1],1]',
        '["getstats","PC_0",{"A":null},1]', '["getstats","PC_0",{"A":5},1]', '["create","PC_0"]', '[1,2,3]',
        '["a",5,1,1]', '{"statsSessionId":1,"type":"identity","data":null}', '{"fileFormat":3}',
        '["identity",null,"text",1]', '["onicecandidate","PC_0",5,1]', '["constraints","PC_0","x",1]'
    ];
    const starts = [
        '["connectionInfo",null,"x",1]', '["connectionInfo",null,null,1]', '["rtcstatsJournal",null]',
        'RTCStatsDump', '{"fileFormat":2}', '{"userAgent":1,"path":2}'
    ];

    for (const start of starts) {
        t.notThrows(() => modelOf([ start, ...values ].join('\n')));
    }
    for (const document of [ '{"PeerConnections":null,"getUserMedia":null}', '{"PeerConnections":{"a":null}}',
        '{"PeerConnections":{"a":{"stats":{"x-y":{"values":"nope"}}}}}', '{"peerConnections":{"a":null}}',
        '{"peerConnections":{"a":[null]}}', '[[]]', '[{}]', '[null]' ]) {
        t.notThrows(() => modelOf(document), document);
    }
    fc.assert(fc.property(fc.constantFrom(...starts), fc.array(fc.json()), (start, lines) => {
        modelOf([ start, ...lines ].join('\n'));
    }));
    fc.assert(fc.property(fc.constantFrom('PeerConnections', 'peerConnections', 'getUserMedia', 'A'), fc.jsonValue(),
        (name, value) => {
            modelOf(JSON.stringify({ [name]: value,
                UserAgent: value,
                getUserMedia: value }));
            modelOf(JSON.stringify([ value ]));
        }));
});
