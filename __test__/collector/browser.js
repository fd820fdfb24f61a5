/**
 * The collector's page in a browser, for its tests: watches for console errors, reads what charts draw.
 *
 * It must never let a console error of the page pass.
 */

'use strict';

const esbuild = require('esbuild');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const { viewDump } = require('../../collector/server/saved-dump');

/**
 * Opens a page that fails the test on any console error.
 *
 * @param {Object} t - The test.
 * @param {Object} browser - The browser.
 * @param {string} url - What to open.
 * @param {Object} [options] - Options of the page.
 * @returns {Promise<Object>} The page, once a session is shown and read.
 */
async function openPage(t, browser, url, options = {}) {
    const page = await browser.newPage({
        viewport: {
            width: 1440,
            height: 900
        },
        timezoneId: 'UTC',
        ...options
    });

    page.on('console', message => [ 'error', 'warning' ].includes(message.type()) && t.fail(message.text()));
    page.on('pageerror', error => t.fail(error.stack));
    t.teardown(() => page.close());
    await page.goto(url);
    await page.locator('[data-loaded]').waitFor({ state: 'attached' });

    return page;
}

/**
 * Writes a file and opens the page on it.
 *
 * @param {Object} t - The test; its context holds the browser and a folder.
 * @param {string} name - The file's name.
 * @param {string | Buffer} content - Its content.
 * @param {Object} [options] - Options of the page.
 * @returns {Promise<Object>} The page.
 */
async function viewContent(t, name, content, options) {
    const file = path.join(fs.mkdtempSync(path.join(t.context.folder, 'view-')), name);

    fs.writeFileSync(file, content);
    const viewer = await viewDump(file);

    t.teardown(viewer.close);

    return openPage(t, t.context.browser, viewer.pageUrl, options);
}

/**
 * Reads what a chart draws.
 *
 * @param {Object} page - The page.
 * @param {string} key - The chart.
 * @returns {Promise<Array>} The times in seconds, then the values of each line.
 */
function drawn(page, key) {
    return page.locator(`[data-chart=${key}]`).evaluate(element => element.plot.data.map(column => Array.from(column)));
}

/**
 * Waits until a chart draws something that satisfies a condition.
 *
 * @param {Object} page - The page.
 * @param {string} key - The chart.
 * @param {number} rows - How many rows it must have.
 * @returns {Promise<void>} Resolves then.
 */
async function untilDrawn(page, key, rows) {
    await page.waitForFunction(([ chart, count ]) =>
        document.querySelector(`[data-chart=${chart}]`)?.plot?.data[0].length >= count, [ key, rows ]);
}

const CALL = `
import rtcstatsInit from '@jitsi/rtcstats/rtcstats';
import traceInit from '@jitsi/rtcstats/trace-ws';

window.startCall = async (endpoint, pollInterval) => {
    const trace = traceInit({ endpoint, meetingFqn: 'RealCall', onCloseCallback: () => {}, obfuscate: false });

    rtcstatsInit(trace, { pollInterval, useLegacy: false, sendSdp: true, eventCallback: () => {} });
    trace.connect();
    trace.identity('identity', null, { confName: 'realcall', displayName: 'Grace' });
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const [ a, b ] = [ new RTCPeerConnection(), new RTCPeerConnection() ];

    a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
    b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
    b.ontrack = ({ streams }) => {
        const video = document.querySelector('video');

        video.srcObject = streams[0];
        video.play().catch(() => {});
    };
    stream.getTracks().forEach(track => a.addTrack(track, stream));
    await a.setLocalDescription(await a.createOffer());
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription(await b.createAnswer());
    await a.setRemoteDescription(b.localDescription);
    window.endCall = () => {
        a.close();
        b.close();
        trace.close();
    };
};
`;

/**
 * Serves a page that can make a real call, traced by the existing JavaScript client.
 *
 * @returns {Promise<Object>} `url` and `close`.
 */
async function serveCallPage() {
    const { outputFiles: [ { text } ] } = await esbuild.build({
        stdin: {
            contents: CALL,
            resolveDir: __dirname
        },
        bundle: true,

        // The client names a folder that its dependency has since moved.
        alias: {
            '@jitsi/js-utils/browser-detection':
                path.resolve(__dirname, '../../node_modules/@jitsi/js-utils/dist/browser-detection')
        },
        format: 'iife',
        write: false,
        logLevel: 'silent'
    });
    const server = http.createServer((request, response) => {
        const isScript = request.url === '/call.js';

        response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
        response.end(isScript ? text : '<!doctype html><video muted></video><script src="/call.js"></script>');
    });

    server.listen(0, '127.0.0.1');
    await once(server, 'listening');

    return {
        url: `http://127.0.0.1:${server.address().port}/`,
        close: () => new Promise(resolve => {
            server.close(resolve);
            server.closeAllConnections();
        })
    };
}

/**
 * Reads the entries of a dump.
 *
 * @param {string} file - The dump.
 * @returns {any[]} The parsed lines.
 */
function readEntries(file) {
    return fs.readFileSync(file, 'utf8').trimEnd()
        .split('\n')
        .map(line => JSON.parse(line));
}

module.exports = {
    drawn,
    openPage,
    readEntries,
    serveCallPage,
    untilDrawn,
    viewContent
};
