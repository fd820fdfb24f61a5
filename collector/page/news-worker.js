/**
 * The worker that all pages of a browser share: it has the one stream of the collector's news.
 *
 * It must never keep a page that has gone, nor let one that comes later miss what the others know.
 */

/** @type {Set<MessagePort>} */
const pages = new Set();

/** @type {Map<string, any>} */
const dumps = new Map();
let mode = '';
let isLost = false;

/**
 * Tells a page what all others know.
 *
 * @param {MessagePort} page - The page.
 * @returns {void}
 */
function welcome(page) {
    pages.add(page);
    mode && page.postMessage({
        name: 'dumps',
        data: {
            mode,
            dumps: [ ...dumps.values() ]
        }
    });
    isLost && page.postMessage({ name: 'lost' });
}

/**
 * Tells all pages.
 *
 * @param {string} name - The name of the news.
 * @param {any} [data] - The news.
 * @returns {void}
 */
function tell(name, data) {
    pages.forEach(page => page.postMessage({
        name,
        data
    }));
}

const news = new EventSource('/api/events');

news.addEventListener('dumps', ({ data }) => {
    const body = JSON.parse(data);

    mode = body.mode;
    isLost = false;
    dumps.clear();
    body.dumps.forEach((/** @type {any} */ dump) => dumps.set(dump.id, dump));
    tell('dumps', body);
});
news.addEventListener('changed', ({ data }) => {
    const changed = JSON.parse(data);

    changed.forEach((/** @type {any} */ dump) => dumps.set(dump.id, dump));
    tell('changed', changed);
});
news.onerror = () => {
    isLost = true;
    tell('lost');
};

globalThis.addEventListener('connect', event => {
    const [ page ] = /** @type {any} */ (event).ports;

    page.onmessage = (/** @type {MessageEvent} */ { data }) => (data === 'gone' ? pages.delete(page) : welcome(page));
    welcome(page);
});
