/**
 * The extended coverage (option `extended`): what 9.7.1 does not capture. Same conventions as the other tables.
 *
 * It must never flood (each type has a budget), and never keep a track alive: an `ended` listener would keep a camera
 * on that the page has forgotten, so local tracks are looked at through weak references instead.
 */

'use strict';

const {
    WeakMap, WeakRef, deref, getPrototypeOf, map, method, now, reader, weakGet, weakSet
} = require('./native');

/** @typedef {import('./batcher').Emit} Emit */
/** @typedef {import('./install').Capture} Capture */
/** @typedef {import('./install').SourceHooks} SourceHooks */
/** @typedef {import('./stats-poller').Poller} Poller */

/**
 * @typedef {Object} TrackWatch
 * @property {() => void} look - Reports the local tracks that have ended since the last look.
 * @property {(track: any, id: string|null) => void} watch - Watches a track, once; `null` for a local one.
 */

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
 * @param {Capture} capture - What the sources of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {TrackWatch} - The watch.
 */
function createTrackWatch({ global, listener, notation: { describe, extended } }, emit) {
    const watched = new WeakMap();
    const listen = listener('MediaStreamTrack');
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
                    emit(`on${type}`, id, extended.track(target(event)))));
            if (id === null) {
                local[local.length] = { name: extended.track(track),
                    ref: new WeakRef(track) };
            }
        }
    };
}

/**
 * Watches the pressure on the processor while a connection is open.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {function(boolean): Promise<void>} - Starts or ends watching.
 */
function createPressureWatch({ global, notation }, emit) {
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
}

/**
 * Observes the calls on senders, transceivers, tracks and devices.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {function(any): void} - Observes the calls of connections with another prototype.
 */
function observeCalls({ createObserver, global, idOf, notation, poller }, emit) {
    const { calls } = notation.extended;
    const observer = createObserver(emit);
    const senderId = createSenderIds(global, poller);
    const senderOf = reader(global, 'RTCRtpTransceiver', 'sender');
    const noConnection = () => null;
    const prototypeOf = (/** @type {string} */ type) => global[type]?.prototype;
    const observeConnection = observer.once(calls.RTCPeerConnection, idOf);

    observer.methods(global.navigator?.mediaDevices ?? prototypeOf('MediaDevices'), calls.MediaDevices, noConnection);
    observer.methods(prototypeOf('MediaStreamTrack'), calls.MediaStreamTrack, noConnection);
    observer.methods(prototypeOf('RTCRtpSender'), calls.RTCRtpSender, senderId);
    observer.methods(prototypeOf('RTCRtpTransceiver'), calls.RTCRtpTransceiver, transceiver =>
        senderId(senderOf(transceiver)));
    observer.setter(prototypeOf('MediaStreamTrack'), 'enabled', (/** @type {any} */ track, /** @type {any} */ on) =>
        emit('enabled', null, notation.extended.enabled(track, on)));
    observeConnection(prototypeOf('RTCPeerConnection'));

    return observeConnection;
}

/**
 * Installs the extended coverage.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {SourceHooks} - What it wants to be told.
 */
module.exports.installExtended = function(capture) {
    const { global, listener, notation } = capture;
    const emit = createLimiter(capture.emit);
    const observeConnection = observeCalls(capture, emit);
    const tracks = createTrackWatch(capture, emit);
    const watchPressure = createPressureWatch(capture, emit);
    const trackOf = reader(global, 'RTCTrackEvent', 'track');
    const listenToConnection = listener('RTCPeerConnection');
    const listenToDevices = listener('MediaDevices');

    /** @type {any} */
    let unlisten;

    /**
     * Listens to the devices. Not before the page uses media: it makes the browser watch them.
     *
     * @returns {void}
     */
    function watchDevices() {
        const devices = unlisten ? undefined : global.navigator?.mediaDevices;

        unlisten = devices ? listenToDevices(devices, 'devicechange', () => {
            emit('ondevicechange', null);
            tracks.look();
        }) : unlisten;
    }

    return {
        connection(pc, id) {
            observeConnection(getPrototypeOf(pc));
            watchDevices();
            listenToConnection(pc, 'track', event => tracks.watch(trackOf(event), id));
            listenToConnection(pc, 'icecandidateerror', event =>
                emit('onicecandidateerror', id, notation.extended.candidateError(event)));
        },
        open: watchPressure,
        stop() {
            watchPressure(false);
            unlisten?.();
        },
        stream(stream) {
            watchDevices();
            map(notation.describe.tracks(stream), track => tracks.watch(track, null));
        },
        tick: tracks.look
    };
};
