/**
 * Observes getUserMedia and getDisplayMedia, in all their forms.
 *
 * It must never keep a stream.
 */

'use strict';

const { findOwner } = require('./native');

/** @typedef {import('./install').Capture} Capture */
/** @typedef {import('./notation/v3').CallNotation} CallNotation */
/** @typedef {import('./observe').CallSpec} CallSpec */
/** @typedef {import('./install').SourceHooks} SourceHooks */

/**
 * Installs the capture of media requests.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {SourceHooks} - What it wants to be told.
 */
module.exports.installMedia = function({ global, notation, observer, options, tell }) {
    const { getDisplayMedia, getUserMedia, legacyGetUserMedia } = notation.media;
    const { navigator } = global;
    const noConnection = () => null;
    const done = (/** @type {any} */ _, /** @type {any} */ __, /** @type {any} */ stream) => tell.stream(stream);

    /**
     * Lets the other sources know how a request ended.
     *
     * @param {CallNotation} row - How it is written.
     * @returns {CallSpec} - The same row with what follows.
     */
    const told = row => {
        return { ...row,
            done,
            failed: (/** @type {any} */ reason, /** @type {any[]} */ args) =>
                tell.failure(row.type ?? '', reason, args[0]) };
    };

    observer.methods(navigator?.mediaDevices ?? global.MediaDevices?.prototype, {
        getDisplayMedia: told(getDisplayMedia),
        getUserMedia: told(getUserMedia)
    }, noConnection);

    const legacy = { ...told(legacyGetUserMedia),
        callbacks: 1 };

    /** @type {Record<string, CallSpec>} */
    const legacyTable = {};

    options.prefixesToWrap.forEach((/** @type {string} */ prefix) => {
        legacyTable[prefix ? `${prefix}GetUserMedia` : 'getUserMedia'] = legacy;
    });

    // Where the page brings a getUserMedia of its own, that one calls the prefixed one: wrapped both, it would be
    // written down twice.
    if (findOwner(navigator, 'getUserMedia') !== navigator) {
        legacyTable.webkitGetUserMedia = legacy;
    }
    observer.methods(navigator ?? global.Navigator?.prototype, legacyTable, noConnection);

    return {};
};
