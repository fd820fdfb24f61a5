/**
 * A page must not be able to tell that it is captured: probes, unhandled rejections, patched builtins, adapter.js,
 * garbage collection.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;

const { bundle, captureBundle, referenceBundle, start } = require('./browser');
const { runCall } = require('./call');
const { source } = require('./probes');
const { source: hostileSource } = require('./probes-hostile');

/** The least number of probes that must tell the 9.7.1 client from a bare browser, or they are worth nothing. */
const DETECTED = 11;

let browser;

test.before(async () => {
    browser = await start();
});
test.after.always(() => browser?.close());

/**
 * Answers the probes in a page.
 *
 * @param {string} script - What runs before the page's scripts.
 * @returns {Promise<Object>} - The answers.
 */
async function answers(script) {
    const { page } = await browser.open(script);

    return page.evaluate(source);
}

/**
 * Finds the probes that answer differently.
 *
 * @param {Object} one - Answers.
 * @param {Object} other - Answers.
 * @returns {Array<string>} - Their names.
 */
function differences(one, other) {
    return Object.keys(one).filter(name => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

test('the probes do not tell a captured page from a bare one, and tell 9.7.1 apart', async t => {
    const bare = await answers('');
    const captured = await answers(captureBundle());
    const reference = await answers(referenceBundle());
    const names = Object.keys(bare);

    t.true(names.length >= 45);
    names.forEach(name => {
        t.falsy(bare[name]?.failed, name);
        t.not(bare[name], 'never settles', name);
        t.deepEqual(captured[name], bare[name], name);
    });
    const detected = differences(bare, reference);

    t.true(detected.length >= DETECTED, detected.join(', '));
    t.log(`${names.length} probes: ${differences(bare, captured).length} differ with capture,`,
        `${detected.length} with 9.7.1`);
});

test('a page that changes prototypes and reads stacks does not tell either', async t => {
    const [ bare, captured ] = [ await browser.open(), await browser.open(captureBundle()) ];
    const expected = await bare.page.evaluate(hostileSource);
    const seen = await captured.page.evaluate(hostileSource);

    Object.keys(expected).forEach(name => {
        t.falsy(expected[name]?.failed, name);
        t.deepEqual(seen[name], expected[name], name);
    });
    t.log(`${Object.keys(expected).length} probes: ${differences(expected, seen).length} differ`);
});

test('a listener that is gone leaves the page bare', async t => {
    const bare = await answers('');
    const { page } = await browser.open(captureBundle());

    await page.evaluate(() => document[Symbol.for('rtcstats-test')].handle.uninstall());
    t.deepEqual(differences(bare, await page.evaluate(source)), []);
});

test('nothing is wrapped for nobody, and nothing twice', async t => {
    const { page } = await browser.open(`const native = RTCPeerConnection;
        ${bundle(`
            import { installCapture } from './renderer';
            const inert = installCapture({});
            hold.untouched = RTCPeerConnection === native;
            const first = installCapture({ send: batch => { hold.batches.push(batch); } });
            hold.once = RTCPeerConnection;
            const second = installCapture({ send: batch => { hold.batches.push(batch); } });
            hold.same = first === second && hold.once === RTCPeerConnection;
            first.uninstall();
            hold.restored = native === RTCPeerConnection && native.prototype.constructor === native;
        `)}`);

    t.deepEqual(await page.evaluate(() => {
        const { restored, same, untouched } = document[Symbol.for('rtcstats-test')];

        return { restored,
            same,
            untouched };
    }), { restored: true,
        same: true,
        untouched: true });
});

/**
 * Counts how often a page sees its own patches of builtins called during a call.
 *
 * @param {Function} call - The call.
 * @returns {Promise<Object>} - The counts.
 */
async function countBuiltins(call) {
    const counts = {};
    const patches = [
        [ JSON, 'stringify' ], [ JSON, 'parse' ], [ Date, 'now' ], [ Array, 'isArray' ], [ Object, 'keys' ],
        [ Object, 'entries' ], [ Object, 'assign' ], [ Object, 'defineProperty' ], [ Reflect, 'apply' ],
        [ Reflect, 'construct' ], [ Reflect, 'ownKeys' ], [ Reflect, 'getOwnPropertyDescriptor' ], [ Math, 'floor' ],
        [ Promise.prototype, 'then' ], [ Promise.prototype, 'catch' ], [ Array.prototype, Symbol.iterator ],
        [ Array.prototype, 'push' ], [ Array.prototype, 'map' ], [ Array.prototype, 'forEach' ],
        [ Array.prototype, 'slice' ], [ Array.prototype, 'join' ], [ Array.prototype, 'includes' ],
        [ WeakMap.prototype, 'get' ], [ WeakMap.prototype, 'set' ], [ WeakRef.prototype, 'deref' ],
        [ Map.prototype, 'get' ], [ Map.prototype, 'set' ], [ Set.prototype, 'add' ], [ Set.prototype, 'has' ],
        [ EventTarget.prototype, 'addEventListener' ], [ RTCStatsReport.prototype, 'forEach' ],
        [ RTCPeerConnection.prototype, 'getStats' ], [ RTCPeerConnection.prototype, 'getSenders' ],
        [ MediaStream.prototype, 'getTracks' ], [ window, 'queueMicrotask' ], [ window, 'setInterval' ],
        [ window, 'clearInterval' ], [ Function.prototype, 'apply' ], [ Function.prototype, 'call' ],
        [ String.prototype, 'split' ]
    ];
    const getters = [
        [ RTCPeerConnection, 'signalingState' ], [ RTCPeerConnection, 'connectionState' ],
        [ RTCPeerConnection, 'iceConnectionState' ], [ RTCPeerConnection, 'iceGatheringState' ],
        [ MediaStreamTrack, 'id' ], [ MediaStreamTrack, 'kind' ], [ MediaStreamTrack, 'label' ], [ MediaStream, 'id' ],
        [ Event, 'currentTarget' ], [ RTCPeerConnectionIceEvent, 'candidate' ], [ RTCTrackEvent, 'track' ],
        [ RTCRtpSender, 'transport' ], [ RTCDtlsTransport, 'state' ]
    ];
    const { apply } = Reflect;
    const { defineProperty, getOwnPropertyDescriptor } = Object;
    const undo = [];
    const count = (owner, name, slot) => {
        const descriptor = getOwnPropertyDescriptor(owner, name);
        const native = descriptor[slot];
        const key = `${owner.name ?? owner.constructor?.name ?? 'window'}.${String(name)}`;

        counts[key] = 0;
        undo[undo.length] = () => defineProperty(owner, name, descriptor);
        defineProperty(owner, name, { ...descriptor,
            [slot](...args) {
                counts[key]++;

                return apply(native, this, args);
            } });
    };

    for (let i = 0; i < patches.length; i++) {
        count(patches[i][0], patches[i][1], 'value');
    }
    for (let i = 0; i < getters.length; i++) {
        count(getters[i][0].prototype, getters[i][1], 'get');
    }
    await call();
    for (let i = 0; i < undo.length; i++) {
        undo[i]();
    }

    return counts;
}

/**
 * A call that uses as little of JavaScript as it can, so that what is counted is not its own.
 *
 * @returns {Promise<void>} - Settles when the call is over.
 */
async function quietCall() {
    const a = new RTCPeerConnection({ iceServers: [] });
    const b = new RTCPeerConnection();
    let resolve;
    const connected = new Promise(done => {
        resolve = done;
    });

    a.onicecandidate = event => event.candidate && b.addIceCandidate(event.candidate);
    b.onicecandidate = event => event.candidate && a.addIceCandidate(event.candidate);
    b.ondatachannel = () => resolve();
    a.createDataChannel('chat', { ordered: true });
    a.addTransceiver('audio', { direction: 'recvonly' });
    const offer = await a.createOffer();

    await a.setLocalDescription(offer);
    await b.setRemoteDescription(offer);
    const answer = await b.createAnswer();

    await b.setLocalDescription(answer);
    await a.setRemoteDescription(answer);
    await connected;
    a.close();
    b.close();
}

test('a page that patches builtins does not see capture at work', async t => {
    const script = `(${countBuiltins})(${quietCall})`;
    const [ bare, captured ] = [ await browser.open(), await browser.open(captureBundle()) ];
    const expected = await bare.page.evaluate(script);
    const seen = await captured.page.evaluate(script);

    // How many candidates there are is up to the network.
    [ expected, seen ].forEach(counts => delete counts['RTCPeerConnectionIceEvent.candidate']);
    t.deepEqual(seen, expected);
    t.true((await captured.events()).some(([ type ]) => type === 'ondatachannel'));
});

test('a page that breaks builtins does not break capture', async t => {
    const { events, page } = await browser.open(captureBundle());

    await page.evaluate(async call => {
        const broken = () => {
            throw new Error('broken');
        };
        const { stringify } = JSON;
        const { then } = Promise.prototype;

        JSON.stringify = broken;
        WeakMap.prototype.get = broken; // eslint-disable-line no-extend-native
        Array.prototype.map = broken; // eslint-disable-line no-extend-native
        Date.now = broken;
        window.queueMicrotask = broken;
        await (0, eval)(`(${call})`)(); // eslint-disable-line no-eval
        JSON.stringify = stringify;
        Promise.prototype.then = then; // eslint-disable-line no-extend-native
    }, `${quietCall}`);
    const types = await page.evaluate(() => {
        const text = document[Symbol.for('rtcstats-test')].batches.join('\n');

        return text.includes('"createOfferOnSuccess"') && text.includes('"ondatachannel"') && text.includes('"close"');
    });

    t.true(types);
    t.truthy(events);
});

test('adapter.js loaded after capture works, and its calls are captured', async t => {
    const { events, page } = await browser.open(captureBundle());

    await page.evaluate(bundle('import adapter from \'webrtc-adapter\'; window.adapter = adapter;'));
    t.is(await page.evaluate(() => window.adapter.browserDetails.browser), 'chrome');
    await page.evaluate(runCall, { polls: 1 });
    const types = new Set((await events()).map(([ type ]) => type));

    [ 'create', 'addTrack', 'ontrack', 'onicecandidate', 'addIceCandidateOnSuccess', 'createAnswerOnSuccess',
        'getstats', 'navigator.mediaDevices.getUserMediaOnSuccess', 'close'
    ].forEach(type => t.true(types.has(type), type));
});

/**
 * Makes connections and tracks, forgets them, and sees whether the collector gets them.
 *
 * @returns {Promise<Object>} - What was collected.
 */
async function forget() {
    const refs = {};

    await (async () => {
        const a = new RTCPeerConnection();
        const b = new RTCPeerConnection();
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });

        stream.getTracks().forEach(track => a.addTrack(track, stream));
        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription);
        await b.setLocalDescription();
        await a.setRemoteDescription(b.localDescription);
        await a.getStats();
        a.close();
        b.close();
        refs.closed = new WeakRef(a);
        refs.closedRemote = new WeakRef(b);
        refs.stream = new WeakRef(stream);
        refs.track = new WeakRef(stream.getTracks()[0]);
        refs.sender = new WeakRef(a.getSenders()[0]);
        refs.failed = new WeakRef(await navigator.mediaDevices.getUserMedia({}).catch(error => error));
    })();
    for (let i = 0; i < 100 && Object.values(refs).some(ref => ref.deref()); i++) {
        await new Promise(resolve => {
            setTimeout(resolve);
        });
        window.gc();
    }

    return Object.fromEntries(Object.entries(refs).map(([ name, ref ]) => [ name, ref.deref() === undefined ]));
}

test('closed connections and forgotten tracks are collected as in a bare page', async t => {
    const [ bare, captured ] = [ await browser.open(), await browser.open(captureBundle()) ];
    const expected = await bare.page.evaluate(forget);

    t.true(expected.closed);
    t.deepEqual(await captured.page.evaluate(forget), expected);
});

test('an exception in send, in the filter and in eventCallback never reaches the page', async t => {
    const { page } = await browser.open(bundle(`
        import { installCapture } from './renderer';
        const broken = () => { throw new Error('broken'); };
        installCapture({ send: broken, connectionFilter: broken, eventCallback: broken, pollInterval: 50 });
    `));
    const errors = [];

    page.on('pageerror', error => errors.push(error.message));
    await page.evaluate(quietCall);
    t.deepEqual(errors, []);

    const second = await browser.open(bundle(`
        import { installCapture } from './renderer';
        const broken = () => { throw new Error('broken'); };
        installCapture({ send: broken, eventCallback: broken, pollInterval: 50 });
    `));

    second.page.on('pageerror', error => errors.push(error.message));
    await second.page.evaluate(quietCall);
    t.deepEqual(errors, []);
});
