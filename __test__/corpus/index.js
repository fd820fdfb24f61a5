/**
 * Reads the recorded corpus (see scripts/record-corpus.js) and makes large meetings of it: the reports of one receiver
 * are repeated for every participant, with ids of their own and counters that go on the way they were recorded.
 *
 * The same seed gives the same meeting, byte for byte.
 */

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

const SOURCES = [ 'electron', 'chromium', 'wrtc' ];
const POLL_INTERVAL = 1000;

/** What a browser has once per participant or per track of one; everything else exists once per connection. */
const PER_PARTICIPANT = [ 'inbound-rtp', 'stream', 'track' ];

/**
 * @typedef {Record<string, Record<string, any>>} Report
 *
 * @typedef {Object} Recording
 * @property {string} source - Where it was recorded.
 * @property {string} userAgent - Of what.
 * @property {Array<Array>} events - What was signalled, `[type, pcId, payload]`.
 * @property {Array<Array>} reports - The polls in their order, `[pcId, report]`.
 */

/**
 * Reads a recording.
 *
 * @param {string} source - Which.
 * @returns {Recording} The recording.
 */
function readRecording(source) {
    return JSON.parse(String(zlib.gunzipSync(fs.readFileSync(path.join(__dirname, `${source}.json.gz`)))));
}

/**
 * Makes a generator of numbers from 0 to 1 (mulberry32).
 *
 * @param {number} seed - Where it starts.
 * @returns {function(): number} The generator.
 */
function randomNumbers(seed) {
    /* eslint-disable no-bitwise */
    let state = seed;

    return () => {
        state = (state + 0x6D2B79F5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);

        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;

        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    /* eslint-enable no-bitwise */
}

/**
 * Gives ids and track names to a copy of a report. Lengths stay as they are: a browser's ids differ, too.
 *
 * @param {Record<string, any>} stats - The original.
 * @param {number} participant - Whose copy it is.
 * @returns {Record<string, any>} The copy.
 */
function copyFor(stats, participant) {
    const suffix = String(participant).padStart(3, '0');

    return Object.fromEntries(Object.entries(stats).map(([ name, value ]) => {
        const isName = typeof value === 'string' && value.length > 8
            && [ 'id', 'trackId', 'trackIdentifier', 'mediaSourceId' ].includes(name);

        if (name === 'ssrc') {
            return [ name, value + participant ];
        }

        return [ name, isName ? value.slice(0, -3) + suffix : value ];
    }));
}

/**
 * A large meeting as one connection of a participant sees it.
 */
class Meeting {
    /**
     * Makes a meeting.
     *
     * @param {number} participants - How many others send audio and video.
     * @param {Object} [options] - The options.
     * @param {number} [options.seed] - For the counters.
     * @param {string} [options.source] - Which recording it is made of.
     */
    constructor(participants, { seed = 1, source = 'electron' } = {}) {
        const polls = readRecording(source).reports.filter(([ pcId ]) => pcId === 'PC_1')
            .map(([ , report ]) => report);
        const [ before, last ] = polls.slice(-2);

        this._random = randomNumbers(seed);
        this._timestamp = last[Object.keys(last)[0]].timestamp;

        /** @type {Array<{ stats: Record<string, any>, steps: Array<Array> }>} */
        this._stats = [];
        for (const [ id, stats ] of Object.entries(last)) {
            const copies = PER_PARTICIPANT.includes(stats.type) ? participants : 1;

            // What grew between two recorded polls goes on growing.
            const steps = Object.keys(stats).filter(name => name !== 'timestamp' && typeof stats[name] === 'number'
                    && before[id]?.[name] !== stats[name])
                .map(name => [ name, stats[name] - (before[id]?.[name] ?? 0) ]);

            for (let copy = 0; copy < copies; copy++) {
                this._stats.push({ stats: copies > 1 ? copyFor(stats, copy) : { ...stats },
                    steps });
            }
        }
    }

    /**
     * Makes the next poll.
     *
     * @returns {Report} A report of its own.
     */
    poll() {
        /** @type {Report} */
        const report = {};

        this._timestamp += POLL_INTERVAL;
        for (const { stats, steps } of this._stats) {
            // What the other side reports comes when it comes: its time stamp is not that of the poll.
            stats.timestamp = stats.type.startsWith('remote-') ? stats.timestamp : this._timestamp;
            for (const [ name, step ] of steps) {
                const next = Math.max(0, stats[name] + (step * (0.5 + this._random())));

                stats[name] = Number.isInteger(stats[name]) ? Math.round(next) : next;
            }
            report[stats.id] = { ...stats };
        }

        return report;
    }

    /**
     * Makes several polls.
     *
     * @param {number} count - How many.
     * @returns {Report[]} The reports.
     */
    polls(count) {
        return Array.from({ length: count }, () => this.poll());
    }
}

module.exports = { Meeting,
    SOURCES,
    readRecording };
