/**
 * Byte for byte what 9.7.1 sends: its own `trace-ws.js` and this channel get the same events, and what reaches the
 * server is compared as text. Session ids are random and are taken out before.
 */

'use strict';

const test = require('ava');

const { loadReference, prepareReference } = require('../differential/reference');

const { Driver, line } = require('./harness');
const { Recorder } = require('./recorder');

const NOW = 1700000000123;
const CANDIDATE = 'candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.17 rport 46154 '
    + 'generation 0 ufrag EsAw network-cost 999';
const SDP = [ 'v=0', 'o=- 1 2 IN IP4 0.0.0.0', 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 192.0.2.1',
    'a=rtcp:9 IN IP4 192.0.2.1', `a=${CANDIDATE}`, 'a=ice-ufrag:EsAw', 'a=mid:0', '' ].join('\r\n');

/** What a call sends, `[type, pcId, payload]`. */
const EVENTS = [
    [ 'identity', null, { confID: 'https://meet.example/room',
        displayName: 'J\u00fcrgen \u{1f600} "quoted" \\ \u2028 \ud800' } ],
    [ 'create', 'PC_0', { browserType: 'webkit',
        iceServers: [ { urls: [ 'turns:turn.example:443' ],
            username: 'user' } ] } ],
    [ 'constraints', 'PC_0', { optional: [ { rtcStatsSFUP2P: true } ] } ],
    [ 'onnegotiationneeded', 'PC_0', null ],
    [ 'createOffer', 'PC_0', {} ],
    [ 'createOfferOnSuccess', 'PC_0', { sdp: SDP,
        type: 'offer' } ],
    [ 'setLocalDescription', 'PC_0', { sdp: SDP,
        type: 'offer' } ],
    [ 'setLocalDescriptionOnSuccess', 'PC_0', null ],
    [ 'onicecandidate', 'PC_0', { candidate: CANDIDATE,
        sdpMLineIndex: 0,
        sdpMid: '0',
        usernameFragment: 'EsAw' } ],
    [ 'onicecandidate', 'PC_0', null ],
    [ 'addIceCandidate', 'PC_0', { candidate: CANDIDATE.replace('srflx', 'relay'),
        sdpMid: '0' } ],
    [ 'ontrack', 'PC_0', 'video:1 stream:2,stream:3' ],
    [ 'onconnectionstatechange', 'PC_0', 'connected' ],
    [ 'ondatachannel', 'PC_0', [ 1, 'label' ] ],
    [ 'createDataChannel', 'PC_0', { 0: 'chat' } ],
    [ 'navigator.mediaDevices.getUserMediaOnSuccess', null, { id: 's',
        tracks: [] } ],
    [ 'logs', null, { text: 'line\nbreak\ttab \b\f\u0000\u001f\u007f',
        values: [ 0, -0, 1e21, 1e-7, 0.1, 123456789012345680000, true, false, null ] } ],
    [ 'dominantSpeaker', null, { dominantSpeakerEndpoint: 'abc' } ],
    [ 'conferenceStartTimestamp', null, 1700000000000 ],
    [ 'close', 'PC_0', {} ]
];

/**
 * Takes session ids out of messages, and the one escape more than 9.7.1 has: a raw line separator breaks readers of
 * dumps that split at every Unicode newline.
 *
 * @param {string[]} messages - The messages.
 * @returns {string[]} The comparable messages.
 */
function comparable(messages) {
    return messages.map(text => text.replace(/"statsSessionId":"[^"]*"/, '"statsSessionId":"ID"')
        .replace(/\\*u2028/g, '\u2028'));
}

/**
 * Sends events by 9.7.1.
 *
 * @param {any} t - Ava's context.
 * @param {Array<Array>} events - The events.
 * @param {Object} options - Its options.
 * @returns {Promise<{frames: string[], request: any}>} What arrived.
 */
async function sendByReference(t, events, options) {
    const recorder = await Recorder.start(t);
    const { traceInit } = loadReference({ now: () => NOW });
    const trace = traceInit({ endpoint: recorder.endpoint,
        meetingFqn: 'tenant/room',
        onCloseCallback: () => undefined,
        ...options });

    for (const [ type, pcId, payload ] of structuredClone(events)) {
        trace[type === 'identity' ? 'identity' : 'statsEntry'](type, pcId, payload);
    }
    trace.connect();
    await recorder.received(events.length);
    trace.close();
    await recorder.closed(1);

    return { code: recorder.closes[0],
        frames: recorder.frames.map(({ text }) => text),
        request: recorder.requests[0] };
}

/**
 * Sends events by this channel.
 *
 * @param {any} t - Ava's context.
 * @param {Array<Array>} events - The events.
 * @param {Object} options - Its options.
 * @returns {Promise<{frames: string[], request: any}>} What arrived.
 */
async function sendByUs(t, events, options) {
    const recorder = await Recorder.start(t);

    // A bound of one byte makes every message a frame of its own, so that the bytes can be compared.
    const driver = new Driver(t, { batch: { maxBytes: 1,
        maxDelay: 0 },
    endpoint: recorder.endpoint,
    ...options });

    driver.push(...events.map(([ type, pcId, payload ]) => line(type, pcId, payload, NOW)));
    driver.channel.connect();
    await recorder.received(events.length);
    await driver.channel.close();
    await recorder.closed(1);

    return { code: recorder.closes[0],
        frames: recorder.frames.map(({ text }) => text),
        request: recorder.requests[0] };
}

test.before(prepareReference);

for (const options of [ { obfuscate: true }, { obfuscate: false }, { useLegacy: true } ]) {
    test(`the messages are those of 9.7.1, ${JSON.stringify(options)}`, async t => {
        const [ reference, ours ] = await Promise.all([ sendByReference(t, EVENTS, options),
            sendByUs(t, EVENTS, options) ]);

        t.is(ours.frames.length, EVENTS.length);
        comparable(reference.frames).forEach((text, index) => t.is(comparable(ours.frames)[index], text));
        const path = ({ url }) => url.replace(/statsSessionId=[^&]*/, 'statsSessionId=ID');

        t.is(path(ours.request), path(reference.request));
        t.is(ours.request.headers['sec-websocket-protocol'], reference.request.headers['sec-websocket-protocol']);
        t.is(ours.code, reference.code);
    });
}

test('getstats entries are those of 9.7.1 where 9.7.1 loses nothing', async t => {
    const { deltaCompression } = loadReference();
    const polls = Array.from({ length: 4 }, (_, poll) => {
        const timestamp = NOW + (poll * 1000);

        return {
            RTCCodec1: { id: 'RTCCodec1',
                mimeType: 'video/VP8',
                timestamp,
                type: 'codec' },
            RTCInbound1: { bytesReceived: 1e6 + (poll * 12345),
                id: 'RTCInbound1',
                jitter: 0.001 * poll,
                kind: 'video',
                timestamp,
                trackIdentifier: '\u00e9"\\',
                type: 'inbound-rtp' },
            ...poll === 2 ? {} : { RTCPair1: { id: 'RTCPair1',
                nominated: true,
                timestamp,
                type: 'candidate-pair' } }
        };
    });
    const deltas = polls.map((poll, index) => deltaCompression(polls[index - 1] ?? {}, poll));
    const reference = await sendByReference(t, deltas.map(delta => [ 'getstats', 'PC_0', delta ]));
    const ours = await sendByUs(t, polls.map(poll => [ 'getstats', 'PC_0', poll ]));

    t.deepEqual(comparable(ours.frames), comparable(reference.frames));
});
