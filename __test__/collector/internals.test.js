/**
 * A dump of chrome://webrtc-internals as the Chromium of today saves it, of a real call.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const zlib = require('node:zlib');

const { createCollector } = require('../../collector');
const { findingsOf } = require('../../collector/model/findings/index.js');
const { launchChromium } = require('../chromium');

const { serveCallPage } = require('./browser');
const { modelOf } = require('./dumps');

/** How much of the call is to be in the dump, in seconds of its video. */
const SECONDS = 8;

test('a real call as Chromium saves it', async t => {
    const collector = await createCollector();
    const calls = await serveCallPage();
    const browser = await launchChromium();
    const context = await browser.newContext({ acceptDownloads: true });

    t.teardown(async () => {
        await browser.close();
        await calls.close();
        await collector.close();
        fs.rmSync(collector.directory, { recursive: true });
    });
    const internals = await context.newPage();
    const call = await context.newPage();

    await internals.goto('chrome://webrtc-internals');
    await call.goto(calls.url);
    await call.evaluate(endpoint => window.startCall(endpoint, 1000), collector.url);
    await call.waitForFunction(seconds => document.querySelector('video').currentTime > seconds, SECONDS);
    await internals.locator('summary', { hasText: 'Create a WebRTC-Internals dump' }).click();
    const [ download ] = await Promise.all([
        internals.waitForEvent('download'),
        internals.getByRole('button', { name: /download/i }).first()
            .click()
    ]);
    const saved = fs.readFileSync(await download.path());
    const text = saved[0] === 0x1f ? zlib.gunzipSync(saved).toString() : saved.toString();
    const model = modelOf(text);

    t.deepEqual([ ...model.formats ], [ 'chrome://webrtc-internals' ]);
    t.like(model.counts, {
        damaged: 0,
        unknown: 0,
        untimed: 0,
        offClock: 0
    });
    t.is(model.connections.size, 2);
    for (const { log, states, store, pairs } of model.connections.values()) {
        const { values } = [ ...store.reports.values() ].find(({ type, fields }) =>
            /^(?:in|out)bound-rtp$/.test(type) && fields.has('frameHeight')).fields.get('packetsSent')
            ?? [ ...store.reports.values() ].find(({ type, fields }) =>
                type === 'inbound-rtp' && fields.has('frameHeight')).fields.get('packetsReceived');

        t.true(store.times.length >= SECONDS - 3, `${store.times.length} polls`);
        t.true(values.length >= 3 && values.every((value, index) => index === 0 || value > values[index - 1]));
        t.is(states[states.length - 1].value, 'connected');
        t.regex(pairs[0].value, /^host udp .* → (?:host|prflx) udp /);
        t.true(log.some(({ type, payload }) => type === 'setRemoteDescription' && /^v=0/.test(payload.sdp)));
        t.true(log.some(({ type, payload }) => type === 'onicecandidate' && /^candidate:/.test(payload?.candidate)));
    }
    t.deepEqual(model.log.map(({ type, payload }) => [ type, payload.tracks?.map(({ kind }) => kind) ]), [
        [ 'navigator.mediaDevices.getUserMedia', undefined ],
        [ 'navigator.mediaDevices.getUserMediaOnSuccess', [ 'audio', 'video' ] ]
    ]);
    t.deepEqual(findingsOf(model).findings.filter(({ level }) => level === 'critical'), []);
});
