/**
 * What goes wrong between the channels and their server while they soak: one fault after another, for a random time.
 */

'use strict';

const LONGEST = 5000;
const LONGEST_PAUSE = 4000;

/** Every fault by name; what it returns ends it. Where nothing is returned, it is over at once. */
const FAULTS = {
    'a pong too many': ({ collector }) => {
        collector.faults.pongs = 'duplicate';
    },
    'a slow link': ({ proxy, random }) => {
        proxy.rules.delay = random.between(20, 400);
    },
    'a thin link': ({ proxy, random }) => {
        proxy.rules.bytesPerSecond = random.between(4, 64) * 1024;
    },
    'cut by the network': ({ proxy }) => {
        proxy.cut();
    },
    'half open': ({ proxy }) => proxy.stall(),
    'left by the server': ({ collector, random }) => {
        collector.faults.closeAll(random.pick([ 1001, 1011, 3001 ]));
    },
    'no greeting': ({ collector, proxy }) => {
        collector.faults.withholdSn = true;
        proxy.cut();
    },
    'no pongs': ({ collector }) => {
        collector.faults.pongs = 'swallow';
    },
    'refused by the network': ({ proxy }) => {
        proxy.refusing = true;
        proxy.cut();
    },
    'refused by the server': ({ collector, proxy }) => {
        collector.faults.refuseWith = 503;
        proxy.cut();
    },
    'stops reading': ({ collector }) => {
        collector.faults.stopReading = true;
    }
};

/**
 * Makes faults until it is told to stop.
 */
class Troublemaker {
    /**
     * Begins.
     *
     * @param {any} collector - The server.
     * @param {any} proxy - The link to it.
     * @param {any} random - Chance.
     */
    constructor(collector, proxy, random) {
        this._parts = { collector,
            proxy,
            random };
        this.count = 0;
        this._pause();
    }

    /**
     * Ends all faults for good.
     *
     * @returns {void}
     */
    stop() {
        clearTimeout(this._timer);
        this._heal();
    }

    /**
     * Waits for the next fault.
     *
     * @returns {void}
     */
    _pause() {
        this._timer = setTimeout(() => this._strike(), this._parts.random.below(LONGEST_PAUSE));
    }

    /**
     * Makes one fault.
     *
     * @returns {void}
     */
    _strike() {
        const { random } = this._parts;

        FAULTS[random.pick(Object.keys(FAULTS))](this._parts);
        this.count++;
        this._timer = setTimeout(() => {
            this._heal();
            this._pause();
        }, random.below(LONGEST));
    }

    /**
     * Ends all faults.
     *
     * @returns {void}
     */
    _heal() {
        const { collector, proxy } = this._parts;

        Object.assign(collector.faults, { pongs: 'answer',
            refuseWith: 0,
            stopReading: false,
            withholdSn: false });
        proxy.heal();
    }
}

module.exports = { Troublemaker };
