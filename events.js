/**
 * Finds `@jitsi/rtcstats-native/events` for tools that do not know `exports`.
 */

'use strict';

module.exports = require('./renderer/drop-in/events');
