/**
 * Brings the reports of old and other browsers to today's names: what Chrome kept in `track` reports until version 111
 * and Safari until 16, what Firefox calls differently. What a report says itself is never replaced.
 *
 * It must never add a value that no browser gave.
 */

import { isGoog, modernGoog } from './goog.js';

/**
 * @typedef {Record<string, any>} Report
 * @typedef {Record<string, Report>} Reports
 */

// What the level of sound was counted in before it was a share.
const LEVEL_RANGE = 32767;

/** What stands in a track's report and belongs to its stream's, besides what is about the track itself. */
const NOT_OF_STREAM = new Set([
    'id', 'type', 'timestamp', 'kind', 'mediaSourceId', 'ended', 'detached', 'remoteSource'
]);

/**
 * Adds to a stream's report what its track's report says.
 *
 * @param {Report} report - The stream's report.
 * @param {Report} track - The track's report.
 * @returns {Report} Both together.
 */
function withTrack(report, track) {
    const joined = { ...report };

    for (const [ name, value ] of Object.entries(track)) {
        if (!NOT_OF_STREAM.has(name) && joined[name] === undefined) {
            joined[name] = value;
        }
    }

    return joined;
}

/**
 * Brings one report to today's names.
 *
 * @param {Report} report - The report.
 * @param {Reports} reports - All reports of the poll.
 * @returns {Report} The same report if there is nothing to do.
 */
function modern(report, reports) {
    let result = report;
    const track = report.trackId !== undefined && /^(?:in|out)bound-rtp$/.test(report.type)
        ? reports[report.trackId] : undefined;

    if (track?.type === 'track') {
        result = withTrack(report, track);
    }
    if (result.audioLevel > 1) {
        result = {
            ...result,
            audioLevel: result.audioLevel / LEVEL_RANGE
        };
    }
    if (result.framesPerSecond === undefined && result.framerateMean >= 1 && result.framerateMean <= 240) {
        result = {
            ...result,
            framesPerSecond: result.framerateMean
        };
    }

    return result;
}

/**
 * Brings the reports of a poll to today's names.
 *
 * @param {Reports} reports - The reports; left as they are.
 * @returns {Reports} The same object if there is nothing to do.
 */
export function modernReports(reports) {
    if (isGoog(reports)) {
        return modernGoog(reports);
    }

    /** @type {Reports | null} */
    let changed = null;

    for (const id of Object.keys(reports)) {
        const report = reports[id];
        const result = modern(report, reports);

        if (result !== report) {
            changed ??= { ...reports };
            changed[id] = result;
        }
    }

    return changed ?? reports;
}
