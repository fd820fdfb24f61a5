/**
 * The pages of the Electron tests, served from two loopback ports, which makes two origins.
 */

'use strict';

const http = require('node:http');

/**
 * The script of each page. It runs in the browser.
 *
 * @returns {void}
 */
function pageScript() {
    /**
     * Makes a call between two connections of this page, with the fake devices.
     *
     * @returns {Promise<void>} When both are connected.
     */
    window.startCall = async function() {
        const [ a, b ] = [ new RTCPeerConnection(), new RTCPeerConnection() ];

        window.peers = [ a, b ];
        const connected = window.peers.map(peer => new Promise(resolve => {
            peer.addEventListener('connectionstatechange', () => peer.connectionState === 'connected' && resolve());
        }));

        a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
        b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true,
            video: true });

        stream.getTracks().forEach(track => a.addTrack(track, stream));
        a.createDataChannel('chat');
        await a.setLocalDescription(await a.createOffer());
        await b.setRemoteDescription(a.localDescription);
        await b.setLocalDescription(await b.createAnswer());
        await a.setRemoteDescription(b.localDescription);
        await Promise.all(connected);
    };

    /**
     * Does the least that is captured.
     *
     * @returns {void}
     */
    window.touch = function() {
        new RTCPeerConnection().close();
    };

    /**
     * Ends the call.
     *
     * @returns {void}
     */
    window.endCall = function() {
        window.peers.forEach(peer => peer.close());
    };

    // At once, so that what is captured shows whether capture was there before the page's scripts.
    const parameters = new URLSearchParams(location.search);

    if (parameters.has('touch')) {
        window.touch();
    }
    if (parameters.has('call')) {
        window.startCall();
    }
}

/**
 * Writes a page.
 *
 * @param {URL} url - What was asked for: `?frame=<url>` adds an iframe.
 * @returns {string} The page.
 */
function pageText({ searchParams }) {
    const frame = searchParams.get('frame');
    const iframe = frame ? `<iframe allow="camera; microphone" src="${frame.replace(/"/g, '&quot;')}"></iframe>` : '';

    return `<!doctype html><title>test</title><script>(${pageScript})()</script>${iframe}`;
}

/**
 * Starts a server.
 *
 * @returns {Promise<{ origin: string, close: function(): void }>} The server.
 */
function servePages() {
    const server = http.createServer((request, response) => {
        response.setHeader('content-type', 'text/html');

        // A page may forbid evaluation and foreign scripts; capture must work all the same.
        response.setHeader('content-security-policy', 'script-src \'unsafe-inline\'');
        response.end(pageText(new URL(request.url ?? '/', 'http://localhost')));
    });

    return new Promise(resolve => {
        server.listen(0, '127.0.0.1', () => {
            resolve({
                close: () => {
                    server.closeAllConnections();
                    server.close();
                },
                origin: `http://127.0.0.1:${server.address().port}`
            });
        });
    });
}

module.exports = { servePages };
