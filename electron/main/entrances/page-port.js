/**
 * A port that a page writes to, whichever way it came: only strings count, each is a batch of events or, on a drop-in's
 * port, a message as text, and nothing is taken apart before its length is known. It must never throw.
 */

'use strict';

const { PORT_KINDS, isBatch, parseText } = require('../../ipc');

/**
 * @typedef {import('electron').MessagePortMain} MessagePortMain
 * @typedef {import('../../ipc').PageMessage} PageMessage
 */

/**
 * @typedef {Object} PortListener
 * @property {function(number): boolean} admits - Whether a text of this many characters may be taken apart; asked once
 * for each.
 * @property {function(PageMessage): void} onMessage - Given what is checked.
 * @property {function(string, string): void} onRefused - Told why something was refused, and the batch, if it is one.
 * @property {function(): void} onEnd - Told that nothing comes any more.
 */

/**
 * What a page hears of an event: codes, and plain sentences. What a host said or what became of a connection to it
 * would let a page look around in networks that it cannot reach itself.
 *
 * @type {Record<string, Record<string, string>>}
 */
const PLAIN = {
    closed: { reason: 'the session is closed' },
    disconnected: { reason: 'the connection is lost' },
    error: { message: 'delivery has stopped' },
    warning: { message: 'something is not as it should be; delivery goes on' }
};

/** Our own sentences, which say nothing of any host. */
const OWN = [ 'ERR_RTCSTATS_CLOSING', 'ERR_RTCSTATS_ENDPOINT' ];

/**
 * Says what a page hears of an event.
 *
 * @param {any} event - The event.
 * @returns {Object} What the page hears.
 */
function forPage(event) {
    return OWN.includes(event.code) ? event : { ...event,
        ...PLAIN[event.type] };
}

/**
 * A port.
 */
class PagePort {
    /**
     * Takes a port that nobody listens to yet.
     *
     * @param {MessagePortMain} port - Electron's port.
     * @param {string} kind - What it carries.
     */
    constructor(port, kind) {
        this._port = port;
        this.isCapture = kind === PORT_KINDS.capture;
    }

    /**
     * Begins to listen.
     *
     * @param {PortListener} listener - Who.
     * @returns {void}
     */
    listen({ admits, onEnd, onMessage, onRefused }) {
        this._port.on('message', ({ data }) => {
            const text = typeof data === 'string' ? data : '';

            if (!admits(text.length)) {
                // What is no batch has no events that could be lost.
                onRefused('rate or size', isBatch(text, this.isCapture) ? text : '');

                return;
            }
            const message = text ? parseText(text, this.isCapture) : null;

            message ? onMessage(message) : onRefused('shape', '');
        });
        this._port.once('close', onEnd);
        this._port.start();
    }

    /**
     * Tells the page something. The capture code does not listen but for its end.
     *
     * @param {Object} event - What.
     * @returns {void}
     */
    tell(event) {
        this._port.postMessage({ event: forPage(event),
            type: 'event' });
    }

    /**
     * Stops listening, and tells the page: one of Electron 22 would not notice, and post on.
     *
     * @returns {void}
     */
    end() {
        this.tell({ type: 'ended' });
        this._port.close();
    }
}

module.exports = { PagePort };
