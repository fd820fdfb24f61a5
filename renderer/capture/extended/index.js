/**
 * The extended coverage (option `extended`): what 9.7.1 does not capture. What is written, and how, stands in the
 * tables of the notation; here is what has to be watched for it.
 *
 * It must never flood (each type has a budget), and never keep a track alive.
 */

'use strict';

const { getPrototypeOf, map, reader } = require('../native');

const { watchElements } = require('./elements');
const { createLimiter } = require('./limiter');
const { createOwners } = require('./owners');
const { createPressureWatch } = require('./pressure');
const { createTrackWatch } = require('./tracks');

/** @typedef {import('../batcher').Emit} Emit */
/** @typedef {import('../install').Capture} Capture */
/** @typedef {import('../install').SourceHooks} SourceHooks */
/** @typedef {import('../observe').Observer} Observer */

/**
 * Belongs to no connection.
 *
 * @returns {null} - No id.
 */
function noConnection() {
    return null;
}

/**
 * Observes the calls and attributes of the tables, except those of connections.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Observer} observer - Observes calls.
 * @param {Emit} emit - Where entries go.
 * @returns {void}
 */
function observeTables({ global, notation: { extended }, poller }, observer, emit) {
    const { attributes, calls } = extended;
    const owners = createOwners(global, poller);
    const placeOf = (/** @type {string} */ type) =>
        (type === 'MediaDevices' && global.navigator?.mediaDevices) || global[type]?.prototype;

    Object.keys(calls).forEach(type =>
        observer.methods(placeOf(type), calls[type], owners[type] ?? noConnection));
    Object.keys(attributes).forEach(type => Object.entries(attributes[type]).forEach(([ name, row ]) =>
        observer.setter(placeOf(type), name, (object, value) => {
            const id = (owners[type] ?? noConnection)(object);

            id === undefined || emit(row.type ?? name, id, row.payload(object, value));
        })));
}

/**
 * Makes what watches the data channels of connections.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @param {Emit} emit - Where entries go.
 * @returns {function(any, string): void} - Called with every channel and the id of its connection.
 */
function createChannelWatch({ global, listener, notation: { extended } }, emit) {
    const events = extended.events.RTCDataChannel;
    const types = Object.keys(events);
    const listen = listener('RTCDataChannel');
    const target = reader(global, 'Event', 'currentTarget');

    return (channel, id) => {
        map(types, type => listen(channel, type, event =>
            emit(`ondatachannel${type}`, id, events[type](event, target(event)))));
    };
}

/**
 * Installs the extended coverage.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {SourceHooks} - What it wants to be told.
 */
module.exports.installExtended = function(capture) {
    const { createObserver, global, idOf, listener, notation } = capture;
    const { connectionCalls, events, mediaFailure, stopTrack } = notation.extended;
    const emit = createLimiter(capture.emit);
    const observer = createObserver(emit);
    const observeConnection = observer.once(connectionCalls, idOf);
    const tracks = createTrackWatch(capture, emit);
    const watchChannel = createChannelWatch(capture, emit);
    const watchPressure = createPressureWatch(capture, emit);
    const channelOf = reader(global, 'RTCDataChannelEvent', 'channel');
    const trackOf = reader(global, 'RTCTrackEvent', 'track');
    const listenToConnection = listener('RTCPeerConnection');
    const listenToDevices = listener('MediaDevices');

    // A track that has ended is not stopped once more.
    const isLive = (/** @type {any} */ track) => {
        const live = notation.describe.readyState(track) === 'live';

        return live ? null : undefined;
    };

    /** @type {any} */
    let unlisten;

    /**
     * Listens to the devices. Not before the page uses media: it makes the browser watch them.
     *
     * @returns {void}
     */
    function watchDevices() {
        const devices = unlisten ? undefined : global.navigator?.mediaDevices;

        unlisten = devices
            ? listenToDevices(devices, 'devicechange', () => emit('ondevicechange', null))
            : unlisten;
    }

    observeTables(capture, observer, emit);
    watchElements(capture, observer, emit);
    observeConnection(global.RTCPeerConnection?.prototype);
    observer.methods(global.MediaStreamTrack?.prototype, { stop: { ...stopTrack,
        done: tracks.onStop } }, isLive);

    return {
        channel: watchChannel,
        connection(pc, id) {
            observeConnection(getPrototypeOf(pc));
            watchDevices();
            listenToConnection(pc, 'track', event => tracks.watch(trackOf(event), id));
            listenToConnection(pc, 'datachannel', event => watchChannel(channelOf(event), id));
            listenToConnection(pc, 'icecandidateerror', event =>
                emit('onicecandidateerror', id, events.RTCPeerConnection.icecandidateerror(event, pc)));
        },
        failure: (request, reason, asked) => emit('mediaRequestFailure', null, mediaFailure(request, reason, asked)),
        open: watchPressure,
        stop() {
            watchPressure(false);
            unlisten?.();
        },
        stream(stream) {
            watchDevices();
            map(notation.describe.tracks(stream), track => tracks.watch(track, null));
        }
    };
};
