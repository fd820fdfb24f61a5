/**
 * What main tells the capture code of a document while it is open: that the app has paused it, how often to poll, and
 * that nobody wants it. It must never take a word from anybody but main, which alone has the other end of the port.
 */

'use strict';

/** @typedef {import('../../renderer/capture/install').CaptureHandle} CaptureHandle */

/**
 * Does what main says.
 *
 * @param {CaptureHandle} handle - The capture.
 * @param {any} message - What came over the port.
 * @returns {void}
 */
function obey(handle, message) {
    const event = message?.event;

    if (event?.type === 'ended') {
        handle.uninstall();
    } else if (event?.type === 'control') {
        handle.setPollInterval(event.pollInterval);
        handle.setPaused(event.isPaused);
    }
}

module.exports = { obey };
