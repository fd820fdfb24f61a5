/**
 * The page's beginning: hears the collector's news, keeps the list of sessions and shows the one in the address.
 *
 * It must never poll and never reload: what changes, the collector tells.
 */

import { readAddress, writeAddress } from './address.js';
import { create } from './dom.js';
import { listen } from './news.js';
import { SessionView } from './session-view.js';
import { groupSessions, showSessions } from './sessions.js';

/**
 * @typedef {import('../server/dump-store.js').DumpInfo} DumpInfo
 */

const THEMES = [ 'auto', 'light', 'dark' ];

/** @type {Map<string, DumpInfo>} */
const dumps = new Map();
const list = /** @type {HTMLElement} */ (document.getElementById('sessions'));
const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const linkState = /** @type {HTMLElement} */ (document.getElementById('link-state'));
const themeButton = /** @type {HTMLElement} */ (document.getElementById('theme'));

/** @type {SessionView | null} */
let view = null;
let mode = 'live';

/**
 * What stands in the place of a session while there is none.
 *
 * @returns {HTMLElement} The element.
 */
function emptyState() {
    const endpoint = location.origin.replace(/^http/, 'ws');

    return create('section.card.welcome', {},
        create('h2', {}, 'Waiting for a session'),
        create('p', {}, 'Point a client at this endpoint and its calls appear here as they happen:'),
        create('pre', { tabindex: 0 }, create('code', {}, endpoint)),
        create('p.quiet', {}, 'A saved dump is shown by ',
            create('code', {}, 'npx @jitsi/rtcstats-collector view FILE'), '.'));
}

/**
 * What stands in the place of a session that is not there.
 *
 * @param {string} id - What the address asks for.
 * @returns {HTMLElement} The element.
 */
function unknownState(id) {
    return create('section.card.welcome', {},
        create('h2', {}, 'There is no such session'),
        create('p', {}, 'The address asks for ', create('code', {}, id), ', which is not here (any more).'),
        create('p', {}, create('a.plain-link', { href: '#/' }, 'Show what there is')));
}

/**
 * Puts into the address what of a session is looked at, so that it can be given to somebody else.
 *
 * @param {string} id - The session.
 * @param {Record<string, string>} state - What of it.
 * @returns {void}
 */
function noteState(id, state) {
    const hash = writeAddress({
        id,
        state
    });
    const isBare = !location.hash && !hash.includes('?');

    isBare || hash === location.hash || history.replaceState(null, '', hash);
}

/**
 * Shows what there is now.
 *
 * @returns {void}
 */
function update() {
    const sessions = groupSessions([ ...dumps.values() ]);
    const address = readAddress(location.hash);
    const wanted = address.id ? sessions.find(({ id }) => id === address.id)
        : sessions.find(({ id }) => id === view?.id) ?? sessions[0];

    document.body.dataset.mode = mode;
    showSessions(list, sessions, wanted?.id ?? '');
    document.title = wanted ? `${wanted.open ? '● ' : ''}${wanted.id} – rtcstats` : 'rtcstats collector';
    if (!wanted) {
        view?.close();
        view = null;
        main.replaceChildren(address.id ? unknownState(address.id) : emptyState());
    } else if (view?.id === wanted.id) {
        view.follow(wanted);
    } else {
        view?.close();
        const { id } = wanted;

        view = new SessionView(wanted, main, address.id === id ? address.state : {},
            (/** @type {Record<string, string>} */ state) => noteState(id, state));
    }
}

/**
 * Shows the colour scheme's name and takes it over.
 *
 * @param {string} theme - 'auto', 'light' or 'dark'.
 * @returns {void}
 */
function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    themeButton.textContent = { auto: '◐ auto',
        light: '☀ light',
        dark: '☾ dark' }[theme] ?? theme;
    themeButton.setAttribute('aria-label', `Colours: ${theme}`);
    localStorage.setItem('theme', theme);
    view?.restyle();
}

/**
 * Takes a piece of news.
 *
 * @param {string} name - What it is.
 * @param {any} data - The news.
 * @returns {void}
 */
function onNews(name, data) {
    if (name === 'lost') {
        linkState.textContent = 'collector gone, trying again';
        linkState.classList.remove('live');

        return;
    }
    if (name === 'dumps') {
        mode = data.mode;
        linkState.textContent = mode === 'file' ? 'saved dump' : 'listening';
        linkState.classList.toggle('live', mode !== 'file');
        dumps.clear();
    }
    (name === 'dumps' ? data.dumps : data).forEach((/** @type {DumpInfo} */ dump) => dumps.set(dump.id, dump));
    update();
}

themeButton.addEventListener('click', () => {
    const next = THEMES.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1;

    setTheme(THEMES[next % THEMES.length]);
});
window.addEventListener('hashchange', () => {
    update();
    main.focus();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => view?.restyle());
setTheme(localStorage.getItem('theme') ?? 'auto');
listen(onNews);
