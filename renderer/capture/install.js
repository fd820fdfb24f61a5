/**
 * Installs capture: puts the rooms of this folder together for one window.
 *
 * It must never throw into the page, and never show.
 */

'use strict';

const { createBatcher } = require('./batcher');
const { emitClient } = require('./client');
const { createDisguise } = require('./disguise');
const { installExtended } = require('./extended');
const { installMedia } = require('./media');
const { append, createListen, guard, listen, map, ownKeys, weakGet, WeakMap } = require('./native');
const { createNotation } = require('./notation/v3');
const { createObserver } = require('./observe');
const { installPeerConnection } = require('./peer-connection');
const { isJsonPatched, withoutToJson } = require('./plain');
const { createPoller } = require('./stats-poller');

/** @typedef {import('./batcher').Emit} Emit */

/**
 * What capture can be told.
 *
 * @typedef {Object} CaptureOptions
 * @property {(batch: string) => any} [send] - Gets batches of newline-joined event lines. Without it nothing is
 * captured and nothing is touched; when it returns `false`, nobody listens any more and capture ends for good.
 * @property {Emit} [entry] - Instead of `send`: gets every entry as it is, unserialised.
 * @property {number} [pollInterval] - Milliseconds between polls of the statistics, 10000 by default, 0 for none.
 * @property {boolean} [sendSdp] - Whether descriptions and candidates of calls are captured, `false` by default.
 * @property {(config: any) => boolean} [connectionFilter] - Says which connections to leave alone.
 * @property {import('./connection-filter').ConnectionPatterns} [connectionPatterns] - The same by patterns.
 * @property {boolean} [maskLabels] - Whether the labels of devices are masked, `false` by default.
 * @property {boolean} [isPaused] - Whether nothing is captured until `setPaused(false)`, `false` by default.
 * @property {string[]} [prefixesToWrap] - Prefixes of RTCPeerConnection and getUserMedia, `[ '' ]` by default.
 * @property {(event: ConnectionEvent) => void} [eventCallback] - Told about the states of connections.
 * @property {boolean} [extended] - Whether the extended coverage is on, `true` by default.
 * @property {string} [protocol] - What the server speaks. With `rtcstats-5.0` the client itself is described first.
 * @property {any} [global] - The window, `globalThis` by default.
 */

/**
 * @typedef {Object} ConnectionEvent
 * @property {'connectionstatechange'|'iceconnectionstatechange'} type - What changed.
 * @property {{ pcId: string, isP2P: boolean, state: string }} body - Where, and to what.
 */

/**
 * @typedef {Object} CaptureHandle
 * @property {() => void} uninstall - Ends capture and puts the native functions back where the page has not replaced
 * them.
 * @property {(isPaused: boolean) => void} setPaused - Stops capturing, or goes on: then the connections that were made
 * meanwhile and are still open are written down.
 * @property {(interval: number) => void} setPollInterval - Changes the interval of polls, in milliseconds.
 * @property {() => void} mute - Ends all entries but not the `eventCallback`.
 * @property {{ captured: number, refused: number }} counts - Entries written, and entries JSON could not hold.
 */

/**
 * What a source of entries wants to be told. All are called guarded; the order of the sources says nothing.
 *
 * @typedef {Object} SourceHooks
 * @property {(channel: any, id: string) => void} [channel] - The page has made a data channel.
 * @property {(pc: any, id: string) => void} [connection] - A connection was made.
 * @property {(request: string, reason: any, asked: any) => void} [failure] - A request for media has failed.
 * @property {(stream: any) => void} [stream] - The page was given a stream of its own devices or screen.
 * @property {(isOpen: boolean) => void} [open] - The first connection has come, or the last has gone.
 * @property {() => void} [stop] - Capture ends.
 */

/**
 * What the sources of one window share.
 *
 * @typedef {Object} Capture
 * @property {(emit: Emit) => import('./observe').Observer} createObserver - Makes an observer that writes elsewhere.
 * @property {any} disguise - See disguise.js.
 * @property {Emit} emit - Where entries go.
 * @property {any} global - The window.
 * @property {(pc: any) => string|undefined} idOf - The connection's id; nothing for one that is not captured.
 * @property {WeakMap<any, string>} ids - The ids of the connections.
 * @property {() => boolean} isActive - Whether anybody listens.
 * @property {(type: string) => import('./native').Listen} listener - Gives what listens to the objects of an interface.
 * @property {import('./notation/v3').Notation} notation - How what is observed is written.
 * @property {import('./observe').Observer} observer - Observes calls.
 * @property {{ connectionFilter?: (config: any) => boolean,
 *     connectionPatterns?: import('./connection-filter').ConnectionPatterns,
 *     eventCallback?: (event: ConnectionEvent) => void, prefixesToWrap: string[] }} options - What the app said.
 * @property {import('./stats-poller').Poller} poller - Polls the statistics.
 * @property {Required<Pick<SourceHooks, 'channel' | 'connection' | 'failure' | 'stream'>>} tell - Tells all sources.
 */

/** The windows captured already. It cannot stand on the window, where the page would see it. */
const installed = new Map();

const INERT = {
    counts: { captured: 0,
        refused: 0 },
    mute: () => undefined,
    setPaused: () => undefined,
    setPollInterval: () => undefined,
    uninstall: () => undefined
};

/**
 * Makes what keeps while capture is paused what it takes to go on: how each connection that was made meanwhile began,
 * until it is closed.
 *
 * @param {boolean} isPaused - Whether it begins paused.
 * @returns {any} - `isPaused`, `keep(type, pcId, write)` and `set(isPaused)`.
 */
function createPause(isPaused) {
    /** @type {any} */
    let kept = { __proto__: null };

    const pause = {
        isPaused,
        keep: (/** @type {string} */ type, /** @type {string} */ pcId, /** @type {() => void} */ write) => {
            if (type === 'create' || type === 'constraints') {
                append(kept[pcId] ??= [], write);
            } else if (type === 'close') {
                delete kept[pcId];
            }
        },
        set: (/** @type {boolean} */ value) => {
            const writes = kept;

            pause.isPaused = value;
            if (!value) {
                kept = { __proto__: null };
                map(ownKeys(writes), id => map(writes[id], write => write()));
            }
        }
    };

    return pause;
}

/**
 * Says which browser this is, in the words of the server.
 *
 * @param {any} global - The window.
 * @returns {string} - `moz` or `webkit`.
 */
function getBrowserType(global) {
    return (/firefox/i).test(global.navigator?.userAgent ?? '') ? 'moz' : 'webkit';
}

/**
 * Installs capture in a window. A second call for the same window, from the same copy of this module, changes nothing
 * and returns the first one's handle; two copies (an injected bundle and one of the page's own) cannot know of each
 * other, so whoever injects does it once, and the drop-in asks the bridge first (see rtcstats.js).
 *
 * @param {CaptureOptions} options - See there.
 * @returns {CaptureHandle} - To end it.
 */
function installCapture({
    send,
    entry,
    pollInterval = 10000,
    sendSdp = false,
    connectionFilter,
    connectionPatterns,
    isPaused = false,
    maskLabels = false,
    prefixesToWrap = [ '' ],
    eventCallback,
    extended = true,
    protocol,
    global = globalThis
}) {
    if (typeof (entry ?? send) !== 'function' || typeof global.RTCPeerConnection !== 'function') {
        return INERT;
    }
    if (installed.has(global)) {
        return installed.get(global);
    }

    let active = true;
    let muted = false;
    const batcher = entry || !send ? undefined : createBatcher(send, uninstall);
    const ids = new WeakMap();

    /** @type {any} */
    const sink = entry ?? batcher?.entry;
    const paused = createPause(isPaused);
    const emit = (/** @type {string} */ type, /** @type {any} */ pcId, /** @type {any} */ payload) => {
        const write = () => sink(type, pcId, isJsonPatched() ? withoutToJson(payload) : payload);

        muted || (paused.isPaused ? paused.keep(type, pcId, write) : write());
    };
    const isActive = () => active;
    const disguise = createDisguise(global);
    const notation = createNotation(global, { browserType: getBrowserType(global),
        maskLabels,
        sendSdp });

    /** @type {SourceHooks[]} */
    let sources = [];

    /**
     * Tells all sources.
     *
     * @param {function(SourceHooks): void} call - Calls the hook of one.
     * @returns {void}
     */
    function tellAll(call) {
        map(sources, source => guard(() => call(source)));
    }

    /** @type {Capture} */
    const capture = {
        createObserver: to => createObserver(disguise, to, isActive),
        disguise,
        emit,
        global,
        idOf: pc => weakGet(ids, pc),
        ids,
        isActive,
        listener: type => createListen(global, type, isActive),
        notation,
        observer: createObserver(disguise, emit, isActive),
        options: { connectionFilter,
            connectionPatterns,
            eventCallback,
            prefixesToWrap },
        poller: createPoller(global, pollInterval, {
            onOpen: isOpen => tellAll(source => source.open?.(isOpen)),
            onReport: (id, report) => emit(notation.stats.type, id, notation.stats.payload(report))
        }),
        tell: {
            channel: (channel, id) => tellAll(source => source.channel?.(channel, id)),
            connection: (pc, id) => tellAll(source => source.connection?.(pc, id)),
            failure: (request, reason, asked) => tellAll(source => source.failure?.(request, reason, asked)),
            stream: stream => tellAll(source => source.stream?.(stream))
        }
    };

    // What the page does while it goes (a `close` in its own pagehide) may have no microtask left.
    const unlisten = guard(() => listen(global, 'pagehide', () => batcher?.flush()));

    /**
     * Ends capture.
     *
     * @returns {void}
     */
    function uninstall() {
        if (active) {
            active = false;
            installed.delete(global);
            batcher?.close();
            capture.poller.stop();
            tellAll(source => source.stop?.());
            unlisten?.();
            disguise.restore();
        }
    }

    /**
     * Ends the entries.
     *
     * @returns {void}
     */
    function mute() {
        muted = true;
        capture.poller.stop();
    }

    protocol === 'rtcstats-5.0' && emitClient(global, emit);
    sources = [ installMedia, installPeerConnection, ...extended ? [ installExtended ] : [] ]
        .map(install => guard(() => install(capture)) ?? {});

    isPaused && capture.poller.setPaused(true);

    const handle = { counts: batcher?.counts ?? INERT.counts,
        mute,
        setPaused: (/** @type {boolean} */ pause) => {
            paused.set(pause);
            capture.poller.setPaused(pause);
        },
        setPollInterval: (/** @type {number} */ interval) => capture.poller.setInterval(interval),
        uninstall };

    installed.set(global, handle);

    return handle;
}

module.exports = { installCapture };
