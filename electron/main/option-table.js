/**
 * Every option of `setupRTCStatsMain`, said once: its type, its default, what it must satisfy, and what the docs say of
 * it. What reads, checks, warns and documents options looks here, and nothing here acts. Those with `channel` go to
 * each TraceChannel as they are, which checks them itself.
 */

'use strict';

const { CONSENTS } = require('./control');
const { DEFAULT_LIMITS } = require('./documents/budget');
const { isEndpoint, isEndpointAllowed } = require('./policy');

/**
 * @typedef {Object} Option
 * @property {string[]} types - What `typeof` may say of it.
 * @property {any} [default] - What is read where it is not given.
 * @property {string} [shown] - The default in words, where the value does not say it.
 * @property {string} about - For the docs.
 * @property {boolean} [channel] - Whether it is the channel's, and checked there.
 * @property {function(any, Record<string, any>): (string | false | null | undefined)} [check] - Given the value and all
 * options, what is wrong with it.
 * @property {Record<string, Option>} [members] - What is in it, where it is an object of known names.
 */

/**
 * Complains of what is no amount: such a number would switch something off without a word.
 *
 * @param {any} value - The value.
 * @returns {string | false} The complaint.
 */
function checkAmount(value) {
    return !(Number.isFinite(value) && value >= 0) && 'must be a finite number that is not negative';
}

/**
 * Complains of credentials that nobody could use, or of which nobody knows whom they may be told.
 *
 * @param {any} value - The value.
 * @returns {string | false} The complaint.
 */
function checkCredentials({ host, password, username }) {
    return [ host ?? '', password, username ].some(text => typeof text !== 'string')
        && 'must have a username, a password and the host of the proxy they are for';
}

/**
 * Tells whether something is a list of servers: an entry that is no server's URL would never match.
 *
 * @param {any} list - It.
 * @returns {boolean} Whether it is.
 */
function isListOfEndpoints(list) {
    return Array.isArray(list) && list.every(isEndpoint);
}

/**
 * Describes a number of ours.
 *
 * @param {any} value - The default.
 * @param {string} about - For the docs.
 * @returns {Option} The option.
 */
function amount(value, about) {
    return { about,
        check: checkAmount,
        default: value,
        types: [ 'number' ] };
}

/**
 * Describes a switch of ours.
 *
 * @param {boolean} value - The default.
 * @param {string} about - For the docs.
 * @returns {Option} The option.
 */
function flag(value, about) {
    return { about,
        default: value,
        types: [ 'boolean' ] };
}

/**
 * Describes an option of the channel.
 *
 * @param {string} type - Its type.
 * @param {any} value - Its default, which the addon knows, or a word for it.
 * @param {string} about - For the docs.
 * @param {Record<string, Option>} [members] - What is in it.
 * @returns {Option} The option.
 */
function channel(type, value, about, members) {
    return { about,
        channel: true,
        members,
        shown: typeof value === 'number' || typeof value === 'boolean' ? `\`${value}\`` : value,
        types: [ type ] };
}

/** @type {Record<string, string>} */
const LIMITS = {
    burstCharacters: 'Characters at once',
    burstMessages: 'Messages at once',
    charactersPerSecond: 'Characters a second in the long run',
    maxClosing: 'Sessions of one document that are left and not closed yet',
    maxDocuments: 'How many documents of one window are served at a time',
    maxHeldCharacters: 'Characters that wait for their meeting to be named',
    maxMessageLength: 'Characters in one message',
    maxPorts: 'Open ports of one document',
    maxRefusals: 'Refused messages after which a port is closed',
    messagesPerSecond: 'Messages a second in the long run'
};

/** @type {Record<string, Option>} */
const OPTIONS = {
    endpoint: {
        about: 'The server. Without one, events wait, within 4 Mi characters, until the page\'s drop-in names it',
        check: (value, { allowedEndpoints: list }) =>
            !isEndpointAllowed(value, isListOfEndpoints(list) ? list : undefined)
            && 'must be a wss: URL, or a ws: URL of this machine, or be in allowedEndpoints',
        shown: '',
        types: [ 'string' ]
    },
    allowedEndpoints: {
        about: 'List of servers that may be dialled; host and scheme must be equal, the path is a prefix',
        check: list => !isListOfEndpoints(list) && 'must be an array of wss: or ws: URLs',
        shown: '`wss:` anywhere, `ws:` to this machine; where a page names it, only `wss:`, and to no private, '
            + 'link-local or loopback address',
        types: [ 'object' ]
    },
    meetingFqn: {
        about: 'A name, a function of the document\'s URL, or `null`: wait for the page\'s drop-in to name it. For a '
            + '`file:` URL the default is the file\'s name without its folders, for others without a host the scheme '
            + '(`data`, `about`)',
        check: value => value === '' && 'must not be empty',
        shown: 'path of the URL, unless the page\'s drop-in names it before anything is captured',
        types: [ 'string', 'function', 'object' ]
    },
    identity: {
        about: 'An object, or a function of the URL: the session\'s `identity` entry',
        shown: 'none',
        types: [ 'object', 'function' ]
    },
    frames: {
        about: '`(url) => boolean`: which documents',
        default: () => true,
        shown: 'all',
        types: [ 'function' ]
    },
    autoCapture: flag(true, '`false`: only serve pages that import the drop-ins'),
    devtools: flag(true, '`false`: leave frames without a preload alone, see [Window options](#window-options)'),
    registerPreload: flag(true, '`false`: the app\'s own preload calls `install()`'),
    pollInterval: amount(10000, 'Between two getStats polls; `0` for none but those on `connected` and `failed`'),
    sendSdp: { ...flag(false, 'Whether descriptions and candidates of calls are captured'),
        shown: '`false`, as in `@jitsi/rtcstats` 9.7.1; `true` for `rtcstats-5.0`' },
    extended: flag(true, 'Coverage beyond 9.7.1'),
    machine: flag(true, 'Whether [the machine\'s side](entries.md#the-machine) is written into each captured call'),
    maskLabels: flag(false, 'Whether the labels of devices are masked'),
    consent: {
        about: '`\'pending\'` holds events in memory, within `limits.maxHeldCharacters`, and sends nothing; '
            + '`\'denied\'` discards them; `setConsent()` changes it. See [privacy](privacy.md)',
        check: value => !CONSENTS.includes(value) && `must be one of ${CONSENTS.join(', ')}`,
        default: 'granted',
        shown: '`\'granted\'`',
        types: [ 'string' ]
    },
    sampleRate: {
        about: 'The share of sessions that are captured, from 0 to 1; one window and meeting is chosen once, whatever '
            + 'reloads',
        check: value => !(value >= 0 && value <= 1) && 'must be a number from 0 to 1',
        default: 1,
        types: [ 'number' ]
    },
    connectionFilter: {
        about: 'Connections to leave alone: `{ iceServers: [\'turn:*.example.org*\'], constraints: { name: value } }`, '
            + 'those with one of these servers, or with all of these members of the constructor\'s second argument',
        members: {
            constraints: { about: 'Names and values',
                types: [ 'object' ] },
            iceServers: { about: 'URLs; `*` stands for anything',
                check: list => !(Array.isArray(list) && list.every(url => typeof url === 'string'))
                    && 'must be an array of texts',
                types: [ 'object' ] }
        },
        shown: 'none',
        types: [ 'object' ]
    },
    beforeSend: {
        about: '`({ type, pcId, payload, timestamp }) => entry`: looks at each entry before it is sent; gives it, '
            + 'changed or not, or `null` to leave it out. What takes long goes on in the next turn; one that throws '
            + 'drops nothing',
        shown: 'none',
        types: [ 'function' ]
    },
    proxyCredentials: {
        about: '`{ host, username, password }` for the proxy `host` (`name` or `name:port`), when the session names it',
        check: checkCredentials,
        members: {
            host: { about: 'The proxy they are for',
                types: [ 'string' ] },
            password: { about: 'The password',
                types: [ 'string' ] },
            username: { about: 'The name',
                types: [ 'string' ] }
        },
        shown: 'none',
        types: [ 'object' ]
    },
    quitTimeout: amount(5000, 'How long a quit may be held up for delivery'),
    limits: {
        about: 'What one document may send; see below',
        default: {},
        members: Object.fromEntries(Object.entries(DEFAULT_LIMITS).map(([ name, value ]) =>
            [ name, amount(value, LIMITS[name]) ])),
        shown: 'see below',
        types: [ 'object' ]
    },
    onEvent: {
        about: 'A first listener',
        shown: 'none',
        types: [ 'function' ]
    },
    proxy: channel('string', 'none; in an app what its session says', '`http://[user:password@]host[:port]`, or '
        + '`https:` for TLS to the proxy; `setProxy()` changes it, in an app `null` is none'),
    obfuscate: channel('boolean', true, 'Mask IP addresses before anything is kept, written or sent'),
    userAgent: channel('string', 'this package; in an app the page\'s', 'The server derives the stats format from it'),
    origin: channel('string', 'none; in an app the page\'s', 'The page\'s origin, for the server'),
    pingInterval: channel('number', 30000, 'A `keepalive` after this long without a message'),
    batch: channel('object', '', 'How events are grouped into frames', {
        maxDelay: channel('number', 100, 'How long an event may wait for company'),
        maxBytes: channel('number', 65536, 'Bytes of events that do not wait for company, and share a message, 8 MiB '
            + 'at most')
    }),
    delayTarget: channel('number', 25, 'Milliseconds that sending may add to the delay of other traffic, the call\'s '
        + 'above all'),
    maxSendRate: channel('number', 'none', 'Bytes a second that are never exceeded'),
    maxBufferedBytes: channel('number', 8388608, 'What is held in memory until it is acknowledged'),
    journal: channel('object', 'none', 'Keep undelivered events on disk', {
        directory: channel('string', 'none', 'Folder of all journals'),
        maxBytes: channel('number', 67108864, 'Bound of the whole folder'),
        maxAge: channel('number', 604800000, 'What is older is deleted')
    }),
    reconnect: channel('object', '', 'Waits are `2^attempt * baseDelay + random(0..jitter)`', {
        baseDelay: channel('number', 1000, 'The first wait'),
        jitter: channel('number', 10000, 'What chance adds to each wait, at most'),
        maxDelay: channel('number', 600000, 'No single wait is longer'),
        budget: channel('number', 600000, 'Waiting in a row without progress before an `error` event'),
        resumeSession: channel('boolean', false, 'Ask the server to continue the session (`isReconnect=true`); '
            + 'today\'s server refuses')
    }),
    closeTimeout: channel('number', 3000, 'How long `close()` waits for acknowledgement'),
    connectTimeout: channel('number', 10000, 'When an attempt is given up'),
    pongTimeout: channel('number', 10000, 'When a silent link is given up'),
    tls: channel('object', '', 'Trust beside the operating system\'s store', {
        caFile: channel('string', 'none', 'PEM file of further authorities, or of a certificate that a server '
            + 'signed itself')
    }),
    protocol: channel('string', '`jitsi-3.1`', 'What the server speaks: `jitsi-3.1`, or `rtcstats-5.0` of '
        + '[rtcstats/rtcstats](https://github.com/rtcstats/rtcstats)'),
    token: channel('string', 'none', 'The JSON Web Token that an `rtcstats-5.0` server asks for, or an async function '
        + 'that is asked for it, again whenever one was refused; `setToken()` changes it'),
    useLegacy: channel('boolean', false, 'Speak `3.1_LEGACY`, which today\'s server counts as unsupported')
};

module.exports = { OPTIONS };
