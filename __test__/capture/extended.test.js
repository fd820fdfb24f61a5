/**
 * The extended coverage in Chromium: every entry comes, once and in order, and says what happened.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;

const { captureBundle, start } = require('./browser');
const { extendedTypes } = require('./entry-types');
const { useEverything } = require('./everything');

/** What the script cannot bring about at will: it takes hardware, load, a lossy network, loudspeakers. */
const BY_CHANCE = [ 'computePressure', 'ondevicechange', 'onicecandidateerror', 'onmute', 'onunmute',
    'HTMLMediaElement.resize', 'setSinkIdOnSuccess' ];

/** The story of the script, as the extended entries tell it. */
const STORY = [
    'navigator.mediaDevices.enumerateDevices', 'navigator.mediaDevices.enumerateDevicesOnSuccess',
    'mediaRequestFailure',
    'applyConstraints', 'applyConstraintsOnSuccess', 'contentHint', 'enabled', 'enabled',
    'setConfiguration', 'setCodecPreferences', 'setHeaderExtensionsToNegotiate', 'RTCRtpTransceiver.direction',
    'ondatachannelopen', 'ondatachannelopen',
    'setSinkId', 'setParameters', 'setParametersOnSuccess',
    'replaceTrack', 'replaceTrackOnSuccess', 'replaceTrack', 'replaceTrackOnSuccess', 'insertDTMF',
    'RTCRtpSender.transform', 'RTCRtpReceiver.transform', 'createEncodedStreams',
    'RTCRtpTransceiver.stop', 'restartIce', 'ondatachannelclosing', 'ondatachannelclose', 'ondatachannelclose',
    'stop', 'stop'
];

let browser;

test.before(async () => {
    browser = await start();
});
test.after.always(() => browser?.close());

/**
 * The payloads of one type.
 *
 * @param {Array} events - Events.
 * @param {string} type - The type.
 * @returns {Array} - The payloads.
 */
function payloads(events, type) {
    return events.filter(event => event[0] === type).map(event => event[2]);
}

test('every entry comes, once and in order', async t => {
    const { events, page } = await browser.open(captureBundle('{ sendSdp: true }'));
    const { missing, track } = await page.evaluate(useEverything);
    const captured = await events();
    const known = new Set(STORY);
    const expected = STORY.filter(type => !missing.includes(type));
    const seen = captured.map(([ type ]) => type).filter(type => known.has(type));

    t.log(`not in this browser: ${missing.join(', ') || 'nothing'}`);

    // Channels open and close on both sides, in an order that the network decides.
    const timeless = types => types.filter(type => !type.startsWith('ondatachannel'));

    t.deepEqual(timeless(seen), timeless(expected));
    t.deepEqual([ ...seen ].sort().filter(type => type !== 'ondatachannelclosing'),
        [ ...expected ].sort().filter(type => type !== 'ondatachannelclosing'));
    t.true(payloads(captured, 'ondatachannelclosing').length >= 1);
    t.deepEqual(captured.filter(([ type, pcId ]) => type === 'onended' && pcId === null), [],
        'the page stopped its tracks itself');

    t.deepEqual(payloads(captured, 'stop')[0], track);
    t.is(payloads(captured, 'contentHint')[0], `${track} detail`);
    t.deepEqual(payloads(captured, 'enabled'), [ `${track} false`, `${track} true` ]);
    t.deepEqual(payloads(captured, 'replaceTrack'), [ 'null', track ]);
    t.deepEqual(payloads(captured, 'insertDTMF'), [ { duration: 100,
        tones: 5 } ]);
    t.deepEqual(payloads(captured, 'RTCRtpTransceiver.direction'), [ { direction: 'sendonly',
        mid: null } ]);
    t.deepEqual(payloads(captured, 'RTCRtpTransceiver.stop'), [ { mid: '2' } ]);
    t.deepEqual(payloads(captured, 'setConfiguration'), [ { iceServers: [ { urls: 'stun:127.0.0.1:9' } ] } ]);
    t.is(payloads(captured, 'ondatachannelopen')[0][1], 'bridge');
    t.is(captured.filter(([ type ]) => /^setSinkIdOn/.test(type)).length, 1);
    const [ failure ] = payloads(captured, 'mediaRequestFailure');

    t.deepEqual({ ...failure,
        message: typeof failure.message }, { constraint: 'deviceId',
        constraints: { audio: { deviceId: { exact: 'nowhere' } } },
        message: 'string',
        name: 'OverconstrainedError',
        request: 'navigator.mediaDevices.getUserMedia' });
    t.deepEqual(payloads(captured, 'navigator.mediaDevices.getUserMediaOnFailure'), [ 'OverconstrainedError' ]);
    payloads(captured, 'HTMLMediaElement.resize').forEach(({ height, width }) => t.true(height > 0 && width > 0));
    t.true(payloads(captured, 'HTMLMediaElement.resize').length > 0);

    // What the page never saw itself: the description it let the browser make.
    payloads(captured, 'setLocalDescriptionOnSuccess').forEach(({ sdp }) => t.true(sdp.startsWith('v=0')));
    t.is(payloads(captured, 'setLocalDescriptionOnSuccess').length, 2);
});

test('every entry that the tables know is in the story, or comes by chance, or means that something failed', t => {
    const others = [ ...BY_CHANCE, 'ondatachannelerror', 'onended' ];

    t.deepEqual(extendedTypes().filter(type =>
        !STORY.includes(type) && !others.includes(type) && !type.endsWith('OnFailure')), []);
});

test('the state of the DTLS transport is written of a connection with data channels only', async t => {
    const { events, page } = await browser.open(captureBundle());

    await page.evaluate(async () => {
        const [ a, b ] = [ new RTCPeerConnection(), new RTCPeerConnection() ];

        a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
        b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
        const channel = a.createDataChannel('a');

        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription);
        await b.setLocalDescription();
        await a.setRemoteDescription(b.localDescription);
        await new Promise(resolve => {
            channel.onopen = resolve;
        });
        a.close();
        b.close();
    });
    const captured = await events();

    [ 'PC_0', 'PC_1' ].forEach(id => {
        const states = captured.filter(event => event[0] === 'ondtlsstatechange' && event[1] === id)
            .map(event => event[2]);

        t.true(states.includes('connected'), `${id}: ${states}`);
    });
});

test('the budget of a type is on a clock that is not set back', async t => {
    const { events, page } = await browser.open(`
        {
            const { now } = Date;
            let offset = 0;

            hold.jump = milliseconds => { offset += milliseconds; };
            Date.now = () => now() + offset;
        }
        ${captureBundle()}`);

    await page.evaluate(async () => {
        const { jump } = document[Symbol.for('rtcstats-test')];
        const [ track ] = (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks();

        for (let i = 0; i < 20; i++) {
            track.enabled = i % 2 === 0;
        }
        jump(-3600000);
        await new Promise(resolve => {
            setTimeout(resolve, 1100);
        });
        for (let i = 0; i < 500; i++) {
            track.enabled = i % 2 === 0;
        }
    });
    t.is(payloads(await events(), 'enabled').length, 40);
});
