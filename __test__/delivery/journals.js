/**
 * Journals as earlier runs leave them, written by the documented format and not by the addon, so that they can be
 * damaged at will; and the channel that finds them.
 */

'use strict';

const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { Driver, useCollector } = require('../addon/harness');

const { SHORT, useFolder } = require('./harness');
const { sessionOf } = require('./session');

/**
 * Writes the text of a journal.
 *
 * @param {Object} options - The options.
 * @param {string} options.endpoint - Where its session was going.
 * @param {string} options.id - The session's id.
 * @param {string[]} options.lines - The events.
 * @returns {string[]} The journal's lines, header first.
 */
function journalLines({ endpoint, id, lines }) {
    const header = [ 'rtcstatsJournal', null, { version: 1,
        statsSessionId: id,
        endpoint,
        meetingPath: 'room',
        userAgent: 'Test/1.0' } ];

    return [ JSON.stringify(header), ...lines.map((text, index) => `${text.slice(0, -1)},${index + 1}]`) ];
}

/**
 * Leaves a journal in a folder.
 *
 * @param {string} directory - The folder.
 * @param {Object} options - The options.
 * @param {string} options.endpoint - Where its session was going.
 * @param {string[]} options.lines - The events.
 * @param {string} [options.id] - The session's id.
 * @param {number} [options.age] - How long ago it was written, in seconds.
 * @param {function(Buffer): Buffer | string} [options.damage] - What happened to it.
 * @param {number} [options.acknowledged] - How far it was delivered.
 * @returns {{id: string, file: string}} The session's id and the journal's path.
 */
function plantJournal(directory, { endpoint, lines, id = randomUUID(), age = 0, damage = text => text, acknowledged }) {
    const file = path.join(directory, `${id}.journal`);
    const text = `${journalLines({ endpoint,
        id,
        lines }).join('\n')}\n`;
    const written = (Date.now() / 1000) - age;

    fs.writeFileSync(file, damage(Buffer.from(text)));
    fs.utimesSync(file, written, written);
    if (acknowledged !== undefined) {
        fs.writeFileSync(path.join(directory, `${id}.position`),
            `acknowledged ${String(acknowledged).padStart(20, '0')} part ${'0'.repeat(10)}\n`.repeat(2));
    }

    return { file,
        id };
}

/**
 * Lists the journals of a folder.
 *
 * @param {string} directory - The folder.
 * @returns {string[]} Their names.
 */
function journalsIn(directory) {
    return fs.readdirSync(directory).filter(name => name.endsWith('.journal'));
}

/**
 * A collector, a folder of journals, and the options of a channel that uses both.
 *
 * @param {any} t - Ava's context.
 * @returns {Promise<{collector: any, directory: string, options: any}>} All three.
 */
async function useJournal(t) {
    const collector = await useCollector(t);
    const directory = useFolder(t);

    return { collector,
        directory,
        options: { ...SHORT,
            endpoint: collector.url,
            journal: { directory },
            meetingFqn: 'room' } };
}

/**
 * Starts a channel and waits until no journal is left but those named.
 *
 * @param {any} t - Ava's context.
 * @param {any} options - The channel's options.
 * @param {string[]} [staying] - Journals that stay.
 * @returns {Promise<any>} The channel.
 */
async function recover(t, options, staying = []) {
    const driver = new Driver(t, options);

    driver.channel.connect();
    await driver.until(() => journalsIn(options.journal.directory).every(name => staying.includes(name)));
    await driver.channel.close();

    return driver;
}

/**
 * Leaves journals of one server in a folder.
 *
 * @param {string} directory - The folder.
 * @param {string} endpoint - The server.
 * @param {number} events - How many events each holds.
 * @param {number[]} ages - How long ago each was written, in seconds.
 * @returns {Array<{id: string, file: string}>} The sessions' ids and the journals' paths.
 */
function plantByAge(directory, endpoint, events, ages) {
    return ages.map(age => plantJournal(directory, { age,
        endpoint,
        lines: sessionOf(events) }));
}

module.exports = {
    journalLines,
    journalsIn,
    plantByAge,
    plantJournal,
    recover,
    useJournal
};
