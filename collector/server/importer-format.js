/**
 * Writes dumps for the rtcstats page of the public webrtc-dump-importer.
 *
 * That page takes the last element of each line for its time. Protocol 3.1 puts a sequence number there, so such a
 * dump is read but every entry is shown in January 1970 and curves are drawn over the sequence number. A JSON array
 * can not carry both for it; jitsi/rtcstats-server, in turn, wants `connectionInfo` as an array in the first line. One
 * file can therefore not serve both, and this format is asked for by an option.
 *
 * It must never change a payload.
 */

'use strict';

/**
 * Removes the sequence number from an entry.
 *
 * @param {string} line - A line of a dump.
 * @returns {string} The line with the time as its last element; a line that is no entry is returned as it is.
 */
function withoutSequenceNumber(line) {
    const trailing = /,\s*\d+(?:\.\d+)?\s*(,\s*\d+\s*)\]\s*$/.exec(line);

    if (!trailing) {
        return line;
    }
    try {
        const entry = JSON.parse(line);

        return Array.isArray(entry) && entry.length === 5 ? JSON.stringify(entry.slice(0, 4)) : line;
    } catch {
        return line;
    }
}

/** @typedef {import('./client-info').ClientInfo} ClientInfo */

/**
 * The first line. From format 2 on the importer draws curves over the timestamps of the reports.
 *
 * @param {ClientInfo} client - Who sends the dump.
 * @param {number} startedAt - When it began, in ms since the epoch.
 * @returns {Object} The header.
 */
function importerHeader(client, startedAt) {
    return { fileFormat: 2,
        ...client,
        startedAt };
}

module.exports = { importerHeader,
    withoutSequenceNumber };
