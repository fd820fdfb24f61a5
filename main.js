/**
 * Finds `@jitsi/rtcstats-native/main` for tools that do not know `exports`.
 */

'use strict';

module.exports = require('./electron/main');
