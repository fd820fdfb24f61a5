/**
 * What the worker answers to questions of the page, each a pure function of the session.
 *
 * It must never give out the model itself, only what is shown.
 */

import { catalogueOf, curvesOf } from '../model/curves.js';
import { findingsOf } from '../model/findings/index.js';
import { descriptionsOf, signallingTables } from '../model/negotiation-tables.js';
import { inspectPoll } from '../model/polls.js';
import { statisticsTables } from '../model/tables.js';

/**
 * @typedef {import('../model/connection.js').ConnectionModel} ConnectionModel
 * @typedef {import('../model/session.js').SessionModel} SessionModel
 */

/**
 * The connection that is asked about.
 *
 * @param {SessionModel} model - The session.
 * @param {string} pc - Its id.
 * @returns {ConnectionModel} The connection.
 */
function connectionOf(model, pc) {
    const connection = model.connections.get(pc);

    if (!connection) {
        throw new Error(`there is no connection ${pc}`);
    }

    return connection;
}

/** @type {Record<string, (model: SessionModel, body: any) => any>} */
const ANSWERS = {
    findings: model => findingsOf(model),
    catalogue: (model, { pc }) => catalogueOf(connectionOf(model, pc)),
    curves: (model, { pc, choices }) => curvesOf(connectionOf(model, pc), choices),
    poll: (model, { pc, row, time }) => inspectPoll(connectionOf(model, pc), {
        row,
        time
    }),
    tables: (model, { pc }) => [
        ...statisticsTables(connectionOf(model, pc)), ...signallingTables(connectionOf(model, pc))
    ],
    descriptions: (model, { pc }) => descriptionsOf(connectionOf(model, pc))
};

/**
 * Answers a question.
 *
 * @param {SessionModel} model - The session.
 * @param {string} what - The name of the question.
 * @param {any} body - About what.
 * @returns {any} The answer.
 */
export function answerOf(model, what, body) {
    if (!Object.hasOwn(ANSWERS, what)) {
        throw new Error(`there is no question "${what}"`);
    }

    return ANSWERS[what](model, body);
}
