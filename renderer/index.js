/**
 * The `./renderer` entry point: capture for a page's main world, and the two functions of the 9.7.1 client.
 *
 * It must never depend on Electron or on anything outside this folder.
 */

'use strict';

const { installCapture } = require('./capture/install');
const rtcstatsInit = require('./drop-in/rtcstats');
const { createTraceInit } = require('./drop-in/trace');

module.exports = {
    installCapture,
    rtcstatsInit,
    traceInit: createTraceInit()
};
