/**
 * What is captured of RTCPeerConnection: its construction, its calls and its events, each by one line of a table.
 *
 * It must never keep a connection alive: ids live in a WeakMap, listeners know the id only.
 */

'use strict';

const {
    WeakMap, getOwnPropertyDescriptor, guard, map, method, reader, stringify, weakGet, weakSet
} = require('./native');
const { plain } = require('./plain');

/** The names the constructor goes by. In Chromium the prefixed one is the very same function. */
const PREFIXES = [ '', 'webkit', 'moz' ];

/**
 * Says whether the app marked a connection as one between two participants.
 *
 * @param {any} constraints - The second argument of the constructor.
 * @returns {boolean} - Whether one of `optional` says so.
 */
function isPeerToPeer({ optional = [] }) {
    for (let i = 0; i < optional.length; i++) {
        if (optional[i].rtcStatsSFUP2P === true) {
            return true;
        }
    }

    return false;
}

/**
 * Makes the payload of `create`.
 *
 * @param {any} config - What the page passed to the constructor.
 * @param {string} browserType - `moz` or `webkit`.
 * @returns {Object} - The configuration without credentials.
 */
function createPayload(config, browserType) {
    const copy = config ? plain(config, 'credential') : { nullConfig: true };

    copy.browserType = browserType;

    return copy;
}

/**
 * The arguments the way 9.7.1 writes them: the `arguments` object.
 *
 * @param {any[]} args - The arguments.
 * @returns {Object} - `{ 0: …, 1: … }`.
 */
function argumentsObject(args) {
    return plain({ ...args });
}

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
 * The calls and how each is written down.
 *
 * @param {any} room - What the wrappers of one window share, see index.js.
 * @returns {Object} - A CallSpec for each method.
 */
function callTable({ describe, global, options: { sendSdp }, poller, watchDtls }) {

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
        callbacks: 0,
        payload: descriptionOptions,
        result: sdp
    };
    const setterCall = {
        callbacks: 1,
        payload: (/** @type {any[]} */ args) => sdp(sendSdp && plain(args[0])),
        result: () => undefined
    };

    return {
        createDataChannel: { payload: argumentsObject },
        close: {
            payload: argumentsObject,
            done: (/** @type {any} */ _, /** @type {string} */ id) => poller.remove(id)
        },
        addStream: streamCall,
        removeStream: streamCall,
        addTrack: {
            payload: (/** @type {any[]} */ args) =>
                `${describe.trackName(args[0])} ${describe.streamNames(args, ';', 1) || '-'}`
        },
        removeTrack: {
            payload: (/** @type {any[]} */ args) => {
                const track = senderTrack(args[0]);

                return track ? describe.trackName(track) : 'null';
            }
        },
        addTransceiver: {
            payload: (/** @type {any[]} */ args) => {
                const source = typeof args[0] === 'string' ? args[0] : describe.trackName(args[0]);

                const init = args.length === 2 && typeof args[1] === 'object' ? ` ${stringify(plain(args[1]))}` : '';

                return source + init;
            }
        },
        createOffer: descriptionCall,
        createAnswer: descriptionCall,
        setLocalDescription: { ...setterCall,
            done: watchDtls },
        setRemoteDescription: { ...setterCall,
            done: watchDtls },
        addIceCandidate: setterCall
    };
}

/**
 * The events and how each is written down.
 *
 * @param {any} global - The window.
 * @param {any} describe - See describe.js.
 * @returns {any} - For each event the payload, from the event and the connection.
 */
function eventTable(global, describe) {
    const streamOf = reader(global, 'MediaStreamEvent', 'stream');
    const eventTrack = reader(global, 'RTCTrackEvent', 'track');
    const eventStreams = reader(global, 'RTCTrackEvent', 'streams');
    const candidate = reader(global, 'RTCPeerConnectionIceEvent', 'candidate');
    const channel = reader(global, 'RTCDataChannelEvent', 'channel');
    const channelId = reader(global, 'RTCDataChannel', 'id');
    const channelLabel = reader(global, 'RTCDataChannel', 'label');
    const stream = (/** @type {Event} */ event) => describe.streamName(streamOf(event));

    /**
     * Reports a state of the connection.
     *
     * @param {string} name - The attribute.
     * @returns {function(Event, any): any} - Reads it.
     */
    function state(name) {
        const read = reader(global, 'RTCPeerConnection', name);

        return (_, pc) => read(pc);
    }

    return {
        icecandidate: candidate,
        addstream: stream,
        track: (/** @type {Event} */ event) =>
            `${describe.trackName(eventTrack(event))} ${describe.streamNames(eventStreams(event), ',')}`,
        removestream: stream,
        signalingstatechange: state('signalingState'),
        iceconnectionstatechange: state('iceConnectionState'),
        icegatheringstatechange: state('iceGatheringState'),
        connectionstatechange: state('connectionState'),
        negotiationneeded: () => undefined,
        datachannel: (/** @type {Event} */ event) => [ channelId(channel(event)), channelLabel(channel(event)) ]
    };
}

/**
 * Makes what follows the DTLS transport of a connection: that of the first sender that has one.
 *
 * @param {any} room - What the wrappers of one window share, see index.js.
 * @returns {function(any, string): void} - Called with a connection and its id whenever a description was set.
 */
function createDtlsWatch({ emit, global, listen }) {
    const watched = new WeakMap();
    const getSenders = method(global, 'RTCPeerConnection', 'getSenders');
    const transportOf = reader(global, 'RTCRtpSender', 'transport');
    const state = reader(global, 'RTCDtlsTransport', 'state');
    const target = reader(global, 'Event', 'currentTarget');

    return (pc, id) => {
        const senders = weakGet(watched, pc) ? [] : getSenders(pc);

        for (let i = 0; i < senders.length; i++) {
            const transport = transportOf(senders[i]);

            if (transport) {
                weakSet(watched, pc, true);
                listen(transport, 'error', (/** @type {Event} */ event) => emit('ondtlserror', id, event));
                listen(transport, 'statechange', (/** @type {Event} */ event) =>
                    emit('ondtlsstatechange', id, state(target(event))));

                return;
            }
        }
    };
}

/**
 * Installs the capture of peer connections.
 *
 * @param {any} room - What the wrappers of one window share, see index.js.
 * @returns {void}
 */
function installPeerConnection(room) {
    const { describe, disguise, emit, global, idOf, ids, isActive, listen, observer, options, poller } = room;
    const { connectionFilter, eventCallback, prefixesToWrap } = options;

    const events = eventTable(global, describe);
    const eventTypes = Object.keys(events);
    const target = reader(global, 'Event', 'currentTarget');
    let count = 0;

    room.watchDtls = createDtlsWatch(room);

    /**
     * Tells the app about a state, and polls where the state is worth it.
     *
     * @param {string} type - The event.
     * @param {string} state - The state.
     * @param {{ id: string, isP2P: boolean }} connection - Which connection.
     * @returns {void}
     */
    function onState(type, state, { id, isP2P }) {
        const isConnectionState = type === 'connectionstatechange';

        if (isConnectionState || type === 'iceconnectionstatechange') {
            guard(() => eventCallback?.({ type,
                body: { pcId: id,
                    isP2P,
                    state } }));
        }
        isConnectionState && (state === 'connected' || state === 'failed') && poller.poll(id);
    }

    /**
     * Starts capturing a new connection.
     *
     * @param {any} pc - The connection.
     * @param {any[]} args - What it was made with.
     * @returns {void}
     */
    function capture(pc, args) {
        const config = args[0];
        const constraints = args[1] && typeof args[1] === 'object' ? args[1] : {};

        if (connectionFilter?.(config)) {
            return;
        }
        const id = `PC_${count++}`;
        const connection = { id,
            isP2P: guard(() => isPeerToPeer(constraints)) === true };

        weakSet(ids, pc, id);
        guard(() => emit('create', id, createPayload(config, options.browserType)));
        guard(() => emit('constraints', id, plain(constraints)));
        map(eventTypes, type => listen(pc, type, (/** @type {Event} */ event) => {
            const value = events[type](event, target(event));

            emit(`on${type}`, id, value);
            onState(type, value, connection);
        }));
        room.onConnection?.(pc, id);
        poller.add(pc, id);
    }

    /**
     * Puts our constructor in the place of a native one, under every name the native one has.
     *
     * @param {any} native - The native constructor.
     * @returns {void}
     */
    function wrapConstructor(native) {
        const proxy = disguise.constructProxy(native, (/** @type {any} */ _, /** @type {any[]} */ args) =>
            isActive() && ((/** @type {any} */ pc) => guard(() => capture(pc, args))));

        disguise.replace(native.prototype, 'constructor', 'value', proxy);
        PREFIXES.concat(prefixesToWrap).forEach(prefix => {
            const name = `${prefix}RTCPeerConnection`;

            if (getOwnPropertyDescriptor(global, name)?.value === native) {
                disguise.replace(global, name, 'value', proxy);
            }
        });
        observer.methods(native.prototype, callTable(room), idOf);
    }

    const natives = new Set(prefixesToWrap.map((/** @type {string} */ prefix) => global[`${prefix}RTCPeerConnection`]));

    natives.forEach(native => native && wrapConstructor(native));
}

module.exports = {
    argumentsObject,
    installPeerConnection
};
