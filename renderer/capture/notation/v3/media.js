/**
 * How protocol 3.1 writes media requests.
 *
 * It must never keep a stream.
 */

'use strict';

const { plain } = require('../../plain');

/** @typedef {import('./describe').Describers} Describers */
/** @typedef {import('./index').CallNotation} CallNotation */

/**
 * The error's name, e.g. `NotAllowedError`.
 *
 * @param {any} reason - What a call was rejected with.
 * @returns {string} - The name.
 */
function errorName(reason) {
    return reason.name;
}

/**
 * Makes the notation of media requests.
 *
 * @param {Describers} describe - How a stream is written.
 * @returns {{ getDisplayMedia: CallNotation, getUserMedia: CallNotation, legacyGetUserMedia: CallNotation }} - A row
 * for each.
 */
module.exports.writeMedia = function(describe) {
    const request = {
        failure: errorName,
        payload: (/** @type {any[]} */ args) => plain(args[0]),
        result: describe.streamDump
    };

    return {
        getDisplayMedia: { ...request,
            type: 'navigator.mediaDevices.getDisplayMedia' },
        getUserMedia: { ...request,
            type: 'navigator.mediaDevices.getUserMedia' },
        legacyGetUserMedia: { ...request,
            type: 'getUserMedia' }
    };
};
