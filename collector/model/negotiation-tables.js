/**
 * How a connection was negotiated, as tables: its negotiations, its transceivers, and its candidates in words; and the
 * session descriptions themselves, by section, each with the one before.
 *
 * It must never take a description that was not recorded for an empty one.
 */

import { candidatesOf } from './candidates.js';
import { negotiationsOf } from './negotiations.js';
import { codecNames, parseSdp } from './sdp.js';
import { columnsOf } from './tables.js';

/**
 * @typedef {import('./connection.js').ConnectionModel} ConnectionModel
 * @typedef {import('./negotiations.js').Negotiation} Negotiation
 * @typedef {import('./sdp.js').Description} Description
 * @typedef {import('./sdp.js').Section} Section
 * @typedef {import('./tables.js').TableData} TableData
 *
 * @typedef {Object} ShownSection
 * @property {string} title - Its kind, mid and direction; 'session' for what stands ahead of all.
 * @property {string} text - The section.
 * @property {string} previous - The same one of the description before of that side, '' if there is none.
 *
 * @typedef {Object} ShownDescription
 * @property {number} time - When it was set, in ms since the epoch.
 * @property {'local' | 'remote'} side - Whose it is.
 * @property {string} type - 'offer', 'answer', 'pranswer' or 'rollback'.
 * @property {ShownSection[]} sections - Its sections.
 */

const EXTENSIONS = [ 'transport-wide-cc', 'rtp-stream-id', 'abs-send-time' ];

/**
 * What differs between two descriptions of the same side, in words.
 *
 * @param {Description | null} before - The one before.
 * @param {Description | null} now - This one.
 * @returns {string} The words.
 */
function changesOf(before, now) {
    if (!now) {
        return 'not recorded';
    }
    if (!before) {
        return now.sections.map(({ kind }) => kind).join(' + ');
    }
    const changes = now.sections.flatMap((section, index) => {
        const old = before.sections[index];
        const name = `${section.kind} ${section.mid}`;

        if (!old) {
            return [ `${name} added` ];
        }

        return [
            old.direction !== section.direction && `${name} ${old.direction} to ${section.direction}`,
            codecNames(old).join() !== codecNames(section).join() && `${name} codecs`,
            old.ufrag !== section.ufrag && 'ICE restart',
            old.port !== 0 && section.port === 0 && !section.isBundleOnly && `${name} refused`
        ].filter(Boolean);
    });

    return [ ...new Set(changes) ].join(', ') || 'nothing that is looked at here';
}

/**
 * The negotiations.
 *
 * @param {ConnectionModel} connection - The connection.
 * @param {Negotiation[]} negotiations - What is known of them.
 * @returns {TableData} The table.
 */
function negotiationTable(connection, negotiations) {
    return {
        id: 'negotiations',
        title: 'Negotiations',
        columns: columnsOf([
            [ 'offered by', 'text' ], [ 'at', 'time' ], [ 'answered after', 'ms' ], [ 'media', 'text' ],
            [ 'what changed', 'text' ], [ 'outcome', 'text' ]
        ]),
        rows: negotiations.map(({ offerer, offeredAt, answeredAt, offer, answer, isRolledBack }, index) => {
            const before = negotiations.slice(0, index).reverse()
                .find(candidate => candidate.offerer === offerer && candidate.offer);

            return [
                offerer, offeredAt, Number.isNaN(answeredAt) ? undefined : answeredAt - offeredAt,
                offer?.sections.map(({ kind }) => kind).join(' + ') ?? 'not recorded',
                changesOf(before?.offer ?? null, offer),
                isRolledBack ? 'rolled back' : Number.isNaN(answeredAt) ? 'never answered'
                    : answer ? 'answered' : 'answered, not recorded'
            ];
        })
    };
}

/**
 * What stands in a section about a feature, or that it is missing.
 *
 * @param {Section} section - The section.
 * @returns {string} Extensions that are missing.
 */
function missingExtensions({ text, kind }) {
    return kind === 'application' ? '' : EXTENSIONS.filter(name => !text.includes(name)
        && (name !== 'rtp-stream-id' || kind === 'video')).join(', ');
}

/**
 * The transceivers, as the last negotiation left them.
 *
 * @param {Negotiation[]} negotiations - The negotiations.
 * @returns {TableData} The table.
 */
function transceiverTable(negotiations) {
    const last = [ ...negotiations ].reverse().find(({ offer }) => offer);
    const answer = last?.answer;

    return {
        id: 'transceivers',
        title: 'Transceivers',
        columns: columnsOf([
            [ 'mid', 'text' ], [ 'kind', 'text' ], [ 'offered', 'text' ], [ 'answered', 'text' ], [ 'state', 'text' ],
            [ 'codecs offered', 'text' ], [ 'codecs answered', 'text' ], [ 'layers', 'text' ],
            [ 'track', 'text' ], [ 'extensions missing', 'text' ]
        ]),
        rows: (last?.offer?.sections ?? []).map((section, index) => {
            const other = answer?.sections[index];
            const isRefused = other && other.port === 0 && !other.isBundleOnly && section.port !== 0;

            return [
                section.mid, section.kind, section.direction, other?.direction,
                isRefused ? 'refused' : other ? 'agreed' : 'open', codecNames(section).join(', '),
                other ? codecNames(other).join(', ') : undefined,
                (section.text.match(/^a=rid:\S+/gm) ?? []).map(line => line.slice(6)).join(', '),
                /^a=msid:(.*?)\s*$/m.exec(section.text)?.[1], missingExtensions(section)
            ];
        })
    };
}

/**
 * The candidates.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {TableData} The table.
 */
function candidateTable({ log }) {
    return {
        id: 'candidates',
        title: 'Candidates',
        columns: columnsOf([
            [ 'at', 'time' ], [ 'side', 'text' ], [ 'in words', 'text' ], [ 'address', 'text' ], [ 'from', 'text' ]
        ]),
        rows: candidatesOf(log).map(({ time, side, type, protocol, relayProtocol, address, port, url, isMdns }) => {
            const what = {
                host: 'an address of the machine itself',
                srflx: 'its address as a STUN server sees it',
                prflx: 'an address that was found by a check',
                relay: `a TURN server's address${relayProtocol ? `, reached by ${relayProtocol}` : ''}`
            }[type] ?? type;

            return [
                time, side, `${type} ${protocol}: ${what}${isMdns ? ', hidden behind a local name' : ''}`,
                `${address}:${port}`, url || undefined
            ];
        })
    };
}

/**
 * The tables of a connection's signalling.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {TableData[]} The tables.
 */
export function signallingTables(connection) {
    const negotiations = negotiationsOf(connection.log);

    return [ negotiationTable(connection, negotiations), transceiverTable(negotiations), candidateTable(connection) ];
}

/**
 * The session descriptions that were set.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {ShownDescription[]} The descriptions, each section with the one before of the same side.
 */
export function descriptionsOf({ log }) {
    /** @type {Record<string, Description | null>} */
    const before = {
        local: null,
        remote: null
    };

    return log.flatMap(({ type, time, payload }) => {
        const [ , side ] = /^set(Local|Remote)Description$/.exec(type) ?? [];
        const description = side ? parseSdp(payload?.sdp) : null;

        if (!side || !description) {
            return [];
        }
        const key = /** @type {'local' | 'remote'} */ (side.toLowerCase());
        const old = before[key];

        before[key] = description;

        return [ {
            time,
            side: key,
            type: String(payload.type ?? ''),
            sections: [ {
                title: 'session',
                text: description.text,
                previous: old?.text ?? ''
            }, ...description.sections.map((section, index) => {
                return {
                    title: [ section.kind, section.mid, section.direction ].filter(Boolean).join(' · '),
                    text: section.text,
                    previous: old?.sections[index]?.text ?? ''
                };
            }) ]
        } ];
    });
}
