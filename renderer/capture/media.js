/**
 * What is captured of getUserMedia and getDisplayMedia, in all their forms.
 *
 * It must never touch an instance (`navigator`, `navigator.mediaDevices`), only the prototypes, and never keep a
 * stream.
 */

'use strict';

const { plain } = require('./plain');

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
 * Installs the capture of media requests.
 *
 * @param {any} room - What the wrappers of one window share, see index.js.
 * @returns {void}
 */
module.exports.installMedia = function(room) {
    const { describe, global, observer, options } = room;

    const request = {
        failure: errorName,
        payload: (/** @type {any[]} */ args) => plain(args[0]),
        result: (/** @type {any} */ stream) => {
            room.onStream?.(stream);

            return describe.streamDump(stream);
        }
    };
    const legacy = { ...request,
        callbacks: 1,
        type: 'getUserMedia' };
    const noConnection = () => null;

    observer.methods(global.MediaDevices?.prototype, {
        getDisplayMedia: { ...request,
            type: 'navigator.mediaDevices.getDisplayMedia' },
        getUserMedia: { ...request,
            type: 'navigator.mediaDevices.getUserMedia' }
    }, noConnection);

    /** @type {any} */
    const legacyTable = { getUserMedia: legacy,
        webkitGetUserMedia: legacy };

    options.prefixesToWrap.forEach((/** @type {string} */ prefix) => {
        legacyTable[prefix ? `${prefix}GetUserMedia` : 'getUserMedia'] = legacy;
    });
    observer.methods(global.Navigator?.prototype, legacyTable, noConnection);
};
