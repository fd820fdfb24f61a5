/**
 * A page script: a whole two-peer call that uses everything the tables of capture know. It runs in the page (its source
 * is evaluated there), and must never use anything from outside the function.
 */

'use strict';

/* eslint-env browser */

/**
 * Makes the call and ends it.
 *
 * @param {Object} options - What to do.
 * @param {number} options.polls - How many intervals of 300 ms to stay connected.
 * @returns {Promise<Object>} - What the page itself saw.
 */
async function runCall({ polls }) {
    const local = await navigator.mediaDevices.getUserMedia({ audio: true,
        video: true });
    const config = { iceServers: [ { urls: 'turn:127.0.0.1:9',
        username: 'user',
        credential: 'secret' } ] };
    const constraints = { optional: [ { rtcStatsSFUP2P: true }, { rtcStatsPeerId: 'abc' } ] };
    const a = new RTCPeerConnection(config, constraints);
    const b = new RTCPeerConnection();

    a.addEventListener('icecandidate', ({ candidate }) => candidate && b.addIceCandidate(candidate));
    b.addEventListener('icecandidate', ({ candidate }) => candidate && a.addIceCandidate(candidate));
    const connected = pc => new Promise(resolve => {
        pc.addEventListener('connectionstatechange', () => pc.connectionState === 'connected' && resolve());
    });
    const both = Promise.all([ connected(a), connected(b) ]);
    const [ audio ] = local.getAudioTracks();
    const [ video ] = local.getVideoTracks();
    const sender = a.addTrack(audio, local);

    a.addTrack(video);
    a.addTransceiver('video', { direction: 'recvonly' });
    a.createDataChannel('chat', { ordered: false });
    const offer = await a.createOffer({ offerToReceiveAudio: true });

    await a.setLocalDescription(offer);
    await b.setRemoteDescription(offer);
    b.addStream(local);
    const answer = await b.createAnswer();

    await b.setLocalDescription(answer);
    await a.setRemoteDescription(answer);
    await both;
    a.removeTrack(sender);
    b.removeStream(local);
    await a.addIceCandidate({ candidate: 'nonsense',
        sdpMid: 'nowhere' }).catch(() => undefined);
    await a.setRemoteDescription({ type: 'answer',
        sdp: 'nonsense' }).catch(() => undefined);
    await navigator.mediaDevices.getUserMedia({}).catch(() => undefined);
    await new Promise(resolve => {
        navigator.getUserMedia({ audio: true }, resolve, resolve);
    });
    await new Promise(resolve => {
        let left = polls;
        const timer = setInterval(() => {
            if (left-- <= 0) {
                clearInterval(timer);
                resolve();
            }
        }, 300);
    });
    a.close();
    b.close();
    local.getTracks().forEach(track => track.stop());

    return { config };
}

module.exports = { runCall };
