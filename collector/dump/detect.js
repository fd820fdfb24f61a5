/**
 * Says from what a dump holds which format it has, and what its beginning tells of it. A new format is a reader in this
 * folder and a line here.
 *
 * It must never look at a name: files are renamed, and what is in them is not.
 */

import { isGetStats, readGetStats } from './getstats.js';
import { JournalReader } from './journal.js';
import { isEntryArray, timeOf } from './records.js';
import { RtcstatsDumpReader, readRtcstatsDocument } from './rtcstats-dump.js';
import { RtcstatsV3Reader } from './rtcstats-v3.js';
import { RTCSTATS_DUMP, RtcstatsV5Reader } from './rtcstats-v5.js';
import { isInternals, readInternals } from './webrtc-internals.js';

/**
 * @typedef {import('./records.js').DumpRecord} DumpRecord
 * @typedef {import('./records.js').FormatReader} FormatReader
 *
 * @typedef {Object} LineFormat
 * @property {string} name - Its name, for people.
 * @property {(first: any, line: string) => boolean} recognises - Whether a dump begins so; gets the line, parsed if it
 * is JSON.
 * @property {() => FormatReader} create - Creates its reader.
 *
 * @typedef {Object} DocumentFormat
 * @property {string} name - Its name, for people.
 * @property {(document: any) => boolean} recognises - Whether a parsed JSON document is of this format.
 * @property {(document: any) => Iterable<DumpRecord>} read - Reads it.
 *
 * @typedef {Object} Start
 * @property {string} format - The name of the format, '' if its beginning does not say.
 * @property {Record<string, any> | null} client - Who recorded the dump, null if its beginning does not say.
 * @property {unknown} startedAt - When it began, in ms since the epoch.
 */

/**
 * Whether something is an object with members.
 *
 * @param {unknown} value - The value.
 * @returns {boolean} Whether it is.
 */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @type {LineFormat[]} */
const LINE_FORMATS = [
    {
        name: 'rtcstats format 3 (protocol 5)',
        recognises: (_first, line) => line.trim() === RTCSTATS_DUMP,
        create: () => new RtcstatsV5Reader()
    },
    {
        name: 'journal',
        recognises: first => Array.isArray(first) && first[0] === 'rtcstatsJournal',
        create: () => new JournalReader()
    },
    {
        name: 'rtcstats 3.1',
        recognises: first => isEntryArray(first) || (isObject(first)
            && (Boolean(first.statsSessionId) || String(first.clientProtocol ?? '').startsWith('3.1'))),
        create: () => new RtcstatsV3Reader()
    },
    {
        name: 'rtcstats format 1 or 2',
        recognises: first => isObject(first)
            && ('fileFormat' in first || ('userAgent' in first && 'path' in first)) && !first.peerConnections,
        create: () => new RtcstatsDumpReader()
    }
];

// What a document holds near its beginning, whatever its format.
const DOCUMENT_WORDS = /"(?:PeerConnections|peerConnections|getUserMedia|UserAgent)"|"type"\s*:\s*"(?:in|out)bound-rtp/;

/** @type {DocumentFormat[]} */
const DOCUMENT_FORMATS = [
    {
        name: 'rtcstats document',
        recognises: document => isObject(document?.peerConnections),
        read: readRtcstatsDocument
    },
    {
        name: 'chrome://webrtc-internals',
        recognises: isInternals,
        read: readInternals
    },
    {
        name: 'getStats',
        recognises: isGetStats,
        read: readGetStats
    }
];

/**
 * Parses JSON.
 *
 * @param {string} text - The text.
 * @returns {any} What it says, undefined if it is no JSON.
 */
export function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/**
 * Finds the format of which a line is the beginning.
 *
 * @param {string} line - The line.
 * @returns {LineFormat | undefined} The format.
 */
export function lineFormatOf(line) {
    const first = parsed(line);

    return LINE_FORMATS.find(({ recognises }) => recognises(first, line));
}

/**
 * Finds the format of a document.
 *
 * @param {any} document - The parsed document.
 * @returns {DocumentFormat | undefined} The format.
 */
export function documentFormatOf(document) {
    return DOCUMENT_FORMATS.find(({ recognises }) => recognises(document));
}

/**
 * What the beginning of a dump tells.
 *
 * @param {string} text - As much of it as has been read.
 * @returns {Start | null} What it tells, null if it is not that of a dump.
 */
export function readStart(text) {
    const lines = text.split('\n').filter(line => line.trim() !== '');
    const format = lineFormatOf(lines[0] ?? '');

    if (!format) {
        return /^\s*[{[]/.test(text) && DOCUMENT_WORDS.test(text) ? {
            format: '',
            client: null,
            startedAt: undefined
        } : null;
    }
    const header = parsed(lines[lines[0].trim() === RTCSTATS_DUMP ? 1 : 0] ?? '');

    if (isObject(header)) {
        return {
            format: format.name,
            client: header.statsSessionId ? null : header,
            startedAt: header.startedAt ?? header.startTime ?? (timeOf(header.time) || header.timestamp)
        };
    }

    return {
        format: format.name,
        client: Array.isArray(header) && header[0] === 'connectionInfo' && isObject(header[2]) ? header[2] : null,
        startedAt: Array.isArray(header) ? header[3] : undefined
    };
}
