/**
 * The page's worker: fetches dumps, reads them and sends the page what it draws. Everything heavy happens here, so that
 * the page stays smooth however big a dump is.
 *
 * It must never send a report or a whole dump to the page, only numbers and short texts.
 */

import { DumpReader } from '../dump/reader.js';
import { median, total } from '../model/findings/arithmetic.js';
import { SessionModel } from '../model/session.js';

import { answerOf } from './answers.js';

/**
 * @typedef {import('../model/session.js').Place} Place
 * @typedef {import('../model/connection.js').ConnectionModel} ConnectionModel
 *
 * @typedef {Place & {index: number}} ShownEvent
 *
 * @typedef {Object} Part
 * @property {string} id - The id of its dump.
 * @property {number} bytes - Its known size.
 * @property {boolean} open - Whether it still grows.
 *
 * @typedef {Object} Reading
 * @property {Part} part - The part.
 * @property {DumpReader} reader - Its reader.
 * @property {boolean} isStarted - Whether the model has been told of it.
 */

// While a big dump is read, the page hears of it this often, in ms.
const PROGRESS_INTERVAL = 500;

const model = new SessionModel();

/** @type {Reading[]} */
const readings = [];
const selection = {
    pc: '',
    stream: ''
};
let sentEvents = 0;
let lastReport = 0;

/** @type {Promise<void>} */
let queue = Promise.resolve();

/**
 * Sends the page something.
 *
 * @param {string} type - What it is.
 * @param {Object} body - The rest.
 * @param {Transferable[]} [transfer] - What moves instead of being copied.
 * @returns {void}
 */
function send(type, body, transfer = []) {
    /** @type {any} */ (globalThis).postMessage({
        type,
        ...body
    }, transfer);
}

/**
 * What a legend says of each curve while nobody points at it: never the last value, which says nothing of the call.
 *
 * @param {Record<string, Float32Array>} columns - The curves.
 * @returns {Record<string, {total: number, median: number}>} What they come to.
 */
function summariesOf(columns) {
    return Object.fromEntries(Object.entries(columns).map(([ name, column ]) => {
        const values = [ ...column ];

        return [ name, {
            total: total(values),
            median: median(values)
        } ];
    }));
}

/**
 * Sends the curves of the selected connection or stream.
 *
 * @returns {void}
 */
function sendSeries() {
    const connection = model.connections.get(selection.pc) ?? [ ...model.connections.values() ][0];

    if (!connection) {
        return;
    }
    const { series } = connection;
    const stream = series.streams.get(selection.stream);
    const times = series.times.copy(series.rows);
    const columns = (stream?.table ?? series.totals).copy(series.rows);

    send('series', {
        pc: connection.id,
        stream: stream?.id ?? '',
        direction: stream?.direction ?? '',
        times,
        columns,
        summaries: summariesOf(columns)
    }, [ times.buffer, ...Object.values(columns).map(column => column.buffer) ]);
}

/**
 * What the page needs to know of a connection besides its curves.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {Object} The description.
 */
function summaryOf({ id, role, firstSeen, lastSeen, states, pairs, series }) {
    const streams = [ ...series.streams.values() ].map(({ id: streamId, kind, direction, label }) => {
        return {
            id: streamId,
            kind,
            direction,
            label
        };
    });

    return {
        id,
        role,
        firstSeen,
        lastSeen,
        states,
        pairs,
        polls: series.polls,
        gaps: series.gaps,
        streams
    };
}

/**
 * Sends everything that is new.
 *
 * @param {boolean} isLoading - Whether more is on its way.
 * @returns {void}
 */
function report(isLoading) {
    lastReport = performance.now();
    send('summary', {
        isLoading,
        bytesRead: readings.reduce((sum, { reader }) => sum + reader.offset, 0),
        bytesTotal: readings.reduce((sum, { part, reader }) => sum + Math.max(part.bytes, reader.offset), 0),
        client: model.client,
        identity: model.identity,
        counts: model.counts,
        range: model.clock.range(),
        formats: [ ...model.formats ],
        parts: model.parts.map((part, index) => {
            const [ from, to ] = part.range();

            return {
                index,
                from,
                to,
                id: readings[index].part.id,
                open: readings[index].part.open
            };
        }),
        connections: [ ...model.connections.values() ].map(summaryOf)
    });
    if (model.events.length > sentEvents) {
        send('events', {
            from: sentEvents,
            events: model.events.slice(sentEvents).map((event, index) => {
                return {
                    ...event,
                    payload: undefined,
                    index: sentEvents + index
                };
            })
        });
        sentEvents = model.events.length;
    }
    sendSeries();
}

/**
 * Reads what a part holds beyond what has been read.
 *
 * @param {Reading} reading - The part.
 * @param {number} index - Its index.
 * @returns {Promise<void>} Resolves at its end.
 */
async function readOn(reading, index) {
    const { part, reader } = reading;
    const response = await fetch(`/api/dumps/${encodeURIComponent(part.id)}?from=${reader.offset}`);

    if (!response.ok || !response.body) {
        throw new Error(`${part.id}: the collector answered ${response.status}`);
    }
    if (!reading.isStarted) {
        reading.isStarted = true;
        model.startPart();
    }
    const onRecord = (/** @type {import('../dump/records.js').DumpRecord} */ record) => model.add(record, index);
    const body = response.body.getReader();

    // eslint-disable-next-line no-await-in-loop
    for (let chunk = await body.read(); !chunk.done; chunk = await body.read()) {
        reader.push(chunk.value, onRecord);
        performance.now() - lastReport > PROGRESS_INTERVAL && report(true);
    }
    if (!part.open && reader.offset >= part.bytes) {
        reader.finish(onRecord);
    }
}

/**
 * Reads on in all parts, in their order: a later one continues the earlier.
 *
 * @returns {Promise<void>} Resolves when the page has been told.
 */
async function readAll() {
    try {
        for (const [ index, reading ] of readings.entries()) {
            if (!reading.isStarted || reading.part.bytes > reading.reader.offset || reading.part.open) {
                await readOn(reading, index); // eslint-disable-line no-await-in-loop
            }
        }
        report(false);
    } catch (error) {
        send('failed', { message: /** @type {Error} */ (error).message });
    }
}

/**
 * Takes the current list of parts.
 *
 * @param {Part[]} parts - The parts, in order.
 * @returns {void}
 */
function follow(parts) {
    for (const part of parts) {
        const known = readings.find(reading => reading.part.id === part.id);

        if (known) {
            known.part = part;
        } else {
            readings.push({
                part,
                reader: new DumpReader(),
                isStarted: false
            });
        }
    }
    queue = queue.then(readAll);
}

/**
 * What stands behind an event: its line, fetched again, or what the model keeps of it where there are no lines.
 *
 * @param {ShownEvent} event - Which one, and where it lies.
 * @returns {Promise<string>} The text.
 */
async function lineOf({ index, part, offset, length }) {
    if (offset < 0) {
        return JSON.stringify(model.events[index].payload ?? null);
    }
    const { id } = readings[part].part;
    const response = await fetch(`/api/dumps/${encodeURIComponent(id)}?from=${offset}&to=${offset + length}`);

    return response.text();
}

/**
 * Answers a question of the page.
 *
 * @param {{what: string, token: number, body: any}} question - The question.
 * @returns {Promise<void>} Resolves once it is answered.
 */
async function answer({ what, token, body }) {
    try {
        send('answer', {
            token,
            body: what === 'line' ? await lineOf(body) : answerOf(model, what, body)
        });
    } catch (error) {
        send('answer', {
            token,
            error: /** @type {Error} */ (error).message
        });
    }
}

globalThis.addEventListener('message', ({ data }) => {
    if (data.type === 'follow') {
        follow(data.parts);
    } else if (data.type === 'select') {
        Object.assign(selection, data.selection);
        sendSeries();
    } else if (data.type === 'ask') {
        answer(data);
    }
});
