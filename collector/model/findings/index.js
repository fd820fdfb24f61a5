/**
 * What went wrong in a session: all rules, applied to all connections and streams.
 *
 * `findingsOf(model)` is pure: it reads a `SessionModel` and changes nothing, in the page's worker as in Node. This is
 * what it gives:
 *
 * - `verdict`: a level and at most two sentences - what a person noticed, then the likely reason - and what could not
 *   be judged at all;
 * - `connections`: the same for each connection, and its numbers over the whole call (`numbers.js`);
 * - `findings`: the worst first, each with its episodes, numbers, causes and what to look at next (`finding.js`);
 * - `notMeasurable`: rules whose statistics the dump does not have. They must never be read as "good".
 */

import { audioRules, playoutRules } from './audio.js';
import { estimateRules, limitRules } from './bandwidth.js';
import { captureRules } from './capture.js';
import { withReasons } from './chain.js';
import { codecRules } from './codecs.js';
import { churnRules, connectingRules } from './connecting.js';
import { delayRules, jitterRules } from './delay.js';
import { describingRules } from './describing.js';
import { joined, longestOf } from './episodes.js';
import { weight } from './finding.js';
import { dryRules, flowRules } from './flow.js';
import { freezeRules } from './freezes.js';
import { iceRules } from './ice.js';
import { lossRules } from './loss.js';
import { machineRules } from './machine.js';
import { numbersOf } from './numbers.js';
import { pathRules } from './path.js';
import { recordingRules } from './recording.js';
import { Session } from './session.js';
import { sourceRules } from './sources.js';
import { connectionVerdict, sessionVerdict } from './verdict.js';
import { videoRules } from './video.js';

/**
 * @typedef {import('../session.js').SessionModel} SessionModel
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./finding.js').ConnectionRule} ConnectionRule
 * @typedef {import('./finding.js').Finding} Finding
 * @typedef {import('./finding.js').Found} Found
 * @typedef {import('./finding.js').RuleText} RuleText
 * @typedef {import('./finding.js').StreamRule} StreamRule
 * @typedef {import('./finding.js').SessionRule} SessionRule
 * @typedef {import('./stream.js').Stream} Stream
 * @typedef {import('./verdict.js').Verdict} Verdict
 *
 * @typedef {Object} ConnectionReport
 * @property {string} pc - Its id.
 * @property {Verdict} verdict - What became of it.
 * @property {import('./numbers.js').Numbers} numbers - Its numbers over the whole call.
 *
 * @typedef {Object} NotMeasurable
 * @property {string} id - The rule.
 * @property {string} why - What the dump does not have.
 *
 * @typedef {Object} Report
 * @property {number} version - Of the rules; what was found by another one is to be found again.
 * @property {Verdict} verdict - Of the session.
 * @property {ConnectionReport[]} connections - Of each connection.
 * @property {Finding[]} findings - The worst first.
 * @property {NotMeasurable[]} notMeasurable - What could not be looked for.
 */

/** Goes up whenever a rule finds something else than before. */
export const RULES_VERSION = 1;

/** @type {SessionRule[]} */
const SESSION_RULES = [ ...captureRules, ...churnRules, ...machineRules, ...recordingRules ];

/** @type {ConnectionRule[]} */
const CONNECTION_RULES = [
    ...describingRules, ...iceRules, ...connectingRules, ...pathRules, ...flowRules, ...delayRules, ...estimateRules,
    ...playoutRules
];

/** @type {StreamRule[]} */
const STREAM_RULES = [
    ...lossRules, ...jitterRules, ...limitRules, ...freezeRules, ...videoRules, ...codecRules, ...audioRules,
    ...dryRules, ...sourceRules
];

/** Every rule, as it explains itself. */
export const RULES = [ ...SESSION_RULES, ...CONNECTION_RULES, ...STREAM_RULES ]
    .map(({ id, source, causes, next }) => {
        return {
            id,
            source,
            causes,
            next
        };
    });

/**
 * Fills in what a rule leaves out.
 *
 * @param {RuleText} rule - The rule.
 * @param {Found} found - What it found.
 * @param {{pc: string, from: number, to: number}} subject - Of what.
 * @returns {Finding} The finding.
 */
function complete({ id, source, causes, next }, found, { pc, from, to }) {
    const episodes = found.episodes && found.episodes.length > 0 ? found.episodes
        : [ /** @type {[number, number]} */ ([ from, to ]) ];

    return {
        id,
        level: found.level,
        title: found.title,
        pc,
        streams: [],
        from: Math.min(...episodes.map(episode => episode[0])),
        to: Math.max(...episodes.map(episode => episode[1])),
        episodes,
        worst: found.worst ?? longestOf(episodes),
        numbers: found.numbers ?? {},
        curves: [],
        source,
        causes: found.causes ?? causes,
        next
    };
}

/**
 * Puts what a rule found of several streams into one finding, named by the worst.
 *
 * @param {Finding[]} findings - One a stream.
 * @returns {Finding} The finding.
 */
function merged(findings) {
    const sorted = [ ...findings ].sort((a, b) => weight(b.level) - weight(a.level)
        || extent(b) - extent(a));
    const [ worst ] = sorted;

    return {
        ...worst,
        streams: sorted.flatMap(({ streams }) => streams),
        from: Math.min(...findings.map(({ from }) => from)),
        to: Math.max(...findings.map(({ to }) => to)),
        episodes: joined(findings.flatMap(({ episodes }) => episodes)),
        curves: sorted.flatMap(({ curves }) => curves)
    };
}

/**
 * How much there is of what was found.
 *
 * @param {Finding} finding - The finding.
 * @returns {number} In seconds, or as a share.
 */
function extent({ numbers, episodes }) {
    return numbers.seconds ?? numbers.share ?? episodes.reduce((sum, [ from, to ]) => sum + (to - from), 0);
}

/**
 * Applies rules and remembers those that had nothing to look at.
 */
class Search {
    /**
     * Creates a search that has found nothing.
     *
     * @param {Session} session - The session.
     */
    constructor(session) {
        this._session = session;

        /** @type {Finding[]} */
        this.findings = [];

        /** @type {Map<string, {why: string, isMeasured: boolean}>} */
        this._measured = new Map();
    }

    /**
     * What could not be looked for.
     *
     * @returns {NotMeasurable[]} The rules.
     */
    get notMeasurable() {
        return RULES.flatMap(({ id }) => {
            const known = this._measured.get(id);

            return known && !known.isMeasured ? [ {
                id,
                why: known.why
            } ] : [];
        });
    }

    /**
     * Applies a rule to the session.
     *
     * @param {SessionRule} rule - The rule.
     * @returns {void}
     */
    session(rule) {
        const { from, to } = this._session;

        this._add(rule, rule.find(this._session), {
            pc: '',
            from,
            to
        });
    }

    /**
     * Applies a rule to a connection.
     *
     * @param {ConnectionRule} rule - The rule.
     * @param {Connection} connection - The connection.
     * @returns {void}
     */
    connection(rule, connection) {
        const isMeasured = rule.measurable?.(connection) ?? true;

        this._note(rule.id, isMeasured, 'the dump does not have what it needs');
        isMeasured && this._add(rule, rule.find(connection, this._session), {
            pc: connection.id,
            from: connection.from,
            to: connection.to
        });
    }

    /**
     * Applies rules to the streams of a connection.
     *
     * @param {StreamRule[]} rules - The rules.
     * @param {Connection} connection - The connection.
     * @returns {void}
     */
    streams(rules, connection) {
        /** @type {Finding[][]} What each rule found. */
        const found = rules.map(() => []);

        for (const stream of connection.streams) {
            rules.forEach((rule, index) => {
                if (rule.of(stream, connection)) {
                    found[index].push(...this._stream(rule, stream, connection));
                }
            });
            stream.forget();
        }
        this.findings.push(...found.filter(({ length }) => length > 0).map(merged));
    }

    /**
     * Applies a rule to a stream.
     *
     * @param {StreamRule} rule - The rule.
     * @param {Stream} stream - The stream.
     * @param {Connection} connection - Its connection.
     * @returns {Finding[]} What is found.
     */
    _stream(rule, stream, connection) {
        const missing = (rule.needs ?? []).filter(name => !stream.has(name));
        const isMeasured = missing.length === 0 && (rule.measurable?.(stream, connection) ?? true);

        this._note(rule.id, isMeasured, missing.length > 0 ? `no ${missing.join(', ')}`
            : 'the dump does not have what it needs');
        const found = isMeasured ? rule.find(stream, connection, this._session) : null;

        return found ? [ {
            ...complete(rule, found, {
                pc: connection.id,
                from: stream.times[0],
                to: stream.times[stream.length - 1]
            }),
            streams: [ {
                id: stream.id,
                label: stream.label,
                title: found.title,
                level: found.level
            } ],
            curves: (found.members ?? []).filter(member => stream.has(member)).map(member => {
                return {
                    report: stream.id,
                    member
                };
            })
        } ] : [];
    }

    /**
     * Adds what a rule found.
     *
     * @param {RuleText} rule - The rule.
     * @param {Found | Found[] | null} found - What it found.
     * @param {{pc: string, from: number, to: number}} subject - Of what.
     * @returns {void}
     */
    _add(rule, found, subject) {
        [ found ?? [] ].flat().forEach(each => this.findings.push(complete(rule, each, subject)));
    }

    /**
     * Notes whether a rule had something to look at.
     *
     * @param {string} id - The rule.
     * @param {boolean} isMeasured - Whether it had.
     * @param {string} why - What was missing if not.
     * @returns {void}
     */
    _note(id, isMeasured, why) {
        const known = this._measured.get(id);

        this._measured.set(id, {
            why: known?.why ?? why,
            isMeasured: isMeasured || Boolean(known?.isMeasured)
        });
    }
}

/**
 * Finds what went wrong.
 *
 * @param {SessionModel} model - The session.
 * @returns {Report} What is found.
 */
export function findingsOf(model) {
    const session = new Session(model);
    const search = new Search(session);

    SESSION_RULES.forEach(rule => search.session(rule));
    for (const connection of session.connections) {
        CONNECTION_RULES.forEach(rule => search.connection(rule, connection));
        search.streams(STREAM_RULES, connection);
    }
    const findings = withReasons(search.findings)
        .sort((a, b) => weight(b.level) - weight(a.level) || a.from - b.from);

    return {
        version: RULES_VERSION,
        verdict: sessionVerdict(session, findings),
        connections: session.connections.map(connection => {
            return {
                pc: connection.id,
                verdict: connectionVerdict(connection, findings),
                numbers: numbersOf(connection)
            };
        }),
        findings,
        notMeasurable: search.notMeasurable
    };
}
