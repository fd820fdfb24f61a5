/**
 * What goes wrong with devices, descriptions, candidates and connecting.
 */

'use strict';

const { SDP, without, withEvents } = require('./calls');
const { testFaults } = require('./findings');

const NEVER = /^oniceconnectionstatechange$|^onconnectionstatechange$|^getstats$/;
const noPolls = () => false;
const offer = {
    type: 'offer',
    sdp: SDP
};
const answer = {
    type: 'answer',
    sdp: SDP
};
const P2P = [ 0.2, 'constraints', { optional: [ { rtcStatsSFUP2P: true } ] } ];

/**
 * A call whose camera and microphone are asked for in another way.
 *
 * @param {...any[]} events - The requests and what became of them: seconds, type, payload.
 * @returns {Object} The options of the call.
 */
function media(...events) {
    return without(/^navigator/, ...events.map(([ second, type, payload ]) =>
        [ second, `navigator.mediaDevices.${type}`, payload, null ]));
}

/**
 * A call that does not connect.
 *
 * @param {...any[]} events - What happens instead.
 * @returns {Object} The options of the call.
 */
function unconnected(...events) {
    return {
        ...without(NEVER, ...events),
        poll: noPolls
    };
}

testFaults([
    {
        id: 'gum-denied',
        level: 'critical',
        title: /^The camera or microphone was refused \(2×\)$/,
        fault: media([ 0, 'getUserMedia', {
            audio: true,
            video: true
        } ], [ 1, 'getUserMediaOnFailure', 'NotAllowedError' ], [ 2, 'getUserMedia', { audio: true } ],
        [ 3, 'getUserMediaOnFailure', 'NotAllowedError: by the system' ]),
        nearMiss: media([ 0, 'getUserMedia', { audio: true } ], [ 1, 'getUserMediaOnFailure', 'AbortError' ])
    },
    {
        id: 'gum-denied',
        level: 'minor',
        title: /^The microphone was refused$/,
        fault: media([ 0, 'getUserMedia', { audio: true } ], [ 1, 'getUserMediaOnFailure', 'NotAllowedError' ],
            [ 2, 'getUserMedia', { audio: true } ], [ 3, 'getUserMediaOnSuccess', { tracks: [ { kind: 'audio' } ] } ]),
        nearMiss: media([ 0, 'getDisplayMedia', { video: true } ], [ 1, 'getDisplayMediaOnFailure', 'NotAllowedError' ])
    },
    {
        id: 'gum-notfound',
        level: 'major',
        title: /^There is no camera$/,
        fault: media([ 0, 'getUserMedia', { video: true } ], [ 1, 'getUserMediaOnFailure', 'NotFoundError' ],
            [ 2, 'getUserMedia', { audio: true } ], [ 3, 'getUserMediaOnSuccess', { tracks: [ { kind: 'audio' } ] } ]),
        nearMiss: media([ 0, 'getUserMedia', { video: true } ],
            [ 3, 'getUserMediaOnSuccess', { tracks: [ { kind: 'video' } ] } ])
    },
    {
        id: 'gum-busy',
        level: 'critical',
        title: /^The camera is in use by another program$/,
        fault: media([ 0, 'getUserMedia', { video: true } ], [ 1, 'getUserMediaOnFailure', 'NotReadableError' ]),
        nearMiss: media([ 0, 'getUserMedia', { video: true } ], [ 1, 'getUserMediaOnFailure', 'TypeError' ])
    },
    {
        id: 'gum-constraints',
        level: 'critical',
        title: /^The camera can not do what was asked \(required: video deviceId\)$/,
        fault: media([ 0, 'getUserMedia', { video: { deviceId: { exact: 'gone' } } } ],
            [ 1, 'getUserMediaOnFailure', 'OverconstrainedError' ]),
        nearMiss: media([ 0, 'getUserMedia', { video: { deviceId: { exact: 'here' } } } ],
            [ 1, 'getUserMediaOnSuccess', { tracks: [ { kind: 'video' } ] } ])
    },
    {
        id: 'gum-slow',
        level: 'info',
        title: /^Permission took 146 s$/,
        fault: media([ -146, 'getUserMedia', { audio: true } ], [ -0.3, 'getUserMediaOnSuccess', {} ]),
        nearMiss: media([ -9, 'getUserMedia', { audio: true } ], [ -0.3, 'getUserMediaOnSuccess', {} ])
    },
    {
        id: 'gum-pending',
        level: 'minor',
        title: /^Nobody answered whether the microphone may be used$/,
        fault: media([ 0, 'getUserMedia', { audio: true } ]),
        nearMiss: media([ 85, 'getUserMedia', { audio: true } ])
    },
    {
        id: 'gdm-cancelled',
        level: 'info',
        title: /^Sharing the screen was cancelled$/,
        fault: withEvents([ 20, 'navigator.mediaDevices.getDisplayMedia', { video: true }, null ],
            [ 22, 'navigator.mediaDevices.getDisplayMediaOnFailure', 'NotAllowedError', null ]),
        nearMiss: withEvents([ 20, 'navigator.mediaDevices.getDisplayMedia', { video: true }, null ],
            [ 22, 'navigator.mediaDevices.getDisplayMediaOnSuccess', {}, null ])
    },
    {
        id: 'capture-ended',
        level: 'major',
        title: /^The microphone disappeared$/,
        fault: withEvents([ 40, 'onended', 'audio:mic', null ]),
        nearMiss: withEvents([ 39.9, 'stop', 'audio:mic', null ], [ 40, 'onended', 'audio:mic', null ])
    },
    {
        id: 'capture-muted',
        level: 'major',
        title: /^The system muted the microphone for 12 s$/,
        fault: withEvents([ 40, 'onmute', 'audio:mic', null ], [ 52, 'onunmute', 'audio:mic', null ]),

        // What the others mute is theirs.
        nearMiss: withEvents([ 40, 'onmute', 'audio:ta' ], [ 52, 'onunmute', 'audio:ta' ],
            [ 60, 'onmute', 'audio:mic', null ], [ 61, 'onunmute', 'audio:mic', null ])
    },
    {
        id: 'aec-off',
        level: 'info',
        title: /^Echo cancellation was switched off in 1 request$/,
        fault: media([ 0, 'getUserMedia', { audio: { echoCancellation: { exact: false } } } ],
            [ 1, 'getUserMediaOnSuccess', {} ]),
        nearMiss: media([ 0, 'getUserMedia', { audio: { echoCancellation: true } } ],
            [ 1, 'getUserMediaOnSuccess', {} ])
    },
    {
        id: 'sdp-failed',
        level: 'major',
        title: /^Session description was refused: setRemoteDescription: garbage$/,
        fault: withEvents([ 40, 'setRemoteDescription', offer ], [ 40.1, 'setRemoteDescriptionOnFailure', 'garbage' ]),
        nearMiss: withEvents([ 40, 'addIceCandidate', {} ], [ 40.1, 'addIceCandidateOnFailure', 'garbage' ])
    },
    {
        id: 'sdp-hangs',
        level: 'major',
        title: /^createOffer never ended$/,
        fault: withEvents([ 40, 'createOffer', {} ]),
        nearMiss: withEvents([ 88, 'createOffer', {} ])
    },
    {
        id: 'sdp-slow',
        level: 'minor',
        title: /^createOffer took 1\.5 s$/,
        fault: withEvents([ 40, 'createOffer', {} ], [ 41.5, 'createOfferOnSuccess', offer ]),
        nearMiss: withEvents([ 40, 'createOffer', {} ], [ 40.5, 'createOfferOnSuccess', offer ])
    },
    {
        id: 'no-answer',
        level: 'major',
        title: /^Nobody answered the offer \(waited 50 s\)$/,
        fault: withEvents([ 40, 'setLocalDescription', offer ], [ 40.1, 'setLocalDescriptionOnSuccess', null ]),

        // An offer may be set again before it is answered.
        nearMiss: withEvents([ 40, 'setLocalDescription', offer ], [ 40.1, 'setLocalDescriptionOnSuccess', null ],
            [ 41, 'setLocalDescription', offer ], [ 41.1, 'setLocalDescriptionOnSuccess', null ],
            [ 42, 'setRemoteDescription', answer ], [ 42.1, 'setRemoteDescriptionOnSuccess', null ])
    },
    {
        id: 'slow-signalling',
        level: 'minor',
        title: /^The first answer took 3 s$/,
        fault: withEvents([ 40, 'setLocalDescription', offer ], [ 40.1, 'setLocalDescriptionOnSuccess', null ],
            [ 43, 'setRemoteDescription', answer ], [ 43.1, 'setRemoteDescriptionOnSuccess', null ]),
        nearMiss: withEvents([ 40, 'setLocalDescription', offer ], [ 40.1, 'setLocalDescriptionOnSuccess', null ],
            [ 41, 'setRemoteDescription', answer ], [ 41.1, 'setRemoteDescriptionOnSuccess', null ])
    },
    {
        id: 'glare',
        level: 'minor',
        title: /^Both sides offered at once \(1 offer taken back\)$/,
        fault: withEvents([ 40, 'setLocalDescription', offer ], [ 40.1, 'setLocalDescriptionOnSuccess', null ],
            [ 40.2, 'setRemoteDescription', offer ], [ 40.3, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.4, 'setLocalDescription', answer ], [ 40.5, 'setLocalDescriptionOnSuccess', null ]),
        nearMiss: withEvents([ 40, 'setLocalDescription', offer ], [ 40.1, 'setLocalDescriptionOnSuccess', null ],
            [ 40.2, 'setRemoteDescription', answer ], [ 40.3, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.4, 'setRemoteDescription', offer ], [ 40.5, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.6, 'setLocalDescription', answer ], [ 40.7, 'setLocalDescriptionOnSuccess', null ])
    },
    {
        id: 'negotiation-pending',
        level: 'minor',
        title: /^The last negotiation did not end: have-local-offer for 10 s$/,
        fault: withEvents([ 80, 'onsignalingstatechange', 'have-local-offer' ]),
        nearMiss: withEvents([ 80, 'onsignalingstatechange', 'have-local-offer' ],
            [ 81, 'onsignalingstatechange', 'stable' ])
    },
    {
        id: 'mline-rejected',
        level: 'major',
        title: /^Video was refused in the answer$/,
        fault: withEvents([ 40, 'setRemoteDescription', offer ], [ 40.1, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.2, 'setLocalDescription', {
                type: 'answer',
                sdp: SDP.replace('m=video 9', 'm=video 0')
            } ], [ 40.3, 'setLocalDescriptionOnSuccess', null ]),
        nearMiss: withEvents([ 40, 'setRemoteDescription', {
            type: 'offer',
            sdp: SDP.replace('m=video 9', 'm=video 0')
        } ], [ 40.1, 'setRemoteDescriptionOnSuccess', null ], [ 40.2, 'setLocalDescription', {
            type: 'answer',
            sdp: SDP.replace('m=video 9', 'm=video 0')
        } ], [ 40.3, 'setLocalDescriptionOnSuccess', null ])
    },
    {
        id: 'mline-mismatch',
        level: 'major',
        title: /^The answer has other sections than the offer$/,
        fault: withEvents([ 40, 'setRemoteDescription', offer ], [ 40.1, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.2, 'setLocalDescription', {
                type: 'answer',
                sdp: SDP.slice(0, SDP.indexOf('m=video'))
            } ], [ 40.3, 'setLocalDescriptionOnSuccess', null ]),

        // What was not recorded is no answer without sections.
        nearMiss: withEvents([ 40, 'setRemoteDescription', offer ], [ 40.1, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.2, 'setLocalDescription', '' ], [ 40.3, 'setLocalDescriptionOnSuccess', null ])
    },
    {
        id: 'no-common-codec',
        level: 'major',
        title: /^No codec in common: VP8 offered, H264 answered$/,
        fault: withEvents([ 40, 'setRemoteDescription', offer ], [ 40.1, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.2, 'setLocalDescription', {
                type: 'answer',
                sdp: SDP.replace('VP8', 'H264')
            } ], [ 40.3, 'setLocalDescriptionOnSuccess', null ]),
        nearMiss: withEvents([ 40, 'setRemoteDescription', offer ], [ 40.1, 'setRemoteDescriptionOnSuccess', null ],
            [ 40.2, 'setLocalDescription', {
                type: 'answer',
                sdp: SDP.replace('VP8', 'vp8')
            } ], [ 40.3, 'setLocalDescriptionOnSuccess', null ])
    },
    {
        id: 'candidate-refused',
        level: 'minor',
        title: /^2 candidates refused: Unknown ufrag$/,
        fault: withEvents([ 40, 'addIceCandidateOnFailure', 'Unknown ufrag' ],
            [ 41, 'addIceCandidateOnFailure', 'Unknown ufrag' ]),
        nearMiss: withEvents([ 40, 'addIceCandidateOnSuccess', null ])
    },
    {
        id: 'turn-auth',
        level: 'major',
        title: /^TURN refused the user name \(401 Unauthorized\)$/,
        fault: withEvents([ 0.6, 'onicecandidateerror', {
            errorCode: 401,
            errorText: 'Unauthorized',
            url: 'turn:turn.example'
        } ]),

        // Asked once more, it was right.
        nearMiss: withEvents([ 0.6, 'onicecandidateerror', { errorCode: 438 } ],
            [ 0.7, 'onicecandidate', { candidate: 'candidate:3 1 udp 41885439 203.0.113.1 3478 typ relay' } ])
    },
    {
        id: 'turn-quota',
        level: 'major',
        title: /^TURN has no room \(486/,
        fault: withEvents([ 0.6, 'onicecandidateerror', { errorCode: 486 } ]),
        nearMiss: withEvents([ 0.6, 'onicecandidateerror', { errorCode: 600 } ])
    },
    {
        id: 'ice-server-unreachable',
        level: 'info',
        title: /^STUN server can not be reached$/,
        fault: withEvents([ 0.6, 'onicecandidateerror', {
            errorCode: 701,
            url: 'stun:stun.example'
        } ]),
        nearMiss: withEvents([ 0.6, 'onicecandidateerror', {
            errorCode: 701,
            url: 'stun:stun.example'
        } ], [ 0.7, 'onicecandidate', { candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ srflx' } ])
    },
    {
        id: 'no-relay',
        level: 'info',
        title: /^TURN is set up and no relay came$/,
        beside: [ 'ice-failed' ],
        fault: {
            events: all => [ ...all.filter(([ , type ]) => !NEVER.test(type) && type !== 'onicegatheringstatechange'),
                [ 1, 'onicegatheringstatechange', 'gathering' ], [ 5, 'onicegatheringstatechange', 'complete' ],
                [ 1, 'oniceconnectionstatechange', 'checking' ], [ 16.2, 'oniceconnectionstatechange', 'failed' ] ],
            poll: noPolls
        },

        // Gathering stops when it is connected.
        nearMiss: {}
    },
    {
        id: 'no-srflx',
        level: 'info',
        title: /^STUN is set up and no address came from it$/,
        beside: [ 'ice-failed' ],
        fault: {
            events: all => [ ...all.filter(([ , type ]) => !NEVER.test(type) && type !== 'onicegatheringstatechange'),
                [ 1, 'onicegatheringstatechange', 'gathering' ], [ 5, 'onicegatheringstatechange', 'complete' ],
                [ 1, 'oniceconnectionstatechange', 'checking' ], [ 16.2, 'oniceconnectionstatechange', 'failed' ] ],
            poll: noPolls
        },
        nearMiss: {}
    },
    {
        id: 'slow-stun',
        level: 'info',
        title: /^STUN took 0\.8 s$/,
        fault: {
            events: all => [ ...all.filter(([ , type ]) => !/^on(?:ice)?connectionstate/.test(type)),
                [ 1.24, 'onicecandidate', { candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ srflx' } ],
                [ 1.3, 'oniceconnectionstatechange', 'connected' ], [ 1.4, 'onconnectionstatechange', 'connected' ] ]
        },
        nearMiss: withEvents([ 1.24, 'onicecandidate', {
            candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ srflx'
        } ])
    },
    {
        id: 'slow-turn',
        level: 'info',
        title: /^TURN took 0\.8 s$/,
        fault: {
            events: all => [ ...all.filter(([ , type ]) => !/^on(?:ice)?connectionstate/.test(type)),
                [ 1.24, 'onicecandidate', { candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ relay' } ],
                [ 1.3, 'oniceconnectionstatechange', 'connected' ], [ 1.4, 'onconnectionstatechange', 'connected' ] ]
        },
        nearMiss: withEvents([ 0.55, 'onicecandidate', {
            candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ relay'
        } ])
    },
    {
        id: 'ice-failed',
        level: 'critical',
        title: /^Never connected: no path after 15\.2 s; TURN is set up and gave nothing$/,
        fault: unconnected([ 1, 'oniceconnectionstatechange', 'checking' ],
            [ 16.2, 'oniceconnectionstatechange', 'failed' ]),

        // "disconnected" is not "connected", and a connection that was up has not failed to come up.
        nearMiss: withEvents([ 40, 'onconnectionstatechange', 'disconnected' ],
            [ 50, 'onconnectionstatechange', 'failed' ])
    },
    {
        id: 'ice-failed',
        level: 'minor',
        title: /no path after 15 s/,
        fault: unconnected(P2P, [ 1, 'oniceconnectionstatechange', 'checking' ],
            [ 16, 'oniceconnectionstatechange', 'failed' ]),
        nearMiss: {}
    },
    {
        id: 'ice-failed',
        level: 'info',
        title: /the other side gave no candidates$/,
        fault: {
            events: () => [ [ 0, 'create', {} ], [ 0.1, 'createDataChannel', { 0: 'test' } ],
                [ 0.2, 'onicecandidate', { candidate: 'candidate:1 1 udp 1 192.0.2.1 5 typ host' } ],
                [ 1, 'oniceconnectionstatechange', 'checking' ], [ 16, 'oniceconnectionstatechange', 'failed' ] ],
            poll: noPolls
        },
        nearMiss: {}
    },
    {
        id: 'ice-stuck',
        level: 'critical',
        title: /^Never connected: still looking for a path after 39 s/,
        fault: unconnected([ 1, 'oniceconnectionstatechange', 'checking' ], [ 40, 'logs', 'x' ]),
        nearMiss: unconnected([ 1, 'oniceconnectionstatechange', 'checking' ], [ 4, 'logs', 'x' ])
    },
    {
        id: 'ice-aborted',
        level: 'info',
        title: /^Closed after 4 s of looking for a path$/,
        fault: unconnected([ 1, 'oniceconnectionstatechange', 'checking' ], [ 4.99, 'logs', 'x' ]),
        nearMiss: {}
    },
    {
        id: 'ice-warmup',
        level: 'minor',
        title: /connected once servers gave others$/,
        beside: [ 'slow-connect' ],
        fault: {
            ...without(/^on(?:ice)?connectionstate/, [ 1, 'oniceconnectionstatechange', 'checking' ],
                [ 6, 'oniceconnectionstatechange', 'failed' ],
                [ 6.5, 'onicecandidate', { candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ srflx' } ],
                [ 7, 'oniceconnectionstatechange', 'checking' ], [ 8, 'oniceconnectionstatechange', 'connected' ],
                [ 8.1, 'onconnectionstatechange', 'connected' ])
        },
        nearMiss: withEvents([ 0.5, 'onicecandidate', {
            candidate: 'candidate:3 1 udp 1 203.0.113.1 3478 typ srflx'
        } ])
    },
    {
        id: 'dtls-failed',
        level: 'critical',
        title: /^The path works, encryption did not come up$/,
        fault: unconnected([ 1, 'oniceconnectionstatechange', 'checking' ],
            [ 2, 'oniceconnectionstatechange', 'connected' ], [ 2.1, 'onconnectionstatechange', 'connecting' ],
            [ 20, 'logs', 'x' ]),

        // An old browser says nothing of the whole connection.
        nearMiss: without(/^onconnectionstatechange$/)
    },
    {
        id: 'slow-connect',
        level: 'minor',
        title: /^Took 8 s to connect: signalling 0\.1 s, ICE 7\.8 s, DTLS 0\.1 s$/,
        fault: without(/^on(?:ice)?connectionstate/, [ 0.4, 'oniceconnectionstatechange', 'checking' ],
            [ 8.2, 'oniceconnectionstatechange', 'connected' ], [ 8.3, 'onconnectionstatechange', 'connected' ]),
        nearMiss: without(/^on(?:ice)?connectionstate/, [ 0.4, 'oniceconnectionstatechange', 'checking' ],
            [ 4.2, 'oniceconnectionstatechange', 'connected' ], [ 4.3, 'onconnectionstatechange', 'connected' ])
    },
    {
        id: 'connection-lost',
        level: 'critical',
        title: /^The connection broke after 59\.3 s and did not come back$/,
        fault: withEvents([ 60, 'onconnectionstatechange', 'failed' ]),
        nearMiss: withEvents([ 60, 'onconnectionstatechange', 'disconnected' ],
            [ 61, 'onconnectionstatechange', 'connected' ])
    },
    {
        id: 'connection-lost',
        level: 'major',
        title: /^The connection broke after 59\.3 s and came back 5 s later$/,
        fault: withEvents([ 60, 'onconnectionstatechange', 'failed' ], [ 65, 'onconnectionstatechange', 'connected' ]),
        nearMiss: {}
    },
    {
        id: 'disconnected',
        level: 'major',
        title: /^Interrupted 2×, 20 s in all$/,
        fault: withEvents([ 30, 'onconnectionstatechange', 'disconnected' ],
            [ 40, 'onconnectionstatechange', 'connected' ], [ 50, 'onconnectionstatechange', 'disconnected' ],
            [ 60, 'onconnectionstatechange', 'connected' ]),
        nearMiss: {}
    },
    {
        id: 'disconnected',
        level: 'minor',
        title: /^Interrupted 1×, 0\.4 s in all$/,
        fault: withEvents([ 30, 'onconnectionstatechange', 'disconnected' ],
            [ 30.4, 'onconnectionstatechange', 'connected' ]),
        nearMiss: withEvents([ 89, 'onconnectionstatechange', 'disconnected' ])
    },
    {
        id: 'ice-restart',
        level: 'info',
        title: /^ICE was restarted 1 time$/,
        fault: withEvents([ 40, 'restartIce', null ]),
        nearMiss: withEvents([ 40, 'createOffer', { iceRestart: false } ], [ 40.1, 'createOfferOnSuccess', offer ])
    },
    {
        id: 'relay-only',
        level: 'info',
        title: /^Only relays were allowed$/,
        fault: without(/^create$/, [ 0.2, 'create', { iceTransportPolicy: 'relay' } ]),
        nearMiss: without(/^create$/, [ 0.2, 'create', { iceTransportPolicy: 'all' } ])
    },
    {
        id: 'empty-connection',
        level: 'info',
        title: /^Connected, with no stream and no data channel$/,
        fault: {
            events: () => [ [ 0, 'create', {} ], [ 1, 'oniceconnectionstatechange', 'connected' ],
                [ 1, 'onconnectionstatechange', 'connected' ] ],
            poll: ({ gauges }) => {
                Object.keys(gauges).filter(id => id.length > 1 && !/^CP$/.test(id))
                    .forEach(id => delete gauges[id]);
            }
        },
        nearMiss: {
            events: () => [ [ 0, 'create', {} ], [ 0.1, 'createDataChannel', { 0: 'x' } ],
                [ 1, 'onconnectionstatechange', 'connected' ] ],
            poll: ({ gauges }) => {
                Object.keys(gauges).filter(id => id.length > 1 && !/^CP$/.test(id))
                    .forEach(id => delete gauges[id]);
            }
        }
    }
]);
