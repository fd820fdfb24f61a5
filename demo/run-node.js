/**
 * Runs the demo's call without Electron: real libwebrtc in Node, captured by the same code, sent by the same channel.
 * For machines where no Electron can be had; whoever uses it must say so.
 */

'use strict';

/** @type {any} */
const wrtc = require('@roamhq/wrtc');
const timers = require('node:timers/promises');

/**
 * @typedef {import('./run-electron').CallOptions} CallOptions
 */

/**
 * What a browser says of an event. Those of wrtc are plain objects that Node's own `Event` does not know.
 */
class Event {
    /**
     * Tells whose listener runs: no event of wrtc bubbles.
     *
     * @returns {any} The object.
     */
    get currentTarget() {
        return Object(this).target;
    }
}

/**
 * Makes something that capture takes for a window.
 *
 * @returns {any} It.
 */
function createWindow() {
    const { mediaDevices, ...classes } = wrtc;

    return Object.assign(Object.create(globalThis), classes, {
        Event,
        MediaDevices: mediaDevices.constructor,
        navigator: { mediaDevices,
            userAgent: `Node.js/${process.versions.node}` }
    });
}

/**
 * Loads capture. It takes the page's `EventTarget` when it is loaded, before a page could replace it; what wrtc's
 * classes inherit from is one of its own, which Node's refuses to work on.
 *
 * @returns {any} Its exports.
 */
function loadCapture() {
    const node = globalThis.EventTarget;

    globalThis.EventTarget = Object.getPrototypeOf(wrtc.MediaStream.prototype).constructor;
    try {
        return require('../renderer');
    } finally {
        globalThis.EventTarget = node;
    }
}

/**
 * Makes the call.
 *
 * @param {any} window - The window.
 * @returns {Promise<any[]>} The two connections, connected.
 */
async function call(window) {
    const [ peerA, peerB ] = [ new window.RTCPeerConnection(), new window.RTCPeerConnection() ];
    const connected = [ peerA, peerB ].map(peer => new Promise(resolve => {
        peer.addEventListener('connectionstatechange',
            () => peer.connectionState === 'connected' && resolve(undefined));
    }));

    [ [ peerA, peerB ], [ peerB, peerA ] ].forEach(([ from, to ]) => {
        from.addEventListener('icecandidate', (/** @type {any} */ event) => {
            if (event.candidate) {
                to.addIceCandidate(event.candidate);
            }
        });
    });
    const stream = await window.navigator.mediaDevices.getUserMedia({ audio: true,
        video: true });

    stream.getTracks().forEach((/** @type {any} */ track) => peerA.addTrack(track, stream));
    peerA.createDataChannel('chat');
    await peerA.setLocalDescription(await peerA.createOffer());
    await peerB.setRemoteDescription(peerA.localDescription);
    await peerB.setLocalDescription(await peerB.createAnswer());
    await peerA.setRemoteDescription(peerB.localDescription);
    await Promise.all(connected);

    return [ peerA, peerB ];
}

/**
 * Runs the call.
 *
 * @param {CallOptions} options - How.
 * @returns {Promise<void>} When everything is delivered.
 */
async function runInNode({ endpoint, onStats, protocol, seconds, signal }) {
    /** @type {any} */
    const { TraceChannel } = require('..');
    const window = createWindow();
    const channel = new TraceChannel({ endpoint,
        meetingFqn: 'demo/two-peers',
        protocol,
        userAgent: window.navigator.userAgent });

    channel.push(JSON.stringify([ 'identity', null, { displayName: 'rtcstats-native demo' }, Date.now() ]));
    channel.connect();
    const capture = loadCapture().installCapture({ global: window,
        pollInterval: 1000,
        send: (/** @type {string} */ batch) => channel.push(batch),
        sendSdp: true });
    const ticker = setInterval(() => onStats(channel.stats()), 1000);

    try {
        const peers = await call(window);

        await timers.setTimeout(seconds * 1000, undefined, { signal }).catch(() => undefined);
        peers.forEach(peer => peer.close());
    } finally {
        clearInterval(ticker);
        capture.uninstall();
        await channel.close();
        onStats(channel.stats());
    }
}

module.exports = { runInNode };
