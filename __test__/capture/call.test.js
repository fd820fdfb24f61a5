/**
 * A real call between two connections in Chromium: what capture writes down is what 9.7.1 writes down, and more.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;

const { bundle, captureBundle, referenceBundle, start } = require('./browser');
const { runCall } = require('./call');

/** What only the extended coverage writes. */
const EXTENDED = [
    'applyConstraints', 'computePressure', 'contentHint', 'enabled', 'mediaRequestFailure', 'ondatachannelclose',
    'ondatachannelclosing', 'ondatachannelerror', 'ondatachannelopen', 'ondevicechange', 'onended',
    'onicecandidateerror', 'onmute', 'onunmute', 'replaceTrack', 'restartIce', 'setCodecPreferences', 'setParameters',
    'stop'
];

/** What the network and the clock decide: how often, and in which order with the rest. */
const BY_CHANCE = [
    'addIceCandidate', 'addIceCandidateOnSuccess', 'getstats', 'onconnectionstatechange', 'ondatachannel',
    'ondtlsstatechange', 'onicecandidate', 'oniceconnectionstatechange', 'onicegatheringstatechange',
    'onnegotiationneeded'
];

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

let browser;

test.before(async () => {
    browser = await start();
});
test.after.always(() => browser?.close());

/**
 * Runs the call and gives what was captured.
 *
 * @param {string} script - Ours or 9.7.1.
 * @returns {Promise<Array>} - The events.
 */
async function capturedCall(script) {
    const { events, page } = await browser.open(script);

    await page.evaluate(runCall, { polls: 3 });

    return events();
}

/**
 * Numbers the ids in the order they come up.
 *
 * @param {Array} events - Events.
 * @returns {Array} - Events with ids that can be compared.
 */
function withoutIds(events) {
    const ids = [];

    return JSON.parse(JSON.stringify(events).replace(UUID, id => {
        ids.includes(id) || ids.push(id);

        return `id${ids.indexOf(id)}`;
    }));
}

/**
 * What happens to one connection in the order that the page's calls decide. Two connections run side by side, so each
 * one's order counts.
 *
 * @param {Array} events - Events.
 * @returns {Object} - For each connection `[type, payload]`.
 */
function story(events) {
    const chosen = events.filter(([ type ]) => !EXTENDED.includes(type.replace(/On(Success|Failure)$/, ''))
        && !BY_CHANCE.includes(type));
    const connections = {};

    [ null, 'PC_0', 'PC_1' ].forEach(pcId => {
        connections[pcId] = withoutIds(chosen.filter(event => event[1] === pcId)
            .map(([ type, _, payload ]) => [ type, payload ]));
    });

    return connections;
}

/**
 * The payloads of one type for one connection.
 *
 * @param {Array} events - Events.
 * @param {string} type - The type.
 * @param {string} pcId - The connection.
 * @returns {Array} - The payloads.
 */
function payloads(events, type, pcId) {
    return events.filter(event => event[0] === type && event[1] === pcId).map(event => event[2]);
}

test('a call is written down like 9.7.1 writes it down', async t => {
    const ours = await capturedCall(captureBundle());
    const theirs = await capturedCall(referenceBundle());

    t.deepEqual(story(ours), story(theirs));

    const known = new Set(theirs.map(([ type ]) => type));
    const types = new Set(ours.map(([ type ]) => type));

    t.deepEqual([ ...known ].filter(type => !types.has(type)), [], 'nothing is missing');
    t.deepEqual([ ...types ].filter(type => !known.has(type) && !EXTENDED.includes(type)), [], 'nothing is new');
    [ 'PC_0', 'PC_1' ].forEach(pcId => {
        // States are passed in the same order; whether the last one comes before the end is up to the network.
        [ 'onconnectionstatechange', 'ondatachannel', 'ondtlsstatechange', 'onicegatheringstatechange' ].forEach(type =>
            t.deepEqual(payloads(ours, type, pcId), payloads(theirs, type, pcId), type));
        t.deepEqual(payloads(ours, 'oniceconnectionstatechange', pcId).slice(0, 2), [ 'checking', 'connected' ]);
        t.deepEqual(
            payloads(ours, 'onnegotiationneeded', pcId).length,
            payloads(theirs, 'onnegotiationneeded', pcId).length);

        // Candidates differ, their shape does not; the last one is null.
        const [ candidate, reference ] = [ ours, theirs ].map(events => payloads(events, 'onicecandidate', pcId));

        t.deepEqual(Object.keys(candidate[0]), Object.keys(reference[0]));
        t.is(candidate[candidate.length - 1], null);
        t.true(payloads(ours, 'addIceCandidate', pcId).every(payload => payload === ''));
        t.true(payloads(ours, 'addIceCandidateOnSuccess', pcId).every(payload => payload === null));

        // 9.7.1 compresses in the page, we hand over the report: the same reports, in full.
        const reports = payloads(ours, 'getstats', pcId);
        const last = reports[reports.length - 1];
        const kinds = report => [ ...new Set(Object.values(report).map(({ type }) => type)) ];

        t.true(reports.length >= 3);
        Object.keys(last).forEach(id => t.is(last[id].id, id));
        [ 'peer-connection', 'transport', 'candidate-pair', 'certificate' ].forEach(kind => {
            t.true(kinds(last).includes(kind), kind);
            t.true(payloads(theirs, 'getstats', pcId).some(report => kinds(report).includes(kind)), kind);
        });
    });
    ours.forEach(event => {
        t.is(event.length, 4);
        t.is(typeof event[3], 'number');
    });
    t.false(JSON.stringify(ours).includes('secret'));
});

test('with sendSdp descriptions and candidates are the same too', async t => {
    const sdp = events => events
        .filter(([ type ]) => /^(create|set).*(Offer|Answer|Description)(OnSuccess)?$/.test(type))
        .map(([ type, pcId, payload ]) => [ type, pcId, payload && Object.keys(payload), payload?.type ]);
    const ours = await capturedCall(captureBundle('{ sendSdp: true }'));
    const theirs = await capturedCall(referenceBundle('{ sendSdp: true }'));

    [ 'PC_0', 'PC_1' ].forEach(pcId => t.deepEqual(
        sdp(ours).filter(event => event[1] === pcId),
        sdp(theirs).filter(event => event[1] === pcId)));
    t.true(payloads(ours, 'createOfferOnSuccess', 'PC_0')[0].sdp.startsWith('v=0'));
    t.deepEqual(
        Object.keys(payloads(ours, 'addIceCandidate', 'PC_1')[0]),
        Object.keys(payloads(theirs, 'addIceCandidate', 'PC_1')[0]));
});

test('a filtered connection is left alone, and legacy forms and failures are written down', async t => {
    const { events, page } = await browser.open(captureBundle('{ connectionFilter: config => config?.skip }'));

    await page.evaluate(async () => {
        const skipped = new RTCPeerConnection({ skip: true });

        await skipped.createOffer();
        skipped.close();
        const pc = new RTCPeerConnection();

        await new Promise((resolve, reject) => {
            pc.createOffer(resolve, reject, { offerToReceiveAudio: true });
        }).then(offer => new Promise((resolve, reject) => {
            pc.setLocalDescription(offer, resolve, reject);
        }));
        await new Promise(resolve => {
            pc.setRemoteDescription({ type: 'answer',
                sdp: 'nonsense' }, resolve, resolve);
        });
        pc.close();
        await pc.createOffer().catch(() => undefined);
        await pc.addIceCandidate().catch(() => undefined);
    });
    const types = (await events()).filter(([ type ]) => !type.startsWith('on') && type !== 'computePressure');

    t.deepEqual(types.map(([ type, pcId ]) => [ type, pcId ]), [
        'create', 'constraints', 'createOffer', 'createOfferOnSuccess', 'setLocalDescription',
        'setLocalDescriptionOnSuccess', 'setRemoteDescription', 'setRemoteDescriptionOnFailure', 'close', 'createOffer',
        'createOfferOnFailure', 'addIceCandidate', 'addIceCandidateOnFailure'
    ].map(type => [ type, 'PC_0' ]));
    t.deepEqual(types[2][2], { offerToReceiveAudio: true });
    t.regex(types[7][2], /^OperationError: /);
    t.regex(types[10][2], /^InvalidStateError: /);
});

test('states reach the app', async t => {
    const { page } = await browser.open(captureBundle('{ eventCallback: event => (hold.states ??= []).push(event) }'));

    await page.evaluate(runCall, { polls: 0 });
    const states = await page.evaluate(() => document[Symbol.for('rtcstats-test')].states);

    t.true(states.some(({ body, type }) => type === 'connectionstatechange' && body.pcId === 'PC_0' && body.isP2P
        && body.state === 'connected'));
    t.true(states.some(({ body, type }) => type === 'iceconnectionstatechange' && body.pcId === 'PC_1' && !body.isP2P
        && body.state === 'checking'));
});

/**
 * Uses what the extended coverage knows.
 *
 * @returns {Promise<void>} - Settles when it is done.
 */
async function useMore() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const [ track ] = stream.getTracks();
    const pc = new RTCPeerConnection();
    const sender = pc.addTrack(track, stream);
    const [ transceiver ] = pc.getTransceivers();

    await navigator.mediaDevices.enumerateDevices();
    await track.applyConstraints({ width: 320 });
    track.enabled = false;
    transceiver.setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs.slice(0, 1));
    pc.restartIce();
    await pc.setLocalDescription();
    const parameters = sender.getParameters();

    parameters.encodings[0].maxBitrate = 100000;
    await sender.setParameters(parameters);
    await sender.setParameters({}).catch(() => undefined);
    await sender.replaceTrack(null);
    track.dispatchEvent(new Event('mute'));
    for (let i = 0; i < 500; i++) {
        track.enabled = i % 2 === 0;
    }
    pc.close();
    track.stop();
}

test('the extended coverage writes more down, within its budget, and can be switched off', async t => {
    const { events, page } = await browser.open(captureBundle());

    await page.evaluate(useMore);
    const captured = await events();
    const types = new Set(captured.map(([ type ]) => type));

    [ 'applyConstraints', 'applyConstraintsOnSuccess', 'enabled', 'navigator.mediaDevices.enumerateDevices',
        'navigator.mediaDevices.enumerateDevicesOnSuccess', 'onmute', 'replaceTrack', 'replaceTrackOnSuccess',
        'restartIce', 'setCodecPreferences', 'setParameters', 'setParametersOnSuccess', 'setParametersOnFailure'
    ].forEach(type => t.true(types.has(type), type));
    t.is(payloads(captured, 'setParameters', 'PC_0')[0].encodings[0].maxBitrate, 100000);
    t.is(payloads(captured, 'replaceTrack', 'PC_0')[0], 'null');
    t.true(payloads(captured, 'enabled', null).length < 100);
    t.regex(payloads(captured, 'enabled', null)[0], /^video:.* false$/);

    const plain = await browser.open(captureBundle('{ extended: false }'));

    await plain.page.evaluate(useMore);
    t.deepEqual((await plain.events()).map(([ type ]) => type)
        .filter(type => EXTENDED.includes(type.replace(/On(Success|Failure)$/, '')) || type.includes('enumerate')), []);
});

test('polling ends with the connections, and a poll never overtakes itself', async t => {
    const { page } = await browser.open(`
        const { getStats } = RTCPeerConnection.prototype;
        const pending = [];
        const timers = new Set();
        const { timeout } = AbortSignal;
        const { removeEventListener } = EventTarget.prototype;
        hold.pending = pending;
        hold.timers = timers;
        AbortSignal.timeout = milliseconds => {
            const signal = timeout.call(AbortSignal, milliseconds);
            timers.add(signal);
            signal.addEventListener('abort', () => timers.delete(signal));
            return signal;
        };
        EventTarget.prototype.removeEventListener = function(...args) {
            timers.delete(this);
            return removeEventListener.apply(this, args);
        };
        RTCPeerConnection.prototype.getStats = function(...args) {
            return new Promise(resolve => {
                pending.push(() => resolve(getStats.apply(this, args)));
                hold.onPoll?.();
            });
        };
        ${captureBundle('{ pollInterval: 20 }')}`);
    const counts = await page.evaluate(async () => {
        const hold = document[Symbol.for('rtcstats-test')];
        const poll = () => new Promise(resolve => {
            hold.onPoll = resolve;
        });
        const before = hold.timers.size;
        const first = poll();
        const a = new RTCPeerConnection();
        const b = new RTCPeerConnection();
        const during = hold.timers.size;

        await first;
        await Promise.resolve();
        const stuck = hold.pending.length;

        // Many intervals later the same two questions are still the only ones.
        for (let i = 0; i < 5; i++) {
            await new Promise(resolve => {
                setTimeout(resolve, 20);
            });
        }
        const stillStuck = hold.pending.length;
        const next = poll();

        hold.pending.forEach(answer => answer());
        await next;
        const answered = hold.pending.length;

        a.close();
        b.close();

        return { after: hold.timers.size,
            answered,
            before,
            during,
            stillStuck,
            stuck };
    });

    t.is(counts.before, 0);
    t.is(counts.during, 1, 'one timer for all connections');
    t.true(counts.stuck <= 2);
    t.is(counts.stillStuck, 2);
    t.true(counts.answered > 2);
    t.is(counts.after, 0, 'no timer without a connection');
});

test('polling has nothing that a page which ends all its timers could end', async t => {
    const { events, page } = await browser.open(captureBundle('{ pollInterval: 50 }'));

    await page.evaluate(() => {
        const pc = new RTCPeerConnection();
        const last = setTimeout(() => undefined);

        for (let id = 0; id <= last + 100; id++) {
            clearTimeout(id);
            clearInterval(id);
        }
        document[Symbol.for('rtcstats-test')].pc = pc;
    });
    const before = payloads(await events(), 'getstats', 'PC_0').length;

    await page.waitForFunction(count => document[Symbol.for('rtcstats-test')].batches.join('\n')
        .split('"getstats"').length - 1 >= count + 2, before);
    t.pass();
});

test('where the page polls, our polls go behind the page\'s and get the same report', async t => {
    const { events, page } = await browser.open(captureBundle('{ pollInterval: 400 }'));
    const seen = await page.evaluate(async () => {
        const pc = new RTCPeerConnection();
        const times = [];

        for (let i = 0; i < 20; i++) {
            const report = await pc.getStats();

            times.push([ ...report.values() ][0].timestamp);
            await new Promise(resolve => {
                setTimeout(resolve, 100);
            });
        }
        pc.close();

        return times;
    });
    const ours = payloads(await events(), 'getstats', 'PC_0').map(report => Object.values(report)[0].timestamp);

    t.true(ours.length >= 2, `${ours.length} polls`);

    // The first may have come before the page was known to poll.
    t.deepEqual(ours.slice(1).filter(time => !seen.includes(time)), []);
});

test('what is waiting is handed over when the page goes', async t => {
    const { page } = await browser.open(captureBundle());
    const handed = await page.evaluate(() => {
        const hold = document[Symbol.for('rtcstats-test')];

        new RTCPeerConnection(); // eslint-disable-line no-new
        const before = hold.batches.length;

        window.dispatchEvent(new Event('pagehide'));

        return [ before, hold.batches.length ];
    });

    t.deepEqual(handed, [ 0, 1 ]);
});

test('the bundle asks for nothing but the page', t => {
    const text = bundle('import { installCapture } from \'./renderer\'; installCapture({});');

    t.notRegex(text, /require\(["'](?!\.)/);
});
