/**
 * Drop-in for `@jitsi/rtcstats/rtcstats`: captures in the page that imports it and gives every entry to a trace.
 *
 * It must never capture twice: when the preload captures this page already, what is left here is the `eventCallback`.
 */

'use strict';

const { installCapture } = require('../capture/install');

const { ask } = require('./port-protocol');

/**
 * @typedef {import('../capture/install').CaptureHandle} CaptureHandle
 * @typedef {import('../capture/install').ConnectionEvent} ConnectionEvent
 */

/**
 * The options of 9.7.1, and `extended`.
 *
 * @typedef {Object} InitOptions
 * @property {(config: any) => boolean} [connectionFilter] - Says which connections to leave alone.
 * @property {number} [pollInterval] - Milliseconds between polls of the statistics; none without it.
 * @property {boolean} [useLegacy] - Taken and ignored: no browser has the callback form of getStats any more.
 * @property {boolean} [sendSdp] - Whether descriptions and candidates of calls are captured, `false` by default.
 * @property {string[]} [prefixesToWrap] - Prefixes to wrap, `[ '' ]` by default.
 * @property {string} [protocol] - What the trace speaks; with `rtcstats-5.0` the client itself is described first.
 * @property {(event: ConnectionEvent) => void} [eventCallback] - Told the states of connections.
 * @property {boolean} [extended] - Whether the extended coverage is on. By default it is where a native channel takes
 * the entries; elsewhere the dump is what 9.7.1 would have written.
 */

/**
 * Starts capture. Both call shapes are accepted: `rtcstatsInit(trace, options)`, and the documented positional one,
 * `rtcstatsInit(trace, pollInterval, prefixesToWrap, connectionFilter)`. Call it once, before anything takes a
 * reference to RTCPeerConnection; a second call changes nothing.
 *
 * In an Electron app that captures this page already, the app's options decide what is captured: of those here only
 * the `eventCallback` is used, and `connectionFilter` for it. Its `pcId` is counted here and may be another than in the
 * dump.
 *
 * @param {any} trace - What `traceInit` gave, or anything with a `statsEntry(type, pcId, payload)`. A `getstats` entry
 * carries the full report.
 * @param {InitOptions|number} [optionsOrPollInterval] - See there.
 * @param {string[]} [prefixesToWrap] - Positional shape only.
 * @param {function(any): boolean} [connectionFilter] - Positional shape only.
 * @returns {CaptureHandle} - To end it.
 */
function rtcstatsInit(trace, optionsOrPollInterval, prefixesToWrap, connectionFilter) {
    const options = typeof optionsOrPollInterval === 'object' && optionsOrPollInterval !== null
        ? optionsOrPollInterval
        : { connectionFilter,
            pollInterval: optionsOrPollInterval,
            prefixesToWrap };
    const statsEntry = trace?.statsEntry ?? trace;
    const { capturing, served } = ask();
    const handle = installCapture({
        connectionFilter: options.connectionFilter,
        entry: typeof statsEntry === 'function' ? (type, pcId, payload) => statsEntry(type, pcId, payload) : undefined,
        eventCallback: options.eventCallback,
        extended: options.extended ?? (served && !capturing),
        pollInterval: options.pollInterval ?? 0,
        prefixesToWrap: options.prefixesToWrap,
        protocol: options.protocol,
        sendSdp: options.sendSdp
    });

    capturing && handle.mute();

    return handle;
}

module.exports = rtcstatsInit;
module.exports.default = rtcstatsInit;
Object.defineProperty(module.exports, '__esModule', { value: true });
