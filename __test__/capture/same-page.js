/**
 * A page with the drop-ins and the 9.7.1 client side by side, each used the way lib-jitsi-meet's RTCStats singleton
 * uses them, after webrtc-adapter 8.1.1 as there: whatever happens in the page, both ought to have written down.
 *
 * It must never be needed by anything but tests.
 */

'use strict';

const fs = require('node:fs');

const { bundle } = require('./browser');
const { extendedTypes, machineTypes } = require('./entry-types');

/** What 9.7.1 has no entries for. */
const EXTENDED = new Set([ ...extendedTypes(), ...machineTypes() ]);

/**
 * The page's script.
 *
 * @returns {string} - One script: `join(rooms)` begins, `leave()` ends, for both.
 */
function samePageBundle() {
    return bundle(`
        import 'webrtc-adapter-8';
        import theirRtcstatsInit from '@jitsi/rtcstats/rtcstats';
        import theirTraceInit from '@jitsi/rtcstats/trace-ws';
        import ourRtcstatsInit from './renderer/drop-in/rtcstats';
        import ourTraceInit from './renderer/drop-in/trace-ws';

        class RTCStats {
            initialized = false;
            pending = [];
            trace = null;

            constructor(rtcstatsInit, traceInit) {
                Object.assign(this, { rtcstatsInit, traceInit });
            }
            startWithConnection({ endpoint, meetingFqn }) {
                if (!this.initialized) {
                    this.rtcstatsInit({ statsEntry: this.sendStatsEntry.bind(this) }, {
                        eventCallback: () => undefined,
                        pollInterval: 10000,
                        sendSdp: false,
                        useLegacy: false
                    });
                    this.initialized = true;
                }
                this.reset();
                this.trace = this.traceInit({ endpoint, isBreakoutRoom: false, meetingFqn,
                    onCloseCallback: () => undefined, useLegacy: false });
                this.trace.connect(false);
                this.pending.splice(0).forEach(entry => this.trace.statsEntry(...entry));
                this.trace.identity('identity', null, { confName: 'room' });
            }
            sendStatsEntry(...entry) {
                this.trace ? this.trace.statsEntry(...entry) : this.pending.push(entry);
            }
            reset() {
                this.trace?.close();
                this.trace = null;
            }
        }
        const clients = [ [ theirRtcstatsInit, theirTraceInit ], [ ourRtcstatsInit, ourTraceInit ] ]
            .map(functions => new RTCStats(...functions));

        window.join = rooms => clients.forEach((client, i) => client.startWithConnection(rooms[i]));
        window.say = (...entry) => clients.forEach(client => client.sendStatsEntry(...entry));
        window.leave = () => clients.forEach(client => client.reset());
    `);
}

/**
 * Joins, makes a call, and leaves. Runs in the page.
 *
 * @param {Object} how - What to do.
 * @param {Array<Object>} how.rooms - Endpoint and meeting of their client and of ours.
 * @param {number} how.stay - When to leave, in ms after joining.
 * @param {number} [how.block] - How long the page is busy right after it has joined, in ms.
 * @returns {Promise<void>} - Settles when it has left.
 */
async function visit({ rooms, stay, block = 0 }) {
    const left = new Promise(resolve => {
        setTimeout(resolve, stay);
    });

    window.join(rooms);
    window.say('mark', null, Date.now());
    for (const end = Date.now() + block; Date.now() < end;) {
        // Busy, as a page that renders.
    }
    (async () => {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true,
            video: true });
        const a = new RTCPeerConnection({ iceServers: [] }, { optional: [ { rtcStatsSFUP2P: true } ] });
        const b = new RTCPeerConnection();

        a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
        b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
        stream.getTracks().forEach(track => a.addTrack(track, stream));
        a.createDataChannel('chat');
        await a.setLocalDescription(await a.createOffer());
        await b.setRemoteDescription(a.localDescription);
        await b.setLocalDescription(await b.createAnswer());
        await a.setRemoteDescription(b.localDescription);
        await navigator.mediaDevices.getUserMedia({}).catch(() => undefined);
        for (;;) {
            window.say('mark', null, Date.now());
            await new Promise(resolve => {
                setTimeout(resolve, 100);
            });
        }
    })();
    await left;
    window.say('logs', null, [ 'the last word' ]);
    window.leave();
}

/**
 * Reads the entries of a meeting.
 *
 * @param {any} collector - The collector.
 * @param {string} meeting - The meeting.
 * @returns {Promise<Array>} - The entries of its one session.
 */
async function entriesOf(collector, meeting) {
    const find = () => collector.dumps().filter(({ client }) => client?.path.includes(meeting));

    await new Promise(resolve => {
        const check = () => {
            const dumps = find();

            if (dumps.length > 0 && dumps.every(({ open }) => !open)) {
                collector.off('dump', check);
                resolve();
            }
        };

        collector.on('dump', check);
        check();
    });
    const [ { path: file }, ...more ] = find();

    if (more.length) {
        throw new Error('more than one session');
    }

    return fs.readFileSync(file, 'utf8').trim()
        .split('\n')
        .slice(1)
        .map(line => JSON.parse(line))

        // The preamble of the native channel has no numbers.
        .filter(entry => entry.at(-1) > 0);
}

/**
 * What is to be the same in both dumps, in an order that does not depend on who heard of an event first.
 *
 * @param {Array} entries - The entries.
 * @returns {Array<string>} - Type, connection and payload of each; of a report the names of what it holds.
 */
function comparable(entries) {
    return entries.filter(([ type ]) => !EXTENDED.has(type))
        .map(([ type, pcId, payload ]) => JSON.stringify([ type, pcId,
            type === 'getstats' ? Object.values(payload).map(stats => stats?.type)
                .filter(Boolean)
                .sort() : payload ]))
        .sort();
}

/**
 * How far the times of the same entries lie apart, and those that the page itself said from when it said them.
 *
 * @param {Array} ours - Our entries.
 * @param {Array} theirs - Theirs.
 * @returns {number} - The most, in ms.
 */
function worstTime(ours, theirs) {
    const marks = ours.filter(([ type ]) => type === 'mark').map(([ , , said, time ]) => Math.abs(time - said));
    const key = ([ type, pcId, payload ]) => JSON.stringify([ type, pcId, type === 'getstats' ? null : payload ]);
    const times = new Map();

    theirs.forEach(entry => times.set(key(entry), [ ...times.get(key(entry)) ?? [], entry[3] ]));
    const apart = ours.filter(([ type ]) => !EXTENDED.has(type))
        .map(entry => Math.abs(entry[3] - (times.get(key(entry))?.shift() ?? 0)));

    return Math.max(...marks, ...apart);
}

module.exports = {
    comparable,
    entriesOf,
    samePageBundle,
    visit,
    worstTime
};
