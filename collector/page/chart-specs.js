/**
 * Which charts there are and what each of them shows.
 *
 * It must never compute anything: columns are named here and made by the worker.
 */

import { metric, number } from './format.js';

/**
 * @typedef {Object} Line
 * @property {string} column - The column it draws.
 * @property {string} label - What it is called.
 * @property {string} color - The custom property with its colour.
 * @property {boolean} [isCount] - Drawn on a scale of its own.
 *
 * @typedef {Object} Spec
 * @property {string} key - Its name.
 * @property {string} title - Its title.
 * @property {string} hint - What it shows, for the tool tip.
 * @property {(value: number) => string} format - Writes a value.
 * @property {'total' | 'median'} summary - What the legend says of the whole call.
 * @property {boolean} [stepped] - Whether a value holds until the next.
 * @property {boolean} [filled] - Whether the area below is filled, for things that had better not happen.
 * @property {Line[]} total - The lines for a connection.
 * @property {Line[]} stream - The lines for one stream.
 */

/**
 * Describes a line.
 *
 * @param {string} column - The column it draws.
 * @param {string} label - What it is called.
 * @param {string} color - The custom property with its colour.
 * @returns {Line} The line.
 */
const line = (column, label, color) => {
    return {
        column,
        label,
        color
    };
};
const ms = (/** @type {number} */ value) => `${number(value)} ms`;

/** @type {Spec[]} */
export const SPECS = [
    {
        key: 'bitrate',
        title: 'Bitrate',
        summary: 'median',
        hint: 'Bytes of the transport between two polls',
        format: value => metric(value, 'bit/s'),
        total: [ line('bitrateIn', 'in', 'in'), line('bitrateOut', 'out', 'out') ],
        stream: [ line('bitrate', 'stream', 'in') ]
    },
    {
        key: 'rtt',
        title: 'Round-trip time',
        summary: 'median',
        hint: 'STUN checks of the candidate pair in use, and the worst RTCP report of the other side',
        format: ms,
        total: [ line('rtt', 'transport', 'in'), line('rttMedia', 'media', 'out') ],
        stream: [ line('rtt', 'media', 'out') ]
    },
    {
        key: 'lost',
        title: 'Packets lost',
        summary: 'total',
        hint: 'Packets lost between two polls, all streams together; "out" is what the other side reports',
        format: number,
        stepped: true,
        filled: true,
        total: [ line('lostIn', 'in', 'in'), line('lostOut', 'out', 'out') ],
        stream: [ line('lost', 'stream', 'in') ]
    },
    {
        key: 'jitter',
        title: 'Jitter',
        summary: 'median',
        hint: 'The worst stream of each kind',
        format: ms,
        total: [
            line('jitterAudio', 'audio in', 'in'), line('jitterVideo', 'video in', 'third'),
            line('jitterRemote', 'out', 'out')
        ],
        stream: [ line('jitter', 'stream', 'in') ]
    },
    {
        key: 'fps',
        title: 'Frames per second',
        summary: 'median',
        hint: 'The mean of the received videos, the best of the sent ones',
        format: number,
        total: [ line('fpsIn', 'in', 'in'), line('fpsOut', 'out', 'out') ],
        stream: [ line('fps', 'stream', 'in') ]
    },
    {
        key: 'resolution',
        title: 'Resolution',
        summary: 'median',
        hint: 'Lines of the largest video',
        format: value => `${number(value)} px`,
        stepped: true,
        total: [ line('heightIn', 'in', 'in'), line('heightOut', 'out', 'out') ],
        stream: [ line('height', 'height', 'in'), line('width', 'width', 'third') ]
    },
    {
        key: 'freezes',
        title: 'Freezes',
        summary: 'total',
        hint: 'How long received video stood still between two polls, and how many freezes began',
        format: ms,
        stepped: true,
        filled: true,
        total: [ line('frozen', 'frozen', 'bad'), {
            ...line('freezes', 'freezes', 'third'),
            isCount: true
        } ],
        stream: [ line('frozen', 'frozen', 'bad'), {
            ...line('freezes', 'freezes', 'third'),
            isCount: true
        } ]
    }
];
