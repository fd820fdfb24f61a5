/**
 * The command `convert`: a dump of one protocol in the format of the other.
 *
 * It must never change a file that it reads.
 */

'use strict';

const fs = require('node:fs');
const zlib = require('node:zlib');

/**
 * Converts a dump.
 *
 * @param {Buffer} bytes - The dump, gzipped or not: of protocol 3.1 or 5.0, or a journal.
 * @param {string} format - `3.1` or `3`.
 * @returns {Promise<{text: string, damaged: number}>} The dump, and how many lines could not be read.
 */
async function convert(bytes, format) {
    const [ { lineFormatOf }, { V3Writer }, { V5Writer } ] = await Promise.all([ import('../dump/detect.js'),
        import('../dump/write-v3.js'), import('../dump/write-v5.js') ]);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const lines = String(isPacked ? zlib.gunzipSync(bytes) : bytes).split('\n')
        .filter(line => line.trim() !== '');
    const found = lineFormatOf(lines[0] ?? '');

    if (!found) {
        throw new Error('this is no dump of protocol 3.1 or 5.0, and no journal');
    }
    const reader = found.create();
    const writer = format === '3' ? new V5Writer() : new V3Writer();

    /** @type {string[]} */
    const written = [];
    let damaged = 0;

    lines.forEach((line, index) => {
        for (const record of reader.readLine(line, { length: 0,
            line: index + 1,
            offset: 0 })) {
            if (record.kind === 'client') {
                // Only what stands first is of the whole dump.
                written.length === 0 && written.push(...writer.header({ startTime: startOf(line),
                    ...record.client }));
            } else if (record.kind === 'entry') {
                written.length === 0 && written.push(...writer.header({}));
                written.push(...writer.entry(record));
            } else {
                damaged++;
            }
        }
    });

    return { damaged,
        text: `${written.join('\n')}\n` };
}

/**
 * When a dump of protocol 3.1 was begun, which its first line says.
 *
 * @param {string} line - The line.
 * @returns {number | undefined} When; nothing if this is another line.
 */
function startOf(line) {
    const [ type, , , time ] = line.startsWith('[') ? JSON.parse(line) : [];

    return type === 'connectionInfo' ? time : undefined;
}

/**
 * Converts a file onto stdout.
 *
 * @param {string} file - The file.
 * @param {string} format - `3.1` or `3`.
 * @returns {Promise<void>} When written.
 */
async function printConverted(file, format) {
    const { damaged, text } = await convert(fs.readFileSync(file), format);

    process.stdout.write(text);
    damaged && console.error(`${damaged} lines of ${file} can not be read and are left out`);
}

module.exports = { convert,
    printConverted };
