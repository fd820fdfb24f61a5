/**
 * Lets the app look at each entry before it is sent (`beforeSend`), in order and within bounds: what takes too long in
 * one turn goes on in the next. A hook that throws changes and drops nothing, and is told. It must never let the app's
 * mistake reach the page or a channel.
 */

'use strict';

/** Milliseconds of one turn; a batch that takes longer goes on in the next. */
const SLICE = 10;

/** Milliseconds of one call beyond which the app is told. */
const SLOW = 50;

/** Milliseconds between two complaints of a kind. */
const COMPLAINT_INTERVAL = 10000;

/**
 * @typedef {Object} Entry
 * @property {string} type - Its type.
 * @property {string | null} pcId - The connection.
 * @property {any} payload - Its payload.
 * @property {number} timestamp - Milliseconds since the epoch.
 */

/**
 * What an app gives: it returns the entry, changed or not, or null to leave it out.
 *
 * @typedef {function(Entry): (Entry | null | false | undefined | void)} BeforeSend
 */

/**
 * Passes entries through a hook.
 */
class EntryHook {
    /**
     * Creates it.
     *
     * @param {BeforeSend} hook - The app's function.
     * @param {Object} to - Where things go.
     * @param {function(string): void} to.deliver - Takes batches.
     * @param {function(string): void} to.filter - Told a line that the app leaves out.
     * @param {function(string): void} to.hold - Told a line that waits for its turn.
     * @param {function(string): void} to.release - Told a line that waits no more.
     * @param {function(string, string): void} to.complain - Told of the app's mistakes: a code and a sentence.
     */
    constructor(hook, to) {
        this._hook = hook;
        this._to = to;

        /** @type {string[]} */
        this._lines = [];

        /** @type {NodeJS.Immediate | undefined} */
        this._next = undefined;

        /** @type {Map<string, number>} */
        this._complainedAt = new Map();
    }

    /**
     * Takes events.
     *
     * @param {string} batch - Newline-separated events.
     * @returns {void}
     */
    push(batch) {
        batch.split('\n').filter(Boolean)
            .forEach(line => {
                this._to.hold(line);
                this._lines.push(line);
            });
        this._next ?? this._run(SLICE);
    }

    /**
     * Passes on what still waits, at once.
     *
     * @returns {void}
     */
    flush() {
        clearImmediate(this._next);
        this._run(Infinity);
    }

    /**
     * Passes lines on.
     *
     * @param {number} slice - Milliseconds it may take.
     * @returns {void}
     */
    _run(slice) {
        const begun = performance.now();
        const done = [];
        let count = 0;

        this._next = undefined;
        while (count < this._lines.length && performance.now() - begun <= slice) {
            const line = this._lines[count++];
            const passed = this._pass(line);

            this._to.release(line);
            passed === null ? this._to.filter(line) : done.push(passed);
        }
        this._lines.splice(0, count);
        done.length > 0 && this._to.deliver(done.join('\n'));
        if (this._lines.length > 0) {
            this._next = setImmediate(() => this._run(SLICE));
        }
    }

    /**
     * Passes a line through the hook.
     *
     * @param {string} line - The line.
     * @returns {string | null} What is sent; null for nothing.
     */
    _pass(line) {
        const begun = performance.now();

        try {
            const [ type, pcId, payload, timestamp ] = JSON.parse(line);
            const entry = { payload,
                pcId,
                timestamp,
                type };
            const answer = this._hook(entry);

            return answer === null || answer === false ? null : this._write(line, answer ?? entry);
        } catch (error) {
            this._complain('ERR_RTCSTATS_BEFORE_SEND',
                `beforeSend threw, the entry is sent as it is: ${error instanceof Error ? error.name : typeof error}`);

            return line;
        } finally {
            if (performance.now() - begun > SLOW) {
                this._complain('ERR_RTCSTATS_BEFORE_SEND_SLOW', `beforeSend took longer than ${SLOW} ms for one entry`);
            }
        }
    }

    /**
     * Writes what the hook gave.
     *
     * @param {string} line - What it was given.
     * @param {any} answer - What it gave.
     * @returns {string} The line that is sent.
     */
    _write(line, answer) {
        if (typeof answer?.type === 'string' && typeof answer.then !== 'function') {
            return JSON.stringify([ answer.type, answer.pcId ?? null, answer.payload ?? null, answer.timestamp ]);
        }
        this._complain('ERR_RTCSTATS_BEFORE_SEND',
            'beforeSend must return an entry or null, and at once; the entry is sent as it is');

        return line;
    }

    /**
     * Tells the app of a mistake, not too often.
     *
     * @param {string} code - Its code.
     * @param {string} message - What it is.
     * @returns {void}
     */
    _complain(code, message) {
        const time = performance.now();

        if (time - (this._complainedAt.get(code) ?? -Infinity) >= COMPLAINT_INTERVAL) {
            this._complainedAt.set(code, time);
            this._to.complain(code, message);
        }
    }
}

module.exports = { EntryHook };
