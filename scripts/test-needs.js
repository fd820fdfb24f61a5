/**
 * Fetches what the tests need and npm does not bring: a real Electron with its libraries, a display, Chromium. Tests
 * must not be skipped for want of them, so whatever cannot be had is a failure here.
 */

'use strict';

const { resolveElectron } = require('./electron-runtime');
const { ensureCommand } = require('./system-packages');

/**
 * Fetches everything.
 *
 * @returns {Promise<void>} When it is there.
 */
async function fetchNeeds() {
    const { path, source } = await resolveElectron();

    console.log(`Electron (${source}): ${path}`);
    if (!process.env.DISPLAY) {
        ensureCommand('Xvfb');
    }
    if (!process.env.CHROMIUM_PATH) {
        ensureCommand('chromium');
    }
}

fetchNeeds().catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
