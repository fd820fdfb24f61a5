/**
 * Finds `@jitsi/rtcstats-native/trace-ws` for tools that do not know `exports`.
 */

'use strict';

module.exports = require('./renderer/drop-in/trace-ws');
