/**
 * The collector's news, heard once for all pages of a browser: a browser opens six connections to a server at most, and
 * a stream of news for each page would leave none for the dumps from the sixth page on.
 *
 * It must never poll.
 */

/**
 * @typedef {(name: 'dumps' | 'changed' | 'lost', data: any) => void} NewsListener
 */

/**
 * Listens to the collector by a worker that all pages share.
 *
 * @param {NewsListener} listener - Called with the name and the data of each piece of news.
 * @returns {void}
 */
export function listen(listener) {
    const { port } = new SharedWorker('/page/news-worker.js', {
        type: 'module',
        name: 'rtcstats-news'
    });

    port.onmessage = ({ data: { name, data } }) => listener(name, data);
    addEventListener('pagehide', () => port.postMessage('gone'));
    addEventListener('pageshow', ({ persisted }) => persisted && port.postMessage('back'));
}
