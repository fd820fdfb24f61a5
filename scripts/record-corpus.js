/**
 * Records the corpus of the differential tests and the bench: a few polls and what was signalled, of a loopback call in
 * Electron, in Chromium and in Node on `@roamhq/wrtc`. Run by hand when the shape of reports has changed:
 *
 *     node scripts/record-corpus.js [electron] [chromium] [wrtc].
 *
 * It must never write a real address: each one is replaced by one of those reserved for documentation.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

const ROOT = path.join(__dirname, '..');
const CORPUS = path.join(ROOT, '__test__', 'corpus');
const POLLS = 5;

/**
 * Makes a call between two connections and polls both. Runs in a page or in Node, so it sees nothing of its
 * surroundings.
 *
 * @param {any} scope - The window, or what takes its place.
 * @param {number} polls - How many polls.
 * @returns {Promise<any>} What was polled and signalled.
 */
async function recordCall(scope, polls) {
    const plain = (/** @type {any} */ value) => JSON.parse(JSON.stringify(value));

    /** @type {Array<any>} */
    const events = [];

    /** @type {Array<any>} */
    const reports = [];
    const [ peerA, peerB ] = [ new scope.RTCPeerConnection(), new scope.RTCPeerConnection() ];
    const connected = [ peerA, peerB ].map(peer => new Promise(resolve => {
        peer.addEventListener('connectionstatechange',
            () => peer.connectionState === 'connected' && resolve(undefined));
    }));

    [ [ 'PC_0', peerA, peerB ], [ 'PC_1', peerB, peerA ] ].forEach(([ id, from, to ]) => {
        from.addEventListener('icecandidate', (/** @type {any} */ { candidate }) => {
            events.push([ 'onicecandidate', id, plain(candidate) ]);
            candidate && to.addIceCandidate(candidate);
        });
    });
    const stream = await scope.navigator.mediaDevices.getUserMedia({ audio: true,
        video: true });

    stream.getTracks().forEach((/** @type {any} */ track) => peerA.addTrack(track, stream));
    peerA.createDataChannel('chat');
    await peerA.setLocalDescription(await peerA.createOffer());
    await peerB.setRemoteDescription(peerA.localDescription);
    await peerB.setLocalDescription(await peerB.createAnswer());
    await peerA.setRemoteDescription(peerB.localDescription);
    await Promise.all(connected);
    for (const [ id, peer ] of [ [ 'PC_0', peerA ], [ 'PC_1', peerB ] ]) {
        events.push([ 'setLocalDescription', id, plain(peer.localDescription) ]);
        events.push([ 'setRemoteDescription', id, plain(peer.remoteDescription) ]);
    }
    for (let poll = 0; poll < polls; poll++) {
        for (const [ id, peer ] of [ [ 'PC_0', peerA ], [ 'PC_1', peerB ] ]) {
            /** @type {Record<string, any>} */
            const report = {};

            (await peer.getStats()).forEach((/** @type {any} */ value, /** @type {string} */ key) => {
                report[key] = plain(value);
            });
            reports.push([ id, report ]);
        }
        await new Promise(resolve => setTimeout(resolve, 1000));
    }
    peerA.close();
    peerB.close();
    stream.getTracks().forEach((/** @type {any} */ track) => track.stop());

    return { events,
        reports,
        userAgent: scope.navigator.userAgent };
}

/**
 * Replaces addresses, each one always by the same.
 *
 * @param {string} text - The recording's text.
 * @returns {string} The same without real addresses.
 */
function maskAddresses(text) {
    /** @type {Map<string, string>} */
    const known = new Map();
    const stand = (/** @type {string} */ address, /** @type {function(number): string} */ make) => {
        if (!known.has(address)) {
            known.set(address, make(known.size + 1));
        }

        return known.get(address) ?? '';
    };

    return text
        .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\.local\b/g, name =>
            stand(name, n => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}.local`))
        .replace(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g, address => {
            const isNobody = [ '0.0.0.0', '127.0.0.1' ].includes(address);

            return isNobody ? address : stand(address, n => `192.0.2.${n}`);
        })
        .replace(/(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/g, address =>
            stand(address, n => `2001:db8:0:0:0:0:0:${n}`))
        .replace(/(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?![\w:])/g, address =>
            stand(address, n => `2001:db8::${n}`));
}

/**
 * Calls `recordCall` in a page.
 *
 * @returns {string} The source text.
 */
function pageSource() {
    return `(${recordCall})(window, ${POLLS})`;
}

const RECORDERS = {
    /**
     * Records in Electron.
     *
     * @returns {Promise<any>} The recording.
     */
    async electron() {
        // By a computed path: the tests are not type-checked.
        const { ElectronUnderTest } = require(path.join(ROOT, '__test__', 'electron', 'harness'));
        const { servePages } = require(path.join(ROOT, '__test__', 'electron', 'pages'));
        const pages = await servePages();
        const electron = await ElectronUnderTest.start();

        try {
            return await electron.run(async (/** @type {any} */ context, /** @type {any} */ { source, url }) => {
                const window = new context.electron.BrowserWindow({ show: false });

                await window.loadURL(url);

                return window.webContents.executeJavaScript(source);
            }, { source: pageSource(),
                url: pages.origin });
        } finally {
            await electron.stop();
            pages.close();
        }
    },

    /**
     * Records in Chromium.
     *
     * @returns {Promise<any>} The recording.
     */
    async chromium() {
        const { start } = require(path.join(ROOT, '__test__', 'capture', 'browser'));
        const browser = await start();

        try {
            const { page } = await browser.open();

            return await page.evaluate(pageSource());
        } finally {
            await browser.close();
        }
    },

    /**
     * Records in Node.
     *
     * @returns {Promise<any>} The recording.
     */
    wrtc() {
        /** @type {any} */
        const wrtc = require('@roamhq/wrtc');

        return recordCall({ ...wrtc,
            navigator: { mediaDevices: { getUserMedia: wrtc.getUserMedia },
                userAgent: `Node.js/${process.versions.node}` } }, POLLS);
    }
};

/**
 * Records what was asked for.
 *
 * @param {string[]} names - Of the recorders; all if empty.
 * @returns {Promise<void>} When written.
 */
async function main(names) {
    for (const [ name, record ] of Object.entries(RECORDERS)) {
        if (names.length === 0 || names.includes(name)) {
            const { userAgent, ...recording } = await record();
            const text = JSON.stringify({ source: name,
                userAgent,
                ...JSON.parse(maskAddresses(JSON.stringify(recording))) });
            const file = path.join(CORPUS, `${name}.json.gz`);

            fs.mkdirSync(CORPUS, { recursive: true });
            fs.writeFileSync(file, zlib.gzipSync(text, { level: 9 }));
            console.log(`${path.relative(ROOT, file)}: ${text.length} characters, ${fs.statSync(file).size} bytes`);
        }
    }
}

main(process.argv.slice(2)).then(

    // A native WebRTC may keep threads of its own.
    () => process.exit(),
    error => {
        console.error(error);
        process.exit(1);
    });
