/**
 * Tells when the machine wakes up. One listener for all setups: an app may have dozens of windows, and Node warns of a
 * leak at eleven.
 */

'use strict';

const { powerMonitor } = require('electron');

/** @type {Set<function(): void>} */
const listeners = new Set();

/**
 * Tells everybody.
 *
 * @returns {void}
 */
function onResume() {
    listeners.forEach(listener => listener());
}

/**
 * Adds a listener.
 *
 * @param {function(): void} listener - The listener.
 * @returns {function(): void} What removes it.
 */
function onWake(listener) {
    if (listeners.size === 0) {
        powerMonitor.on('resume', onResume);
    }
    listeners.add(listener);

    return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
            powerMonitor.removeListener('resume', onResume);
        }
    };
}

module.exports = { onWake };
