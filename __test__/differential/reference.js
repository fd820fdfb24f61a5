/**
 * The 9.7.1 client, as published, bundled when a test or the bench runs: its `trace-ws.js`, its obfuscator, and its
 * delta compression, which it does not export.
 *
 * It must never change what the client does: the bundle only makes its inner functions reachable and gives it a clock.
 */

'use strict';

const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');
const { WebSocket } = require('ws');

const ROOT = path.join(__dirname, '..', '..');

/** Makes inner functions of a module reachable. */
const EXPORT_INNER = {
    name: 'export-inner-functions',
    setup: build => build.onLoad({ filter: /@jitsi[\\/]rtcstats[\\/]rtcstats\.js$/ }, async ({ path: file }) => {
        const contents = await fs.promises.readFile(file, 'utf8');

        return { contents: `${contents}\nexport { deltaCompression, map2obj };` };
    })
};

const ENTRY = `
    export { default as obfuscate } from '@jitsi/rtcstats/obfuscator';
    export { default as traceInit } from '@jitsi/rtcstats/trace-ws';
    export { default as rtcstatsInit, deltaCompression, map2obj } from '@jitsi/rtcstats/rtcstats';
`;

/**
 * Bundles the client.
 *
 * @param {Object} [options] - For esbuild, over the defaults for Node.
 * @returns {Promise<string>} The bundle.
 */
async function bundleReference(options = {}) {
    const { outputFiles: [ { text } ] } = await esbuild.build({
        // The package's own export map forbids the directory that 9.7.1 imports.
        alias: { '@jitsi/js-utils/browser-detection': '@jitsi/js-utils/browser-detection/index.js' },
        bundle: true,
        format: 'cjs',
        platform: 'browser',
        plugins: [ EXPORT_INNER ],
        stdin: { contents: ENTRY,
            resolveDir: ROOT },
        target: 'chrome108',
        write: false,
        ...options
    });

    return text;
}

/** @type {string | undefined} */
let bundled;

/**
 * Bundles the client for `loadReference`, once.
 *
 * @returns {Promise<void>} When that is done.
 */
async function prepareReference() {
    bundled = bundled ?? await bundleReference();
}

/**
 * Runs the bundle, each time anew.
 *
 * @param {Object} [options] - The options.
 * @param {Function} [options.webSocket] - The WebSocket class; that of `ws` by default.
 * @param {function(): number} [options.now] - The clock.
 * @returns {{ obfuscate: Function, traceInit: Function, deltaCompression: Function, map2obj: Function }} Its functions.
 */
function loadReference({ webSocket = WebSocket, now = Date.now } = {}) {
    if (bundled === undefined) {
        throw new Error('prepareReference() comes first');
    }
    const clock = class extends Date {
        /**
         * Tells the time of the given clock.
         *
         * @returns {number} Milliseconds.
         */
        getTime() {
            return now();
        }
    };
    const module = { exports: {} };

    // eslint-disable-next-line no-new-func
    new Function('module', 'exports', 'WebSocket', 'navigator', 'window', 'Date', bundled)(
        module, module.exports, webSocket, { userAgent: 'Mozilla/5.0 Chrome/120.0.0.0' }, {}, clock);

    return module.exports;
}

module.exports = {
    bundleReference,
    loadReference,
    prepareReference
};
