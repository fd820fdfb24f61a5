/**
 * Libraries that put something of their own where the native function stood, before capture or after it: what the page
 * calls is captured, once each, and the library goes on working.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;

const { bundle, captureBundle, start } = require('./browser');
const { runCall } = require('./call');

/** What each library does to the page, as a module. */
const COMPANY = {
    'adapter 7.7': 'import \'webrtc-adapter-7\';',
    'adapter 8.1': 'import \'webrtc-adapter-8\';',
    'adapter 9.0': 'import \'webrtc-adapter\';',
    'core-js': 'import \'core-js\';',
    Sentry: `
        import * as Sentry from '@sentry/browser';
        Sentry.init({ dsn: 'http://key@127.0.0.1:9/1' });`,
    'zone.js': `
        import 'zone.js';
        import 'zone.js/plugins/webapis-rtc-peer-connection';`,
    'a subclass': `
        const Native = window.RTCPeerConnection;
        window.RTCPeerConnection = class extends Native {
            createOffer(...args) {
                return super.createOffer(...args);
            }
        };`,
    'a function with the same prototype': `
        const Native = window.RTCPeerConnection;
        window.RTCPeerConnection = function(...args) {
            return new Native(...args);
        };
        window.RTCPeerConnection.prototype = Native.prototype;`,
    'a function that hands out another prototype': `
        const Native = window.RTCPeerConnection;
        window.RTCPeerConnection = function(...args) {
            return new Native(...args);
        };`,
    'a proxy': `
        window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
            construct: (Target, args) => new Target(...args)
        });`,
    'own functions on navigator': `
        const { mediaDevices } = navigator;
        const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
        const legacy = navigator.getUserMedia;
        mediaDevices.getUserMedia = constraints => getUserMedia(constraints);
        if (legacy) {
            navigator.getUserMedia = (...args) => navigator.webkitGetUserMedia(...args);
        }`,
    'a second copy of capture': `
        import { installCapture } from './renderer';
        const seen = [];
        window.secondCopy = seen;
        installCapture({ entry: type => seen.push(type), pollInterval: 300 });`
};

/** What depends on the network, or on how long the call takes. */
const UNCOUNTED = /^(on(ice|connection|dtls|mute|unmute)|getstats|computePressure|addIceCandidate|ondatachannelerror)/;

let browser;
let expected;

/**
 * Makes the call in a page.
 *
 * @param {string} script - What runs before the page's scripts.
 * @returns {Promise<Object>} - How often each type of entry was written, and what the second copy saw.
 */
async function callIn(script) {
    const { events, page } = await browser.open(script);
    const errors = [];

    page.on('pageerror', error => errors.push(error.message));
    await page.evaluate(runCall, { polls: 1 });
    const count = types => types.filter(type => !UNCOUNTED.test(type)).reduce((counts, type) => {
        counts[type] = (counts[type] ?? 0) + 1;

        return counts;
    }, {});
    const second = await page.evaluate(() => window.secondCopy);
    const entries = await events();

    await page.close();

    return { errors,
        reports: entries.filter(([ type ]) => type === 'getstats').length,
        second: second && count(second),
        written: count(entries.map(([ type ]) => type)) };
}

test.before(async () => {
    browser = await start();
    ({ written: expected } = await callIn(captureBundle()));
});
test.after.always(() => browser?.close());

Object.entries(COMPANY).forEach(([ name, source ]) => {
    test(`${name}, then capture`, async t => {
        const { errors, reports, second, written } = await callIn(bundle(source) + captureBundle());

        t.deepEqual(written, expected);
        t.true(reports > 0);
        t.deepEqual(second ?? expected, expected);
        t.deepEqual(errors, []);
    });
    test(`capture, then ${name}`, async t => {
        const { errors, reports, second, written } = await callIn(captureBundle() + bundle(source));

        t.deepEqual(written, expected);
        t.true(reports > 0);
        t.deepEqual(second ?? expected, expected);
        t.deepEqual(errors, []);
    });
});
