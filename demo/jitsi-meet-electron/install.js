/**
 * What `npm install` does in an app: the package gets into `node_modules`. Here it is this checkout.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');

/**
 * Puts it there.
 *
 * @returns {void}
 */
function install() {
    const link = path.join(__dirname, 'node_modules', '@jitsi', 'rtcstats-native');

    fs.mkdirSync(path.dirname(link), { recursive: true });
    if (!fs.existsSync(link)) {
        fs.symlinkSync(path.join(__dirname, '..', '..'), link, 'junction');
    }
}

module.exports = { install };
