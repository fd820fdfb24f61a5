/**
 * Puts calls of an API and their outcomes together: `createOffer` with `createOfferOnSuccess`, `getUserMedia` with
 * `getUserMediaOnFailure`. Formats that number calls say which belongs to which; otherwise outcomes come in the order
 * of the calls.
 *
 * It must never give an outcome to two calls.
 */

/**
 * @typedef {import('./connection.js').LogEntry} LogEntry
 *
 * @typedef {Object} Call
 * @property {string} name - What was called.
 * @property {number} time - When, in ms since the epoch.
 * @property {any} payload - With what.
 * @property {'success' | 'failure' | ''} outcome - How it ended, '' if it has not.
 * @property {number} endTime - When it ended, NaN if it has not.
 * @property {any} result - What it ended with.
 */

const OUTCOME = /^(.*)On(Success|Failure)$/;

/**
 * The calls in a log.
 *
 * @param {LogEntry[]} log - The log.
 * @param {RegExp} names - Which calls.
 * @returns {Call[]} The calls, in their order.
 */
export function callsOf(log, names) {
    /** @type {Call[]} */
    const calls = [];

    /** @type {Map<string, Call[]>} */
    const open = new Map();

    for (const { type, time, payload, call } of log) {
        const [ , name = type, outcome = '' ] = OUTCOME.exec(type) ?? [];

        if (!names.test(name)) {
            continue;
        }
        const key = `${name} ${call}`;
        const waiting = open.get(key) ?? [];

        open.set(key, waiting);
        if (outcome) {
            const started = waiting.shift() ?? {
                name,
                time,
                payload: null
            };
            const ended = Object.assign(started, {
                outcome: /** @type {'success' | 'failure'} */ (outcome.toLowerCase()),
                endTime: time,
                result: payload
            });

            calls.includes(ended) || calls.push(ended);
        } else {
            const started = {
                name,
                time,
                payload,
                outcome: /** @type {''} */ (''),
                endTime: NaN,
                result: null
            };

            waiting.push(started);
            calls.push(started);
        }
    }

    return calls;
}

/**
 * The words of a failure.
 *
 * @param {any} result - What a call ended with: a name, a text, or an error.
 * @returns {string} The words.
 */
export function failureText(result) {
    if (typeof result === 'string') {
        return result;
    }

    return [ result?.name, result?.message ].filter(Boolean).join(': ') || 'without a reason';
}
