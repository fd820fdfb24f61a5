/**
 * How protocol 3.1 writes peer connections: their construction, their calls and their events, each by one row.
 *
 * It must never keep a connection, and never let a credential out.
 */

'use strict';

const { map, reader, stringify } = require('../../native');
const { plain } = require('../../plain');

const { argumentsObject } = require('./arguments');
const { createConfigurationWriter } = require('./configuration');

/** @typedef {import('./describe').Describers} Describers */
/** @typedef {import('./index').CallNotations} CallNotations */
/** @typedef {import('./index').NotationOptions} NotationOptions */
/** @typedef {Record<string, (event: any, pc: any) => any>} EventNotations */

/**
 * @typedef {Object} PeerConnectionNotation
 * @property {CallNotations} calls - A row for each method.
 * @property {(constraints: any) => any} constraints - The second argument of the constructor.
 * @property {(config: any, pc: any) => Object} create - The configuration of a connection, without credentials.
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
        return sendSdp ? plain(description) : '';
    }

    const localDescription = reader(global, 'RTCPeerConnection', 'localDescription');

    /**
     * The description that a call without one made: nobody else writes it down.
     *
     * @param {any} _ - Nothing: what the call gives.
     * @param {any[]} args - What it was given.
     * @param {any} pc - The connection.
     * @returns {any} - What the entry carries.
     */
    function implicitSdp(_, args, pc) {
        return sendSdp && !args.length ? plain(localDescription(pc)) : undefined;
    }

    const senderTrack = reader(global, 'RTCRtpSender', 'track');

    const streamCall = { payload: (/** @type {any[]} */ args) => describe.streamName(args[0]) };
    const descriptionCall = {
        payload: descriptionOptions,
        result: sdp
    };
    const setterCall = {
        payload: (/** @type {any[]} */ args) => sdp(args[0]),
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
        setLocalDescription: { ...setterCall,
            result: implicitSdp },
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
    const [ relayProtocol, url ] = [ 'relayProtocol', 'url' ].map(name => reader(global, 'RTCIceCandidate', name));
    const stream = (/** @type {any} */ event) => describe.streamName(streamOf(event));

    /**
     * Writes a candidate, and where it was got from, which its text does not say.
     *
     * @param {any} found - The candidate, null at the end.
     * @returns {any} - What the entry carries.
     */
    function writeCandidate(found) {
        const copy = plain(found);
        const protocol = found && relayProtocol(found);
        const server = found && url(found);

        if (protocol) {
            copy.relayProtocol = protocol;
        }
        if (server) {
            copy.url = server;
        }

        return copy;
    }

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
        icecandidate: event => writeCandidate(candidate(event)),
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
    const writeConfiguration = createConfigurationWriter(global);

    return {
        calls: writeCalls(global, describe, sendSdp),
        constraints: constraints => plain(constraints),

        /**
         * Writes the configuration, without credentials.
         *
         * @param {any} config - What the page passed to the constructor.
         * @param {any} pc - What it made.
         * @returns {Object} - The payload.
         */
        create(config, pc) {
            const copy = config ? writeConfiguration(config, pc) : { nullConfig: true };

            copy.browserType = browserType;

            return copy;
        },
        events: writeEvents(global, describe)
    };
};
