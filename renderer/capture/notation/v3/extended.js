/**
 * How the extended coverage is written in protocol 3.1's conventions: what 9.7.1 does not capture. Each row is an entry
 * of `docs/entries.md`.
 *
 * It must never write an address or a credential that the native side does not know how to mask, and never what a user
 * has typed.
 */

'use strict';

const { map, method, reader } = require('../../native');
const { plain } = require('../../plain');

const { argumentsObject } = require('./arguments');
const { createConfigurationWriter } = require('./configuration');

/** @typedef {import('./describe').Describers} Describers */
/** @typedef {import('./index').CallNotation} CallNotation */
/** @typedef {import('./index').CallNotations} CallNotations */

/**
 * How an attribute that was set is written.
 *
 * @typedef {Object} AttributeNotation
 * @property {(object: any, value: any) => any} payload - What the entry carries.
 * @property {string} [type] - The entry's type, the attribute's name by default.
 */

/** @typedef {Record<string, (event: any, target: any) => any>} EventNotations */

/**
 * @typedef {Object} ExtendedNotation
 * @property {Record<string, Record<string, AttributeNotation>>} attributes - For each interface its table.
 * @property {Record<string, CallNotations>} calls - For each interface but the connection its table.
 * @property {CallNotations} connectionCalls - The table of connections.
 * @property {Record<string, EventNotations>} events - For each interface its table.
 * @property {(request: string, reason: any, asked: any) => Object} mediaFailure - Why a request for media failed.
 * @property {(record: any) => Object} pressure - A PressureRecord.
 * @property {CallNotation} stopTrack - A track that the page stops.
 */

/**
 * Takes no notice.
 *
 * @returns {undefined} - Nothing.
 */
function nothing() {
    return undefined;
}

/**
 * The calls and how each is written.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @returns {Record<string, CallNotations>} - For each interface its table.
 */
function writeCalls(global, describe) {
    const deviceKind = reader(global, 'MediaDeviceInfo', 'kind');
    const deviceLabel = reader(global, 'MediaDeviceInfo', 'label');
    const mid = reader(global, 'RTCRtpTransceiver', 'mid');
    const listPayload = { payload: (/** @type {any[]} */ args) => plain(args[0]) };
    const sinkId = {
        setSinkId: {
            payload: (/** @type {any[]} */ args) => plain(args[0]),
            result: nothing
        }
    };

    return {
        AudioContext: sinkId,
        HTMLMediaElement: sinkId,
        MediaDevices: {
            enumerateDevices: {
                payload: nothing,
                result: devices => map(devices, device => {
                    return { kind: deviceKind(device),
                        label: describe.deviceLabel(deviceLabel(device)) };
                }),
                type: 'navigator.mediaDevices.enumerateDevices'
            }
        },
        MediaStreamTrack: {
            applyConstraints: {
                payload: (args, track) => {
                    return { constraints: plain(args[0]),
                        track: describe.trackName(track) };
                },
                result: nothing
            }
        },

        // How many tones, not which: people type codes.
        RTCDTMFSender: {
            insertDTMF: {
                payload: args => {
                    return { duration: plain(args[1]),
                        interToneGap: plain(args[2]),
                        tones: typeof args[0] === 'string' ? args[0].length : undefined };
                }
            }
        },
        RTCRtpReceiver: {
            createEncodedStreams: {
                payload: (_, receiver) => describe.endName('RTCRtpReceiver', receiver)
            }
        },
        RTCRtpSender: {
            createEncodedStreams: {
                payload: (_, sender) => describe.endName('RTCRtpSender', sender)
            },
            replaceTrack: {
                payload: args => describe.trackOrNull(args[0]),
                result: nothing
            },
            setParameters: {
                payload: args => {
                    const { degradationPreference, encodings } = plain(args[0]);

                    return { degradationPreference,
                        encodings };
                },
                result: nothing
            }
        },
        RTCRtpTransceiver: {
            setCodecPreferences: listPayload,
            setHeaderExtensionsToNegotiate: listPayload,
            stop: {
                payload: (_, transceiver) => {
                    return { mid: mid(transceiver) };
                },
                type: 'RTCRtpTransceiver.stop'
            }
        }
    };
}

/**
 * The attributes that are set and how each is written.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @returns {Record<string, Record<string, AttributeNotation>>} - For each interface its table.
 */
function writeAttributes(global, describe) {
    const [ direction, mid ] = [ 'direction', 'mid' ].map(name => reader(global, 'RTCRtpTransceiver', name));
    const contentHint = reader(global, 'MediaStreamTrack', 'contentHint');

    /**
     * Writes whether frames are transformed, as end-to-end encryption does.
     *
     * @param {string} type - The interface.
     * @returns {Record<string, AttributeNotation>} - Its table.
     */
    const transform = type => {
        return { transform: {
            payload: (end, value) => {
                return { isSet: value !== null && value !== undefined,
                    of: describe.endName(type, end) };
            },
            type: `${type}.transform`
        } };
    };

    return {
        MediaStreamTrack: {
            contentHint: { payload: track => `${describe.trackName(track)} ${contentHint(track)}` },
            enabled: { payload: (track, on) => `${describe.trackName(track)} ${Boolean(on)}` }
        },
        RTCRtpReceiver: transform('RTCRtpReceiver'),
        RTCRtpSender: transform('RTCRtpSender'),
        RTCRtpTransceiver: {
            direction: {
                payload: transceiver => {
                    return { direction: direction(transceiver),
                        mid: mid(transceiver) };
                },
                type: 'RTCRtpTransceiver.direction'
            }
        }
    };
}

/**
 * The events and how each is written.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @returns {Record<string, EventNotations>} - For each interface its table.
 */
function writeEvents(global, describe) {
    const [ url, errorCode, errorText ] = [ 'url', 'errorCode', 'errorText' ].map(name =>
        reader(global, 'RTCPeerConnectionIceErrorEvent', name));
    const [ channelId, channelLabel ] = [ 'id', 'label' ].map(name => reader(global, 'RTCDataChannel', name));
    const channelError = reader(global, 'RTCErrorEvent', 'error');
    const [ videoHeight, videoWidth ] = [ 'videoHeight', 'videoWidth' ].map(name =>
        reader(global, 'HTMLVideoElement', name));
    const srcObject = reader(global, 'HTMLMediaElement', 'srcObject');
    const getVideoTracks = method(global, 'MediaStream', 'getVideoTracks');
    const channel = (/** @type {any} */ _, /** @type {any} */ target) => [ channelId(target), channelLabel(target) ];
    const track = (/** @type {any} */ _, /** @type {any} */ target) => describe.trackName(target);

    return {
        HTMLMediaElement: {
            resize: (_, element) => {
                const tracks = getVideoTracks(srcObject(element));

                return { height: videoHeight(element),
                    track: tracks.length ? describe.trackName(tracks[0]) : 'null',
                    width: videoWidth(element) };
            }
        },
        MediaStreamTrack: { ended: track,
            mute: track,
            unmute: track },
        RTCDataChannel: {
            close: channel,
            closing: channel,
            error: (event, target) => [ channelId(target), channelLabel(target), `${channelError(event)}` ],
            open: channel
        },

        // Without `address` and `hostCandidate`: they are addresses of this machine.
        RTCPeerConnection: {
            icecandidateerror: event => {
                return { errorCode: errorCode(event),
                    errorText: errorText(event),
                    url: url(event) };
            }
        }
    };
}

/**
 * Makes the notation of the extended coverage.
 *
 * @param {any} global - The window.
 * @param {Describers} describe - How streams and tracks are written.
 * @returns {ExtendedNotation} - The notation.
 */
module.exports.writeExtended = function(global, describe) {
    const constraintOf = reader(global, 'OverconstrainedError', 'constraint');
    const writeConfiguration = createConfigurationWriter(global);

    return {
        attributes: writeAttributes(global, describe),
        calls: writeCalls(global, describe),
        connectionCalls: {
            restartIce: { payload: argumentsObject },

            // What the browser made of it can be asked for when it was taken.
            setConfiguration: { isWrittenLast: true,
                payload: (args, pc) => writeConfiguration(args[0], pc) }
        },
        events: writeEvents(global, describe),
        mediaFailure: (request, reason, asked) => {
            return { constraint: constraintOf(reason),
                constraints: plain(asked),
                message: reason.message,
                name: reason.name,
                request };
        },
        pressure: ({ source, state }) => {
            return { source,
                state };
        },
        stopTrack: { payload: (_, track) => describe.trackName(track) }
    };
};
