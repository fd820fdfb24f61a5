/**
 * How protocol 3.1 writes what is observed: the names and payloads of its entries, in a file for each source of the
 * same name in `capture/`. A protocol that writes otherwise is a folder beside this one, with the same members.
 *
 * The server and the importers read these shapes: they must never change. Nothing here observes anything.
 */

'use strict';

const { createDescribers } = require('./describe');
const { writeExtended } = require('./extended');
const { writeMedia } = require('./media');
const { writePeerConnection } = require('./peer-connection');

/**
 * How one call is written. Only `payload` is needed.
 *
 * @typedef {Object} CallNotation
 * @property {(args: any[], receiver: any) => any} payload - What the entry carries.
 * @property {string} [type] - The entry's type, the method's name by default.
 * @property {boolean} [isWrittenLast] - The entry is written when the call has returned, not before; not at all when it
 * throws.
 * @property {(value: any, args: any[], receiver: any) => any} [result] - The call ends later: the payload of
 * `<type>OnSuccess`.
 * @property {(reason: any) => any} [failure] - The payload of `<type>OnFailure`, the error as text by default.
 */

/** @typedef {Record<string, CallNotation>} CallNotations */

/**
 * What the notation depends on.
 *
 * @typedef {Object} NotationOptions
 * @property {string} browserType - `moz` or `webkit`.
 * @property {boolean} [maskLabels] - Whether the labels of devices are masked.
 * @property {boolean} sendSdp - Whether descriptions and candidates of calls are written.
 */

/**
 * @typedef {Object} Notation
 * @property {import('./describe').Describers} describe - How streams, tracks and reports are written.
 * @property {ReturnType<typeof writeExtended>} extended - The extended coverage.
 * @property {ReturnType<typeof writeMedia>} media - Media requests.
 * @property {ReturnType<typeof writePeerConnection>} peerConnection - Peer connections.
 * @property {{ type: string, payload: (report: any) => Object }} stats - A report.
 */

/**
 * Makes the notation for one window.
 *
 * @param {any} global - The window.
 * @param {NotationOptions} options - See there.
 * @returns {Notation} - The notation.
 */
module.exports.createNotation = function(global, options) {
    const describe = createDescribers(global, options);

    return {
        describe,
        extended: writeExtended(global, describe),
        media: writeMedia(describe),
        peerConnection: writePeerConnection(global, describe, options),
        stats: { payload: describe.toObject,
            type: 'getstats' }
    };
};
