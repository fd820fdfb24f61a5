/**
 * Asks connections for their statistics: all open ones every interval, one of them soon when its state says so.
 *
 * It must never keep a connection alive (it holds weak references only), never poll one twice at a time, have no timer
 * while no connection is open, and not take more of the page's thread than a hundredth: where polls cost much, they get
 * rarer. Nor may it touch what the page sees: libwebrtc answers from a cache for 50 ms, so a poll of ours makes one of
 * the page's stale that follows it. Where the page polls, ours goes right behind the page's and is answered by the same
 * report; where a state makes it likely that the page will poll now, ours waits.
 */

'use strict';

const {
    WeakRef, append, createWake, deref, elapsed, guard, method, reader
} = require('./native');

/**
 * @typedef {Object} Poller
 * @property {(pc: any, id: string) => void} add - Starts polling a connection.
 * @property {(id: string) => void} onPagePoll - The page itself has just asked a connection.
 * @property {(id: string) => void} poll - Polls one connection soon.
 * @property {(id: string) => void} remove - Ends polling a connection.
 * @property {(visit: (pc: any, id: string) => void) => void} each - Visits the open connections.
 * @property {(interval: number) => void} setInterval - Changes the interval.
 * @property {(isPaused: boolean) => void} setPaused - Stops asking, or goes on.
 * @property {() => void} stop - Forgets all, for good.
 */

/**
 * @typedef {Object} Polled
 * @property {boolean} busy - Whether it is being asked.
 * @property {number} cost - Milliseconds of the page's thread that its last report took.
 * @property {string} id - Its id.
 * @property {boolean} isDue - Whether it is to be asked with the page's next question.
 * @property {number} pageAsked - When the page asked last.
 * @property {number} pageGap - Milliseconds between the page's last two questions.
 * @property {WeakRef<any>} ref - The connection.
 */

/** What polls may take: one part in so many. */
const SHARE = 100;

/** Milliseconds for which libwebrtc answers with what it answered before. */
const CACHE = 50;

/** Milliseconds that a poll which a state asks for leaves to the page, to go first. */
const PATIENCE = 250;

/**
 * Does nothing.
 *
 * @returns {void}
 */
function nothing() {
    // On purpose.
}

/**
 * Makes a poller.
 *
 * @param {any} global - The window.
 * @param {number} initialInterval - Milliseconds between polls; 0 means only when a state asks for it.
 * @param {Object} hooks - What to tell.
 * @param {function(string, any): void} hooks.onReport - Gets the connection's id and its RTCStatsReport.
 * @param {function(boolean): void} [hooks.onOpen] - Told when the first connection comes and when the last has gone.
 * @returns {Poller} - The poller.
 */
module.exports.createPoller = function(global, initialInterval, { onReport, onOpen }) {
    const getStats = method(global, 'RTCPeerConnection', 'getStats');
    const signalingState = reader(global, 'RTCPeerConnection', 'signalingState');
    const iceConnectionState = reader(global, 'RTCPeerConnection', 'iceConnectionState');
    let interval = initialInterval;
    let isPaused = false;
    let isStopped = false;

    /** @type {Polled[]} */
    let polled = [];

    /** @type {function(): any} */
    let cancel = nothing;

    /**
     * Asks one connection.
     *
     * @param {Polled} entry - Which one.
     * @param {any} pc - The connection itself.
     * @returns {Promise<void>} - Settles with the answer and never rejects.
     */
    async function ask(entry, pc) {
        if (entry.busy || isPaused) {
            return;
        }
        entry.busy = true;
        entry.isDue = false;
        try {
            const report = await getStats(pc);
            const begun = elapsed();

            isPaused || onReport(entry.id, report);
            entry.cost = elapsed() - begun;
        } catch {
            // A connection that refuses to tell is asked again next time.
        }
        entry.busy = false;
    }

    /**
     * Asks a connection that is still there.
     *
     * @param {Polled} entry - Which one.
     * @returns {void}
     */
    function askNow(entry) {
        const pc = deref(entry.ref);

        pc && ask(entry, pc);
    }

    /**
     * Tells whether the page will ask a connection before the next interval, going by how it has asked.
     *
     * @param {Polled} entry - Which one.
     * @returns {boolean} - Whether it will.
     */
    function isPageAboutToAsk({ pageAsked, pageGap }) {
        return pageGap <= interval && elapsed() - pageAsked <= pageGap * 2;
    }

    /**
     * Keeps the entries a test accepts; without any left, the timer ends.
     *
     * @param {function(Polled): any} test - Says whether to keep.
     * @returns {void}
     */
    function keep(test) {
        const before = polled;

        polled = [];
        for (let i = 0; i < before.length; i++) {
            test(before[i]) && append(polled, before[i]);
        }
        if (before.length && !polled.length) {
            cancel();
            guard(() => onOpen?.(false));
        }
    }

    /**
     * Waits for the next interval: longer where the last polls took too much.
     *
     * @returns {void}
     */
    function wait() {
        let cost = 0;

        cancel();
        for (let i = 0; i < polled.length; i++) {
            cost += polled[i].cost;
        }
        cancel = interval > 0 && polled.length && !isPaused
            ? createWake(cost * SHARE > interval ? cost * SHARE : interval, tick)
            : nothing;
    }

    /**
     * Polls every connection that is still there, or lets the page go first.
     *
     * @returns {void}
     */
    function tick() {
        keep(entry => {
            const pc = deref(entry.ref);
            const open = pc && signalingState(pc) !== 'closed' && iceConnectionState(pc) !== 'closed';

            if (open && !entry.isDue && isPageAboutToAsk(entry)) {
                entry.isDue = true;
            } else if (open) {
                ask(entry, pc);
            }

            return open;
        });
        wait();
    }

    /**
     * Finds a connection.
     *
     * @param {string} id - Its id.
     * @param {function(Polled): void} use - Given what is known of it.
     * @returns {void}
     */
    function find(id, use) {
        for (let i = 0; i < polled.length; i++) {
            polled[i].id === id && use(polled[i]);
        }
    }

    return {
        add(pc, id) {
            if (isStopped) {
                return;
            }
            append(polled, { busy: false,
                cost: 0,
                id,
                isDue: false,
                pageAsked: -Infinity,
                pageGap: Infinity,
                ref: new WeakRef(pc) });
            if (polled.length === 1) {
                guard(() => onOpen?.(true));
                wait();
            }
        },
        each(visit) {
            for (let i = 0; i < polled.length; i++) {
                const pc = deref(polled[i].ref);

                pc && visit(pc, polled[i].id);
            }
        },
        onPagePoll(id) {
            find(id, entry => {
                const time = elapsed();

                entry.pageGap = time - entry.pageAsked;
                entry.pageAsked = time;
                entry.isDue && askNow(entry);
            });
        },
        poll(id) {
            find(id, entry => {
                entry.isDue = true;
                if (elapsed() - entry.pageAsked < CACHE) {
                    askNow(entry);
                } else {
                    createWake(PATIENCE, () => entry.isDue && askNow(entry));
                }
            });
        },
        remove(id) {
            keep(entry => entry.id !== id);
        },
        setInterval(milliseconds) {
            interval = milliseconds;
            wait();
        },
        setPaused(paused) {
            isPaused = paused;
            wait();
        },
        stop() {
            isStopped = true;
            keep(() => false);
        }
    };
};
