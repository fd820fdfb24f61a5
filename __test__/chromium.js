/**
 * Starts a real Chromium for tests, with a camera and a microphone that are not real.
 *
 * It must never reach for the network.
 */

'use strict';

const { chromium } = require('playwright-core');

const { findChromium } = require('../scripts/system-packages');

const ARGS = [
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--auto-select-desktop-capture-source=Entire screen',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--disable-sync',
    '--no-first-run',
    '--js-flags=--expose-gc'
];

/**
 * Starts it.
 *
 * @param {string[]} [more] - More of its arguments.
 * @returns {Promise<any>} The browser.
 */
function launchChromium(more = []) {
    const executablePath = findChromium();

    if (!executablePath) {
        throw new Error('Chromium is missing: npm run test:needs fetches it, or set CHROMIUM_PATH');
    }

    return chromium.launch({ args: [ ...ARGS, ...more ],
        executablePath });
}

module.exports = { launchChromium };
