/**
 * Reads what an app gives to `setupRTCStatsMain`, by the table of options. A mistake here is the developer's: a wrong
 * value is told at once, by a TypeError whose code names the option, and an unknown name by a warning that names the
 * nearest; nothing a page does may end up here.
 */

'use strict';

const { DEFAULT_LIMITS } = require('./documents/budget');
const { OPTIONS } = require('./option-table');

/**
 * @typedef {import('./documents/budget').Limits} Limits
 * @typedef {import('../ipc').CaptureSettings} CaptureSettings
 * @typedef {import('./channels/proxy').ProxyCredentials} ProxyCredentials
 * @typedef {import('./option-table').Option} Option
 */

/**
 * @typedef {Object} OwnOptions
 * @property {string} [endpoint] - The server. Without one, what is captured is held until the page's drop-in names it.
 * @property {string[]} [allowedEndpoints] - Servers that may be dialled; default: `wss:`, and `ws:` to this machine.
 * @property {string | null | function(string): (string | null | undefined)} [meetingFqn] - The meeting's name, or a
 * function of the document's URL. Null leaves it to the page's drop-in, and nothing is sent before that names it.
 * Default: the path of the document's URL, unless the page's drop-in names it before anything is captured.
 * @property {Object | function(string): (Object | null | undefined)} [identity] - The session's identity, or a function
 * of the document's URL.
 * @property {function(string): boolean} [frames] - Which documents, by URL; default: all.
 * @property {boolean} [autoCapture] - Whether to capture without the page's help; default: true.
 * @property {boolean} [devtools] - Whether to reach frames without a preload by the DevTools protocol; default: true.
 * @property {boolean} [registerPreload] - Whether to register our preload on the session; default: true. False is for
 * apps that bundle `install()` into their own.
 * @property {number} [pollInterval] - Milliseconds between two getStats polls; default: 10000.
 * @property {boolean} [sendSdp] - Whether SDP and candidates are captured; default: false, true for rtcstats-5.0.
 * @property {boolean} [extended] - Whether the extended entries are captured; default: true.
 * @property {Partial<Limits>} [limits] - What one document may send.
 * @property {number} [quitTimeout] - Milliseconds a quit may be held up for delivery; default: 5000.
 * @property {string | null} [proxy] - An HTTP proxy's URL; null for none. Default: the one the session names.
 * @property {ProxyCredentials} [proxyCredentials] - For one proxy, when the session names it.
 * @property {function(Object): void} [onEvent] - Told what channels tell, with the document's `url` added.
 */

/**
 * @typedef {OwnOptions & Record<string, any>} SetupOptions - The table's others go to each TraceChannel as they are.
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
 * @property {boolean} devtools - Whether to reach frames without a preload by the DevTools protocol.
 * @property {boolean} registerPreload - Whether to register our preload.
 * @property {CaptureSettings} capture - For the capture code.
 * @property {import('./channels/entry-hook').BeforeSend | undefined} beforeSend - Looks at each entry.
 * @property {import('./control').Consent} consent - Whether events may be sent.
 * @property {boolean} machine - Whether the machine's side is written.
 * @property {number} pollInterval - Milliseconds between polls.
 * @property {number} sampleRate - The share of sessions that are captured.
 * @property {Limits} limits - What one document may send.
 * @property {ProxyCredentials | undefined} proxyCredentials - For the proxy that the session names.
 * @property {number} quitTimeout - Milliseconds.
 * @property {(function(Object): void) | undefined} onEvent - A listener.
 * @property {Record<string, any>} channel - For each TraceChannel.
 * @property {OptionWarning[]} warnings - Of what the app may not have meant.
 */

/**
 * @typedef {Object} OptionWarning
 * @property {'warning'} type - Says what it is.
 * @property {string} code - Names the option.
 * @property {string} message - In words.
 */

/** What the channel wants besides, to check its own options where the meeting is not known yet. */
const SOMEWHERE = Object.freeze({ endpoint: 'wss://localhost',
    meetingFqn: 'any' });

/**
 * Makes an option's code, as the addon does: `batch.maxDelay` becomes `ERR_RTCSTATS_OPTION_BATCH_MAX_DELAY`.
 *
 * @param {string} option - Its name.
 * @returns {string} The code.
 */
function codeOf(option) {
    return `ERR_RTCSTATS_OPTION_${option.replace(/\W/g, '_').replace(/([a-z\d])([A-Z])/g, '$1_$2')}`.toUpperCase();
}

/**
 * Makes the error for an option.
 *
 * @param {string} option - Its name.
 * @param {string} complaint - What is wrong.
 * @returns {TypeError} The error.
 */
function optionError(option, complaint) {
    return Object.assign(new TypeError(`setupRTCStatsMain: ${option} ${complaint}`), {
        code: codeOf(option),
        option
    });
}

/**
 * Counts the letters between two names: how many to add, leave out or change.
 *
 * @param {string} one - A name.
 * @param {string} other - Another.
 * @returns {number} How many.
 */
function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);

    for (let i = 1; i <= one.length; i++) {
        const next = [ i ];

        for (let j = 1; j <= other.length; j++) {
            next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + Number(one[i - 1] !== other[j - 1])));
        }
        row = next;
    }

    return row[other.length];
}

/**
 * Warns of a name that is none.
 *
 * @param {string} prefix - The option it was found in, with a dot; or nothing.
 * @param {string} name - The name.
 * @param {string[]} known - Those there are.
 * @returns {OptionWarning} The warning, with the nearest that there is.
 */
function unknown(prefix, name, known) {
    const far = (/** @type {string} */ other) => distance(name.toLowerCase(), other.toLowerCase());
    const [ nearest ] = [ ...known ].sort((one, other) => far(one) - far(other));

    return warning(prefix + name, `there is no option ${prefix}${name}; the nearest is ${prefix}${nearest}`);
}

/**
 * Makes a warning.
 *
 * @param {string} option - The option.
 * @param {string} message - In words.
 * @returns {OptionWarning} The warning.
 */
function warning(option, message) {
    return { code: codeOf(option),
        message,
        type: 'warning' };
}

/**
 * Checks options by their table: types and values of our own, and the names of all.
 *
 * @param {Record<string, any>} given - What the app gave.
 * @param {Record<string, Option>} table - What there is.
 * @param {string} prefix - The option it is in, with a dot; or nothing.
 * @returns {OptionWarning[]} What is no mistake for sure.
 */
function check(given, table, prefix) {
    return Object.keys(given).filter(name => given[name] !== undefined)
        .flatMap(name => {
            const option = Object.hasOwn(table, name) ? table[name] : null;
            const value = given[name];

            if (!option) {
                return [ unknown(prefix, name, Object.keys(table)) ];
            }
            if (!option.channel) {
                checkOwn(prefix + name, option, value, given);
            }

            return option.members && typeof value === 'object' && value !== null
                ? check(value, option.members, `${prefix}${name}.`) : [];
        });
}

/**
 * Checks an option of our own.
 *
 * @param {string} name - Its name.
 * @param {Option} option - What it must be.
 * @param {any} value - What it is.
 * @param {Record<string, any>} given - What was given with it.
 * @returns {void}
 */
function checkOwn(name, option, value, given) {
    if (!option.types.includes(typeof value)) {
        throw optionError(name, `must be a ${option.types.join(' or ')}`);
    }
    if (value === null && name !== 'meetingFqn' && name !== 'identity') {
        throw optionError(name, 'must not be null');
    }
    const complaint = option.check?.(value, given);

    if (complaint) {
        throw optionError(name, complaint);
    }
}

/**
 * Names a meeting as Jitsi Meet and the drop-ins do: by the path of its URL, `tenant/room`. What has no host is named
 * by a word that tells nothing of the user: folders have names of people in them, a `data:` URL is the document itself.
 *
 * @param {string} url - The document's URL.
 * @returns {string | null} The path, or the host where there is none; a file's name; the scheme; or null for what is
 * no URL.
 */
function meetingFromUrl(url) {
    try {
        const { host, pathname, protocol } = new URL(url);
        const scheme = protocol.slice(0, -1);

        if (scheme === 'file') {
            return pathname.split('/').pop() || scheme;
        }

        return host ? pathname.replace(/^\/+|\/+$/g, '') || host : scheme;
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
 * Leaves out what is undefined, which would hide the defaults, and names that are none.
 *
 * @param {Record<string, any>} given - Some options.
 * @param {function(Option): boolean} isWanted - Which of the table.
 * @param {Record<string, Option>} [table] - The table.
 * @returns {any} Those that were given.
 */
function pick(given, isWanted, table = OPTIONS) {
    return Object.fromEntries(Object.entries(given).filter(
        ([ name, value ]) => value !== undefined && Object.hasOwn(table, name) && isWanted(table[name])));
}

/**
 * Leaves out of the channel's options what it would warn of again.
 *
 * @param {Record<string, any>} options - What the app gave.
 * @returns {Record<string, any>} What the channel gets.
 */
function channelOptions(options) {
    const own = pick(options, ({ channel }) => Boolean(channel));

    return Object.fromEntries(Object.entries(own).map(([ name, value ]) => {
        const { members } = OPTIONS[name];

        return [ name, members && typeof value === 'object' && value !== null
            ? pick(value, () => true, members) : value ];
    }));
}

/**
 * Reads the options.
 *
 * @param {SetupOptions} options - What the app gave.
 * @param {function(Record<string, any>): any[]} [checkChannel] - Throws for what the channel would not take, and gives
 * what it would warn of.
 * @returns {Settings} The settings.
 */
function readOptions(options, checkChannel) {
    if (typeof options !== 'object' || options === null) {
        throw optionError('options', 'must be an object');
    }
    const warnings = check(options, OPTIONS, '');

    if (options.proxyCredentials && options.proxyCredentials.host === undefined) {
        warnings.push(warning('proxyCredentials.host', 'proxyCredentials are for no proxy while they have no host'));
    }
    const defaults = Object.fromEntries(Object.entries(OPTIONS).map(([ name, option ]) => [ name, option.default ]));
    const own = { ...defaults,
        ...pick(options, option => !option.channel) };
    const channel = channelOptions(options);

    // Null is our own word for a direct connection.
    warnings.push(...checkChannel?.({ ...channel,
        ...SOMEWHERE,
        proxy: channel.proxy ?? undefined }) ?? []);
    const { extended, pollInterval, sendSdp } = own;

    return {
        allowedEndpoints: own.allowedEndpoints,
        autoCapture: own.autoCapture,
        capture: { extended,
            connectionPatterns: own.connectionFilter,
            maskLabels: own.maskLabels,
            pollInterval,
            protocol: channel.protocol,

            // Its server's features are made of descriptions, and its own client always sends them.
            sendSdp: options.sendSdp ?? (channel.protocol === 'rtcstats-5.0' || sendSdp) },
        channel,
        beforeSend: own.beforeSend,
        consent: own.consent,
        devtools: own.devtools,
        endpoint: own.endpoint,
        fallbackMeeting: options.meetingFqn === undefined ? meetingFromUrl : () => null,
        frames: own.frames,
        identity: identityOf(own.identity),
        limits: { ...DEFAULT_LIMITS,
            ...pick(own.limits, () => true, OPTIONS.limits.members) },
        machine: own.machine,
        meetingFqn: ofUrl(own.meetingFqn),
        onEvent: own.onEvent,
        proxyCredentials: own.proxyCredentials,
        quitTimeout: own.quitTimeout,
        pollInterval,
        registerPreload: own.registerPreload,
        sampleRate: own.sampleRate,
        warnings
    };
}

module.exports = { readOptions };
