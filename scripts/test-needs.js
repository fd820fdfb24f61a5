/**
 * Fetches what the tests need and npm does not bring: a real Electron with its libraries, a display, Chromium, Firefox,
 * OpenSSL for certificates, a C++ compiler for the fuzz targets. Tests must not be skipped for want of them, so
 * whatever cannot be had is a failure here.
 */

'use strict';

const { resolveElectron } = require('./electron-runtime');
const { ensureCommands, findChromium, findFirefox } = require('./system-packages');

/**
 * Fetches everything.
 *
 * @returns {Promise<void>} When it is there.
 */
async function fetchNeeds() {
    ensureCommands('c++', 'openssl',
        ...process.env.DISPLAY ? [] : [ 'Xvfb' ],
        ...findChromium() ? [] : [ 'chromium' ],
        ...findFirefox() ? [] : [ 'firefox-esr' ]);
    const { path, source } = await resolveElectron();

    console.log(`Electron (${source}): ${path}`);
    console.log(`Chromium: ${findChromium()}`);
    console.log(`Firefox: ${findFirefox()}`);
}

fetchNeeds().catch(error => {
    console.error(error.message);
    process.exitCode = 1;
});
