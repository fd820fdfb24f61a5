/**
 * A call between two connections in one page, with the fake camera and microphone and a data channel. It must not know
 * of rtcstats in any way: that is what the demo shows.
 */

/* eslint-env browser */

'use strict';

/** @type {any} */
const peerA = new RTCPeerConnection();

/** @type {any} */
const peerB = new RTCPeerConnection();

/**
 * Gives an element of the page.
 *
 * @param {string} id - Its id.
 * @returns {any} The element.
 */
function element(id) {
    return document.getElementById(id);
}

/**
 * Shows the state of a connection, and waits for it to be connected.
 *
 * @param {RTCPeerConnection} peer - The connection.
 * @param {string} id - Where to show it.
 * @returns {Promise<void>} When it is connected.
 */
function follow(peer, id) {
    return new Promise(resolve => {
        peer.addEventListener('connectionstatechange', () => {
            const state = element(id);

            state.textContent = peer.connectionState;
            state.classList.toggle('connected', peer.connectionState === 'connected');
            if (peer.connectionState === 'connected') {
                resolve();
            }
        });
    });
}

/**
 * Lets two connections exchange candidates.
 *
 * @param {RTCPeerConnection} from - The one that finds them.
 * @param {RTCPeerConnection} to - The one that needs them.
 * @returns {void}
 */
function trickle(from, to) {
    from.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate) {
            to.addIceCandidate(candidate);
        }
    });
}

/**
 * Sends something on the data channel again and again.
 *
 * @returns {void}
 */
function chat() {
    const channel = peerA.createDataChannel('chat');
    let messages = 0;

    channel.onopen = () => setInterval(() => {
        if (channel.readyState === 'open') {
            channel.send(new Date().toISOString());
        }
    }, 250);
    peerB.ondatachannel = (/** @type {RTCDataChannelEvent} */ event) => {
        event.channel.onmessage = () => {
            element('messages').textContent = String(++messages);
        };
    };
}

/**
 * Makes the call.
 *
 * @returns {Promise<void>} When the descriptions are exchanged.
 */
async function call() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true,
        video: { height: 480,
            width: 640 } });

    element('local').srcObject = stream;
    peerB.ontrack = (/** @type {RTCTrackEvent} */ event) => {
        element('remote').srcObject = event.streams[0];
    };
    stream.getTracks().forEach(track => peerA.addTrack(track, stream));
    chat();
    trickle(peerA, peerB);
    trickle(peerB, peerA);

    await peerA.setLocalDescription(await peerA.createOffer());
    await peerB.setRemoteDescription(/** @type {any} */ peerA.localDescription);
    await peerB.setLocalDescription(await peerB.createAnswer());
    await peerA.setRemoteDescription(/** @type {any} */ peerB.localDescription);
}

/**
 * Shows the time.
 *
 * @returns {void}
 */
function clock() {
    const length = Number(new URLSearchParams(location.search).get('seconds'));
    const start = Date.now();

    setInterval(() => {
        element('time').textContent = String(Math.min(length, Math.floor((Date.now() - start) / 1000)));
    }, 250);
}

element('length').textContent = new URLSearchParams(location.search).get('seconds');

Object.assign(window, {
    callConnected: Promise.all([ call(), follow(peerA, 'state-a'), follow(peerB, 'state-b') ]).then(clock),
    endCall: () => {
        peerA.close();
        peerB.close();
    }
});
