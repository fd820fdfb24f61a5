/**
 * The page's end of the worker that reads a session: what it tells by itself, and what it answers.
 *
 * It must never answer a question with the answer to another one.
 */

/**
 * @typedef {{resolve: (body: any) => void, reject: (error: Error) => void}} Waiting
 *
 * @typedef {Object} Answer
 * @property {number} token - Which question it answers.
 * @property {any} body - The answer.
 * @property {string} [error] - Why there is none.
 */

/**
 * The worker of one session.
 */
export class SessionWorker {
    /**
     * Starts the worker.
     *
     * @param {Function} onNews - Called with what it tells by itself.
     * @param {Function} onFailure - Called with why it can not go on.
     */
    constructor(onNews, onFailure) {
        /** @type {Map<number, Waiting>} */
        this._waiting = new Map();
        this._lastToken = 0;
        this._worker = new Worker('/page/worker.js', { type: 'module' });
        this._worker.onmessage = ({ data }) => (data.type === 'answer' ? this._onAnswer(data) : onNews(data));
        this._worker.onerror = ({ message }) => onFailure(message);
    }

    /**
     * Tells the worker something.
     *
     * @param {Record<string, any>} message - What.
     * @returns {void}
     */
    tell(message) {
        this._worker.postMessage(message);
    }

    /**
     * Asks the worker something.
     *
     * @param {string} what - The name of the question.
     * @param {any} [body] - About what.
     * @returns {Promise<any>} The answer.
     */
    ask(what, body = {}) {
        const token = ++this._lastToken;

        this._worker.postMessage({
            type: 'ask',
            what,
            token,
            body
        });

        return new Promise((resolve, reject) => this._waiting.set(token, {
            resolve,
            reject
        }));
    }

    /**
     * Ends the worker. What was asked stays unanswered.
     *
     * @returns {void}
     */
    close() {
        this._worker.terminate();
        this._waiting.clear();
    }

    /**
     * Takes an answer.
     *
     * @param {Answer} answer - The answer.
     * @returns {void}
     */
    _onAnswer({ token, body, error }) {
        const waiting = this._waiting.get(token);

        this._waiting.delete(token);
        if (error === undefined) {
            waiting?.resolve(body);
        } else {
            waiting?.reject(new Error(error));
        }
    }
}
