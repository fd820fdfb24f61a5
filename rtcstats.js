/**
 * Finds `@jitsi/rtcstats-native/rtcstats` for tools that do not know `exports`.
 */

'use strict';

module.exports = require('./renderer/drop-in/rtcstats');
