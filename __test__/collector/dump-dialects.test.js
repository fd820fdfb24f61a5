/**
 * Reports of old and other browsers, which come out with today's names and units.
 */

/* eslint-disable camelcase -- The names are Chrome's. */

'use strict';

const test = require('ava');

const { START, dump, entriesOf } = require('./dumps');

test('a report that an old client brings back without its type continues what it was', t => {
    const poll = (reports, seconds) => [ 'getstats', 'PC_0', {
        ...reports,
        timestamp: START + (seconds * 1000)
    }, START + (seconds * 1000) ];
    const polls = entriesOf(dump([
        poll({ ssrc_1_recv: {
            type: 'ssrc',
            mediaType: 'audio',
            packetsReceived: '10',
            timestamp: 0
        } }, 1),
        poll({}, 2),
        poll({ ssrc_1_recv: {
            packetsReceived: '30',
            timestamp: 0
        } }, 3)
    ])).map(([ , , reports ]) => reports.ssrc_1_recv);

    t.is(polls[1], undefined);
    t.like(polls[2], {
        type: 'inbound-rtp',
        kind: 'audio',
        packetsReceived: 30,
        timestamp: START + 3000
    });
});

test('reports of old Chrome and Safari get what stands in those of tracks, and Firefox today\'s names', t => {
    const [ [ , , reports ] ] = entriesOf(JSON.stringify({
        I: {
            type: 'inbound-rtp',
            timestamp: START,
            kind: 'video',
            trackId: 'TR',
            framesDecoded: 4
        },
        TR: {
            type: 'track',
            timestamp: START,
            frameHeight: 720,
            framesDecoded: 99,
            freezeCount: 2,
            audioLevel: 16383.5
        },
        F: {
            type: 'inbound-rtp',
            timestamp: START,
            framerateMean: 24.5
        },
        G: {
            type: 'inbound-rtp',
            timestamp: START,
            framerateMean: 1e-314
        }
    }));

    t.like(reports.I, {
        framesDecoded: 4,
        frameHeight: 720,
        freezeCount: 2,
        audioLevel: 0.5
    });
    t.is(reports.F.framesPerSecond, 24.5);
    t.is(reports.G.framesPerSecond, undefined);
});

test('Chrome\'s old callback statistics get the names and units of the standard', t => {
    const [ [ , , reports ] ] = entriesOf(dump([ [ 'getstats', 'PC_0', {
        'ssrc_7_send': {
            type: 'ssrc',
            mediaType: 'video',
            ssrc: '7',
            packetsSent: '10',
            packetsLost: '1',
            googRtt: '120',
            googFrameHeightSent: '360',
            googCpuLimitedResolution: 'true',
            googContentType: 'screen',
            timestamp: 0
        },
        'Conn-audio-1-0': {
            type: 'googCandidatePair',
            googActiveConnection: 'true',
            googRtt: '80',
            localCandidateId: 'Cand-1',
            timestamp: 0
        },
        'Cand-1': {
            type: 'localcandidate',
            candidateType: 'stun',
            ipAddress: '192.0.2.1',
            portNumber: '5',
            transport: 'udp',
            timestamp: 0
        },
        'bweforvideo': {
            type: 'VideoBwe',
            googAvailableSendBandwidth: '300000',
            timestamp: 0
        },
        'timestamp': START
    }, START ] ]));

    t.like(reports.ssrc_7_send, {
        type: 'outbound-rtp',
        kind: 'video',
        packetsSent: 10,
        frameHeight: 360,
        qualityLimitationReason: 'cpu',
        contentType: 'screenshare',
        googRtt: '120'
    });
    t.like(reports.ssrc_7_send_remote, {
        type: 'remote-inbound-rtp',
        localId: 'ssrc_7_send',
        packetsLost: 1,
        roundTripTime: 0.12
    });
    t.like(reports['Conn-audio-1-0'], {
        type: 'candidate-pair',
        selected: true,
        currentRoundTripTime: 0.08,
        availableOutgoingBitrate: 300000
    });
    t.like(reports['Cand-1'], {
        type: 'local-candidate',
        candidateType: 'srflx',
        address: '192.0.2.1',
        port: 5
    });
});

