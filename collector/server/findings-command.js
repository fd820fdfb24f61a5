/**
 * What `rtcstats-collector findings` does: reads saved dumps, of any format, gzipped or not, and says what went wrong
 * in each session.
 *
 * It must never print more of a dump than its findings say, and never change a file.
 */

'use strict';

const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

/**
 * @typedef {Object} SavedSession
 * @property {string} id - The name of its first part.
 * @property {string[]} files - Its parts, in order.
 *
 * @typedef {Object} SessionReport
 * @property {string} id - The name of its first part.
 * @property {string[]} files - Its parts, in order.
 * @property {string} format - What they are.
 * @property {string} userAgent - Who recorded them, '' if they do not say.
 * @property {number} from - When it began, in ms since the epoch; NaN if nothing has a time.
 * @property {number} to - When it ended.
 * @property {any} report - What was found, as `model/findings/index.js` describes it.
 */

const MAX_EPISODES = 3;

/**
 * The files that were meant: those below a folder, if one is given.
 *
 * @param {string} name - A file or a folder.
 * @returns {string[]} The files.
 */
function filesOf(name) {
    return fs.statSync(name).isDirectory()
        ? fs.readdirSync(name, { withFileTypes: true })
            .filter(entry => entry.isDirectory() || entry.isFile())
            .flatMap(entry => filesOf(path.join(name, entry.name)))
        : [ name ];
}

/**
 * Puts the parts of sessions together.
 *
 * @param {string[]} files - The files.
 * @returns {Promise<SavedSession[]>} The sessions, by name.
 */
async function sessionsOf(files) {
    const { partOf } = await import('../model/parts.js');
    const nameOf = (/** @type {string} */ file) => file.replace(/\.gz$/, '');
    const names = new Set(files.map(nameOf));

    /** @type {Map<string, Array<{file: string, number: number}>>} */
    const sessions = new Map();

    for (const file of [ ...new Set(files) ]) {
        const { session, number } = partOf(nameOf(file), names);

        sessions.set(session, [ ...sessions.get(session) ?? [], {
            file,
            number
        } ]);
    }

    return [ ...sessions ].sort(([ a ], [ b ]) => (a < b ? -1 : 1)).map(([ session, parts ]) => {
        return {
            id: path.basename(session),
            files: parts.sort((a, b) => a.number - b.number).map(({ file }) => file)
        };
    });
}

/**
 * Reads a part into a model.
 *
 * @param {string} file - The file.
 * @param {any} reader - The reader of a dump.
 * @param {Function} onRecord - Called with each record.
 * @returns {Promise<void>} Resolves at its end; a file that is cut counts as far as it goes.
 */
async function readPart(file, reader, onRecord) {
    const source = fs.createReadStream(file);
    const [ first ] = await Promise.race([ once(source, 'readable').then(() => [ source.read() ]),
        once(source, 'end').then(() => [ null ]) ]);

    if (first) {
        const isGzip = first[0] === 0x1f && first[1] === 0x8b;

        source.unshift(first);
        const bytes = isGzip ? source.pipe(zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH })) : source;

        try {
            for await (const chunk of bytes) {
                reader.push(chunk, onRecord);
            }
        } catch (error) {
            if (!isGzip || /** @type {NodeJS.ErrnoException} */ (error).syscall) {
                throw error;
            }
        }
    }
    reader.finish(onRecord);
}

/**
 * Finds what went wrong in a session.
 *
 * @param {SavedSession} session - The session.
 * @returns {Promise<SessionReport>} What is found.
 */
async function reportOf({ id, files }) {
    const [ { DumpReader }, { SessionModel }, { findingsOf } ] = await Promise.all([
        import('../dump/reader.js'), import('../model/session.js'), import('../model/findings/index.js') ]);
    const model = new SessionModel();

    for (const [ index, file ] of files.entries()) {
        model.startPart();

        // eslint-disable-next-line no-await-in-loop
        await readPart(file, new DumpReader(), (/** @type {any} */ record) => model.add(record, index));
    }
    const [ from, to ] = model.clock.range();

    return {
        id,
        files,
        format: [ ...model.formats ].join(', ') || 'no dump',
        userAgent: String(model.client.userAgent ?? ''),
        from,
        to,
        report: findingsOf(model)
    };
}

/**
 * A time as it stands in a line.
 *
 * @param {number} time - In ms since the epoch.
 * @returns {string} Day and time of day, UTC.
 */
function instant(time) {
    return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString()
        .replace('T', ' ')
        .slice(0, 19) : '-';
}

/**
 * An episode as it stands in a line.
 *
 * @param {number[]} episode - From and to, in ms since the epoch.
 * @returns {string} Times of day, UTC.
 */
function span([ from, to ]) {
    return `${instant(from).slice(11)}${to - from >= 1000 ? `-${instant(to).slice(11)}` : ''}`;
}

/**
 * A finding in a few lines.
 *
 * @param {any} finding - The finding.
 * @returns {string[]} The lines.
 */
function findingLines({ id, level, title, pc, streams, episodes, worst, causes, next }) {
    const shown = episodes.slice(0, MAX_EPISODES).map(span);
    const more = episodes.length > MAX_EPISODES ? `, ${episodes.length - MAX_EPISODES} more` : '';
    const isOne = episodes.length === 1 && span(episodes[0]) === span(worst);

    return [
        `  ${level.padEnd(8)}  ${[ pc, title ].filter(Boolean).join(' · ')}  [${id}]`,
        ...streams.slice(1).map((/** @type {any} */ stream) => `              also ${stream.label}: ${stream.title}`),
        `              ${shown.join(', ')}${more}${isOne ? '' : `; worst ${span(worst)}`}`,
        `              may be: ${causes.join('; ')}. Look at: ${next.join('; ')}.`
    ];
}

/**
 * A session in lines.
 *
 * @param {SessionReport} session - The session.
 * @returns {string} The text.
 */
function textOf({ id, format, userAgent, from, to, report }) {
    const { verdict, findings, notMeasurable } = report;
    const length = Number.isFinite(to - from) ? `${Math.round((to - from) / 1000)} s` : '';
    const unmeasured = notMeasurable.map((/** @type {any} */ rule) => rule.id).join(', ');

    return [
        [ id, `${instant(from)} UTC`, length, format, userAgent ].filter(Boolean).join(' · '),
        `  ${(verdict.level || (verdict.isJudged ? 'fine' : 'not judged')).toUpperCase()}: ${verdict.text}`,
        ...verdict.limits.map((/** @type {string} */ limit) => `  can not be judged: ${limit}`),
        ...findings.flatMap(findingLines),
        ...unmeasured ? [ `  not measurable here: ${unmeasured}` ] : []
    ].join('\n');
}

/**
 * Prints what went wrong in saved dumps.
 *
 * @param {string[]} names - Files and folders.
 * @param {boolean} asJson - Whether to print JSON.
 * @returns {Promise<boolean>} Whether something is critical.
 */
async function printFindings(names, asJson) {
    let isCritical = false;
    const reports = [];

    for (const session of await sessionsOf(names.flatMap(filesOf))) {
        const report = await reportOf(session); // eslint-disable-line no-await-in-loop

        isCritical ||= report.report.verdict.level === 'critical';
        asJson ? reports.push(report) : console.log(`${textOf(report)}\n`);
    }
    asJson && console.log(JSON.stringify(reports, null, 2));

    return isCritical;
}

module.exports = { printFindings };
