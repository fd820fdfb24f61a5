/**
 * Drop-in for `@jitsi/rtcstats/events`: what the `eventCallback` of rtcstatsInit is told of, and the states in it.
 *
 * The values are those of WebRTC and must never change.
 */

'use strict';

module.exports = {
    PC_CON_STATE_CHANGE: 'connectionstatechange',
    PC_ICE_CON_STATE_CHANGE: 'iceconnectionstatechange',
    PC_STATE_CONNECTED: 'connected',
    PC_STATE_DISCONNECTED: 'disconnected',
    PC_STATE_FAILED: 'failed'
};
