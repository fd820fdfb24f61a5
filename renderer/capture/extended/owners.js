/**
 * Knows which connection a sender, a receiver, a transceiver or a DTMF sender belongs to: they do not say themselves.
 *
 * It must never keep one of them alive.
 */

'use strict';

const { WeakMap, map, method, reader, weakGet, weakSet } = require('../native');

/** @typedef {import('../stats-poller').Poller} Poller */

/**
 * Finds the id of the connection an object belongs to; nothing for one of a connection that is not captured.
 *
 * @callback FindOwner
 * @param {any} object - The object.
 * @returns {string|undefined} - The id.
 */

/**
 * Makes what finds the connections of objects. It looks through the open connections once per object.
 *
 * @param {any} global - The window.
 * @param {Poller} poller - Knows the open connections.
 * @returns {Record<string, FindOwner>} - For each interface what finds the owner of its objects.
 */
module.exports.createOwners = function(global, poller) {
    const known = new WeakMap();
    const getReceivers = method(global, 'RTCPeerConnection', 'getReceivers');
    const getSenders = method(global, 'RTCPeerConnection', 'getSenders');
    const dtmfOf = reader(global, 'RTCRtpSender', 'dtmf');
    const senderOf = reader(global, 'RTCRtpTransceiver', 'sender');

    /**
     * Makes what finds owners by going through all there are.
     *
     * @param {function(any): any[]} list - Gives the objects of a connection.
     * @returns {FindOwner} - Finds the owner.
     */
    const among = list => object => {
        weakGet(known, object) || poller.each((pc, id) => {
            map(list(pc), candidate => candidate === object && weakSet(known, object, id));
        });

        return weakGet(known, object);
    };
    const findSender = among(getSenders);

    return {
        RTCDTMFSender: among(pc => map(getSenders(pc), dtmfOf)),
        RTCRtpReceiver: among(getReceivers),
        RTCRtpSender: findSender,
        RTCRtpTransceiver: transceiver => findSender(senderOf(transceiver))
    };
};
