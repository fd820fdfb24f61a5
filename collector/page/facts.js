/**
 * The head of a session: what it is, how it goes, and what is wrong with it.
 *
 * It must never hide a loss: what is missing, damaged or repeated has a badge.
 */

import { create } from './dom.js';
import { browser, clock, day, duration, metric } from './format.js';

/**
 * A badge for something that is not as it should be.
 *
 * @param {number} count - How often.
 * @param {string} text - What, with `#` for the count.
 * @param {string} severity - How bad it is.
 * @param {string} title - What it means.
 * @returns {HTMLElement | null} The badge, null for a count of 0.
 */
function badge(count, text, severity, title) {
    return count > 0 ? create(`span.badge.${severity}`, { title }, text.replace('#', String(count))) : null;
}

/**
 * One fact.
 *
 * @param {string} name - Its name.
 * @param {string | undefined} value - What it is; nothing is shown without.
 * @param {string} [title] - More of it.
 * @returns {HTMLElement | null} The element.
 */
function fact(name, value, title) {
    return value ? create('div', { title }, create('dt', {}, name), create('dd', {}, value)) : null;
}

/**
 * The values of the identity that are no objects.
 *
 * @param {Record<string, any>} identity - The identity.
 * @returns {Array<HTMLElement | null>} Their facts.
 */
function identityFacts(identity) {
    return Object.entries(identity)
        .filter(([ , value ]) => [ 'string', 'number', 'boolean' ].includes(typeof value) && value !== '')
        .map(([ name, value ]) => fact(name, String(value)));
}

/**
 * What tells of the parts of a resumed session.
 *
 * @param {any[]} parts - The parts.
 * @returns {HTMLElement | null} The element, null for a single part.
 */
function partList(parts) {
    return parts.length > 1 ? create('ol.parts', { 'aria-label': 'Parts' }, parts.map(({ id, from, to, open }, index) =>
        create('li', { title: id }, create(`span.dot${open ? '.live' : ''}`), `part ${index + 1}  `,
            create('span.quiet', {}, `${clock(from)} – ${clock(to)}`)))) : null;
}

/**
 * The line with the name, the state and what is wrong.
 *
 * @param {any} session - What the worker and the list say of it.
 * @returns {Array<HTMLElement | null>} The elements.
 */
function headOf({ name, isOpen, isLoading, bytesRead, identity, counts, parts }) {
    const state = isOpen ? 'live' : 'ended';

    return [
        create('h2', {}, identity.confName || identity.conference || name),
        create(`span.pill${isOpen ? '.live' : ''}`, { 'data-state': state }, state),
        badge(parts.length - 1, 'resumed #×', 'info', 'The link was lost and the session went on as another dump'),
        badge(counts.missing, '# missing', 'warn', 'Sequence numbers that never arrived: dropped or lost events'),
        badge(counts.damaged, '# damaged', 'bad', 'Lines that could not be read; they are among the events'),
        badge(counts.repeated, '# repeated', 'info', 'Entries sent again after a resume; shown once'),
        badge(counts.unknown, '# not known', 'warn', 'Of no known kind; among the events'),
        badge(counts.untimed, '# without a time', 'info', 'Entries that do not say when they were'),
        badge(counts.offClock, '# of another clock', 'info', 'Entries more than a day off; listed, not in the curves'),
        isLoading || counts.entries + counts.foreign + counts.unknown + counts.damaged > 0 ? null
            : create('span.badge.warn', {}, bytesRead === 0 ? 'the file is empty' : 'no entries, only a header'),
        badge(counts.foreign, '# other', 'info', 'Requests of backend services, which have no curves')
    ];
}

/**
 * What is known of the session.
 *
 * @param {any} session - What the worker and the list say of it.
 * @returns {Array<HTMLElement | null>} The elements.
 */
function factsOf({ bytesRead, client, counts, formats, whole }) {
    return [
        fact('started', day(whole[0])),
        fact('length', duration(whole[1] - whole[0])),
        fact('client', client.userAgent && browser(client.userAgent), client.userAgent),
        fact('format', formats.join(', ')),
        fact('origin', client.origin),
        fact('protocol', client.clientProtocol),
        fact('entries', counts.entries.toLocaleString('en-GB')),
        fact('polls', counts.polls.toLocaleString('en-GB')),
        fact('size', metric(bytesRead, 'B'))
    ];
}

/**
 * Replaces what an element holds.
 *
 * @param {Element} element - The element.
 * @param {Array<HTMLElement | null>} children - What it is to hold; nulls are left out.
 * @returns {void}
 */
function refill(element, children) {
    element.replaceChildren(...children.filter(child => child !== null));
}

/**
 * Shows the facts. What can be clicked stays the element it is while the session grows.
 *
 * @param {HTMLElement} container - Where.
 * @param {any} session - What the worker and the list say of it.
 * @returns {void}
 */
export function showFacts(container, session) {
    const { id, isLoading, bytesRead, bytesTotal, identity, parts } = session;

    if (!container.firstElementChild) {
        container.append(create('div.facts-head'), create('code.session-id', {}, id), create('progress', {
            max: 1,
            'aria-label': 'Reading the dump'
        }), create('dl'), create('div'), create('details', {}, create('summary', {}, 'identity'), create('dl')));
    }
    const [ head, , progress, facts, partsHere, details ] = /** @type {any[]} */ ([ ...container.children ]);

    refill(head, headOf(session));
    progress.value = bytesTotal > 0 ? bytesRead / bytesTotal : 1;
    progress.hidden = !isLoading;
    container.toggleAttribute('data-loaded', !isLoading);
    refill(facts, factsOf(session));
    refill(partsHere, [ partList(parts) ]);
    details.hidden = Object.keys(identity).length === 0;
    refill(details.lastElementChild, identityFacts(identity));
}
