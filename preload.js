/**
 * Finds `@jitsi/rtcstats-native/preload` for tools that do not know `exports`.
 */

'use strict';

module.exports = require('./dist/preload');
