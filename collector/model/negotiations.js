/**
 * The negotiations of a connection: who offered, what was answered, and how long each step took.
 *
 * It must never take an implicit or unrecorded description for an empty one.
 */

import { callsOf } from './calls.js';
import { parseSdp } from './sdp.js';

/**
 * @typedef {import('./calls.js').Call} Call
 * @typedef {import('./connection.js').LogEntry} LogEntry
 * @typedef {import('./sdp.js').Description} Description
 *
 * @typedef {Object} Negotiation
 * @property {'local' | 'remote'} offerer - Who made the offer.
 * @property {number} offeredAt - When the offer was set, in ms since the epoch.
 * @property {number} answeredAt - When the answer was set, NaN if none was.
 * @property {Description | null} offer - The offer, null if it was not recorded.
 * @property {Description | null} answer - The answer, null if there is none or it was not recorded.
 * @property {boolean} isRolledBack - Whether the offer was taken back, for that of the other side or for good.
 */

const SET = /^set(?:Local|Remote)Description$/;

/**
 * The type of the description that was set. Where it was left out, it answers the other side's offer, if there is one.
 *
 * @param {Call} call - The call.
 * @param {string} waiting - Whose offer waits for its answer, '' if none does.
 * @returns {string} 'offer', 'answer', 'pranswer' or 'rollback'.
 */
function typeOf({ name, payload }, waiting) {
    return payload?.type ?? (waiting !== '' && waiting !== sideOf(name) ? 'answer' : 'offer');
}

/**
 * Who made a description.
 *
 * @param {string} name - By which call it was set.
 * @returns {'local' | 'remote'} Who made it.
 */
function sideOf(name) {
    return name === 'setLocalDescription' ? 'local' : 'remote';
}

/**
 * The negotiations of a connection.
 *
 * @param {LogEntry[]} log - Its log.
 * @returns {Negotiation[]} The negotiations, in their order.
 */
export function negotiationsOf(log) {
    /** @type {Negotiation[]} */
    const negotiations = [];

    for (const call of callsOf(log, SET)) {
        const last = negotiations[negotiations.length - 1];
        const isOpen = Boolean(last) && Number.isNaN(last.answeredAt) && !last.isRolledBack;
        const side = sideOf(call.name);
        const type = typeOf(call, isOpen ? last.offerer : '');

        if (call.outcome === 'failure') {
            continue;
        }
        if (type === 'rollback') {
            isOpen && Object.assign(last, { isRolledBack: true });
        } else if (type === 'offer' && isOpen && last.offerer === side) {
            // An offer may be set again before it is answered.
            last.offer = parseSdp(call.payload?.sdp);
        } else if (type === 'offer') {
            // Both sides offered at once: setting the other one takes back our own.
            isOpen && Object.assign(last, { isRolledBack: true });
            negotiations.push({
                offerer: side,
                offeredAt: call.time,
                answeredAt: NaN,
                offer: parseSdp(call.payload?.sdp),
                answer: null,
                isRolledBack: false
            });
        } else if (type === 'answer' && isOpen) {
            last.answeredAt = call.time;
            last.answer = parseSdp(call.payload?.sdp);
        }
    }

    return negotiations;
}
