/**
 * A call without media, with the WebRTC of whichever window one says. It must not know of rtcstats in any way.
 */

/* eslint-env browser */

'use strict';

/**
 * Makes a call.
 *
 * @param {any} realm - The window whose connections are used.
 * @returns {{ connected: Promise<any>, end: function(): void }} When it is connected, and how to end it.
 */
function startEmbedCall(realm) {
    const [ a, b ] = [ new realm.RTCPeerConnection(), new realm.RTCPeerConnection() ];
    const connected = [ a, b ].map(peer => new Promise(resolve => {
        peer.onconnectionstatechange = () => peer.connectionState === 'connected' && resolve(peer);
    }));

    a.onicecandidate = (/** @type {any} */ { candidate }) => candidate && b.addIceCandidate(candidate);
    b.onicecandidate = (/** @type {any} */ { candidate }) => candidate && a.addIceCandidate(candidate);
    a.createDataChannel('chat');
    const described = (async () => {
        await a.setLocalDescription(await a.createOffer());
        await b.setRemoteDescription(a.localDescription);
        await b.setLocalDescription(await b.createAnswer());
        await a.setRemoteDescription(b.localDescription);
    })();

    return { connected: Promise.all([ described, ...connected ]),
        end: () => [ a, b ].forEach(peer => peer.close()) };
}

Object.assign(window, { startEmbedCall });
