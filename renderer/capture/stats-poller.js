/**
 * Asks connections for their statistics: all open ones every interval, one of them at once when its state says so.
 *
 * It must never keep a connection alive (it holds weak references only), never poll one twice at a time, and have no
 * timer while no connection is open. One timer serves all connections: two of them then wake the page once, not twice.
 */

'use strict';

const { WeakRef, clearInterval, deref, guard, method, reader, setInterval } = require('./native');

/**
 * @typedef {Object} Poller
 * @property {(pc: any, id: string) => void} add - Starts polling a connection.
 * @property {(id: string) => void} poll - Polls one connection now.
 * @property {(id: string) => void} remove - Ends polling a connection.
 * @property {(visit: (pc: any, id: string) => void) => void} each - Visits the open connections.
 * @property {() => void} stop - Forgets all, for good.
 */

/**
 * Makes a poller.
 *
 * @param {any} global - The window.
 * @param {number} interval - Milliseconds between polls; 0 means only when a state asks for it.
 * @param {Object} hooks - What to tell.
 * @param {function(string, any): void} hooks.onReport - Gets the connection's id and its RTCStatsReport.
 * @param {function(boolean): void} [hooks.onOpen] - Told when the first connection comes and when the last has gone.
 * @returns {Poller} - The poller.
 */
module.exports.createPoller = function(global, interval, { onReport, onOpen }) {
    const getStats = method(global, 'RTCPeerConnection', 'getStats');
    const signalingState = reader(global, 'RTCPeerConnection', 'signalingState');
    const iceConnectionState = reader(global, 'RTCPeerConnection', 'iceConnectionState');

    /** @type {Array<{ busy: boolean, id: string, ref: WeakRef<any> }>} */
    let polled = [];

    let stopped = false;

    /** @type {any} */
    let timer;

    /**
     * Asks one connection.
     *
     * @param {any} entry - Which one.
     * @param {any} pc - The connection itself.
     * @returns {Promise<void>} - Settles with the answer and never rejects.
     */
    async function ask(entry, pc) {
        if (entry.busy) {
            return;
        }
        entry.busy = true;
        try {
            const report = await getStats(pc);

            onReport(entry.id, report);
        } catch {
            // A connection that refuses to tell is asked again next time.
        }
        entry.busy = false;
    }

    /**
     * Keeps the entries a test accepts; without any left, the timer ends.
     *
     * @param {function(any): any} test - Says whether to keep.
     * @returns {void}
     */
    function keep(test) {
        const before = polled;

        polled = [];
        for (let i = 0; i < before.length; i++) {
            if (test(before[i])) {
                polled[polled.length] = before[i];
            }
        }
        if (before.length && !polled.length) {
            clearInterval(timer);
            timer = undefined;
            guard(() => onOpen?.(false));
        }
    }

    /**
     * Polls every connection that is still there.
     *
     * @returns {void}
     */
    function tick() {
        keep(entry => {
            const pc = deref(entry.ref);
            const open = pc && signalingState(pc) !== 'closed' && iceConnectionState(pc) !== 'closed';

            open && ask(entry, pc);

            return open;
        });
    }

    return {
        add(pc, id) {
            if (stopped) {
                return;
            }
            polled[polled.length] = { busy: false,
                id,
                ref: new WeakRef(pc) };
            if (polled.length === 1) {
                guard(() => onOpen?.(true));
                if (interval > 0) {
                    timer = setInterval(tick, interval);
                }
            }
        },
        each(visit) {
            for (let i = 0; i < polled.length; i++) {
                const pc = deref(polled[i].ref);

                pc && visit(pc, polled[i].id);
            }
        },
        poll(id) {
            for (let i = 0; i < polled.length; i++) {
                const pc = polled[i].id === id && deref(polled[i].ref);

                pc && ask(polled[i], pc);
            }
        },
        remove(id) {
            keep(entry => entry.id !== id);
        },
        stop() {
            stopped = true;
            keep(() => false);
        }
    };
};
