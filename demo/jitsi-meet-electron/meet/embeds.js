/**
 * Two more calls beside that of the page, in frames that are easily missed: one that never loads anything, used at the
 * moment it is made, and one of the same origin whose window is looked at before it has loaded.
 */

/* eslint-env browser */

'use strict';

/** @type {any} */
const page = window;

/**
 * Adds a frame that is not shown.
 *
 * @param {string} [source] - What it loads.
 * @returns {any} The frame.
 */
function addFrame(source) {
    const frame = document.createElement('iframe');

    frame.hidden = true;
    if (source) {
        frame.src = source;
    }
    document.body.append(frame);

    // Touched before it has loaded.
    frame.contentWindow?.name.valueOf();

    return frame;
}

/**
 * Waits for a frame.
 *
 * @param {any} frame - The frame.
 * @returns {Promise<any>} Its window.
 */
function loaded(frame) {
    return new Promise(resolve => {
        frame.onload = () => resolve(frame.contentWindow);
    });
}

const blank = page.startEmbedCall(addFrame().contentWindow);
const embed = addFrame('embed.html');
const embedded = loaded(embed).then(realm => realm.startEmbedCall(realm));
const { callConnected, endCall } = page;

Object.assign(window, {
    callConnected: Promise.all([ callConnected, blank.connected, embedded.then(call => call.connected) ]),
    endCall: async () => {
        (await embedded).end();
        blank.end();
        endCall();
    }
});
