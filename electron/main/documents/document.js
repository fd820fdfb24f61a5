/**
 * One captured document: the ports it has open, what it may send, and the sessions behind them. It takes nothing from a
 * port that is not checked, and forgets everything when the document is gone, which its ports tell.
 */

'use strict';

const { PageSession } = require('../channels/page-session');

const { Budget } = require('./budget');

/**
 * @typedef {import('./budget').Limits} Limits
 * @typedef {import('../channels/page-session').Listener} Listener
 * @typedef {import('../channels/page-session').SessionSettings} SessionSettings
 * @typedef {import('../entrances/page-port').PagePort} PagePort
 * @typedef {import('../../ipc').PageMessage} PageMessage
 */

/**
 * @typedef {Object} DocumentSettings
 * @property {string} address - Where it is from.
 * @property {boolean} capture - Whether it is captured without the page's help.
 * @property {Limits} limits - What it may send.
 * @property {SessionSettings} session - For its sessions.
 * @property {function(string, string=): void} onRefused - Told why something was refused, and what.
 * @property {function(any): boolean} isIn - Whether it is in a window.
 * @property {function(): boolean} isGone - Whether its frame is gone.
 * @property {boolean} isTop - Whether it is no iframe.
 * @property {function(): void} onGone - Told when its last port is closed.
 */

/** Milliseconds between two hurried reconnections; a network that comes and goes is left to the backoff. */
const RECONNECT_INTERVAL = 1000;

/**
 * Milliseconds between a document's last port and its end: a crash of its process is told a moment after the ports are
 * gone, and belongs into its session.
 */
const GONE_TIME = 100;

/**
 * Bytes and counts are bounded on this clock, which does not jump.
 *
 * @returns {number} Milliseconds.
 */
function now() {
    return performance.now();
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
        this.address = settings.address;
        this.isGone = settings.isGone;
        this.isIn = settings.isIn;
        this.isTop = settings.isTop;
        this._settings = settings;
        this._budget = new Budget(settings.limits, now());

        /** @type {Map<PagePort, PageSession>} */
        this._ports = new Map();

        /**
         * Capture and the drop-ins of the same document belong to one session.
         *
         * @type {PageSession | null}
         */
        this._shared = settings.capture ? new PageSession(settings.session) : null;
        this._hasCapturePort = false;
        this._reconnectedAt = -Infinity;

        /** @type {NodeJS.Timeout | undefined} */
        this._leaving = undefined;
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
     * Takes a port that the document's entrance brings.
     *
     * @param {PagePort} port - The port.
     * @returns {void}
     */
    addPort(port) {
        const isUnexpected = port.isCapture && (!this._shared || this._hasCapturePort);

        if (isUnexpected || this._ports.size >= this._settings.limits.maxPorts) {
            this._settings.onRefused('port');
            port.end();

            return;
        }
        clearTimeout(this._leaving);
        this._hasCapturePort ||= port.isCapture;
        const session = this._shared ?? new PageSession(this._settings.session);
        const listener = (/** @type {Object} */ event) => port.tell(event);

        this._ports.set(port, session);
        port.listen({
            admits: length => this._budget.take(length, now()),
            onEnd: () => {
                session.ignore(listener);
                this._removePort(port, session);
            },
            onMessage: message => this._ports.has(port) && this._apply(session, listener, message),
            onRefused: (reason, text) => this._ports.has(port) && this._refuse(port, session, reason, text)
        });
    }

    /**
     * Adds to what is known of who takes part.
     *
     * @param {Record<string, any>} data - Members of the identity.
     * @returns {void}
     */
    identify(data) {
        this._sessions().forEach(session => session.identify(data));
    }

    /**
     * Gives the sessions, each once.
     *
     * @returns {Set<PageSession>} The sessions.
     */
    _sessions() {
        return new Set([ ...this._ports.values(), ...this._shared ? [ this._shared ] : [] ]);
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
        new Set(this._ports.values()).forEach(session => session.reconnectNow());
    }

    /**
     * Tells the capture code of a change, and the sessions.
     *
     * @param {Object} event - How it is to behave from now on.
     * @returns {void}
     */
    onControl(event) {
        [ ...this._ports.keys() ].filter(({ isCapture }) => isCapture).forEach(port => port.tell(event));
        new Set([ ...this._ports.values(), ...this._shared ? [ this._shared ] : [] ])
            .forEach(session => session.onGate());
    }

    /**
     * Ends everything.
     *
     * @returns {void}
     */
    close() {
        clearTimeout(this._leaving);
        [ ...this._ports.keys() ].forEach(port => port.end());
        this._sessions().forEach(session => session.close());
        this._ports.clear();
        this._settings.onGone();
    }

    /**
     * Says no, and stops listening to a port that is told no all the time.
     *
     * @param {PagePort} port - The port.
     * @param {PageSession} session - What is behind it.
     * @param {string} reason - Why.
     * @param {string} text - What was refused.
     * @returns {void}
     */
    _refuse(port, session, reason, text) {
        this._settings.onRefused(reason, text);
        if (this._budget.exhausted) {
            this._settings.onRefused('flood');
            port.end();
            this._removePort(port, session);
        }
    }

    /**
     * Does what a message asks for.
     *
     * @param {PageSession} session - The session.
     * @param {Listener} listener - Tells the page, and stands for its port.
     * @param {PageMessage} message - The checked message.
     * @returns {void}
     */
    _apply(session, listener, message) {
        switch (message.type) {
        case 'open':
            session.open(message.options, listener);
            break;
        case 'connect':
            session.connect(message.isBreakoutRoom, listener);
            break;
        case 'events':
            session.push(message.batch);
            break;
        case 'lost':
            session.lose(message.events);
            break;
        case 'close':
            session.leave(listener);
            break;
        }
    }

    /**
     * Forgets a port. With the last one a captured document is gone; one that is not captured may ask for sessions
     * again, and goes with its window, or when its frame has another document.
     *
     * @param {PagePort} port - The port.
     * @param {PageSession} session - What was behind it.
     * @returns {void}
     */
    _removePort(port, session) {
        if (!this._ports.delete(port)) {
            return;
        }
        if (session !== this._shared) {
            session.close();
        } else if (this.isIdle) {
            this._leaving = setTimeout(() => this.close(), GONE_TIME);
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
