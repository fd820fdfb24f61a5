/**
 * Drop-in for `@jitsi/rtcstats/trace-ws`: the trace of page code. Where no preload answers it falls back to that very
 * package, if it is installed.
 *
 * It must never make that package a condition: bundlers and Node leave the `require` alone when it is not there.
 */

'use strict';

const { createTraceInit } = require('./trace');

/**
 * Loads the 9.7.1 client.
 *
 * @returns {any} - Its module; throws where it is not installed.
 */
function loadJavaScriptClient() {
    try {
        // @ts-ignore It has no types, and need not be there.
        return require('@jitsi/rtcstats/trace-ws');
    } catch {
        return undefined;
    }
}

const traceInit = createTraceInit(loadJavaScriptClient);

module.exports = traceInit;
Object.assign(traceInit, { default: traceInit });
Object.defineProperty(traceInit, '__esModule', { value: true });
