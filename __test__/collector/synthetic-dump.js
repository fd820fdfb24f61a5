/**
 * Makes dumps of calls that never took place, with reports whose every value is known.
 *
 * It must never use randomness: a test compares what is drawn with what was written.
 */

'use strict';

const START = Date.UTC(2026, 2, 14, 9, 30);

/**
 * A value that goes up and down.
 *
 * @param {number} middle - Around what.
 * @param {number} swing - How far.
 * @param {number} second - When.
 * @param {number} phase - Shifts it.
 * @returns {number} The value.
 */
function wave(middle, swing, second, phase) {
    return Math.round(middle + (swing * Math.sin((second / 17) + phase)));
}

/**
 * The received streams of one participant.
 *
 * @param {number} index - Which participant.
 * @param {number} second - When.
 * @param {number} timestamp - The same, as the reports have it.
 * @returns {Object} The reports by id.
 */
function inbound(index, second, timestamp) {
    const isFrozen = second % 60 > 55;

    return {
        [`IT01A${1000 + index}`]: {
            id: `IT01A${1000 + index}`,
            timestamp,
            type: 'inbound-rtp',
            kind: 'audio',
            mediaType: 'audio',
            ssrc: 1000 + index,
            transportId: 'T01',
            codecId: 'CIT01_111_minptime=10;useinbandfec=1',
            jitter: wave(8, 5, second, index) / 1000,
            packetsLost: Math.floor(second / 7),
            packetsReceived: second * 50,
            bytesReceived: second * 4000,
            headerBytesReceived: second * 1400,
            lastPacketReceivedTimestamp: timestamp - 3,
            jitterBufferDelay: second * 4.2,
            jitterBufferTargetDelay: second * 4.1,
            jitterBufferMinimumDelay: second * 4,
            jitterBufferEmittedCount: second * 48000,
            totalSamplesReceived: second * 48000,
            concealedSamples: second * 12,
            silentConcealedSamples: 0,
            concealmentEvents: Math.floor(second / 9),
            insertedSamplesForDeceleration: second * 3,
            removedSamplesForAcceleration: second * 2,
            audioLevel: wave(50, 40, second, index) / 1000,
            totalAudioEnergy: second / 1000,
            totalSamplesDuration: second,
            trackIdentifier: `audio-track-${index}-6f1c`,
            mid: String(index * 2),
            remoteId: `ROA${1000 + index}`,
            playoutId: 'AP'
        },
        [`IT01V${2000 + index}`]: {
            id: `IT01V${2000 + index}`,
            timestamp,
            type: 'inbound-rtp',
            kind: 'video',
            mediaType: 'video',
            ssrc: 2000 + index,
            transportId: 'T01',
            codecId: 'CIT01_100_level-idx=5;profile=0;tier=0',
            jitter: wave(14, 9, second, index) / 1000,
            packetsLost: Math.floor(second / 5),
            packetsReceived: second * 90,
            bytesReceived: second * 90000,
            headerBytesReceived: second * 2600,
            lastPacketReceivedTimestamp: timestamp - 8,
            framesDecoded: second * 30,
            keyFramesDecoded: 1 + Math.floor(second / 300),
            framesReceived: second * 30,
            framesDropped: Math.floor(second / 4),
            framesPerSecond: isFrozen ? 4 : wave(27, 3, second, index),
            frameWidth: second % 400 > 200 ? 640 : 1280,
            frameHeight: second % 400 > 200 ? 360 : 720,
            freezeCount: Math.floor((second + 4) / 60),
            totalFreezesDuration: Math.floor((second + 4) / 60) * 0.75,
            pauseCount: 0,
            totalPausesDuration: 0,
            firCount: 1,
            pliCount: Math.floor(second / 60),
            nackCount: Math.floor(second / 3),
            qpSum: second * 900,
            totalDecodeTime: second * 0.06,
            totalInterFrameDelay: second * 0.99,
            totalSquaredInterFrameDelay: second * 0.034,
            totalProcessingDelay: second * 0.4,
            totalAssemblyTime: second * 0.01,
            framesAssembledFromMultiplePackets: second * 29,
            jitterBufferDelay: second * 0.9,
            jitterBufferTargetDelay: second * 0.8,
            jitterBufferMinimumDelay: second * 0.7,
            jitterBufferEmittedCount: second * 30,
            estimatedPlayoutTimestamp: timestamp + 2208988800000,
            decoderImplementation: 'libvpx',
            powerEfficientDecoder: false,
            trackIdentifier: `video-track-${index}-6f1c`,
            mid: String((index * 2) + 1),
            remoteId: `ROV${2000 + index}`
        }
    };
}

/**
 * All reports of a moment.
 *
 * @param {number} participants - How many others there are.
 * @param {number} second - When.
 * @param {number} timestamp - The same, as the reports have it.
 * @returns {Object} The reports by id.
 */
function reportsAt(participants, second, timestamp) {
    const reports = {
        T01: {
            id: 'T01',
            timestamp,
            type: 'transport',
            bytesReceived: (second * 94000 * participants) + wave(0, 430000 * participants, second, 0),
            bytesSent: (second * 210000) + wave(0, 900000, second, 2),
            packetsReceived: second * 140 * participants,
            selectedCandidatePairId: second < 90 ? 'CPrelay' : 'CPhost',
            dtlsState: 'connected',
            iceState: 'connected'
        },
        CPrelay: {
            id: 'CPrelay',
            timestamp,
            type: 'candidate-pair',
            localCandidateId: 'Irelay',
            remoteCandidateId: 'Ibridge',
            state: 'succeeded',
            nominated: true,
            currentRoundTripTime: 0.085
        },
        CPhost: {
            id: 'CPhost',
            timestamp,
            type: 'candidate-pair',
            localCandidateId: 'Ihost',
            remoteCandidateId: 'Ibridge',
            state: 'succeeded',
            nominated: true,
            currentRoundTripTime: wave(38, 12, second, 1) / 1000
        },
        Irelay: {
            id: 'Irelay',
            timestamp,
            type: 'local-candidate',
            candidateType: 'relay',
            address: '198.51.100.7',
            port: 50211,
            protocol: 'udp',
            relayProtocol: 'tls',
            networkType: 'wifi'
        },
        Ihost: {
            id: 'Ihost',
            timestamp,
            type: 'local-candidate',
            candidateType: 'srflx',
            address: 'x.x.x.x',
            port: 61544,
            protocol: 'udp',
            networkType: 'wifi'
        },
        Ibridge: {
            id: 'Ibridge',
            timestamp,
            type: 'remote-candidate',
            candidateType: 'host',
            address: 'x.x.x.x',
            port: 10000,
            protocol: 'udp'
        },
        OT01V1: {
            id: 'OT01V1',
            timestamp,
            type: 'outbound-rtp',
            kind: 'video',
            ssrc: 77,
            rid: 'h',
            bytesSent: second * 200000,
            framesPerSecond: wave(28, 2, second, 2),
            frameWidth: 1280,
            frameHeight: 720
        },
        RIV1: {
            id: 'RIV1',
            timestamp,
            type: 'remote-inbound-rtp',
            kind: 'video',
            localId: 'OT01V1',
            packetsLost: Math.floor(second / 11),
            jitter: wave(6, 3, second, 3) / 1000,
            roundTripTime: wave(44, 12, second, 1) / 1000
        }
    };

    for (let index = 0; index < participants; index++) {
        Object.assign(reports, inbound(index, second, timestamp));
    }

    return reports;
}

/**
 * Encodes reports against those before, as clients do.
 *
 * @param {Object} previous - The reports before.
 * @param {Object} reports - The reports.
 * @param {number} timestamp - Their time.
 * @returns {Object} The payload of a `getstats` entry.
 */
function encode(previous, reports, timestamp) {
    const delta = { timestamp };

    for (const [ key, report ] of Object.entries(reports)) {
        const changed = Object.entries(report)
            .filter(([ name, value ]) => ![ 'id', 'timestamp' ].includes(name) && previous[key]?.[name] !== value);

        delta[key] = {
            ...Object.fromEntries(changed),
            timestamp: 0
        };
    }

    return delta;
}

/**
 * Makes the lines of a dump.
 *
 * @param {Object} options - The options.
 * @param {number} options.participants - How many others there are.
 * @param {number} options.seconds - How long the call is, a poll a second.
 * @param {number} [options.from] - The first second, for the later part of a session.
 * @param {number} [options.number] - The sequence number before the first.
 * @param {string} [options.room] - The meeting.
 * @yields {string}
 * @returns {Generator<string>} The lines, without newlines.
 */
function *dumpLines({ participants, seconds, from = 0, number = 0, room = 'WeeklyEngineeringSync' }) {
    const path = `/${room}?statsSessionId=x&isReconnect=false`;
    let sn = number;
    let previous = {};
    const entry = (type, pcId, payload, second) =>
        JSON.stringify([ type, pcId, payload, START + Math.round(second * 1000), ++sn ]);

    yield JSON.stringify([ 'connectionInfo', null, {
        path,
        origin: 'https://meet.example',
        url: `https://meet.example${path}`,
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Electron/39.2.1 Safari/537.36',
        clientProtocol: '3.1_STANDARD',
        statsFormat: 'chrome_standard',
        clientType: 'RTCSTATS_CLIENT'
    }, START + (from * 1000) ]);
    yield entry('identity', null, {
        confName: room.toLowerCase(),
        displayName: 'Ada',
        endpointId: 'a1b2c3d4'
    }, from);
    yield entry('navigator.mediaDevices.getUserMedia', null, {
        audio: true,
        video: true
    }, from + 0.1);
    yield entry('navigator.mediaDevices.getUserMediaOnSuccess', null, {
        id: 's1',
        tracks: [ {
            kind: 'audio',
            label: 'Headset <b>microphone</b>'
        }, {
            kind: 'video',
            label: 'HD camera'
        } ]
    }, from + 0.4);
    yield entry('create', 'PC_0', { iceServers: [] }, from + 0.5);
    yield entry('constraints', 'PC_0', { optional: [ { rtcStatsSFUP2P: false } ] }, from + 0.5);
    yield entry('setRemoteDescription', 'PC_0', {
        type: 'offer',
        sdp: 'v=0\r\nm=audio 9 UDP\r\nm=video 9 UDP\r\n'
    }, from + 0.6);
    yield entry('createAnswerOnFailure', 'PC_0', 'OperationError: not yet', from + 0.65);
    yield entry('createAnswerOnSuccess', 'PC_0', {
        type: 'answer',
        sdp: 'v=0\r\nm=audio 9 UDP\r\nm=video 9 UDP\r\n'
    }, from + 0.7);
    yield entry('onconnectionstatechange', 'PC_0', 'connecting', from + 0.8);
    yield entry('onicecandidate', 'PC_0', {
        candidate: 'candidate:1 1 udp 2122260223 x.x.x.x 61544 typ host',
        sdpMid: '0'
    }, from + 0.85);
    yield entry('onicecandidate', 'PC_0', null, from + 0.88);
    yield entry('onconnectionstatechange', 'PC_0', 'connected', from + 0.9);
    for (let second = from + 1; second <= seconds; second++) {
        const timestamp = START + (second * 1000) + 0.25;
        const reports = reportsAt(participants, second, timestamp);

        yield entry('getstats', 'PC_0', encode(previous, reports, timestamp), second);
        previous = reports;
        if (second % 45 === 0) {
            yield entry('dominantSpeaker', null, { dominantSpeakerEndpoint: `e${second}` }, second + 0.3);
        }
        if (second % 120 === 100) {
            yield entry('onconnectionstatechange', 'PC_0', 'disconnected', second + 0.4);
            yield entry('onconnectionstatechange', 'PC_0', 'connected', second + 0.9);
        }
    }
}

module.exports = {
    START,
    dumpLines
};
