/**
 * Dumps that are one JSON document, read by their content: what is in them comes out as if it had been recorded line by
 * line.
 */

/* eslint-disable camelcase -- The names are Chrome's. */

'use strict';

const test = require('ava');

const { START, entriesOf, recordsOf } = require('./dumps');

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

test('the document from before there were formats', t => {
    const document = JSON.stringify({
        PeerConnections: {},
        url: 'https://a.example',
        userAgent: 'Chrome/48',
        getUserMedia: [ {
            time: '2026-03-14T09:30:00.000Z',
            type: 'getUserMedia',
            value: { audio: true }
        } ],
        peerConnections: {
            PC_0: [ {
                time: '2026-03-14T09:30:02.000Z',
                type: 'getStats',
                value: { A: { type: 'transport' } }
            }, {
                time: '2026-03-14T09:30:01.000Z',
                type: 'create'
            } ]
        }
    }, null, 1);

    t.deepEqual(formatOf(document), [ 'rtcstats document', 'client' ]);
    t.deepEqual(entriesOf(document).map(([ type, pc, , time ]) => [ type, pc, time - START ]),
        [ [ 'getUserMedia', '', 0 ], [ 'create', 'PC_0', 1000 ], [ 'getstats', 'PC_0', 2000 ] ]);
});

test('chrome://webrtc-internals, new', t => {
    const series = (values, statsType = 'inbound-rtp') => {
        return {
            startTime: '2026-03-14T09:30:01.000Z',
            endTime: '2026-03-14T09:30:03.000Z',
            statsType,
            values: JSON.stringify(values)
        };
    };
    const times = [ START + 1000, START + 2000, START + 3000 ];
    const document = {
        UserAgent: 'Chrome/149',
        UserAgentData: { brands: [] },
        getUserMedia: [ {
            request_type: 'getUserMedia',
            request_id: 0,
            pid: 1,
            rid: 2,
            audio: '',
            timestamp: START
        }, {
            request_type: 'getUserMedia',
            request_id: 0,
            pid: 1,
            rid: 2,
            error: 'NotReadableError',
            error_message: 'busy',
            timestamp: START + 50
        } ],
        PeerConnections: { '1-2': {
            rtcConfiguration: '{"iceServers":[]}',
            updateLog: [
                {
                    type: 'createOfferOnSuccess',
                    value: JSON.stringify({
                        type: 'offer',
                        sdp: SDP.audio
                    }),
                    timestamp: START + 100.5
                },
                {
                    type: 'onconnectionstatechange',
                    value: '"connected"',
                    timestamp: START + 200
                },
                {
                    type: 'onicecandidateerror',
                    value: JSON.stringify({
                        url: 'turn:a',
                        error_code: '401',
                        error_text: 'Unauthorized'
                    }),
                    timestamp: START + 300
                },
                {
                    type: 'restartIce',
                    value: '',
                    timestamp: START + 400
                }
            ],
            stats: {
                'IT-1-timestamp': series(times),
                'IT-1-packetsReceived': series([ 10, 20, 30 ]),
                'IT-1-framesDecoded': series([ 5, 6 ]),
                'IT-1-[packetsReceived/s]': series([ 1, 2, 3 ]),
                'R/2-timestamp': series([ START + 1010, START + 1010, START + 1010 ], 'remote-outbound-rtp'),
                'R/2-bytesSent': series([ 7, 7, 7 ], 'remote-outbound-rtp')
            }
        } }
    };

    for (const text of [ JSON.stringify(document), JSON.stringify(document, null, 2) ]) {
        t.deepEqual(formatOf(text), [ 'chrome://webrtc-internals', 'client' ]);
        const entries = entriesOf(text);

        t.deepEqual(entries.map(([ type, , payload, time ]) =>
            [ type, type === 'getstats' ? '' : payload, time - START ]), [
            [ 'navigator.mediaDevices.getUserMedia', { audio: true }, 0 ],
            [ 'navigator.mediaDevices.getUserMediaOnFailure', 'NotReadableError: busy', 50 ],
            [ 'create', { iceServers: [] }, 100.5 ],
            [ 'createOfferOnSuccess', {
                type: 'offer',
                sdp: SDP.audio
            }, 100.5 ],
            [ 'onconnectionstatechange', 'connected', 200 ],
            [ 'onicecandidateerror', {
                url: 'turn:a',
                error_code: '401',
                error_text: 'Unauthorized',
                errorCode: 401,
                errorText: 'Unauthorized'
            }, 300 ],
            [ 'restartIce', null, 400 ],
            [ 'getstats', '', 1000 ], [ 'getstats', '', 2000 ], [ 'getstats', '', 3000 ]
        ]);
        t.deepEqual(entries.slice(-3).map(([ , , reports ]) => [ reports['IT-1'], reports['R/2']?.bytesSent ]), [
            [ {
                id: 'IT-1',
                type: 'inbound-rtp',
                timestamp: START + 1000,
                packetsReceived: 10
            }, undefined ],
            [ {
                id: 'IT-1',
                type: 'inbound-rtp',
                timestamp: START + 2000,
                packetsReceived: 20,
                framesDecoded: 5
            }, 7 ],
            [ {
                id: 'IT-1',
                type: 'inbound-rtp',
                timestamp: START + 3000,
                packetsReceived: 30,
                framesDecoded: 6
            }, 7 ]
        ]);
    }
});

test('chrome://webrtc-internals, old: events without "on", notes instead of JSON, no times of reports', t => {
    const entries = entriesOf(JSON.stringify({
        UserAgent: 'Chrome/80',
        getUserMedia: [],
        PeerConnections: { '5-1': {
            rtcConfiguration: '{ iceServers: [], iceTransportPolicy: all }',
            updateLog: [
                {
                    type: 'setLocalDescription',
                    value: `type: offer, sdp: ${SDP.audio}`,
                    time: '2026-03-14T09:30:00.000Z'
                },
                {
                    type: 'icecandidate',
                    value: 'sdpMid: 0, sdpMLineIndex: 0, candidate: candidate:1 1 udp 1 10.0.0.1 9 typ host, url: ',
                    time: '2026-03-14T09:30:01.000Z'
                },
                {
                    type: 'signalingstatechange',
                    value: 'have-local-offer',
                    time: '2026-03-14T09:30:02.000Z'
                }
            ],
            stats: { 'X-bytesSent': {
                startTime: '2026-03-14T09:30:10.000Z',
                endTime: '2026-03-14T09:30:12.000Z',
                statsType: 'transport',
                values: '[1,2,3]'
            } }
        } }
    }));

    t.deepEqual(entries.map(([ type, , payload, time ]) => [ type, payload.sdp ?? payload.candidate ?? payload.X
        ?? payload, time - START ]), [
        [ 'create', '{ iceServers: [], iceTransportPolicy: all }', 0 ],
        [ 'setLocalDescription', SDP.audio, 0 ],
        [ 'onicecandidate', 'candidate:1 1 udp 1 10.0.0.1 9 typ host', 1000 ],
        [ 'onsignalingstatechange', 'have-local-offer', 2000 ],
        ...[ 1, 2, 3 ].map(bytesSent => [ 'getstats', {
            id: 'X',
            type: 'transport',
            timestamp: START + 9000 + (bytesSent * 1000),
            bytesSent
        }, 9000 + (bytesSent * 1000) ])
    ]);
});

test('plain getStats(), in every notation', t => {
    const report = {
        id: 'A',
        type: 'transport',
        timestamp: START + 7,
        bytesSent: 1
    };
    const later = {
        ...report,
        timestamp: START + 1007
    };

    for (const one of [ { A: report }, [ report ], [ [ 'A', report ] ] ]) {
        t.deepEqual(entriesOf(JSON.stringify(one)), [ [ 'getstats', 'PC_0', { A: report }, START + 7 ] ]);
    }
    for (const two of [
        [ { A: report }, { A: later } ],
        [ [ report ], [ later ] ],
        [ {
            timestamp: START + 7,
            stats: [ report ]
        }, {
            timestamp: START + 1007,
            stats: { A: later }
        } ]
    ]) {
        t.deepEqual(entriesOf(JSON.stringify(two, null, 1)).map(([ , , reports, time ]) => [ reports, time ]),
            [ [ { A: report }, START + 7 ], [ { A: later }, START + 1007 ] ]);
    }
});

