/**
 * Watches the pressure on the processor while a connection is open.
 */

'use strict';

const { map, method } = require('../native');

/** @typedef {import('../batcher').Emit} Emit */
/** @typedef {import('../install').Capture} Capture */

/**
 * Makes the watch.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {function(boolean): Promise<void>} - Starts or ends watching.
 */
module.exports.createPressureWatch = function({ global, notation }, emit) {
    const { PressureObserver } = global;
    const observe = method(global, 'PressureObserver', 'observe');
    const disconnect = method(global, 'PressureObserver', 'disconnect');
    const policy = global.document?.featurePolicy;

    /** @type {any} */
    let observer;

    /**
     * Reports how the pressure has changed.
     *
     * @param {any[]} records - The changes.
     * @returns {void}
     */
    function onRecords(records) {
        map(records, record => emit('computePressure', null, notation.extended.pressure(record)));
    }

    return async open => {
        try {
            observer && disconnect(observer);
            observer = undefined;

            // Asking where the policy forbids it would show in the page's console.
            if (open && PressureObserver && (!policy || policy.allowsFeature('compute-pressure'))) {
                observer = new PressureObserver(onRecords);
                await observe(observer, 'cpu', { sampleInterval: 5000 });
            }
        } catch {
            // Not available here: nothing to report.
        }
    };
};
