/**
 * How the page's own code finds what serves it (a preload, or an injected script), and what they say to each other:
 * said once, for both sides.
 *
 * A drop-in dispatches an event with a port, on an object that every world of the page shares. Whoever serves takes the
 * port before dispatching returns, so both sides know at once: no timer, and nothing is lost to a page that is slow or
 * leaves early. The object is `performance` and not the window, because `document.open()` takes the window's listeners
 * away, and no page listens there.
 *
 * By the port, or by an event of the same document, go strings only: a batch of newline-joined event lines as it is,
 * everything else as {@link control} writes it. What comes back are objects, see {@link PortEvent}.
 *
 * It must never know Electron, and never leave anything on the window: `electron/ipc.js` imports it.
 */

'use strict';

const REQUEST = '@jitsi/rtcstats-native/1';
const CAPTURING = `${REQUEST}/capturing`;

/**
 * What a drop-in says besides batches.
 *
 * @typedef {{type: 'open', options: Record<string, any>} | {type: 'connect', isBreakoutRoom: boolean}
 *     | {type: 'lost', events: number} | {type: 'close'}} ControlMessage
 */

/**
 * @typedef {Object} PortEvent
 * @property {'event'} type - Says what it is.
 * @property {{type: string} & Record<string, any>} event - What the channel tells, or `ended`: main has refused the
 * port or is done with it, and nothing comes by it any more.
 */

/**
 * @typedef {Object} Answer
 * @property {boolean} served - Whether somebody serves this page, and has taken the port.
 * @property {string} lane - The event on `performance` by which texts get there at once, see {@link say}.
 * @property {boolean} capturing - Whether the page's calls are captured already, so that it must not wrap them again.
 */

/**
 * Asks who serves this page.
 *
 * @param {MessagePort} [port] - The port to give; without one it is only asked.
 * @returns {Answer} - Known at once.
 */
function ask(port) {
    const target = globalThis.performance;
    const lane = `${REQUEST}/${Math.random()}`;
    const answer = { capturing: false,
        lane,
        served: false };

    if (typeof target?.dispatchEvent !== 'function' || typeof MessageEvent === 'undefined') {
        return answer;
    }
    const note = () => {
        answer.capturing = true;
    };

    const request = new MessageEvent(REQUEST, { cancelable: true,
        data: lane,
        ports: port ? [ port ] : [] });

    target.addEventListener(CAPTURING, note);
    answer.served = !target.dispatchEvent(request);
    target.removeEventListener(CAPTURING, note);

    return answer;
}

/**
 * Serves the page's code.
 *
 * @param {boolean} isCapturing - Whether the page's calls are captured already.
 * @param {function(MessagePort, string): void} onPort - Given every port, and the lane that goes with it.
 * @returns {void}
 */
function serve(isCapturing, onPort) {
    performance.addEventListener(REQUEST, (/** @type {any} */ event) => {
        const [ port ] = event.ports;

        event.stopImmediatePropagation();
        event.preventDefault();
        isCapturing && performance.dispatchEvent(new Event(CAPTURING));
        port && onPort(port, String(event.data));
    });
}

/**
 * Says something to whoever serves the page: by the lane, so that it is there when this returns, also in a page that is
 * about to go; by the port, where nobody listens at the lane.
 *
 * @param {MessagePort} port - The port.
 * @param {string} lane - The lane.
 * @param {string|null} text - What; `null` is the last word, after which the port is closed.
 * @returns {void}
 */
function say(port, lane, text) {
    const isTaken = !performance.dispatchEvent(new MessageEvent(lane, { cancelable: true,
        data: text }));

    isTaken || text === null || port.postMessage(text);
}

/**
 * Writes what is no batch.
 *
 * @param {ControlMessage} message - The message.
 * @returns {string} - What goes by the port. No event line begins as it does.
 */
function control(message) {
    return JSON.stringify(message);
}

/**
 * Tells what is no batch from a batch.
 *
 * @param {string} text - What came by the port.
 * @returns {boolean} - Whether it is a control message.
 */
function isControl(text) {
    return text.startsWith('{');
}

module.exports = {
    ask,
    control,
    isControl,
    say,
    serve
};
