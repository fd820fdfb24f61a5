/**
 * The parts of a session's view that belong to its connections, besides the charts: tabs, the choice of a stream, and
 * the candidate pairs in use.
 *
 * It must never replace what can be clicked unless it has to: a live session changes all the time.
 */

import { create, setText } from './dom.js';
import { clock, duration } from './format.js';

/**
 * Shows a tab for each connection.
 *
 * @param {HTMLElement} container - Where.
 * @param {any[]} connections - The connections.
 * @param {string} current - The id of the chosen one.
 * @param {Function} onSelect - Called with the id of the one that is clicked.
 * @returns {void}
 */
export function showTabs(container, connections, current, onSelect) {
    if (container.childElementCount !== connections.length) {
        container.replaceChildren(...connections.map(({ id }) => create('button', {
            type: 'button',
            role: 'tab',
            'data-pc': id,
            onclick: () => onSelect(id)
        }, create('span.dot'), create('span'))));
    }
    connections.forEach(({ id, role, states }, index) => {
        const tab = /** @type {HTMLElement} */ (container.children[index]);
        const state = states[states.length - 1]?.value ?? '';

        tab.setAttribute('aria-selected', String(id === current));
        tab.tabIndex = id === current ? 0 : -1;
        /** @type {Element} */ (tab.firstChild).className = `dot ${state}`;
        setText(/** @type {Element} */ (tab.lastChild), [ id, role, state ].filter(Boolean).join(' · '));
    });
}

/**
 * Shows the streams to choose from.
 *
 * @param {HTMLSelectElement} select - Where.
 * @param {any} connection - The connection, undefined if there is none yet.
 * @param {string} current - The id of the chosen stream, '' for all.
 * @returns {void}
 */
export function showStreams(select, connection, current) {
    const streams = connection?.streams ?? [];
    const key = `${connection?.id} ${streams.length}`;

    if (select.dataset.key !== key) {
        select.dataset.key = key;
        select.replaceChildren(create('option', { value: '' }, `all ${streams.length} streams`),
            ...streams.map((/** @type {any} */ { id, label }) => create('option', { value: id }, label)));
        select.value = current;
    }
    select.hidden = streams.length === 0;
}

/**
 * One candidate pair.
 *
 * @param {any} pair - The pair, with when it was in use.
 * @param {boolean} isOpen - Whether the session still goes on.
 * @returns {HTMLElement} The element.
 */
function pairItem({ from, to, value }, isOpen) {
    const end = isOpen ? 'until now' : 'to the end';
    const [ local, remote ] = value.split(' → ');

    return create('li', {},
        create('time', {}, `${clock(from)}, ${Number.isFinite(to) ? `for ${duration(to - from)}` : end}`),
        create('span.candidate', {}, 'local ', create('b', {}, local)),
        create('span.candidate', {}, 'remote ', create('b', {}, remote)));
}

/**
 * Shows the candidate pairs of a connection.
 *
 * @param {HTMLElement} container - Where.
 * @param {any} connection - The connection, undefined if there is none yet.
 * @param {boolean} isOpen - Whether the session still goes on.
 * @returns {void}
 */
export function showPairs(container, connection, isOpen) {
    const pairs = connection?.pairs ?? [];
    const key = JSON.stringify([ connection?.id, isOpen, pairs ]);

    if (container.dataset.key !== key) {
        container.dataset.key = key;
        container.replaceChildren(
            create('figcaption', { title: 'Where media flows: type, protocol, address, network' },
                create('b', {}, 'Candidate pair in use')),
            pairs.length > 0
                ? create('ol', {}, pairs.map((/** @type {any} */ pair) => pairItem(pair, isOpen)))
                : create('span.chart-empty', {}, 'no data'));
        container.classList.toggle('is-empty', pairs.length === 0);
    }
}
