/**
 * The types of all entries, read from the tables of the code: what docs/entries.md must list.
 */

'use strict';

const { EVENTS, WINDOW_EVENTS } = require('../../electron/main/machine/sources');
const { createNotation } = require('../../renderer/capture/notation/v3');

/** A window without WebRTC: the tables need none to be read. */
const notation = createNotation({}, { browserType: 'webkit',
    sendSdp: true });

/**
 * The types that a table of calls writes.
 *
 * @param {Object} table - A CallNotation for each method.
 * @returns {string[]} - The types.
 */
function typesOfCalls(table) {
    return Object.entries(table).flatMap(([ name, { result, type = name } ]) =>
        [ type, ...result ? [ `${type}OnSuccess`, `${type}OnFailure` ] : [] ]);
}

/** How the events of an interface are called in entries. */
const EVENT_NAMES = {
    HTMLMediaElement: name => `HTMLMediaElement.${name}`,
    MediaStreamTrack: name => `on${name}`,
    RTCDataChannel: name => `ondatachannel${name}`,
    RTCPeerConnection: name => `on${name}`
};

/**
 * The types of what 9.7.1 captures, too.
 *
 * @returns {string[]} - The types.
 */
function coreTypes() {
    const { media, peerConnection, stats } = notation;

    return [ 'create', 'constraints', 'ondtlserror', 'ondtlsstatechange', stats.type,
        ...typesOfCalls(peerConnection.calls), ...Object.keys(peerConnection.events).map(name => `on${name}`),
        ...typesOfCalls(media) ];
}

/**
 * The types of the extended coverage.
 *
 * @returns {string[]} - The types.
 */
function extendedTypes() {
    const { attributes, calls, connectionCalls, events } = notation.extended;

    return [ ...new Set([ 'computePressure', 'mediaRequestFailure', 'ondevicechange', 'stop',
        ...[ ...Object.values(calls), connectionCalls ].flatMap(typesOfCalls),
        ...Object.values(attributes).flatMap(table => Object.entries(table).map(([ name, { type = name } ]) => type)),
        ...Object.entries(events).flatMap(([ type, table ]) => Object.keys(table).map(EVENT_NAMES[type])) ]) ];
}

/**
 * The types of the machine's side.
 *
 * @returns {string[]} - The types.
 */
function machineTypes() {
    return [ 'clientFacts', 'app.getAppMetrics', 'app.getGPUInfo', 'app.gpu-info-update', 'os.networkInterfaces',
        ...[ ...EVENTS, ...WINDOW_EVENTS ].map(({ emitter, event }) => `${emitter}.${event}`) ];
}

module.exports = { coreTypes,
    extendedTypes,
    machineTypes };
