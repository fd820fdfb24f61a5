/**
 * The extended coverage (option `extended`): what 9.7.1 does not capture. Same conventions as the other tables.
 *
 * It must never flood (each type has a budget), never carry an address or a credential that the native side does not
 * know how to mask, and never keep a track alive: an `ended` listener would keep a camera on that the page has
 * forgotten, so local tracks are looked at through weak references instead.
 */

'use strict';

const {
    WeakMap, WeakRef, deref, map, method, now, reader, weakGet, weakSet
} = require('./native');
const { argumentsObject } = require('./peer-connection');
const { plain } = require('./plain');

/** @typedef {import('./batcher').Emit} Emit */
/** @typedef {import('./stats-poller').Poller} Poller */

/** Entries of one type per second; what is above is left out. */
const BUDGET = 20;

/**
 * Bounds the rate of entries, per type.
 *
 * @param {Emit} emit - Where entries go.
 * @returns {Emit} - Where the bounded ones go.
 */
function createLimiter(emit) {
    /** @type {any} */
    const windows = { __proto__: null };

    return (type, pcId, payload) => {
        const time = now();
        const budget = windows[type] ??= { left: 0,
            until: 0 };

        if (time >= budget.until) {
            budget.until = time + 1000;
            budget.left = BUDGET;
        }
        if (budget.left-- > 0) {
            emit(type, pcId, payload);
        }
    };
}

/**
 * Makes what finds the connection a sender belongs to. It looks through the open connections once per sender.
 *
 * @param {any} global - The window.
 * @param {Poller} poller - Knows the open connections.
 * @returns {function(any): any} - Gives the id, or `undefined`.
 */
function createSenderIds(global, poller) {
    const known = new WeakMap();
    const getSenders = method(global, 'RTCPeerConnection', 'getSenders');

    return sender => {
        weakGet(known, sender) || poller.each((pc, id) => {
            map(getSenders(pc), candidate => candidate === sender && weakSet(known, sender, id));
        });

        return weakGet(known, sender);
    };
}

/**
 * Watches tracks: mute and unmute by events, the end by event where the connection holds the track anyway (remote
 * tracks) and by looking where nothing but the page does (local ones).
 *
 * @param {any} room - What the wrappers of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {any} - The watch.
 */
function createTrackWatch({ describe, global, listen }, emit) {
    const watched = new WeakMap();
    const target = reader(global, 'Event', 'currentTarget');

    /** @type {Array<{ name: string, ref: WeakRef<any> }>} */
    let local = [];

    return {
        /**
         * Reports the local tracks that have ended since the last look.
         *
         * @returns {void}
         */
        look() {
            const before = local;

            local = [];
            map(before, entry => {
                const track = deref(entry.ref);

                if (track && describe.readyState(track) === 'ended') {
                    emit('onended', null, entry.name);
                } else if (track) {
                    local[local.length] = entry;
                }
            });
        },

        /**
         * Watches a track, once.
         *
         * @param {any} track - The track.
         * @param {string|null} id - The connection it comes from, `null` for a local one.
         * @returns {void}
         */
        watch(track, id) {
            if (weakGet(watched, track)) {
                return;
            }
            weakSet(watched, track, true);
            map(id === null ? [ 'mute', 'unmute' ] : [ 'mute', 'unmute', 'ended' ], type =>
                listen(track, type, (/** @type {Event} */ event) =>
                    emit(`on${type}`, id, describe.trackName(target(event)))));
            if (id === null) {
                local[local.length] = { name: describe.trackName(track),
                    ref: new WeakRef(track) };
            }
        }
    };
}

/**
 * Watches the pressure on the processor while a connection is open.
 *
 * @param {any} global - The window.
 * @param {Emit} emit - Where entries go.
 * @returns {function(boolean): Promise<void>} - Starts or ends watching.
 */
function createPressureWatch(global, emit) {
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
        map(records, ({ source, state }) => emit('computePressure', null, { source,
            state }));
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
}

/**
 * The calls on senders, transceivers, tracks and devices.
 *
 * @param {any} room - What the wrappers of one window share.
 * @returns {any} - For each interface its table and how to find the connection.
 */
function callTables({ describe, global, idOf, poller }) {
    const senderId = createSenderIds(global, poller);
    const senderOf = reader(global, 'RTCRtpTransceiver', 'sender');
    const deviceKind = reader(global, 'MediaDeviceInfo', 'kind');
    const deviceLabel = reader(global, 'MediaDeviceInfo', 'label');
    const nothing = () => undefined;
    const noConnection = () => null;

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
            idOf: noConnection,
            table: {
                enumerateDevices: {
                    payload: nothing,
                    result: (/** @type {any[]} */ devices) => map(devices, device => {
                        return { kind: deviceKind(device),
                            label: deviceLabel(device) };
                    }),
                    type: 'navigator.mediaDevices.enumerateDevices'
                }
            }
        },
        MediaStreamTrack: {
            idOf: noConnection,
            table: {
                applyConstraints: {
                    payload: (/** @type {any[]} */ args, /** @type {any} */ track) => {
                        return { constraints: plain(args[0]),
                            track: describe.trackName(track) };
                    },
                    result: nothing
                }
            }
        },
        RTCPeerConnection: {
            idOf,
            table: { restartIce: { payload: argumentsObject } }
        },
        RTCRtpSender: {
            idOf: senderId,
            table: {
                replaceTrack: {
                    payload: (/** @type {any[]} */ args) => trackOrNull(args[0]),
                    result: nothing
                },
                setParameters: {
                    payload: (/** @type {any[]} */ args) => {
                        const { degradationPreference, encodings } = plain(args[0]);

                        return { degradationPreference,
                            encodings };
                    },
                    result: nothing
                }
            }
        },
        RTCRtpTransceiver: {
            idOf: (/** @type {any} */ transceiver) => senderId(senderOf(transceiver)),
            table: { setCodecPreferences: { payload: (/** @type {any[]} */ args) => plain(args[0]) } }
        }
    };
}

/**
 * Installs the extended coverage.
 *
 * @param {any} room - What the wrappers of one window share, see index.js.
 * @returns {void}
 */
module.exports.installExtended = function(room) {
    const { describe, global, listen } = room;
    const emit = createLimiter(room.emit);
    const observer = room.createObserver(emit);
    const tracks = createTrackWatch(room, emit);
    const trackOf = reader(global, 'RTCTrackEvent', 'track');
    const [ url, errorCode, errorText ] = [ 'url', 'errorCode', 'errorText' ].map(name =>
        reader(global, 'RTCPeerConnectionIceErrorEvent', name));

    Object.entries(callTables(room)).forEach(([ type, { idOf, table } ]) =>
        observer.methods(global[type]?.prototype, table, idOf));
    observer.setter(global.MediaStreamTrack?.prototype, 'enabled', (/** @type {any} */ track, /** @type {any} */ on) =>
        emit('enabled', null, `${describe.trackName(track)} ${Boolean(on)}`));

    /** @type {any} */
    let unlisten;

    // Not before the page uses media: listening makes the browser watch the devices.
    room.onUse = () => {
        const devices = unlisten ? undefined : global.navigator?.mediaDevices;

        unlisten = devices ? listen(devices, 'devicechange', () => {
            emit('ondevicechange', null);
            tracks.look();
        }) : unlisten;
    };
    room.onTick = tracks.look;
    room.onOpen = createPressureWatch(global, emit);
    room.onStop = () => {
        room.onOpen(false);
        unlisten?.();
    };
    room.onStream = (/** @type {any} */ stream) => {
        room.onUse();
        map(describe.tracks(stream), track => tracks.watch(track, null));
    };
    room.onConnection = (/** @type {any} */ pc, /** @type {string} */ id) => {
        room.onUse();
        listen(pc, 'track', (/** @type {Event} */ event) => tracks.watch(trackOf(event), id));

        // Without `address` and `hostCandidate`: they are addresses of this machine.
        listen(pc, 'icecandidateerror', (/** @type {Event} */ event) => {
            emit('onicecandidateerror', id, { errorCode: errorCode(event),
                errorText: errorText(event),
                url: url(event) });
        });
    };
};
