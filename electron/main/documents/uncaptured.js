/**
 * Counts the documents of a window that the app wanted and that nobody serves, whatever the cause: main sees each of
 * them as it is loaded, and a moment later it must be there. It tells each place once.
 */

'use strict';

const { webFrameMain } = require('electron');

const { isPresent } = require('./admission');

/**
 * @typedef {import('electron').WebContents} WebContents
 */

/** Milliseconds after which a document that nobody has heard of is not served. A busy machine takes its time. */
const PATIENCE = 5000;

/**
 * @typedef {Object} UncapturedListener
 * @property {function(string): boolean} isWanted - Whether a document is wanted, by its URL.
 * @property {function(string): void} onUncaptured - Told of one that nobody serves, by its URL.
 */

/**
 * Watches a window.
 *
 * @param {WebContents} contents - The window's contents.
 * @param {UncapturedListener} listener - Who is told.
 * @param {number} [patience] - Milliseconds.
 * @returns {function(): void} What stops watching.
 */
function watchUncaptured(contents, { isWanted, onUncaptured }, patience = PATIENCE) {
    /** @type {Set<NodeJS.Timeout>} */
    const timers = new Set();

    const onNavigate = (/** @type {any[]} */ ...args) => {
        const [ , url, , , , processId, routingId ] = args;

        if (!isWanted(url)) {
            return;
        }
        const timer = setTimeout(() => {
            timers.delete(timer);

            /** @type {any} */
            const frame = contents.isDestroyed() ? null : webFrameMain.fromId(processId, routingId);

            // What is gone, or shows an error, has nothing that could be captured.
            if (frame && frame.url === url && !isPresent(`${contents.id}:${frame.frameTreeNodeId}`)) {
                onUncaptured(url);
            }
        }, patience);

        timer.unref();
        timers.add(timer);
    };

    contents.on('did-frame-navigate', onNavigate);

    return () => {
        timers.forEach(clearTimeout);
        contents.removeListener('did-frame-navigate', onNavigate);
    };
}

module.exports = { watchUncaptured };
