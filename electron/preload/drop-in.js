/**
 * Stands between a page's drop-in and main: whatever a page posts is taken apart here, in its own process, and main
 * gets text of a length that it can judge. Three arrays of three million objects held main up for 8.6 s without this.
 */

'use strict';

const { serve } = require('../../renderer/drop-in/port-protocol');

// Taken before the page can replace them: it must not get hold of the port whose other end main has.
const { MessageChannel, performance } = globalThis;
const { postMessage } = MessagePort.prototype;
const { apply } = Reflect;

/** How many ports one document may ask for in its life: enough for days of meetings, too few for a flood. */
const MAX_PORTS = 1000;

/** What main gets for a message that is none, so that it is refused and counted where all are. */
const NO_MESSAGE = '{}';

/**
 * Serves one drop-in.
 *
 * @param {MessagePort} pagePort - The page's port.
 * @param {string} lane - The event by which texts come at once.
 * @param {function(MessagePort): any} givePort - Gives a port to main.
 * @returns {void}
 */
function serveDropIn(pagePort, lane, givePort) {
    const { port1: ours, port2: mains } = new MessageChannel();
    const take = (/** @type {any} */ text) => {
        if (text === null) {
            end();
        } else {
            apply(postMessage, ours, [ typeof text === 'string' ? text : NO_MESSAGE ]);
        }
    };
    const onLane = (/** @type {any} */ event) => {
        event.preventDefault();
        take(event.data);
    };

    /**
     * Gives both ports back.
     *
     * @returns {void}
     */
    function end() {
        performance.removeEventListener(lane, onLane);
        ours.close();
        pagePort.close();
    }

    ours.onmessage = ({ data }) => {
        apply(postMessage, pagePort, [ data ]);
        data?.event?.type === 'ended' && end();
    };
    pagePort.onmessage = ({ data }) => take(data ?? NO_MESSAGE);

    // Chromium tells since 122 that the page has closed its end.
    pagePort.addEventListener('close', end);
    performance.addEventListener(lane, onLane);
    givePort(mains);
}

/**
 * Serves the document's drop-ins.
 *
 * @param {boolean} isCapturing - Whether the page's calls are captured already.
 * @param {function(MessagePort): any} givePort - Gives a port to main.
 * @returns {void}
 */
function serveDropIns(isCapturing, givePort) {
    let ports = 0;

    serve(isCapturing, (port, lane) => {
        if (++ports <= MAX_PORTS) {
            serveDropIn(port, lane, givePort);
        }
    });
}

module.exports = { serveDropIns };
