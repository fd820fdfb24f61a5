/**
 * A page script that makes every entry of the extended coverage come once: a call between two connections, and what
 * stands around it. It runs in the page (its source is evaluated there), and must never use anything from outside the
 * function. What a browser does not have is left out, and named in what the script gives.
 */

'use strict';

/* eslint-env browser */

/**
 * Does everything.
 *
 * @returns {Promise<{ missing: string[], track: string }>} - The types that cannot come in this browser, and the name
 * of the local video track.
 */
async function useEverything() {
    const missing = [];
    const has = (type, name, ...entries) => {
        const there = name in (globalThis[type]?.prototype ?? {});

        there || missing.push(...entries);

        return there;
    };
    const event = (target, type) => new Promise(resolve => {
        target.addEventListener(type, resolve, { once: true });
    });
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true,
        video: true });
    const [ audio ] = stream.getAudioTracks();
    const [ video ] = stream.getVideoTracks();

    await navigator.mediaDevices.enumerateDevices();
    await navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: 'nowhere' } } }).catch(() => undefined);
    await video.applyConstraints({ width: 320 });
    video.contentHint = 'detail';
    video.enabled = false;
    video.enabled = true;

    const a = new RTCPeerConnection();
    const b = new RTCPeerConnection();
    const hands = (from, to) => from.addEventListener('icecandidate', ({ candidate }) =>
        candidate && to.addIceCandidate(candidate).catch(() => undefined));

    hands(a, b);
    hands(b, a);
    a.setConfiguration({ iceServers: [ { urls: 'stun:127.0.0.1:9' } ] });
    const sender = a.addTrack(video, stream);

    a.addTrack(audio, stream);
    const [ transceiver ] = a.getTransceivers();
    const spare = a.addTransceiver('video');
    const channel = a.createDataChannel('bridge');
    const opened = event(channel, 'open');
    const remote = event(b, 'datachannel');
    const remoteVideo = new Promise(resolve => {
        b.addEventListener('track', ({ track }) => track.kind === 'video' && resolve(track), { once: false });
    });

    if (has('RTCRtpTransceiver', 'setCodecPreferences', 'setCodecPreferences')) {
        transceiver.setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs);
    }
    if (has('RTCRtpTransceiver', 'setHeaderExtensionsToNegotiate', 'setHeaderExtensionsToNegotiate')) {
        transceiver.setHeaderExtensionsToNegotiate(transceiver.getHeaderExtensionsToNegotiate());
    }
    spare.direction = 'sendonly';
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    await opened;
    const other = (await remote).channel;
    const element = document.createElement('video');

    element.muted = true;
    element.srcObject = new MediaStream([ await remoteVideo ]);
    const resized = event(element, 'resize');

    await element.play().catch(() => undefined);
    await resized;
    if (has('HTMLMediaElement', 'setSinkId', 'setSinkId')) {
        await element.setSinkId('').catch(() => undefined);
    }
    const parameters = sender.getParameters();

    await sender.setParameters(parameters);
    await sender.replaceTrack(null);
    await sender.replaceTrack(video);
    const { dtmf } = a.getSenders().find(({ track }) => track?.kind === 'audio');

    if (dtmf) {
        dtmf.insertDTMF('1234#', 100);
    } else {
        missing.push('insertDTMF');
    }
    if (has('RTCRtpSender', 'transform', 'RTCRtpSender.transform')) {
        sender.transform = null;
    }
    if (has('RTCRtpReceiver', 'transform', 'RTCRtpReceiver.transform')) {
        a.getReceivers()[0].transform = null;
    }
    if (has('RTCRtpSender', 'createEncodedStreams', 'createEncodedStreams')) {
        const encoded = new RTCPeerConnection({ encodedInsertableStreams: true });

        encoded.addTransceiver('audio').sender.createEncodedStreams();
        encoded.close();
    }
    spare.stop();
    a.restartIce();
    const closed = event(other, 'close');

    channel.close();
    await closed;
    const track = `video:${video.id}`;

    video.stop();
    video.stop();
    audio.stop();
    a.close();
    b.close();

    // The events of what was stopped would have come by now.
    await new Promise(resolve => {
        setTimeout(resolve, 200);
    });

    return { missing,
        track };
}

module.exports = { useEverything };
