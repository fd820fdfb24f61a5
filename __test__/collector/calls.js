/**
 * Makes up calls, poll by poll, in which everything is well unless a test says otherwise.
 *
 * It must never use chance: what is put in is what has to be found.
 */

'use strict';

const { START, dump, modelOf } = require('./dumps');

/** What every counter does in a second. */
const RATES = {
    T: {
        bytesSent: 200000,
        bytesReceived: 200000
    },
    CP: {
        bytesSent: 200000,
        bytesReceived: 200000,
        requestsSent: 0.4,
        responsesReceived: 0.4
    },
    IA: {
        packetsReceived: 50,
        packetsLost: 0,
        bytesReceived: 5000,
        totalSamplesReceived: 48000,
        totalSamplesDuration: 1,
        totalAudioEnergy: 0.01,
        concealedSamples: 100,
        silentConcealedSamples: 0,
        insertedSamplesForDeceleration: 100,
        removedSamplesForAcceleration: 100,
        jitterBufferDelay: 48000 * 0.05,
        jitterBufferEmittedCount: 48000,
        jitterBufferFlushes: 0
    },
    IV: {
        packetsReceived: 150,
        packetsLost: 0,
        bytesReceived: 180000,
        framesReceived: 30,
        framesDecoded: 30,
        framesDropped: 0,
        freezeCount: 0,
        totalFreezesDuration: 0,
        pauseCount: 0,
        totalPausesDuration: 0,
        totalInterFrameDelay: 1,
        totalSquaredInterFrameDelay: 1 / 30,
        totalDecodeTime: 0.1,
        pliCount: 0,
        firCount: 0,
        totalCorruptionProbability: 0.01,
        corruptionMeasurements: 1
    },
    OA: {
        packetsSent: 50,
        bytesSent: 5000,
        totalPacketSendDelay: 0.5
    },
    OV: {
        packetsSent: 150,
        bytesSent: 180000,
        framesEncoded: 30,
        totalEncodeTime: 0.2,
        totalPacketSendDelay: 1.5,
        pliCount: 0,
        firCount: 0
    },
    RA: { packetsLost: 0 },
    RV: { packetsLost: 0 },
    SA: {
        totalAudioEnergy: 0.01,
        totalSamplesDuration: 1
    },
    SV: { frames: 30 },
    AP: {
        totalSamplesDuration: 1,
        synthesizedSamplesDuration: 0
    },

    // How long the sent video was limited, by what.
    limits: {
        none: 1,
        cpu: 0,
        bandwidth: 0
    }
};

/** What is as it is. */
const GAUGES = {
    T: {
        type: 'transport',
        selectedCandidatePairId: 'CP'
    },
    CP: {
        type: 'candidate-pair',
        state: 'succeeded',
        nominated: true,
        localCandidateId: 'L',
        remoteCandidateId: 'R',
        currentRoundTripTime: 0.04,
        availableOutgoingBitrate: 2500000
    },
    L: {
        type: 'local-candidate',
        candidateType: 'host',
        protocol: 'udp',
        networkType: 'wifi',
        address: '192.0.2.1',
        port: 50000
    },
    R: {
        type: 'remote-candidate',
        candidateType: 'host',
        protocol: 'udp',
        address: '198.51.100.1',
        port: 10000
    },
    IA: {
        type: 'inbound-rtp',
        kind: 'audio',
        ssrc: 1,
        codecId: 'CA',
        trackIdentifier: 'ta',
        jitter: 0.005,
        audioLevel: 0.3,
        estimatedPlayoutTimestamp: 0
    },
    IV: {
        type: 'inbound-rtp',
        kind: 'video',
        ssrc: 2,
        codecId: 'CV',
        trackIdentifier: 'tv',
        jitter: 0.01,
        frameHeight: 720,
        framesPerSecond: 30,
        decoderImplementation: 'libvpx',
        estimatedPlayoutTimestamp: 20
    },
    OA: {
        type: 'outbound-rtp',
        kind: 'audio',
        ssrc: 3,
        codecId: 'CA',
        mediaSourceId: 'SA',
        active: true
    },
    OV: {
        type: 'outbound-rtp',
        kind: 'video',
        ssrc: 4,
        codecId: 'CV',
        mediaSourceId: 'SV',
        active: true,
        frameHeight: 720,
        framesPerSecond: 30,
        encoderImplementation: 'libvpx',
        qualityLimitationReason: 'none'
    },
    RA: {
        type: 'remote-inbound-rtp',
        kind: 'audio',
        localId: 'OA',
        jitter: 0.005,
        fractionLost: 0,
        roundTripTime: 0.04
    },
    RV: {
        type: 'remote-inbound-rtp',
        kind: 'video',
        localId: 'OV',
        jitter: 0.005,
        fractionLost: 0,
        roundTripTime: 0.04
    },
    SA: {
        type: 'media-source',
        kind: 'audio',
        trackIdentifier: 'mic',
        audioLevel: 0.2
    },
    SV: {
        type: 'media-source',
        kind: 'video',
        trackIdentifier: 'cam',
        framesPerSecond: 30
    },
    CA: {
        type: 'codec',
        mimeType: 'audio/opus'
    },
    CV: {
        type: 'codec',
        mimeType: 'video/VP8'
    },
    AP: {
        type: 'media-playout',
        kind: 'audio'
    }
};

const SDP = [
    'v=0', 'o=- 1 2 IN IP4 0.0.0.0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=rtpmap:111 opus/48000/2',
    'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=rtpmap:96 VP8/90000', ''
].join('\r\n');

/** What happens ahead of the polls: seconds, type, payload; connection if it is not the one. */
const EVENTS = [
    [ 0, 'navigator.mediaDevices.getUserMedia', {
        audio: true,
        video: true
    }, null ],
    [ 0.1, 'navigator.mediaDevices.getUserMediaOnSuccess', {
        id: 's',
        tracks: [ {
            kind: 'audio',
            id: 'mic'
        }, {
            kind: 'video',
            id: 'cam'
        } ]
    }, null ],
    [ 0.2, 'create', { iceServers: [ { urls: [ 'stun:stun.example', 'turn:turn.example' ] } ] } ],
    [ 0.2, 'constraints', { optional: [ { rtcStatsSFUP2P: false } ] } ],
    [ 0.3, 'setRemoteDescription', {
        type: 'offer',
        sdp: SDP
    } ],
    [ 0.31, 'setRemoteDescriptionOnSuccess', null ],
    [ 0.32, 'onsignalingstatechange', 'have-remote-offer' ],
    [ 0.4, 'createAnswer', null ],
    [ 0.41, 'createAnswerOnSuccess', {
        type: 'answer',
        sdp: SDP
    } ],
    [ 0.42, 'setLocalDescription', {
        type: 'answer',
        sdp: SDP
    } ],
    [ 0.43, 'setLocalDescriptionOnSuccess', null ],
    [ 0.44, 'onsignalingstatechange', 'stable' ],
    [ 0.44, 'onicegatheringstatechange', 'gathering' ],
    [ 0.45, 'onicecandidate', { candidate: 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host' } ],
    [ 0.47, 'oniceconnectionstatechange', 'checking' ],
    [ 0.48, 'onconnectionstatechange', 'connecting' ],
    [ 0.5, 'addIceCandidate', { candidate: 'candidate:2 1 udp 2122260223 198.51.100.1 10000 typ host' } ],
    [ 0.51, 'addIceCandidateOnSuccess', null ],
    [ 0.6, 'oniceconnectionstatechange', 'connected' ],
    [ 0.7, 'onconnectionstatechange', 'connected' ],
    [ 0.8, 'onicecandidate', null ],
    [ 0.8, 'onicegatheringstatechange', 'complete' ]
];

/**
 * @typedef {Object} Poll
 * @property {number} second - When it is.
 * @property {Object} rates - What counters do in the second before, to be changed.
 * @property {Object} gauges - What is as it is, to be changed; a report that is deleted is not in the poll.
 *
 * @typedef {Object} CallOptions
 * @property {number} [seconds] - How long the call is.
 * @property {number} [interval] - How far apart polls are, in seconds.
 * @property {Function} [poll] - Called with each Poll before it is made.
 * @property {Function} [events] - Called with the list of events; gives the ones that are to be.
 */

/**
 * The lines of a call.
 *
 * @param {CallOptions} [options] - What is not well.
 * @returns {any[]} The lines of a journal, whose reports are full ones.
 */
function callLines({ seconds = 90, interval = 1, poll = () => undefined, events = all => all } = {}) {
    const lines = events(structuredClone(EVENTS)).map(([ second, type, payload, pc = 'PC_0' ]) =>
        [ type, pc, payload, START + Math.round(second * 1000) ]);
    const sums = Object.fromEntries(Object.keys(RATES).map(id => [ id, {} ]));

    for (let second = interval; second <= seconds; second += interval) {
        const state = {
            second,
            rates: structuredClone(RATES),
            gauges: structuredClone(GAUGES),
            time: START + (second * 1000)
        };

        if (poll(state) !== false) {
            const stamp = state.stamp ?? state.time;

            for (const [ id, rates ] of Object.entries(state.rates)) {
                for (const [ name, rate ] of Object.entries(rates)) {
                    (sums[id] ??= {})[name] = (sums[id][name] ?? 0) + (rate * interval);
                }
            }
            const reports = Object.entries(state.gauges).map(([ id, gauges ]) => [ id, {
                id,
                timestamp: stamp,
                ...gauges,
                ...Object.fromEntries(Object.keys(state.rates[id] ?? {}).map(name => [ name, sums[id][name] ])),
                ...id === 'OV' && state.rates.limits ? { qualityLimitationDurations: { ...sums.limits } } : {}
            } ]);

            lines.push([ 'getstats', 'PC_0', Object.fromEntries(reports), state.time ]);
        }
    }
    const last = lines[lines.length - 1][3];

    return [ ...lines.sort((a, b) => a[3] - b[3]), [ 'close', 'PC_0', {}, last + 10 ] ];
}

/**
 * Changes some polls.
 *
 * @param {number} from - From which second on.
 * @param {number} to - Up to which second.
 * @param {Function} change - Called with each Poll in between.
 * @returns {CallOptions} The options of such a call.
 */
function during(from, to, change) {
    return {
        poll: state => {
            if (state.second > from && state.second <= to) {
                return change(state);
            }
        }
    };
}

/**
 * Adds events to a call.
 *
 * @param {...any[]} events - Each as seconds, type, payload, and the connection if it is not the one.
 * @returns {CallOptions} The options of such a call.
 */
function withEvents(...events) {
    return { events: all => [ ...all, ...events ] };
}

/**
 * Leaves out events of a call, and adds others.
 *
 * @param {RegExp} types - Which to leave out.
 * @param {...any[]} events - What to add.
 * @returns {CallOptions} The options of such a call.
 */
function without(types, ...events) {
    return { events: all => [ ...all.filter(([ , type ]) => !types.test(type)), ...events ] };
}

/**
 * The model of a call.
 *
 * @param {CallOptions} [options] - What is not well.
 * @returns {Object} The model.
 */
function callModel(options) {
    return modelOf(dump([ [ 'rtcstatsJournal', null, { userAgent: 'test' } ], ...callLines(options) ]));
}

module.exports = {
    EVENTS,
    SDP,
    callLines,
    callModel,
    during,
    without,
    withEvents
};
