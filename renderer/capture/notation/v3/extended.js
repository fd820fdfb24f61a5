/**
 * How the extended coverage is written in protocol 3.1's conventions: what 9.7.1 does not capture.
 *
 * It must never write an address or a credential that the native side does not know how to mask.
 */

'use strict';

const { map, reader } = require('../../native');
const { plain } = require('../../plain');

const { argumentsObject } = require('./arguments');

/** @typedef {import('./describe').Describers} Describers */
/** @typedef {import('./index').CallNotations} CallNotations */

/**
 * @typedef {Object} ExtendedNotation
 * @property {Record<string, CallNotations>} calls - For each interface its table.
 * @property {(event: any) => Object} candidateError - An `icecandidateerror`.
 * @property {(track: any, on: any) => string} enabled - A track that was switched.
 * @property {(record: any) => Object} pressure - A PressureRecord.
 * @property {(track: any) => string} track - A track in an event of its own.
 */

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
    const nothing = () => undefined;

    /**
     * Names a track that need not be there.
     *
     * @param {any} track - The track.
     * @returns {string} - Its name or `null`.
     */
    function trackOrNull(track) {
        return track === null ? 'null' : describe.trackName(track);
    }

    return {
        MediaDevices: {
            enumerateDevices: {
                payload: nothing,
                result: devices => map(devices, device => {
                    return { kind: deviceKind(device),
                        label: deviceLabel(device) };
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
        RTCPeerConnection: { restartIce: { payload: argumentsObject } },
        RTCRtpSender: {
            replaceTrack: {
                payload: args => trackOrNull(args[0]),
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
        RTCRtpTransceiver: { setCodecPreferences: { payload: args => plain(args[0]) } }
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
    const [ url, errorCode, errorText ] = [ 'url', 'errorCode', 'errorText' ].map(name =>
        reader(global, 'RTCPeerConnectionIceErrorEvent', name));

    return {
        calls: writeCalls(global, describe),

        // Without `address` and `hostCandidate`: they are addresses of this machine.
        candidateError: event => {
            return { errorCode: errorCode(event),
                errorText: errorText(event),
                url: url(event) };
        },
        enabled: (track, on) => `${describe.trackName(track)} ${Boolean(on)}`,
        pressure: ({ source, state }) => {
            return { source,
                state };
        },
        track: describe.trackName
    };
};
