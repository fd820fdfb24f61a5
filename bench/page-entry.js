/**
 * What runs in the page of the bench: feeds polls to the ways out that floor.js names and measures what each costs the
 * page's main thread. Bundled by page.js.
 */

'use strict';

const { NoSocket, createFloor, createOurs, createReference } = require('./floor');

/**
 * Reads a clock that browsers do not blur.
 *
 * @returns {number} Milliseconds.
 */
function now() {
    return Number(window.process.hrtime.bigint()) / 1e6;
}

/**
 * Finds what something costs when nothing else wants the core: the time that one in ten runs stays under. A median
 * would mostly tell how busy the machine is, because handing over wakes whoever takes over.
 *
 * @param {number[]} values - The times.
 * @returns {number} The tenth percentile.
 */
function undisturbed(values) {
    return values.sort((a, b) => a - b)[Math.floor(values.length / 10)];
}

/**
 * Lets everything else run: messages out, garbage collection, the channel's thread.
 *
 * @returns {Promise<void>} Soon.
 */
function breathe() {
    return new Promise(resolve => setTimeout(resolve));
}

/**
 * Sets the page up.
 *
 * @param {Object} parts - What it needs.
 * @param {any} parts.channel - A native channel in this process, or nothing.
 * @param {any} parts.ipcRenderer - Electron's.
 * @param {MessagePort} parts.port - Its other end is in main.
 * @param {any} parts.client - 9.7.1's functions, with a socket that swallows everything.
 * @param {any} parts.socketClient - The same with the page's websocket.
 * @param {string} parts.endpoint - Of the collector.
 * @returns {any} The page's functions.
 */
module.exports.createPage = function({ channel, client, endpoint, ipcRenderer, port, socketClient }) {
    const encoder = new TextEncoder();
    const ways = {
        direct: createOurs(batch => channel.push(batch)),
        floor: createFloor(text => text.length),
        floorDirect: createFloor(text => channel.push(text)),
        floorPort: createFloor(text => port.postMessage(text)),
        ipc: createOurs(batch => ipcRenderer.send('bench', batch)),
        nowhere: createOurs(batch => batch.length),
        port: createOurs(batch => port.postMessage(batch)),
        portBytes: createOurs(batch => port.postMessage(encoder.encode(batch))),
        reference: createReference(client(NoSocket)).take,
        referenceSocket: createReference(socketClient, { endpoint }).take
    };

    /** @type {Array<Map<string, any>>} */
    let reports = [];

    return {
        /**
         * Feeds polls to several ways in turn and times each.
         *
         * @param {string[]} names - The ways.
         * @param {number} count - Polls for each.
         * @returns {Promise<Record<string, number>>} Milliseconds of the main thread a poll, undisturbed.
         */
        async time(names, count) {
            const times = Object.fromEntries(names.map(name => [ name, [] ]));
            const warmUp = Math.ceil(count / 4);

            for (let poll = 0; poll < count + warmUp; poll++) {
                for (const name of names) {
                    const report = reports[poll % reports.length];
                    const start = now();

                    ways[name](report);
                    const spent = now() - start;

                    if (poll >= warmUp) {
                        times[name].push(spent);
                    }
                    await breathe();
                }
            }

            return Object.fromEntries(names.map(name => [ name, undisturbed(times[name]) ]));
        },

        /**
         * Feeds polls to one way, without a clock.
         *
         * @param {string} name - The way.
         * @param {number} count - How many polls.
         * @returns {Promise<void>} When fed.
         */
        async feed(name, count) {
            for (let poll = 0; poll < count; poll++) {
                ways[name](reports[poll % reports.length]);
                await breathe();
            }
        },

        /**
         * Sets the polls.
         *
         * @param {any[]} polls - The reports.
         * @returns {void}
         */
        set(polls) {
            reports = polls.map(poll => new Map(Object.entries(poll)));
        }
    };
};
