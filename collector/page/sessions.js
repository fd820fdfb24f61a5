/**
 * Groups dumps into sessions and shows the list of them.
 *
 * It must never read a dump: what the list says comes from the collector's news.
 */

import { partOf } from '../model/parts.js';

import { create, setText } from './dom.js';
import { browser, day, metric } from './format.js';

/**
 * @typedef {import('../server/dump-store.js').DumpInfo} DumpInfo
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
        const { session: id, number } = partOf(dump.id, ids);

        groups.set(id, [ ...groups.get(id) ?? [], {
            number,
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
 * @param {Record<string, any> | null | undefined} client - What the first line of a dump or journal says of the client.
 * @returns {string} The name, '' if there is none.
 */
export function meetingOf(client) {
    const path = String(client?.path ?? client?.meetingPath ?? '');
    const name = path.replace(/[?#].*$/, '').replace(/^\/+/, '');

    try {
        return decodeURIComponent(name);
    } catch {
        return name;
    }
}

/**
 * What to call a session.
 *
 * @param {Session} session - The session.
 * @returns {string} The meeting's name, the id if there is none.
 */
export function nameOf({ id, parts }) {
    return meetingOf(parts.find(({ client }) => client)?.client) || id;
}

/**
 * What the list says of a session besides its name.
 *
 * @param {Session} session - The session.
 * @returns {string} The words.
 */
function factsOf({ parts, open, startedAt, bytes }) {
    const userAgent = parts.find(({ client }) => client)?.client?.userAgent;

    return [
        open ? 'live' : 'ended',
        day(startedAt),
        metric(bytes, 'B'),
        parts.length > 1 && `${parts.length} parts`,
        userAgent && browser(userAgent)
    ].filter(Boolean).join(' · ');
}

/**
 * Creates an entry of the list, still empty.
 *
 * @param {string} id - The session's id.
 * @returns {HTMLElement} The element.
 */
function createItem(id) {
    return create('li', { 'data-id': id }, create('a.session', { href: `#/s/${encodeURIComponent(id)}` },
        create('span.session-name', {}, create('i.dot', { 'aria-hidden': true }), create('b')),
        create('span.session-id', {}, id),
        create('span.session-facts')));
}

/**
 * Fills an entry of the list.
 *
 * @param {HTMLElement} item - The entry.
 * @param {Session} session - The session.
 * @param {boolean} isCurrent - Whether it is the one shown.
 * @returns {void}
 */
function fillItem(item, session, isCurrent) {
    const link = /** @type {Element} */ (item.firstElementChild);

    if (isCurrent) {
        link.setAttribute('aria-current', 'page');
    } else {
        link.removeAttribute('aria-current');
    }
    item.querySelector('.dot')?.classList.toggle('live', session.open);
    setText(/** @type {Element} */ (item.querySelector('b')), nameOf(session));
    setText(/** @type {Element} */ (item.querySelector('.session-facts')), factsOf(session));
}

/**
 * Shows the list. Entries stay the elements they are: somebody may be about to click one.
 *
 * @param {HTMLElement} container - Where.
 * @param {Session[]} sessions - The sessions.
 * @param {string} currentId - The id of the one shown.
 * @returns {void}
 */
export function showSessions(container, sessions, currentId) {
    const live = sessions.filter(({ open }) => open).length;

    if (!container.firstElementChild) {
        container.append(create('h2', {}, 'Sessions ', create('span.quiet')), create('ul'),
            create('p.quiet', {}, 'Nothing has arrived yet.'));
    }
    const [ heading, list, empty ] = /** @type {HTMLElement[]} */ ([ ...container.children ]);
    const items = sessions.map(({ id }) => /** @type {HTMLElement} */ (
        [ ...list.children ].find(item => /** @type {HTMLElement} */ (item).dataset.id === id) ?? createItem(id)));

    setText(/** @type {Element} */ (heading.lastElementChild), `${sessions.length}, ${live} live`);
    empty.hidden = sessions.length > 0;
    items.forEach((item, index) => {
        list.children[index] === item || list.insertBefore(item, list.children[index] ?? null);
        fillItem(item, sessions[index], sessions[index].id === currentId);
    });
    while (list.children.length > items.length) {
        list.lastElementChild?.remove();
    }
}
