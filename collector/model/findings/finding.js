/**
 * What a finding is, and how rules are written.
 *
 * A rule is a row of a table: which subjects it looks at, which members of their reports it needs, where it comes from,
 * and a pure function from a subject to what it found. A subject that lacks a member is "not measurable here"; it must
 * never be called good.
 */

/**
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./episodes.js').Episode} Episode
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./stream.js').Stream} Stream
 *
 * @typedef {'info' | 'minor' | 'major' | 'critical'} Level - `critical`: the call or a direction did not work; `major`:
 * a person notices; `minor`: worth knowing.
 *
 * @typedef {Object} Curve
 * @property {string} report - The id of a report.
 * @property {string} member - Which of its members to draw.
 *
 * @typedef {Object} FoundStream
 * @property {string} id - The id of its report.
 * @property {string} label - Its name for people.
 * @property {string} title - What was found of it.
 * @property {Level} level - How bad that is.
 *
 * @typedef {Object} Finding
 * @property {string} id - Which rule found it.
 * @property {Level} level - How bad it is.
 * @property {string} title - What it is, with its numbers.
 * @property {string} pc - The connection, '' if it belongs to none.
 * @property {FoundStream[]} streams - The streams, the worst first.
 * @property {number} from - When it began, in ms since the epoch.
 * @property {number} to - When it ended.
 * @property {Episode[]} episodes - When it was.
 * @property {Episode} worst - The worst of them, to look at first.
 * @property {Record<string, number>} numbers - Its numbers, in the units of their names.
 * @property {Curve[]} curves - What to draw beside it.
 * @property {string} source - Where the rule comes from.
 * @property {string[]} causes - What may be behind it.
 * @property {string[]} next - What to look at next.
 *
 * @typedef {Object} Found - What a rule gives; the rest is filled in from its row and its subject.
 * @property {Level} level - How bad it is.
 * @property {string} title - What it is.
 * @property {Episode[]} [episodes] - When it was; the whole life of the subject if left out.
 * @property {Episode} [worst] - The worst of them; the longest if left out.
 * @property {Record<string, number>} [numbers] - Its numbers.
 * @property {string[]} [members] - Members of the stream's report to draw beside it.
 * @property {string[]} [causes] - What may be behind it, if that is not the same for all.
 *
 * @typedef {Object} RuleText
 * @property {string} id - Its name.
 * @property {string} source - Where it comes from.
 * @property {string[]} causes - What may be behind it.
 * @property {string[]} next - What to look at next.
 *
 * @typedef {Object} StreamFinder
 * @property {(stream: Stream, connection: Connection) => boolean} of - Which streams it looks at.
 * @property {string[]} [needs] - Which members of the stream's report it needs.
 * @property {(stream: Stream, connection: Connection) => boolean} [measurable] - Whether there is what else it needs.
 * @property {(stream: Stream, connection: Connection, session: Session) => Found | null} find - Looks.
 *
 * @typedef {Object} ConnectionFinder
 * @property {(connection: Connection) => boolean} [measurable] - Whether there is what it needs.
 * @property {(connection: Connection, session: Session) => Found | Found[] | null} find - Looks.
 *
 * @typedef {Object} SessionFinder
 * @property {(session: Session) => Found | Found[] | null} find - Looks.
 *
 * @typedef {RuleText & StreamFinder} StreamRule
 * @typedef {RuleText & ConnectionFinder} ConnectionRule
 * @typedef {RuleText & SessionFinder} SessionRule
 */

/** @type {Level[]} From the least. */
export const LEVELS = [ 'info', 'minor', 'major', 'critical' ];

/**
 * How bad a level is.
 *
 * @param {Level} level - The level.
 * @returns {number} A number that is greater for worse ones.
 */
export function weight(level) {
    return LEVELS.indexOf(level);
}
