/**
 * The same as trace-ws.js for webpack, which would warn of an optional `require` that it cannot resolve. It is asked
 * what stands beside this package instead, which has no answer where `@jitsi/rtcstats` is not installed, and which no
 * alias of that name to this package leads astray.
 */

'use strict';

const { markAsOurs } = require('./fallback');
const { createTraceInit } = require('./trace');

const traceInit = createTraceInit(() => {
    try {
        // @ts-ignore Webpack's own.
        const clients = require.context('@jitsi', true, /^\.\/rtcstats\/trace-ws\.js$/);

        return clients.keys().map(clients)[0];
    } catch {
        return undefined;
    }
});

module.exports = traceInit;
Object.assign(traceInit, { default: traceInit });
Object.defineProperty(module.exports, '__esModule', { value: true });
markAsOurs(traceInit);
