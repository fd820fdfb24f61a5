/**
 * One captured document: the ports it has open, what it may send, and the traces behind them. It takes nothing from a
 * port that is not checked, and forgets everything when the document is gone, which its ports tell.
 */

'use strict';

const { PORT_KINDS, parseTraceMessage } = require('../../ipc');
const { Trace } = require('../channels/page-session');

const { Budget } = require('./budget');

/**
 * @typedef {import('electron').MessagePortMain} MessagePortMain
 * @typedef {import('./budget').Limits} Limits
 * @typedef {import('../channels/page-session').Listener} Listener
 * @typedef {import('../channels/page-session').TraceSettings} TraceSettings
 */

/**
 * @typedef {Object} DocumentSettings
 * @property {string} url - Its address.
 * @property {boolean} capture - Whether it is captured without the page's help.
 * @property {Limits} limits - What it may send.
 * @property {TraceSettings} trace - For its traces.
 * @property {function(string): void} onRefused - Told why something was refused.
 * @property {function(any): boolean} isIn - Whether it is in a window.
 * @property {function(): boolean} isGone - Whether its frame is gone.
 * @property {boolean} isTop - Whether it is no iframe.
 * @property {function(): void} onGone - Told when its last port is closed.
 */

/** Milliseconds between two hurried reconnections; a network that comes and goes is left to the backoff. */
const RECONNECT_INTERVAL = 1000;

/**
 * Bytes and counts are bounded on this clock, which does not jump.
 *
 * @returns {number} Milliseconds.
 */
function now() {
    return performance.now();
}

/**
 * Tells a page something.
 *
 * @param {MessagePortMain} port - Its port.
 * @param {Object} event - What.
 * @returns {void}
 */
function tellPort(port, event) {
    port.postMessage({ event,
        type: 'event' });
}

/**
 * Stops listening to a page, and tells it: a page of Electron 22 would not notice, and post on.
 *
 * @param {MessagePortMain} port - Its port.
 * @returns {void}
 */
function endPort(port) {
    tellPort(port, { type: 'ended' });
    port.close();
}

/**
 * A captured document.
 */
class CapturedDocument {
    /**
     * Creates a document without ports.
     *
     * @param {DocumentSettings} settings - How to treat it.
     */
    constructor(settings) {
        this.isGone = settings.isGone;
        this.isIn = settings.isIn;
        this.isTop = settings.isTop;
        this.url = settings.url;
        this._settings = settings;
        this._budget = new Budget(settings.limits, now());

        /** @type {Map<MessagePortMain, Trace>} */
        this._ports = new Map();

        /**
         * Capture and the drop-ins of the same document belong to one session.
         *
         * @type {Trace | null}
         */
        this._shared = settings.capture ? new Trace(settings.trace) : null;
        this._hasCapturePort = false;
        this._reconnectedAt = -Infinity;
    }

    /**
     * Tells whether nothing is connected to it.
     *
     * @returns {boolean} Whether it has no ports.
     */
    get isIdle() {
        return this._ports.size === 0;
    }

    /**
     * Takes a port from the document's preload.
     *
     * @param {MessagePortMain} port - The port.
     * @param {string} kind - What it carries.
     * @returns {void}
     */
    addPort(port, kind) {
        const isCapture = kind === PORT_KINDS.capture;

        const isUnexpected = isCapture && (!this._shared || this._hasCapturePort);

        if (isUnexpected || this._ports.size >= this._settings.limits.maxPorts) {
            this._settings.onRefused('port');
            endPort(port);

            return;
        }
        this._hasCapturePort ||= isCapture;
        const trace = this._shared ?? new Trace(this._settings.trace);
        const listener = (/** @type {Object} */ event) => tellPort(port, event);

        this._ports.set(port, trace);
        port.on('message', ({ data }) => this._receive(port, trace, isCapture ? null : listener, data));
        port.once('close', () => {
            trace.ignore(listener);
            this._removePort(port, trace);
        });
        port.start();
    }

    /**
     * Hurries the reconnection of everything, as often as is useful.
     *
     * @returns {void}
     */
    reconnectNow() {
        if (now() - this._reconnectedAt < RECONNECT_INTERVAL) {
            return;
        }
        this._reconnectedAt = now();
        new Set(this._ports.values()).forEach(trace => trace.reconnectNow());
    }

    /**
     * Ends everything.
     *
     * @returns {void}
     */
    close() {
        [ ...this._ports.keys() ].forEach(endPort);
        new Set([ ...this._ports.values(), ...this._shared ? [ this._shared ] : [] ]).forEach(trace => trace.close());
        this._ports.clear();
        this._settings.onGone();
    }

    /**
     * Takes a message from a port.
     *
     * @param {MessagePortMain} port - The port.
     * @param {Trace} trace - What is behind it.
     * @param {Listener | null} listener - Tells the page; null where the port carries batches only.
     * @param {unknown} data - The message.
     * @returns {void}
     */
    _receive(port, trace, listener, data) {
        if (!this._ports.has(port)) {
            return;
        }

        const isWithin = this._budget.take(typeof data === 'string' ? data.length : 0, now());
        const message = isWithin ? parseTraceMessage(data) : null;

        if (message && (listener || message.type === 'events')) {
            this._apply(trace, listener ?? (() => undefined), message);
        } else {
            this._refuse(port, trace, isWithin ? 'shape' : 'rate or size');
        }
    }

    /**
     * Says no, and stops listening to a port that is told no all the time.
     *
     * @param {MessagePortMain} port - The port.
     * @param {Trace} trace - What is behind it.
     * @param {string} reason - Why.
     * @returns {void}
     */
    _refuse(port, trace, reason) {
        this._settings.onRefused(reason);
        if (this._budget.exhausted) {
            this._settings.onRefused('flood');
            endPort(port);
            this._removePort(port, trace);
        }
    }

    /**
     * Does what a message asks for.
     *
     * @param {Trace} trace - The trace.
     * @param {Listener} listener - Tells the page, and stands for its port.
     * @param {any} message - The checked message.
     * @returns {void}
     */
    _apply(trace, listener, message) {
        switch (message.type) {
        case 'open':
            trace.open(message.options, listener);
            break;
        case 'connect':
            trace.connect(message.isBreakoutRoom, listener);
            break;
        case 'events':
            trace.push(message.batch);
            break;
        case 'lost':
            trace.lose(message.events);
            break;
        case 'close':
            trace.leave(listener);
            break;
        }
    }

    /**
     * Forgets a port. With the last one a captured document is gone; one that is not captured may ask for traces again,
     * and goes with its window, or when its frame has another document.
     *
     * @param {MessagePortMain} port - The port.
     * @param {Trace} trace - What was behind it.
     * @returns {void}
     */
    _removePort(port, trace) {
        if (!this._ports.delete(port)) {
            return;
        }
        if (![ ...this._ports.values() ].includes(trace)) {
            trace.close();
        }
        if (this.isIdle && this._shared) {
            this._settings.onGone();
        }
    }
}

/**
 * Sees to it that a window may have one more document: a page makes iframes as it likes. Where there are too many,
 * those go first that are no longer there, which one without ports does not tell; then the oldest iframe with nothing
 * open.
 *
 * @param {CapturedDocument[]} documents - Those of the window, the oldest first.
 * @param {number} maxDocuments - How many it may have.
 * @returns {boolean} Whether there is room.
 */
function makeRoom(documents, maxDocuments) {
    if (documents.length < maxDocuments) {
        return true;
    }
    const gone = documents.filter(document => document.isGone());
    const idle = documents.find(document => document.isIdle && !document.isTop);
    const leaving = gone.length === 0 && idle ? [ idle ] : gone;

    leaving.forEach(document => document.close());

    return documents.length - leaving.length < maxDocuments;
}

module.exports = {
    CapturedDocument,
    makeRoom
};
