/**
 * Capture in Firefox: a page must not be able to tell beyond what docs/architecture.md says, legacy callbacks are
 * called back, and a call is written down as 9.7.1 writes it down.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;

const { launchFirefox } = require('../firefox');

const { bundle, captureBundle, referenceBundle, start } = require('./browser');
const { source } = require('./probes');

/** What a page can tell in Firefox: a proxy cannot be cloned, which structuredClone says in its error. */
const KNOWN = [ 'constructor: structuredClone' ];

/** The least number of probes that must tell the 9.7.1 client from a bare browser, or they are worth nothing. */
const DETECTED = 11;

let browser;

test.before(async () => {
    browser = await start(launchFirefox);
});
test.after.always(() => browser?.close());

/**
 * Leaves out how Firefox says where code stands, that a stack that was cut is a property of the error's own (it has no
 * other way), and the order of the window's names, which Firefox resolves when they are first asked for.
 *
 * @param {any} answer - What a probe answered.
 * @returns {string} - What is compared.
 */
function comparable(answer) {
    return JSON.stringify(answer, (key, value) => {
        if (key === 'ownKeys') {
            return value.filter(name => name !== 'stack');
        }

        return Array.isArray(value) && value.length > 100 ? [ ...value ].sort() : value;
    });
}

/**
 * Answers the probes in a page.
 *
 * @param {string} script - What runs before the page's scripts.
 * @returns {Promise<Object>} - The answers.
 */
async function answers(script) {
    const { page } = await browser.open(script);

    // Firefox refuses the discard port.
    return page.evaluate(source.replaceAll('turn:127.0.0.1:9', 'turn:127.0.0.1:3478'));
}

test('the probes do not tell a captured page from a bare one but for what is known, and tell 9.7.1 apart', async t => {
    const bare = await answers('');
    const captured = await answers(captureBundle());
    const reference = await answers(referenceBundle());
    const names = Object.keys(bare);
    const differences = other => names.filter(name => comparable(bare[name]) !== comparable(other[name]));

    t.true(names.length >= 45);
    t.deepEqual(differences(captured), KNOWN);
    t.true(differences(reference).length >= DETECTED);
});

test('legacy callbacks are called back', async t => {
    const { events, page } = await browser.open(captureBundle());
    const outcome = await page.evaluate(async () => {
        const pc = new RTCPeerConnection();
        const callBack = (name, ...args) => new Promise(resolve => {
            pc[name](...args, value => resolve(value?.type ?? 'done'), error => resolve(error.name));
        });

        pc.addTransceiver('audio');
        const first = await callBack('createOffer');
        const offer = await pc.createOffer();
        const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
            sdpMid: '0' };

        return [ first, await callBack('setLocalDescription', offer), await callBack('setRemoteDescription',
            { type: 'answer',
                sdp: 'x' }), await callBack('addIceCandidate', candidate) ];
    });

    t.deepEqual(outcome, [ 'offer', 'done', 'OperationError', 'InvalidStateError' ]);
    const types = (await events()).map(([ type ]) => type);

    [ [ 'createOfferOnSuccess', 2 ], [ 'setLocalDescriptionOnSuccess', 1 ], [ 'setRemoteDescriptionOnFailure', 1 ],
        [ 'addIceCandidateOnFailure', 1 ] ].forEach(([ type, count ]) =>
        t.is(types.filter(name => name === type).length, count, type));
});

/**
 * A call between two connections of the page.
 *
 * @returns {Promise<void>} - Settles when it is over.
 */
async function call() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true,
        video: true });
    const a = new RTCPeerConnection({ iceServers: [] }, { optional: [ { rtcStatsSFUP2P: true } ] });
    const b = new RTCPeerConnection();

    a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
    b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
    const connected = [ a, b ].map(pc => new Promise(resolve => {
        pc.addEventListener('connectionstatechange', () => pc.connectionState === 'connected' && resolve());
    }));

    stream.getTracks().forEach(track => a.addTrack(track, stream));
    a.createDataChannel('chat');
    await a.setLocalDescription(await a.createOffer());
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription(await b.createAnswer());
    await a.setRemoteDescription(b.localDescription);
    await Promise.all(connected);
    await navigator.mediaDevices.getUserMedia({}).catch(() => undefined);
    a.close();
    b.close();
    stream.getTracks().forEach(track => track.stop());
}

test('a call is written down like 9.7.1 writes it down', async t => {
    // Both in one page, so that both see the same events. Theirs first: it replaces what ours then wraps.
    const { events, page } = await browser.open(`
        ${bundle(`
            import rtcstatsInit from '@jitsi/rtcstats/rtcstats';
            window.theirs = [];
            rtcstatsInit({ statsEntry: (...data) => window.theirs.push(JSON.parse(JSON.stringify(data))) },
                { pollInterval: 60000 });`)}
        ${captureBundle('{ extended: false, pollInterval: 60000 }')}`);

    await page.evaluate(call);
    const written = entries => entries.filter(([ type ]) => type !== 'getstats')
        .map(([ type, pcId, payload ]) => JSON.stringify([ type, pcId, payload ?? null ]))
        .sort();
    const ours = await events();

    t.deepEqual(written(ours), written(await page.evaluate(() => window.theirs)));
    t.true(ours.length > 50);
});
