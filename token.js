/**
 * The token of a channel, where the app does not give it but says how to get it: it is asked for before the first
 * connection, and again whenever the server has refused the last one.
 *
 * It must never tell a token to anybody but the channel, never ask without pause, and never keep the process alive.
 */

'use strict';

const REFUSED = 'ERR_RTCSTATS_TOKEN';

/** Milliseconds before it is asked for again where the last one did not help; doubled each time. */
const FIRST_PAUSE = 1000;
const MAX_PAUSE = 60000;

/** Milliseconds that closing waits for a token that nobody can use any more. */
const CLOSE_TIMEOUT = 3000;

/**
 * @typedef {Object} Channel - As much of a channel as is used here.
 * @property {function(string): void} setToken
 * @property {function(): boolean} isClosed
 * @property {function(): Record<string, any>} stats
 */

/**
 * Waits, without keeping the process alive.
 *
 * @param {number} milliseconds - How long.
 * @returns {Promise<void>} Then.
 */
function pause(milliseconds) {
    return new Promise(resolve => {
        setTimeout(resolve, milliseconds).unref();
    });
}

/**
 * Gets tokens for one channel.
 */
class TokenSource {
    /**
     * Creates a source that has not been asked yet.
     *
     * @param {function(): any} ask - The app's function.
     * @param {Channel} channel - The channel they are for.
     * @param {function(Object): void} tell - Told what goes wrong.
     */
    constructor(ask, channel, tell) {
        this._ask = ask;
        this._channel = channel;
        this._tell = tell;
        this._delivered = 0;
        this._failures = 0;

        /** @type {Promise<void> | undefined} */
        this._first = undefined;
    }

    /**
     * Gets the first one.
     *
     * @returns {Promise<void>} When the channel has it.
     */
    first() {
        this._first ??= this._get();

        return this._first;
    }

    /**
     * Waits for the first one if it is being asked for, and not for long.
     *
     * @returns {Promise<void>} Then.
     */
    async settled() {
        if (this._first) {
            await Promise.race([ this._first, pause(CLOSE_TIMEOUT) ]);
        }
    }

    /**
     * Gets another one where the server has refused the last.
     *
     * @param {any} event - What the channel tells.
     * @returns {void}
     */
    hear({ code, type }) {
        if (type === 'error' && code === REFUSED) {
            const { delivered } = this._channel.stats();

            this._failures = delivered > this._delivered ? 0 : this._failures;
            this._delivered = delivered;
            this._again();
        }
    }

    /**
     * Asks, and hands over what comes.
     *
     * @returns {Promise<void>} When the channel has a token; never rejected.
     */
    async _get() {
        try {
            const token = await this._ask();

            if (typeof token !== 'string') {
                throw new TypeError('it is no text');
            }
            this._channel.isClosed() || this._channel.setToken(token);
        } catch {
            this._tell({ code: REFUSED,
                message: 'the app gave no token; it is asked for again',
                type: 'warning' });
            await this._again();
        }
    }

    /**
     * Asks again, later if the last one was of no use.
     *
     * @returns {Promise<void>} When the channel has one, or is closed.
     */
    async _again() {
        const wait = this._failures && Math.min(FIRST_PAUSE * (2 ** (this._failures - 1)), MAX_PAUSE);

        this._failures++;
        await pause(wait);
        if (!this._channel.isClosed()) {
            await this._get();
        }
    }
}

/** @type {WeakMap<any, TokenSource>} The sources of the channels that have one. */
const sources = new WeakMap();

/**
 * Lets a method that dials wait for the first token.
 *
 * @param {any} prototype - Whose method.
 * @param {string} name - Its name.
 * @returns {void}
 */
function dialWithToken(prototype, name) {
    const dial = prototype[name];

    /** @type {Record<string, (this: any, ...args: any[]) => any>} */
    const methods = { [name](/** @type {any[]} */ ...args) {
        const source = sources.get(this);

        if (!source) {
            return Reflect.apply(dial, this, args);
        }

        source.first().then(() => this.isClosed() || Reflect.apply(dial, this, args));

        return undefined;
    } };

    prototype[name] = methods[name];
}

/**
 * Creates a channel.
 *
 * @param {any} NativeChannel - The addon's class.
 * @param {any[]} args - What it is made of.
 * @param {any} newTarget - What was called with `new`.
 * @returns {any} - The channel.
 */
function construct(NativeChannel, args, newTarget) {
    const [ options, onEvent ] = args;
    const ask = options?.token;
    const isListener = onEvent === undefined || onEvent === null || typeof onEvent === 'function';

    if (typeof ask !== 'function' || !isListener) {
        return Reflect.construct(NativeChannel, args, newTarget);
    }
    const tell = (/** @type {any} */ event) => onEvent?.(event);
    const channel = Reflect.construct(NativeChannel, [ options, (/** @type {any} */ event) => {
        sources.get(channel)?.hear(event);
        tell(event);
    } ], newTarget);

    sources.set(channel, new TokenSource(ask, channel, tell));

    return channel;
}

/**
 * Lets the option `token` of a class of channels be a function.
 *
 * @param {any} NativeChannel - The addon's class.
 * @returns {any} The class.
 */
function withTokens(NativeChannel) {
    const { prototype } = NativeChannel;
    const { close } = prototype;

    dialWithToken(prototype, 'connect');
    dialWithToken(prototype, 'recover');
    prototype.close = { close() {
        const source = sources.get(this);

        return source ? source.settled().then(() => Reflect.apply(close, this, [])) : Reflect.apply(close, this, []);
    } }.close;

    return new Proxy(NativeChannel, { construct });
}

module.exports = { withTokens };
