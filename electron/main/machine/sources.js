/**
 * What Electron tells about the machine, each event by one line of a table. The names are Electron's own, so that a
 * reader of a dump knows where to look them up.
 *
 * A payload must never hold the name of a machine or a user, an address, a label the user can edit, or a path.
 */

'use strict';

/**
 * How one event is written down.
 *
 * @typedef {Object} EventSource
 * @property {string} emitter - Which of Electron's modules tells it.
 * @property {string} event - Its name there.
 * @property {(args: any[]) => any} payload - What the entry carries, from what listeners get.
 */

/**
 * Takes no notice of what came.
 *
 * @returns {undefined} Nothing.
 */
function nothing() {
    return undefined;
}

/**
 * How a process ended.
 *
 * @param {any} details - Electron's details.
 * @returns {Object} Reason and exit code.
 */
function gone({ exitCode, reason }) {
    return { exitCode,
        reason };
}

/**
 * Describes a display. Its label is left out: a monitor can be named after its owner.
 *
 * @param {any} display - The display.
 * @returns {Object} Sizes in pixels that do not depend on the density, the density, the rate in Hz.
 */
function describeDisplay({ bounds, displayFrequency, internal, rotation, scaleFactor }) {
    return { frequency: displayFrequency,
        height: bounds?.height,
        internal,
        rotation,
        scaleFactor,
        width: bounds?.width };
}

/** @type {EventSource[]} */
const EVENTS = [
    ...[ 'suspend', 'resume', 'lock-screen', 'unlock-screen', 'on-ac', 'on-battery' ].map(event => {
        return { emitter: 'powerMonitor',
            event,
            payload: nothing };
    }),
    {
        emitter: 'powerMonitor',
        event: 'thermal-state-change',

        // Since Electron 24 a property of the event, before it the first argument.
        payload: ([ first ]) => first?.state ?? first
    },
    {
        emitter: 'powerMonitor',
        event: 'speed-limit-change',
        payload: ([ first ]) => first?.limit ?? first
    },
    {
        emitter: 'app',
        event: 'child-process-gone',
        payload: ([ , details ]) => {
            return { ...gone(details),
                name: details.name,
                serviceName: details.serviceName,
                type: details.type };
        }
    },
    {
        emitter: 'screen',
        event: 'display-added',
        payload: ([ , display ]) => describeDisplay(display)
    },
    {
        emitter: 'screen',
        event: 'display-removed',
        payload: ([ , display ]) => describeDisplay(display)
    },
    {
        emitter: 'screen',
        event: 'display-metrics-changed',
        payload: ([ , display, changed ]) => {
            return { ...describeDisplay(display),
                changed };
        }
    }
];

/**
 * What a window's contents tell of themselves, for the calls in that window.
 *
 * @type {EventSource[]}
 */
const WINDOW_EVENTS = [
    {
        emitter: 'webContents',
        event: 'render-process-gone',
        payload: ([ , details ]) => gone(details)
    },
    ...[ 'unresponsive', 'responsive' ].map(event => {
        return { emitter: 'webContents',
            event,
            payload: nothing };
    })
];

module.exports = {
    EVENTS,
    WINDOW_EVENTS,
    describeDisplay
};
