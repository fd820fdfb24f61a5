/**
 * Installs capture: puts the rooms of this folder together for one window.
 *
 * It must never throw into the page, and never show.
 */

'use strict';

const { createBatcher } = require('./batcher');
const { createDisguise } = require('./disguise');
const { installExtended } = require('./extended');
const { installMedia } = require('./media');
const { WeakMap, guard, listen, weakGet } = require('./native');
const { createDescribers } = require('./notation/v3');
const { createObserver } = require('./observe');
const { installPeerConnection } = require('./peer-connection');
const { createPoller } = require('./stats-poller');

/**
 * What capture can be told.
 *
 * @typedef {Object} CaptureOptions
 * @property {(batch: string) => any} [send] - Gets batches of newline-joined event lines. Without it nothing is
 * captured and nothing is touched; when it returns `false`, nobody listens any more and capture ends for good.
 * @property {import('./batcher').Emit} [entry] - Instead of `send`: gets every entry as it is, unserialised.
 * @property {number} [pollInterval] - Milliseconds between polls of the statistics, 10000 by default, 0 for none.
 * @property {boolean} [sendSdp] - Whether descriptions and candidates of calls are captured, `false` by default.
 * @property {(config: any) => boolean} [connectionFilter] - Says which connections to leave alone.
 * @property {string[]} [prefixesToWrap] - Prefixes of RTCPeerConnection and getUserMedia, `[ '' ]` by default.
 * @property {(event: ConnectionEvent) => void} [eventCallback] - Told about the states of connections.
 * @property {boolean} [extended] - Whether the extended coverage is on, `true` by default.
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
 * @property {() => void} mute - Ends all entries but not the `eventCallback`.
 * @property {{ captured: number, refused: number }} counts - Entries written, and entries JSON could not hold.
 */

/** The windows captured already. It cannot stand on the window, where the page would see it. */
const installed = new Map();

const INERT = {
    counts: { captured: 0,
        refused: 0 },
    mute: () => undefined,
    uninstall: () => undefined
};

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
    prefixesToWrap = [ '' ],
    eventCallback,
    extended = true,
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
    const emit = (/** @type {string} */ type, /** @type {any} */ pcId, /** @type {any} */ payload) => {
        muted || sink(type, pcId, payload);
    };
    const isActive = () => active;
    const disguise = createDisguise(global);
    const describe = createDescribers(global);

    // What the rooms share. Extended coverage hooks itself in by the `on…` functions.
    /** @type {any} */
    const room = {
        createObserver: (/** @type {any} */ to) => createObserver(disguise, to, isActive),
        describe,
        disguise,
        emit,
        global,
        idOf: (/** @type {any} */ pc) => weakGet(ids, pc),
        ids,
        isActive,
        listen: (/** @type {any} */ target, /** @type {string} */ type, /** @type {function(any): void} */ listener) =>
            listen(target, type, event => active && listener(event)),
        observer: createObserver(disguise, emit, isActive),
        options: {
            browserType: getBrowserType(global),
            connectionFilter,
            eventCallback,
            prefixesToWrap,
            sendSdp
        },
        poller: createPoller(global, pollInterval, {
            onOpen: open => room.onOpen?.(open),
            onReport: (/** @type {string} */ id, /** @type {any} */ report) => {
                emit('getstats', id, describe.toObject(report));
            },
            onTick: () => room.onTick?.()
        })
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
            room.poller.stop();
            guard(() => room.onStop?.());
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
        room.poller.stop();
    }

    guard(() => installMedia(room));
    guard(() => installPeerConnection(room));
    extended && guard(() => installExtended(room));


    const handle = { counts: batcher?.counts ?? INERT.counts,
        mute,
        uninstall };

    installed.set(global, handle);

    return handle;
}

module.exports = { installCapture };
