/**
 * The page's beginning: hears the collector's news, keeps the list of sessions and shows the one in the address.
 *
 * It must never poll and never reload: what changes, the collector tells.
 */

import { create } from './dom.js';
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
 * The session that the address asks for.
 *
 * @returns {string} Its id, '' if none.
 */
function wantedId() {
    return decodeURIComponent(/^#\/s\/(.+)$/.exec(location.hash)?.[1] ?? '');
}

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
 * Shows what there is now.
 *
 * @returns {void}
 */
function update() {
    const sessions = groupSessions([ ...dumps.values() ]);
    const wanted = sessions.find(({ id }) => id === wantedId())
        ?? sessions.find(({ id }) => id === view?.id)
        ?? sessions[0];

    document.body.dataset.mode = mode;
    showSessions(list, sessions, wanted?.id ?? '');
    document.title = wanted ? `${wanted.open ? '● ' : ''}${wanted.id} – rtcstats` : 'rtcstats collector';
    if (!wanted) {
        main.replaceChildren(emptyState());
    } else if (view?.id === wanted.id) {
        view.follow(wanted);
    } else {
        view?.close();
        view = new SessionView(wanted, main);
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
 * Listens to the collector.
 *
 * @returns {void}
 */
function listen() {
    const news = new EventSource('/api/events');
    const take = (/** @type {DumpInfo[]} */ changed) => {
        changed.forEach(dump => dumps.set(dump.id, dump));
        update();
    };

    news.addEventListener('dumps', ({ data }) => {
        const body = JSON.parse(data);

        mode = body.mode;
        linkState.textContent = mode === 'file' ? 'saved dump' : 'listening';
        linkState.classList.toggle('live', mode !== 'file');
        take(body.dumps);
    });
    news.addEventListener('changed', ({ data }) => take(JSON.parse(data)));
    news.onerror = () => {
        linkState.textContent = 'collector gone, trying again';
        linkState.classList.remove('live');
    };
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
listen();
