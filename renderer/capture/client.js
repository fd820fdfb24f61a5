/**
 * What the client itself is: the entry that a dump of protocol 5.0 begins with.
 *
 * It must never name anything else: the reader of that protocol makes columns of a database of its members.
 */

'use strict';

const { guard, map } = require('./native');

/** @typedef {import('./batcher').Emit} Emit */

/**
 * Describes the client.
 *
 * @param {any} global - The window.
 * @returns {Object} - What that protocol's own client says of itself, as far as this browser tells.
 */
function describeClient(global) {
    const { innerHeight, innerWidth, devicePixelRatio, navigator = {}, screen = {} } = global;
    const { cpuPerformance, deviceMemory, hardwareConcurrency, userAgentData } = navigator;

    return {
        hardwareConcurrency,
        userAgentData: userAgentData && {
            brands: map(userAgentData.brands, (/** @type {any} */ { brand, version }) => {
                return { brand,
                    version };
            }),
            mobile: userAgentData.mobile,
            platform: userAgentData.platform
        },
        deviceMemory,
        cpuPerformance,
        screen: { width: screen.availWidth,
            height: screen.availHeight,
            devicePixelRatio },
        window: { width: innerWidth,
            height: innerHeight }
    };
}

/**
 * Writes the client's entry.
 *
 * @param {any} global - The window.
 * @param {Emit} emit - Where entries go.
 * @returns {void}
 */
module.exports.emitClient = function(global, emit) {
    guard(() => emit('create', null, describeClient(global)));
};
