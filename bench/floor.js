/**
 * The three ways to get a poll out of a page that the bench compares. One source for the page and for Node.
 *
 * - floor: what nobody can do without, iterating the report and serialising it once;
 * - ours: the very code of renderer/capture/, up to the hand-over;
 * - reference: the very code of 9.7.1, up to the socket.
 */

'use strict';

const { createBatcher } = require('../renderer/capture/batcher');
const { createDescribers } = require('../renderer/capture/notation/v3');

/**
 * Makes the floor.
 *
 * @param {function(string): any} send - The hand-over.
 * @returns {function(Map<string, any>): void} Takes a report.
 */
function createFloor(send) {
    return report => {
        const object = {};

        report.forEach((stats, id) => {
            object[id] = stats;
        });
        send(JSON.stringify([ 'getstats', 'PC_0', object, Date.now() ]));
    };
}

/**
 * Makes ours.
 *
 * @param {function(string): any} send - The hand-over.
 * @returns {function(Map<string, any>): void} Takes a report.
 */
function createOurs(send) {
    const batcher = createBatcher(send, () => undefined);

    // A report of a browser cannot be made by hand; a map is as good, and costs all three the same.
    const scope = new Proxy(globalThis, {
        get(target, name) {
            return name === 'RTCStatsReport' ? Map : target[name];
        }
    });
    const describe = createDescribers(scope);

    return report => {
        batcher.entry('getstats', 'PC_0', describe.toObject(report));
        batcher.flush();
    };
}

/**
 * A websocket that is always ready and swallows everything.
 */
class NoSocket {
    static OPEN = 1; // eslint-disable-line require-jsdoc
    static sent = 0; // eslint-disable-line require-jsdoc

    /**
     * Says that the server is ready, as soon as somebody listens.
     */
    constructor() {
        this.readyState = NoSocket.OPEN;
        queueMicrotask(() => this.onmessage({ data: '{"type":"sn","body":{"value":0,"state":"initial"}}' }));
    }

    /**
     * Counts.
     *
     * @param {string} text - The message.
     * @returns {void}
     */
    send(text) {
        NoSocket.sent += text.length;
    }

    /**
     * Does nothing.
     *
     * @returns {void}
     */
    close() {
        // There is nothing to close.
    }
}

/**
 * Makes 9.7.1's way, step by step what its `getStats` does with a report.
 *
 * @param {any} client - Its functions, see the differential tests.
 * @param {Object} [options] - For its trace.
 * @returns {{ take: function(Map<string, any>): void, trace: any }} Takes a report.
 */
function createReference({ deltaCompression, map2obj, traceInit }, options = {}) {
    const trace = traceInit({ endpoint: 'ws://127.0.0.1:1',
        meetingFqn: 'bench',
        onCloseCallback: () => undefined,
        ...options });
    let previous = {};

    trace.connect();

    return {
        take: report => {
            const now = map2obj(report);
            const base = JSON.parse(JSON.stringify(now));

            trace.statsEntry('getstats', 'PC_0', deltaCompression(previous, now));
            previous = base;
        },
        trace
    };
}

module.exports = { NoSocket,
    createFloor,
    createOurs,
    createReference };
