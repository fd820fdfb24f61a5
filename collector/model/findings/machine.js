/**
 * The machine: sleep, a frozen page, clocks that jump, a processor that can not keep up.
 */

import { median, total } from './arithmetic.js';
import { lengthOf } from './episodes.js';
import { percent, seconds } from './words.js';

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./episodes.js').Episode} Episode
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').SessionRule} SessionRule
 * @typedef {import('./session.js').Session} Session
 */

const GAP_FACTOR = 3;
const GAP = 5000;
const LONG_GAP = 30000;
const FELL = 1000;
const JUMP = 5000;
const MUCH_PRESSURE = 0.25;
const PRESSURED = /^(?:serious|critical)$/;

/** @type {Record<string, string>} */
const CPU_STATES = {
    1: 'nominal',
    2: 'fair',
    3: 'serious',
    4: 'critical'
};

/**
 * When the statistics of a connection stopped.
 *
 * @param {Connection} connection - The connection.
 * @returns {Episode[]} From the last poll to the next.
 */
function gapsOf({ store: { times } }) {
    const intervals = times.slice(1).map((time, index) => time - times[index]);
    const usual = median(intervals);
    const limit = Math.max(GAP_FACTOR * usual, usual + GAP, GAP);

    return intervals.flatMap((interval, index) => (intervals.length >= 3 && interval > limit
        ? [ /** @type {Episode} */ ([ times[index], times[index + 1] ]) ] : []));
}

/**
 * Whether two episodes have time in common.
 *
 * @param {Episode} a - One.
 * @param {Episode} b - The other.
 * @returns {boolean} Whether they have.
 */
function overlaps([ from, to ], [ otherFrom, otherTo ]) {
    return from < otherTo && otherFrom < to;
}

/**
 * What a gap means.
 *
 * @param {Session} session - The session.
 * @param {Episode} gap - The gap.
 * @returns {string} The words.
 */
function gapText({ connections, model }, gap) {
    const [ from, to ] = gap;
    const open = connections.filter(({ store: { times } }) => times[0] < from && times[times.length - 1] > to);
    const all = open.every(connection => gapsOf(connection).some(other => overlaps(gap, other)));
    const isAlive = model.events.some(({ time, category }) => category !== 'problem'
        && time > from + 1000 && time < to - 1000);

    if (!all) {
        return 'getStats did not answer, while that of other connections did';
    }

    return isAlive ? 'the page went on meanwhile' : 'the computer slept or the page was frozen';
}

/**
 * Where entries are older than the one before them, and by how much.
 *
 * @param {Session} session - The session.
 * @returns {Array<{time: number, by: number}>} The falls, in ms.
 */
function fallsOf({ model }) {
    const events = model.events.filter(({ clock, category }) => clock === '' && category !== 'problem');

    return events.flatMap(({ time, part }, index) => (index > 0 && events[index - 1].part === part
        && events[index - 1].time - time > FELL ? [ {
            time,
            by: events[index - 1].time - time
        } ] : []));
}

/**
 * Where the clock of entries jumped against that of the reports.
 *
 * @param {Session} session - The session.
 * @returns {Array<{time: number, by: number}>} The jumps, in ms.
 */
function jumpsOf({ connections }) {
    return connections.flatMap(({ store }) => {
        const report = [ 'transport', 'candidate-pair', 'outbound-rtp', 'inbound-rtp' ]
            .flatMap(type => store.ofType(type))[0];
        const rows = report?.rows() ?? [];
        const offsets = (report?.values('timestamp', rows) ?? [])
            .map((stamp, index) => (typeof stamp === 'number' ? store.times[rows[index]] - stamp : NaN));

        return offsets.flatMap((offset, index) => {
            const by = offset - offsets[index - 1];

            return Math.abs(by) > JUMP ? [ {
                time: store.times[rows[index]],
                by
            } ] : [];
        });
    });
}

/**
 * When the processor was under pressure.
 *
 * @param {Session} session - The session.
 * @returns {Episode[]} From and to.
 */
function pressureOf({ log, connections, to }) {
    const told = log.filter(({ type }) => type === 'computePressure').map(({ time, payload }) => {
        return {
            time,
            state: String(payload?.state)
        };
    });
    const reported = connections.flatMap(({ store }) => store.ofType('compute-pressure').flatMap(report =>
        report.rows().map((row, index, rows) => {
            const state = report.values('cpuState', rows)[index];

            return {
                time: store.times[row],
                state: CPU_STATES[state] ?? String(state)
            };
        })));
    const states = (told.length > 0 ? told : reported).sort((a, b) => a.time - b.time);

    return states.flatMap(({ time, state }, index) => (PRESSURED.test(state)
        ? [ /** @type {Episode} */ ([ time, states[index + 1]?.time ?? to ]) ] : []));
}

/** @type {SessionRule[]} */
export const machineRules = [
    {
        id: 'poll-gap',
        source: 'OB twice the usual and 5 s; own: three times',
        causes: [ 'the computer slept', 'the page was frozen', 'the window was hidden' ],
        next: [ 'the entries around it', 'the pressure on the processor' ],
        find: session => {
            const gaps = session.connections.flatMap(gapsOf).sort((a, b) => a[0] - b[0])
                .filter((gap, index, all) => !all.slice(0, index).some(other => overlaps(gap, other)))
                .filter(([ from, to ]) => !session.isBetweenParts(from, to));
            const longest = gaps.reduce((/** @type {Episode | null} */ worst, gap) =>
                (worst && lengthOf(worst) >= lengthOf(gap) ? worst : gap), null);

            return longest && {
                level: lengthOf(longest) > LONG_GAP ? 'major' : 'minor',
                title: `No statistics for ${seconds(lengthOf(longest) / 1000)}${
                    gaps.length > 1 ? `, ${gaps.length}× in all` : ''}: ${gapText(session, longest)}`,
                episodes: gaps,
                numbers: {
                    longestSeconds: lengthOf(longest) / 1000,
                    count: gaps.length
                }
            };
        }
    },
    {
        id: 'clock-jump',
        source: 'RF; own: 1 s back, 5 s against the reports',
        causes: [ 'the clock was set', 'sleep', 'entries of several sources' ],
        next: [ 'the entries around it' ],
        find: session => {
            const jumps = [ ...fallsOf(session).map(({ time, by }) => {
                return {
                    time,
                    by: -by
                };
            }), ...jumpsOf(session) ];
            const [ worst ] = [ ...jumps ].sort((a, b) => Math.abs(b.by) - Math.abs(a.by));

            return worst ? {
                level: 'minor',
                title: `The clock jumped by ${worst.by < 0 ? '−' : ''}${seconds(Math.abs(worst.by) / 1000)}${
                    jumps.length > 1 ? `, ${jumps.length}× in all` : ''}`,
                episodes: jumps.map(({ time }) => [ time, time ]),
                numbers: {
                    seconds: worst.by / 1000,
                    count: jumps.length
                }
            } : null;
        }
    },
    {
        id: 'cpu-pressure',
        source: 'KB any; own: a quarter of the call',
        causes: [ 'effects', 'a codec in software', 'other programs' ],
        next: [ 'what limits the video', 'how long a frame takes' ],
        find: session => {
            const episodes = pressureOf(session);
            const length = total(episodes.map(lengthOf));
            const share = length / (session.to - session.from);

            return episodes.length > 0 ? {
                level: share > MUCH_PRESSURE ? 'major' : 'minor',
                title: `The processor was under pressure for ${seconds(length / 1000)} (${percent(share)})`,
                episodes,
                numbers: {
                    seconds: length / 1000,
                    share
                }
            } : null;
        }
    }
];
