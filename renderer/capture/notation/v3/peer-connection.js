/**
 * How protocol 3.1 writes peer connections: their construction, their calls and their events, each by one row.
 *
 * It must never keep a connection, and never let a credential out.
 */

'use strict';

const { map, reader, stringify } = require('../../native');
const { plain } = require('../../plain');

const { argumentsObject } = require('./arguments');

/** @typedef {import('./describe').Describers} Describers */
/** @typedef {import('./index').CallNotations} CallNotations */
/** @typedef {import('./index').NotationOptions} NotationOptions */
/** @typedef {Record<string, (event: any, pc: any) => any>} EventNotations */

/**
 * @typedef {Object} PeerConnectionNotation
 * @property {CallNotations} calls - A row for each method.
 * @property {(constraints: any) => any} constraints - The second argument of the constructor.
 * @property {(config: any) => Object} create - The configuration, without credentials.
 * @property {EventNotations} events - For each event the payload, from the event and the connection.
 */

/**
 * The options of createOffer and createAnswer, in both forms of the call.
 *
 * @param {any[]} args - The arguments.
 * @returns {any} - The options.
 */
function descriptionOptions(args) {
    const options = args.length === 3 ? args[2] : args[0];

    return (args.length === 1 || args.length === 3) && typeof options === 'object' ? plain(options) : undefined;
}

/**
 * The calls and how each is written.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @param {boolean} sendSdp - Whether descriptions and candidates are.
 * @returns {CallNotations} - A row for each method.
 */
function writeCalls(global, describe, sendSdp) {

    /**
     * Leaves a description out unless the app wants them.
     *
     * @param {any} description - The description.
     * @returns {any} - What the entry carries.
     */
    function sdp(description) {
        return sendSdp ? description : '';
    }

    const senderTrack = reader(global, 'RTCRtpSender', 'track');

    const streamCall = { payload: (/** @type {any[]} */ args) => describe.streamName(args[0]) };
    const descriptionCall = {
        payload: descriptionOptions,
        result: sdp
    };
    const setterCall = {
        payload: (/** @type {any[]} */ args) => sdp(sendSdp && plain(args[0])),
        result: () => undefined
    };

    return {
        createDataChannel: { payload: argumentsObject },
        close: { payload: argumentsObject },
        addStream: streamCall,
        removeStream: streamCall,
        addTrack: {
            payload: args => `${describe.trackName(args[0])} ${describe.streamNames(args, ';', 1) || '-'}`
        },
        removeTrack: {
            payload: args => {
                const track = senderTrack(args[0]);

                return track ? describe.trackName(track) : 'null';
            }
        },
        addTransceiver: {
            payload: args => {
                const source = typeof args[0] === 'string' ? args[0] : describe.trackName(args[0]);

                const init = args.length === 2 && typeof args[1] === 'object' ? ` ${stringify(plain(args[1]))}` : '';

                return source + init;
            }
        },
        createOffer: descriptionCall,
        createAnswer: descriptionCall,
        setLocalDescription: setterCall,
        setRemoteDescription: setterCall,
        addIceCandidate: setterCall
    };
}

/**
 * The events and how each is written.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @returns {EventNotations} - For each event the payload, from the event and the connection.
 */
function writeEvents(global, describe) {
    const streamOf = reader(global, 'MediaStreamEvent', 'stream');
    const eventTrack = reader(global, 'RTCTrackEvent', 'track');
    const eventStreams = reader(global, 'RTCTrackEvent', 'streams');
    const candidate = reader(global, 'RTCPeerConnectionIceEvent', 'candidate');
    const channel = reader(global, 'RTCDataChannelEvent', 'channel');
    const channelId = reader(global, 'RTCDataChannel', 'id');
    const channelLabel = reader(global, 'RTCDataChannel', 'label');
    const stream = (/** @type {any} */ event) => describe.streamName(streamOf(event));

    /**
     * Reports a state of the connection.
     *
     * @param {string} name - The attribute.
     * @returns {function(any, any): any} - Reads it.
     */
    function state(name) {
        const read = reader(global, 'RTCPeerConnection', name);

        return (_, pc) => read(pc);
    }

    return {
        icecandidate: candidate,
        addstream: stream,
        track: event =>
            `${describe.trackName(eventTrack(event))} ${describe.streamNames(eventStreams(event), ',')}`,
        removestream: stream,
        signalingstatechange: state('signalingState'),
        iceconnectionstatechange: state('iceConnectionState'),
        icegatheringstatechange: state('iceGatheringState'),
        connectionstatechange: state('connectionState'),
        negotiationneeded: () => undefined,
        datachannel: event => map([ channelId, channelLabel ], read => read(channel(event)))
    };
}

/**
 * Makes the notation of peer connections.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @param {NotationOptions} options - See there.
 * @returns {PeerConnectionNotation} - The notation.
 */
module.exports.writePeerConnection = function(global, describe, { browserType, sendSdp }) {
    return {
        calls: writeCalls(global, describe, sendSdp),
        constraints: constraints => plain(constraints),

        /**
         * Writes the configuration, without credentials.
         *
         * @param {any} config - What the page passed to the constructor.
         * @returns {Object} - The payload.
         */
        create(config) {
            const copy = config ? plain(config, 'credential') : { nullConfig: true };

            copy.browserType = browserType;

            return copy;
        },
        events: writeEvents(global, describe)
    };
};
