/**
 * Events in at the channel, entries out at the collector's dump: what both clients are compared through.
 */

'use strict';

const fs = require('node:fs');

const { TraceChannel } = require('../..');
const { createCollector } = require('../../collector');
const { applyDelta } = require('../../collector/dump/delta-v3.js');

const TIMESTAMP = 1700000000000;

/**
 * One channel, one collector.
 */
class Pipe {
    /**
     * Opens the pipe.
     *
     * @param {Object} [options] - For the channel.
     * @returns {Promise<Pipe>} When the server is ready.
     */
    static async open(options = {}) {
        const pipe = new Pipe();

        pipe._collector = await createCollector();
        pipe._collector.on('entry', ({ line }) => pipe._receive(line));
        await new Promise(resolve => {
            pipe._channel = new TraceChannel({ batch: { maxDelay: 0 },
                endpoint: pipe._collector.url,
                meetingFqn: 'room',
                ...options }, ({ type }) => {
                if (type === 'connected') {
                    resolve();
                } else if (type === 'rejected' || type === 'dropped') {
                    pipe._fail(new Error(`${type} by the channel`));
                }
            });
            pipe._channel.connect();
        });

        return pipe;
    }

    /**
     * Creates a pipe without its ends; use `open`.
     */
    constructor() {
        this._lines = [];
        this._connections = 0;
        this._waiting = undefined;
    }

    /**
     * Sends lines and waits for what the server makes of them.
     *
     * @param {string[]} lines - One entry each.
     * @returns {Promise<Array<Array>>} The entries.
     */
    send(lines) {
        return new Promise((resolve, reject) => {
            this._lines = [];
            this._waiting = { count: lines.length,
                reject,
                resolve };
            this._channel.push(lines.join('\n'));
        });
    }

    /**
     * Sends an event.
     *
     * @param {string} type - Its type.
     * @param {any} payload - Its payload.
     * @returns {Promise<any>} The payload that the server has.
     */
    async payload(type, payload) {
        const [ entry ] = await this.send([ JSON.stringify([ type, 'PC_0', payload, TIMESTAMP ]) ]);

        return entry[2];
    }

    /**
     * Sends the polls of one connection, which is new and is closed afterwards.
     *
     * @param {any[]} polls - The reports.
     * @param {function(any): string} [write] - Writes a report.
     * @returns {Promise<any[]>} The payloads that the server has.
     */
    async deltas(polls, write = JSON.stringify) {
        const pcId = `PC_${this._connections++}`;
        const entries = await this.send([
            ...polls.map(poll => `["getstats","${pcId}",${write(poll)},${TIMESTAMP}]`),
            `["close","${pcId}",{},${TIMESTAMP}]`
        ]);

        return entries.slice(0, -1).map(entry => entry[2]);
    }

    /**
     * Sends the polls of one connection and decodes them by the server's rules.
     *
     * @param {any[]} polls - The reports.
     * @param {function(any): string} [write] - Writes a report.
     * @returns {Promise<any[]>} The reports that the server sees.
     */
    async decoded(polls, write) {
        let base = {};

        return (await this.deltas(polls, write)).map(delta => {
            base = applyDelta(base, delta);

            return structuredClone(base);
        });
    }

    /**
     * Closes both ends.
     *
     * @returns {Promise<void>} When closed.
     */
    async close() {
        await this._channel.close();
        await this._collector.close();
        fs.rmSync(this._collector.directory, { force: true,
            recursive: true });
    }

    /**
     * Takes a line of the dump.
     *
     * @param {string} line - The line.
     * @returns {void}
     */
    _receive(line) {
        this._lines.push(line);
        if (this._waiting && this._lines.length === this._waiting.count) {
            this._waiting.resolve(this._lines.map(text => JSON.parse(text)));
            this._waiting = undefined;
        }
    }

    /**
     * Fails whoever waits.
     *
     * @param {Error} error - Why.
     * @returns {void}
     */
    _fail(error) {
        this._waiting?.reject(error);
        this._waiting = undefined;
    }
}

/**
 * What the server must see of polls: the reports as they are, except that `id` is never sent, and that a field which
 * went away while its report stayed is null, because the server's rules cannot say that it is absent.
 *
 * @param {any[]} polls - The reports.
 * @returns {any[]} What decoding must give.
 */
function visible(polls) {
    let before = {};

    return polls.map(poll => {
        const now = {};

        for (const [ id, { ...fields } ] of Object.entries(poll)) {
            delete fields.id;
            const gone = Object.keys(before[id] ?? {}).filter(name => !Object.hasOwn(fields, name));

            now[id] = { ...fields,
                ...Object.fromEntries(gone.map(name => [ name, null ])) };
        }
        before = now;

        return structuredClone(now);
    });
}

module.exports = { Pipe,
    visible };
