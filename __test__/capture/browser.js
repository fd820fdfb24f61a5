/**
 * Runs page scripts in a real Chromium for the tests of capture: one browser, a tiny loopback server (a secure
 * context), and bundles of ours and of the 9.7.1 client that run before the page's own scripts.
 *
 * It must never reach for the network, and never be needed by anything but tests.
 */

'use strict';

const esbuild = require('esbuild');
const http = require('node:http');
const path = require('node:path');

const { launchChromium } = require('../chromium');

const ROOT = path.join(__dirname, '..', '..');

/**
 * Bundles source text for the page.
 *
 * @param {string} contents - A module; its imports are resolved from the root of the repository.
 * @param {Object} [alias] - Packages by other names.
 * @returns {string} - One script.
 */
function bundle(contents, alias = {}) {
    const result = esbuild.buildSync({
        // The package's own export map forbids the directory that 9.7.1 imports.
        alias: { ...alias,
            '@jitsi/js-utils/browser-detection': '@jitsi/js-utils/browser-detection/index.js' },
        bundle: true,
        format: 'iife',
        stdin: { contents,
            resolveDir: ROOT },
        target: 'chrome108',
        write: false
    });

    return result.outputFiles[0].text;
}

/**
 * Ours, as the Electron preload injects it. Batches are kept in `hold`, where no probe looks.
 *
 * @param {string} options - More options, as source text.
 * @returns {string} - One script.
 */
function captureBundle(options = '{}') {
    return bundle(`
        import { installCapture } from './renderer';
        const hold = globalThis.__hold;
        delete globalThis.__hold;
        hold.handle = installCapture({
            send: batch => { hold.batches[hold.batches.length] = batch; },
            pollInterval: 300,
            ...${options}
        });
    `);
}

/**
 * The 9.7.1 client with a trace that keeps what it gets.
 *
 * @param {string} options - More options, as source text.
 * @returns {string} - One script.
 */
function referenceBundle(options = '{}') {
    return bundle(`
        import rtcstatsInit from '@jitsi/rtcstats/rtcstats';
        const hold = globalThis.__hold;
        delete globalThis.__hold;
        rtcstatsInit({ statsEntry: (...data) => {
            hold.batches.push(JSON.stringify([ data[0], data[1], data[2], Date.now() ]));
        } }, { pollInterval: 300, ...${options} });
    `);
}

/**
 * Starts browser and server.
 *
 * @param {function(): Promise<any>} [launch] - Starts the browser.
 * @returns {Promise<Object>} - `open(script)` gives a page where the script ran first; `close()` ends all.
 */
async function start(launch = launchChromium) {
    const server = http.createServer((_, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>capture</title>');
    });

    await new Promise(resolve => {
        server.listen(0, '127.0.0.1', resolve);
    });
    const browser = await launch();
    const url = `http://localhost:${server.address().port}/`;

    return {
        /**
         * Ends browser and server.
         *
         * @returns {Promise<void>} - Settles when both are gone.
         */
        async close() {
            await browser.close();
            server.close();
        },

        /**
         * Opens a page.
         *
         * @param {string} [script] - Runs before the page's scripts.
         * @returns {Promise<Object>} - `page`, and `events()` that gives what was captured so far.
         */
        async open(script = '') {
            const context = await browser.newContext();
            const page = await context.newPage();

            // The test keeps its hands on the batches through a symbol that only the test can name.
            await page.addInitScript(`{
                const hold = { batches: [] };

                globalThis.__hold = hold;
                ${script}
                delete globalThis.__hold;
                Object.defineProperty(document, Symbol.for('rtcstats-test'), { configurable: true, value: hold });
            }`);
            await page.goto(url);

            return {
                events: () => page.evaluate(() =>
                    document[Symbol.for('rtcstats-test')].batches.join('\n').split('\n')
                        .filter(Boolean)
                        .map(line => JSON.parse(line))),
                page
            };
        }
    };
}

module.exports = { bundle,
    captureBundle,
    referenceBundle,
    start };
