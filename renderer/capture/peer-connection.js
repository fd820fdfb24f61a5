/**
 * Observes RTCPeerConnection: its construction, its calls and its events.
 *
 * It must never keep a connection alive: ids live in a WeakMap, listeners know the id only.
 */

'use strict';

const { createConnectionFilter } = require('./connection-filter');
const {
    WeakMap, getOwnPropertyDescriptor, getPrototypeOf, guard, map, method, reader, weakGet, weakSet
} = require('./native');
const { plain } = require('./plain');

/** @typedef {import('./install').Capture} Capture */
/** @typedef {Record<string, import('./observe').CallSpec>} CallTable */
/** @typedef {import('./install').SourceHooks} SourceHooks */

/**
 * @typedef {Object} Connection
 * @property {string} id - Its id.
 * @property {boolean} isP2P - Whether the app marked it as one between two participants.
 */

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
 * Makes what follows the DTLS transport of a connection.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {function(any, any): void} - Called with a connection and its id whenever a description was set.
 */
function createDtlsWatch({ emit, global, listener }) {
    const watched = new WeakMap();
    const listen = listener('RTCDtlsTransport');
    const getSenders = method(global, 'RTCPeerConnection', 'getSenders');
    const sctpOf = reader(global, 'RTCPeerConnection', 'sctp');
    const sctpTransport = reader(global, 'RTCSctpTransport', 'transport');
    const transportOf = reader(global, 'RTCRtpSender', 'transport');
    const state = reader(global, 'RTCDtlsTransport', 'state');
    const target = reader(global, 'Event', 'currentTarget');

    /**
     * Finds the transport of a connection.
     *
     * @param {any} pc - The connection.
     * @returns {any} - That of its first sender that has one; without senders that of its data channels.
     */
    function findTransport(pc) {
        const transports = map(getSenders(pc), transportOf);

        for (let i = 0; i < transports.length; i++) {
            if (transports[i]) {
                return transports[i];
            }
        }
        const sctp = transports.length ? undefined : sctpOf(pc);

        return sctp && sctpTransport(sctp);
    }

    return (pc, id) => {
        const transport = weakGet(watched, pc) ? undefined : findTransport(pc);

        if (transport) {
            weakSet(watched, pc, true);
            listen(transport, 'error', (/** @type {Event} */ event) => emit('ondtlserror', id, event));
            listen(transport, 'statechange', (/** @type {Event} */ event) =>
                emit('ondtlsstatechange', id, state(target(event))));
        }
    };
}

/**
 * The calls, as the notation writes them, and what they mean for capture.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {CallTable} - A CallSpec for each method.
 */
function callTable(capture) {
    const { calls } = capture.notation.peerConnection;
    const watchDtls = createDtlsWatch(capture);

    return {
        ...calls,
        addIceCandidate: { ...calls.addIceCandidate,
            callbacks: 1 },
        close: { ...calls.close,
            done: (/** @type {any} */ _, /** @type {any} */ id) => capture.poller.remove(id) },
        createAnswer: { ...calls.createAnswer,
            callbacks: 0 },
        createDataChannel: { ...calls.createDataChannel,
            done: (/** @type {any} */ _, /** @type {any} */ id, /** @type {any} */ channel) =>
                capture.tell.channel(channel, id) },
        createOffer: { ...calls.createOffer,
            callbacks: 0 },
        getStats: {
            done: (/** @type {any} */ _, /** @type {any} */ id) => capture.poller.onPagePoll(id),
            isSilent: true,
            payload: () => undefined
        },
        setLocalDescription: { ...calls.setLocalDescription,
            callbacks: 1,
            done: watchDtls },
        setRemoteDescription: { ...calls.setRemoteDescription,
            callbacks: 1,
            done: watchDtls }
    };
}

/**
 * Makes what writes down the events of a connection, and tells the app about its states.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {function(any, Connection): void} - Called with every new connection.
 */
function createEventWatch({ emit, global, listener, notation, options, poller }) {
    const { events } = notation.peerConnection;
    const eventTypes = Object.keys(events);
    const listen = listener('RTCPeerConnection');
    const target = reader(global, 'Event', 'currentTarget');

    /**
     * Tells the app about a state, and polls where the state is worth it.
     *
     * @param {string} type - The event.
     * @param {string} state - The state.
     * @param {Connection} connection - Which connection.
     * @returns {void}
     */
    function onState(type, state, { id, isP2P }) {
        if (type === 'connectionstatechange' || type === 'iceconnectionstatechange') {
            guard(() => options.eventCallback?.({ type,
                body: { pcId: id,
                    isP2P,
                    state } }));
        }
        type === 'connectionstatechange' && (state === 'connected' || state === 'failed') && poller.poll(id);
    }

    return (pc, connection) => {
        map(eventTypes, type => listen(pc, type, (/** @type {Event} */ event) => {
            const value = events[type](event, target(event));

            emit(`on${type}`, connection.id, value);
            onState(type, value, connection);
        }));
    };
}

/**
 * Installs the capture of peer connections.
 *
 * @param {Capture} capture - What the sources of one window share.
 * @returns {SourceHooks} - What it wants to be told.
 */
function installPeerConnection(capture) {
    const { disguise, emit, global, ids, isActive, notation, observer, options, poller, tell } = capture;
    const { prefixesToWrap } = options;
    const { constraints: writeConstraints, create } = notation.peerConnection;
    const observeCalls = observer.once(callTable(capture), capture.idOf);
    const watchEvents = createEventWatch(capture);
    const isFiltered = options.connectionPatterns ? createConnectionFilter(options.connectionPatterns) : () => false;
    let count = 0;

    /**
     * Starts capturing a new connection.
     *
     * @param {any} pc - The connection.
     * @param {any[]} args - What it was made with.
     * @returns {void}
     */
    function onConnection(pc, args) {
        // One wrapper of the page's calls another of our constructors: the connection is one all the same.
        if (weakGet(ids, pc) || options.connectionFilter?.(args[0])) {
            return;
        }
        const constraints = plain(args[1] && typeof args[1] === 'object' ? args[1] : {});
        const payload = guard(() => create(args[0], pc));

        if (isFiltered(payload, constraints)) {
            return;
        }
        const id = `PC_${count++}`;

        weakSet(ids, pc, id);
        observeCalls(getPrototypeOf(pc));
        guard(() => emit('create', id, payload));
        guard(() => emit('constraints', id, writeConstraints(constraints)));
        guard(() => watchEvents(pc, { id,
            isP2P: guard(() => isPeerToPeer(constraints)) === true }));
        tell.connection(pc, id);
        poller.add(pc, id);
    }

    /**
     * Puts our constructor in the place of one that a page would call, under every name that one has.
     *
     * @param {any} constructor - The constructor: the native one, or what the page has put in its place.
     * @returns {void}
     */
    function wrapConstructor(constructor) {
        const { prototype } = constructor;
        const proxy = disguise.constructProxy(constructor, (/** @type {any} */ _, /** @type {any[]} */ args) =>
            isActive() && ((/** @type {any} */ pc) => guard(() => onConnection(pc, args))));

        if (getOwnPropertyDescriptor(prototype, 'constructor')?.value === constructor) {
            disguise.replace(prototype, 'constructor', 'value', proxy);
        }
        PREFIXES.concat(prefixesToWrap).forEach(prefix => {
            const name = `${prefix}RTCPeerConnection`;

            if (getOwnPropertyDescriptor(global, name)?.value === constructor) {
                disguise.replace(global, name, 'value', proxy);
            }
        });
        observeCalls(prototype);
    }

    const constructors = new Set(prefixesToWrap.map(prefix => global[`${prefix}RTCPeerConnection`]));

    constructors.forEach(constructor => constructor && wrapConstructor(constructor));

    return {};
}

module.exports = { installPeerConnection };
