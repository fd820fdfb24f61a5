/**
 * Groups dumps into sessions and shows the list of them.
 *
 * It must never read a dump: what the list says comes from the collector's news.
 */

import { create } from './dom.js';
import { browser, day, metric } from './format.js';

/**
 * @typedef {import('../dump-store.js').DumpInfo} DumpInfo
 *
 * @typedef {Object} Session
 * @property {string} id - The id of its first part.
 * @property {DumpInfo[]} parts - Its dumps, in order.
 * @property {boolean} open - Whether one of them still grows.
 * @property {number} startedAt - When it began, in ms.
 * @property {number} bytes - The size of all parts.
 */

/**
 * Puts `<id>`, `<id>_1`, `<id>_2`, … together.
 *
 * @param {DumpInfo[]} dumps - The dumps.
 * @returns {Session[]} The sessions: live ones first, then the newest.
 */
export function groupSessions(dumps) {
    const ids = new Set(dumps.map(({ id }) => id));

    /** @type {Map<string, Array<{number: number, dump: DumpInfo}>>} */
    const groups = new Map();

    for (const dump of dumps) {
        const match = /^(.+)_(\d+)$/.exec(dump.id);
        const isPart = match && (ids.has(match[1]) || /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(match[1]));
        const id = match && isPart ? match[1] : dump.id;

        groups.set(id, [ ...groups.get(id) ?? [], {
            number: match && isPart ? Number(match[2]) : 0,
            dump
        } ]);
    }

    return [ ...groups ].map(([ id, members ]) => {
        const parts = members.sort((a, b) => a.number - b.number).map(({ dump }) => dump);

        return {
            id,
            parts,
            open: parts.some(({ open }) => open),
            startedAt: Math.min(...parts.map(({ startedAt }) => startedAt)),
            bytes: parts.reduce((total, { bytes }) => total + bytes, 0)
        };
    }).sort((a, b) => Number(b.open) - Number(a.open) || b.startedAt - a.startedAt);
}

/**
 * The meeting's name in a client's path.
 *
 * @param {Session} session - The session.
 * @returns {string} The name, the id if there is none.
 */
export function nameOf({ id, parts }) {
    const path = parts.find(({ client }) => client)?.client?.path ?? '';
    const name = path.replace(/[?#].*$/, '').replace(/^\/+/, '');

    try {
        return decodeURIComponent(name) || id;
    } catch {
        return name;
    }
}

/**
 * One entry of the list.
 *
 * @param {Session} session - The session.
 * @param {boolean} isCurrent - Whether it is the one shown.
 * @returns {HTMLElement} The element.
 */
function itemOf(session, isCurrent) {
    const { id, parts, open, startedAt, bytes } = session;
    const userAgent = parts.find(({ client }) => client)?.client?.userAgent;

    return create('li', {}, create('a.session', {
        href: `#/s/${encodeURIComponent(id)}`,
        'aria-current': isCurrent && 'page',
        'data-id': id
    },
    create('span.session-name', {}, create(`span.dot${open ? '.live' : ''}`, { 'aria-hidden': true }), nameOf(session)),
    create('span.session-id', {}, id),
    create('span.session-facts', {}, [
        open ? 'live' : 'ended',
        day(startedAt),
        metric(bytes, 'B'),
        parts.length > 1 && `${parts.length} parts`,
        userAgent && browser(userAgent)
    ].filter(Boolean).join(' · '))));
}

/**
 * Shows the list.
 *
 * @param {HTMLElement} container - Where.
 * @param {Session[]} sessions - The sessions.
 * @param {string} currentId - The id of the one shown.
 * @returns {void}
 */
export function showSessions(container, sessions, currentId) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.id;
    const live = sessions.filter(({ open }) => open).length;

    container.replaceChildren(
        create('h2', {}, 'Sessions ', create('span.quiet', {}, `${sessions.length}, ${live} live`)),
        sessions.length > 0
            ? create('ul', {}, sessions.map(session => itemOf(session, session.id === currentId)))
            : create('p.quiet', {}, 'Nothing has arrived yet.'));

    // The list is built anew with every change; whoever stepped through it by keyboard stays where they were.
    focused && [ ...container.querySelectorAll('a') ].find(({ dataset }) => dataset.id === focused)?.focus();
}
