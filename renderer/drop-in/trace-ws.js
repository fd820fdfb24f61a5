/**
 * Drop-in for `@jitsi/rtcstats/trace-ws`: the trace of page code. Where nobody serves the page it falls back to that
 * very package, if it is installed.
 *
 * It must never make that package a condition: bundlers and Node leave the `require` alone when it is not there.
 */

'use strict';

const { markAsOurs } = require('./fallback');
const { createTraceInit } = require('./trace');

/**
 * @typedef {import('./trace').Trace} Trace
 * @typedef {import('./trace').TraceOptions} TraceOptions
 */

const init = createTraceInit(() => {
    try {
        // @ts-ignore It has no types, and need not be there.
        return require('@jitsi/rtcstats/trace-ws');
    } catch {
        return undefined;
    }
});

/**
 * Makes a trace: `traceInit(options)`, or in the documented positional shape, which connects by itself,
 * `traceInit(endpoint, onClose, pingInterval)`.
 *
 * @param {TraceOptions|string} optionsOrEndpoint - The options, or the server.
 * @param {function({ code: number, reason: string }): void} [onCloseCallback] - With a server only.
 * @param {number} [pingInterval] - With a server only.
 * @returns {Trace} - The trace.
 */
function traceInit(optionsOrEndpoint, onCloseCallback, pingInterval) {
    return init(optionsOrEndpoint, onCloseCallback, pingInterval);
}

module.exports = traceInit;
module.exports.default = traceInit;
Object.defineProperty(module.exports, '__esModule', { value: true });
markAsOurs(traceInit);
