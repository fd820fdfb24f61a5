/**
 * Checks what an app gives to `setupRTCStatsMain` and fills in the defaults. A mistake here is the developer's, so it
 * is told at once, by a TypeError with a stable code that names the option; nothing a page does may end up here.
 */

'use strict';

const { DEFAULT_LIMITS } = require('./documents/budget');
const { isEndpoint, isEndpointAllowed } = require('./policy');

/**
 * @typedef {import('./documents/budget').Limits} Limits
 * @typedef {import('../ipc').CaptureSettings} CaptureSettings
 * @typedef {import('./channels/proxy').ProxyCredentials} ProxyCredentials
 */

/**
 * @typedef {Object} OwnOptions
 * @property {string} [endpoint] - The server. Without one, what is captured is held until the page's drop-in names it.
 * @property {string[]} [allowedEndpoints] - Servers that may be dialled; default: `wss:`, and `ws:` to this machine.
 * @property {string | null | function(string): (string | null | undefined)} [meetingFqn] - The meeting's name, or a
 * function of the document's URL. Null leaves it to the page's drop-in, and nothing is sent before that names it.
 * Default: host and path of the document's URL, unless the page's drop-in names it before anything is captured.
 * @property {Object | function(string): (Object | null | undefined)} [identity] - The session's identity, or a function
 * of the document's URL.
 * @property {function(string): boolean} [frames] - Which documents, by URL; default: all.
 * @property {boolean} [autoCapture] - Whether to capture without the page's help; default: true.
 * @property {boolean} [registerPreload] - Whether to register our preload on the session; default: true. False is for
 * apps that bundle `install()` into their own.
 * @property {number} [pollInterval] - Milliseconds between two getStats polls; default: 10000.
 * @property {boolean} [sendSdp] - Whether SDP and candidates are captured; default: false.
 * @property {boolean} [extended] - Whether the extended entries are captured; default: true.
 * @property {Partial<Limits>} [limits] - What one document may send.
 * @property {number} [quitTimeout] - Milliseconds a quit may be held up for delivery; default: 5000.
 * @property {string | null} [proxy] - An HTTP proxy's URL; null for none. Default: the one the session names.
 * @property {ProxyCredentials} [proxyCredentials] - For one proxy, when the session names it.
 * @property {function(Object): void} [onEvent] - Told what channels tell, with the document's `url` added.
 */

/**
 * @typedef {OwnOptions & Record<string, any>} SetupOptions - What is not named here goes to each TraceChannel as it is.
 */

/**
 * @typedef {Object} Settings
 * @property {string | undefined} endpoint - The server.
 * @property {string[] | undefined} allowedEndpoints - The servers that may be dialled.
 * @property {function(string): (string | null)} meetingFqn - Names the meeting of a document.
 * @property {function(string): (string | null)} fallbackMeeting - Names it where neither the app nor the page does.
 * @property {function(string): (string | null)} identity - Gives the identity of a document, as JSON.
 * @property {function(string): boolean} frames - Chooses documents.
 * @property {boolean} autoCapture - Whether to capture without the page's help.
 * @property {boolean} registerPreload - Whether to register our preload.
 * @property {CaptureSettings} capture - For the capture code.
 * @property {Limits} limits - What one document may send.
 * @property {ProxyCredentials | undefined} proxyCredentials - For the proxy that the session names.
 * @property {number | undefined} quitTimeout - Milliseconds.
 * @property {(function(Object): void) | undefined} onEvent - A listener.
 * @property {Record<string, any>} channel - For each TraceChannel.
 */

/** @type {Record<string, string[]>} */
const TYPES = {
    allowedEndpoints: [ 'object' ],
    autoCapture: [ 'boolean' ],
    endpoint: [ 'string' ],
    extended: [ 'boolean' ],
    frames: [ 'function' ],
    identity: [ 'object', 'function' ],
    limits: [ 'object' ],
    meetingFqn: [ 'string', 'function', 'object' ],
    onEvent: [ 'function' ],
    pollInterval: [ 'number' ],
    proxyCredentials: [ 'object' ],
    quitTimeout: [ 'number' ],
    registerPreload: [ 'boolean' ],
    sendSdp: [ 'boolean' ]
};

/**
 * Makes the error for an option.
 *
 * @param {string} option - Its name.
 * @param {string} complaint - What is wrong.
 * @returns {TypeError} The error.
 */
function optionError(option, complaint) {
    return Object.assign(new TypeError(`setupRTCStatsMain: ${option} ${complaint}`), {
        code: 'ERR_RTCSTATS_INVALID_OPTION',
        option
    });
}

/**
 * Names a meeting by where it is held, as Jitsi Meet's own URLs do. What has no host is named by a word that tells
 * nothing of the user: folders have names of people in them, a `data:` URL is the document itself.
 *
 * @param {string} url - The document's URL.
 * @returns {string | null} Host and path; a file's name; the scheme; or null for what is no URL.
 */
function meetingFromUrl(url) {
    try {
        const { host, pathname, protocol } = new URL(url);
        const scheme = protocol.slice(0, -1);

        if (scheme === 'file') {
            return pathname.split('/').pop() || scheme;
        }

        return host ? `${host}${pathname}`.replace(/\/+$/, '') : scheme;
    } catch {
        return null;
    }
}

/**
 * Makes a function of the document's URL from an option that may be one.
 *
 * @param {any} option - The option: a value or a function.
 * @returns {function(string): any} The function.
 */
function ofUrl(option) {
    return typeof option === 'function' ? url => option(url) ?? null : () => option ?? null;
}

/**
 * Makes a function of the document's URL that gives the identity as text: at once, so that what JSON refuses (a cycle,
 * a BigInt) costs the identity, and not the document or a later batch.
 *
 * @param {any} identity - The option.
 * @returns {function(string): (string | null)} The function.
 */
function identityOf(identity) {
    const get = ofUrl(identity);

    return url => {
        try {
            const value = get(url);

            return value === null ? null : JSON.stringify(value) ?? null;
        } catch (error) {
            console.warn('rtcstats-native: a session goes without its identity, which cannot be written as JSON:',
                error instanceof Error ? error.message : error);

            return null;
        }
    };
}

/**
 * Checks our own numbers: one that is none would switch something off without a word.
 *
 * @param {SetupOptions} options - The options.
 * @returns {void}
 */
function checkNumbers({ limits, pollInterval = 0, quitTimeout = 0 }) {
    Object.entries({ pollInterval,
        quitTimeout }).forEach(([ name, value ]) => {
        if (!isAmount(value)) {
            throw optionError(name, 'must be a finite number that is not negative');
        }
    });
    Object.entries(limits ?? {}).forEach(([ name, value ]) => {
        if (!Object.keys(DEFAULT_LIMITS).includes(name)) {
            throw optionError('limits', `has no ${name}, only ${Object.keys(DEFAULT_LIMITS).join(', ')}`);
        }
        if (value !== undefined && !isAmount(value)) {
            throw optionError('limits', `must have finite numbers that are not negative: ${name}`);
        }
    });
}

/**
 * Tells whether a value is a number that can be counted with.
 *
 * @param {any} value - The value.
 * @returns {boolean} Whether it is.
 */
function isAmount(value) {
    return Number.isFinite(value) && value >= 0;
}

/**
 * Checks the list of servers: an entry that is no server's URL would never match.
 *
 * @param {any} list - The list.
 * @returns {void}
 */
function checkAllowedEndpoints(list) {
    if (list !== undefined && !(Array.isArray(list) && list.every(isEndpoint))) {
        throw optionError('allowedEndpoints', 'must be an array of wss: or ws: URLs');
    }
}

/**
 * Checks the types of our own options. Those of the channel are checked by the channel.
 *
 * @param {SetupOptions} options - The options.
 * @returns {void}
 */
function checkTypes(options) {
    if (typeof options !== 'object' || options === null) {
        throw optionError('options', 'must be an object');
    }
    Object.keys(TYPES).forEach(name => {
        if (options[name] !== undefined && !TYPES[name].includes(typeof options[name])) {
            throw optionError(name, `must be a ${TYPES[name].join(' or ')}`);
        }
    });
    checkNumbers(options);
    checkAllowedEndpoints(options.allowedEndpoints);
    if (options.endpoint !== undefined && !isEndpointAllowed(options.endpoint, options.allowedEndpoints)) {
        throw optionError('endpoint', 'must be a wss: URL, or a ws: URL of this machine, or be in allowedEndpoints');
    }
    if (options.meetingFqn === '') {
        throw optionError('meetingFqn', 'must not be empty');
    }
    const { host, password, username } = options.proxyCredentials ?? { host: '',
        password: '',
        username: '' };

    if (typeof username !== 'string' || typeof password !== 'string') {
        throw optionError('proxyCredentials', 'must have a username and a password');
    }
    if (host === undefined) {
        console.warn('rtcstats-native: proxyCredentials are for no proxy while they have no host');
    } else if (typeof host !== 'string') {
        throw optionError('proxyCredentials', 'must name the host of the proxy');
    }
}

/**
 * Leaves out what is undefined, which would hide the defaults.
 *
 * @param {Record<string, any>} options - Some options.
 * @returns {any} Those that were given.
 */
function withoutUndefined(options) {
    return Object.fromEntries(Object.entries(options).filter(([ , value ]) => value !== undefined));
}

/**
 * Reads the options.
 *
 * @param {SetupOptions} options - What the app gave.
 * @returns {Settings} The settings.
 */
function readOptions(options) {
    checkTypes(options);
    const {
        allowedEndpoints, autoCapture = true, endpoint, extended, frames = () => true, identity, limits,
        meetingFqn, onEvent, pollInterval, proxyCredentials, quitTimeout, registerPreload = true, sendSdp, ...channel
    } = options;

    return {
        allowedEndpoints,
        autoCapture,

        capture: withoutUndefined({ extended,
            pollInterval,
            sendSdp }),
        channel,
        endpoint,
        fallbackMeeting: meetingFqn === undefined ? meetingFromUrl : () => null,
        frames,
        identity: identityOf(identity),
        limits: { ...DEFAULT_LIMITS,
            ...withoutUndefined(limits ?? {}) },
        meetingFqn: ofUrl(meetingFqn),
        onEvent,
        proxyCredentials,
        quitTimeout,
        registerPreload
    };
}

module.exports = { readOptions };
