/**
 * The one place that names channels and payload shapes between page, preload and main, and checks what comes in.
 * Main trusts nothing that a renderer sends: what is not checked here must not be used there. No Electron in this file.
 *
 * How a document is captured:
 * 1. The preload asks main by {@link IPC.hello} (synchronously, once per document, before the page's scripts run)
 *    and gets {@link Welcome}, or null for a document that is none of ours;
 * 2. It hands one end of a MessageChannel to the capture code in the page and the other to main by
 *    {@link IPC.port}. From then on the page's batches go to main directly: strings of newline-separated events.
 *
 * A page that imports the drop-ins gives the preload a port (`renderer/drop-in/port-protocol.js`), which hands it to
 * main. By it come strings only, a batch of events or a {@link PageMessage} as JSON; back go `PortEvent`s.
 */

'use strict';

const { isControl } = require('../renderer/drop-in/port-protocol');

const IPC = Object.freeze({
    deaf: 'rtcstats-native:deaf',
    hello: 'rtcstats-native:hello',
    online: 'rtcstats-native:online',
    port: 'rtcstats-native:port',
    relay: 'rtcstats-native:relay'
});

const PORT_KINDS = Object.freeze({
    capture: 'capture',
    dropIn: 'dropIn'
});

const MAX_TOKEN_LENGTH = 64;

/** Characters of a URL that a document sends of itself, cut to it: a hash may be megabytes of configuration. */
const MAX_URL_LENGTH = 16384;
const MAX_RELAY_LENGTH = 2 * MAX_URL_LENGTH;
const MAX_RELAY_DEPTH = 16;

/** What a server can speak. */
const PROTOCOLS = [ 'jitsi-3.1', 'rtcstats-5.0' ];

const MAX_NAME_LENGTH = 2048;

/** Characters of a drop-in's message that is no batch: the longest has two names. */
const MAX_MESSAGE_LENGTH = 8 * MAX_NAME_LENGTH;

/** Events that a page may say it could not hold, at a time. */
const MAX_LOST = 1000000;

const MIN_PING_INTERVAL = 1000;
const MAX_PING_INTERVAL = 600000;

/**
 * @typedef {Object} Hello
 * @property {string} url - The document's URL, as the preload sees it.
 * @property {number} timeOrigin - Tells this document from others in the same frame.
 */

/** @typedef {import('../renderer/capture/connection-filter').ConnectionPatterns} ConnectionPatterns */

/**
 * @typedef {Object} CaptureSettings
 * @property {number} [pollInterval] - Milliseconds between two getStats polls.
 * @property {boolean} [sendSdp] - Whether SDP and candidates are captured.
 * @property {boolean} [extended] - Whether the extended entries are captured.
 * @property {boolean} [maskLabels] - Whether the labels of devices are masked.
 * @property {ConnectionPatterns} [connectionPatterns] - Which connections to leave alone.
 * @property {boolean} [isPaused] - Whether nothing is captured for now.
 * @property {string} [protocol] - What the server speaks.
 */

/**
 * @typedef {Object} Welcome
 * @property {string | null} token - Names the document in later messages; null for one that is not wanted.
 * @property {boolean} capture - Whether to capture without the page's help.
 * @property {string} claim - Our copies in one document find each other by an event of this name.
 * @property {string | null} relay - What messages begin with that bring the ports of other documents; null for none.
 * @property {CaptureSettings} settings - For the capture code.
 */

/**
 * @typedef {Object} FrameSettings - What main injects by the DevTools protocol with the code.
 * @property {boolean} capture - As in {@link Welcome}.
 * @property {string} claim - As in {@link Welcome}.
 * @property {{capture: string, dropIn: string}} kinds - See {@link PORT_KINDS}.
 * @property {number} maxUrlLength - See {@link MAX_URL_LENGTH}.
 * @property {string} relay - As in {@link Welcome}.
 * @property {CaptureSettings} settings - For the capture code.
 */

/**
 * @typedef {Object} RelayedPort - A port that a document without a preload has sent.
 * @property {string} document - Names the document among those of its origin.
 * @property {string} kind - What the port carries.
 * @property {string} url - The document's URL, as it says.
 * @property {number} timeOrigin - Tells this document from others in the same frame.
 * @property {string} origin - The document's origin, as the browser says.
 * @property {number[] | null} way - Where its frame is, as the browser says.
 */

/**
 * @typedef {Object} PageOptions
 * @property {string} [endpoint] - The server.
 * @property {string} [meetingFqn] - The meeting's name.
 * @property {string} [protocol] - What the server speaks.
 * @property {boolean} [useLegacy] - Protocol 3.1_LEGACY.
 * @property {boolean} [obfuscate] - Whether addresses are masked.
 * @property {number} [pingInterval] - Milliseconds.
 */

/**
 * @typedef {{type: 'open', options: PageOptions} | {type: 'connect', isBreakoutRoom: boolean}
 *     | {type: 'events', batch: string} | {type: 'lost', events: number} | {type: 'close'}} PageMessage
 */

/**
 * Tells whether a value is an object that is neither null nor an array.
 *
 * @param {any} value - The value.
 * @returns {boolean} Whether it is.
 */
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Tells whether a value is a string that is neither empty nor too long.
 *
 * @param {any} value - The value.
 * @param {number} maxLength - The bound.
 * @returns {boolean} Whether it is.
 */
function isText(value, maxLength) {
    return typeof value === 'string' && value.length > 0 && value.length <= maxLength;
}

/**
 * Checks a hello.
 *
 * @param {any} value - What the preload sent.
 * @returns {Hello | null} The hello, or null when it is malformed.
 */
function parseHello(value) {
    if (!isObject(value) || !isText(value.url, MAX_URL_LENGTH) || !Number.isFinite(value.timeOrigin)) {
        return null;
    }

    return { timeOrigin: Number(value.timeOrigin),
        url: value.url };
}

/**
 * Reads what a port carries.
 *
 * @param {any} kind - What a preload said.
 * @returns {string} One of {@link PORT_KINDS}.
 */
function kindOf(kind) {
    return kind === PORT_KINDS.dropIn ? PORT_KINDS.dropIn : PORT_KINDS.capture;
}

/**
 * Checks the message that brings a port, or the one that says that the machine is online.
 *
 * @param {any} value - What the preload sent.
 * @returns {{token: string, kind: string} | null} The message, or null when it is malformed.
 */
function parseTokenMessage(value) {
    if (!isObject(value) || !isText(value.token, MAX_TOKEN_LENGTH)) {
        return null;
    }

    return { kind: kindOf(value.kind),
        token: value.token };
}

/**
 * Checks the message that brings the port of a document without a preload.
 *
 * @param {any} value - What the top document's preload sent.
 * @returns {RelayedPort | null} The message, or null when it is malformed.
 */
function parseRelayedPort(value) {
    if (!isObject(value) || !isText(value.text, MAX_RELAY_LENGTH) || typeof value.origin !== 'string'
        || !(value.way === null || (Array.isArray(value.way) && value.way.length <= MAX_RELAY_DEPTH))) {
        return null;
    }
    const message = parseJson(value.text);
    const hello = parseHello(message);

    return hello && isText(message.document, MAX_TOKEN_LENGTH) ? { ...hello,
        document: message.document,
        kind: kindOf(message.kind),
        origin: value.origin,
        way: value.way } : null;
}

/**
 * Reads JSON.
 *
 * @param {string} text - The text.
 * @returns {any} What it says; null where it is none.
 */
function parseJson(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/**
 * Copies the options that a page may choose, leaving out what has the wrong shape.
 *
 * @param {any} value - What the page sent.
 * @returns {PageOptions} The options.
 */
function parsePageOptions(value) {
    /** @type {PageOptions} */
    const options = {};

    if (!isObject(value)) {
        return options;
    }
    if (isText(value.endpoint, MAX_NAME_LENGTH)) {
        options.endpoint = value.endpoint;
    }
    if (isText(value.meetingFqn, MAX_NAME_LENGTH)) {
        options.meetingFqn = value.meetingFqn;
    }
    if (PROTOCOLS.includes(value.protocol)) {
        options.protocol = value.protocol;
    }
    if (typeof value.useLegacy === 'boolean') {
        options.useLegacy = value.useLegacy;
    }
    if (typeof value.obfuscate === 'boolean') {
        options.obfuscate = value.obfuscate;
    }
    const pingInterval = value.pingInterval;

    if (typeof pingInterval === 'number' && pingInterval >= MIN_PING_INTERVAL && pingInterval <= MAX_PING_INTERVAL) {
        options.pingInterval = pingInterval;
    }

    return options;
}

/**
 * Tells a batch of events, whose lines are JSON arrays, from a drop-in's message.
 *
 * @param {string} text - What a document sent.
 * @param {boolean} isCapture - Whether it can be a batch only.
 * @returns {boolean} Whether it is a batch.
 */
function isBatch(text, isCapture) {
    return isCapture || !isControl(text);
}

/**
 * Checks a text that a document sent.
 *
 * @param {string} text - The text.
 * @param {boolean} isCapture - Whether it can be a batch only.
 * @returns {PageMessage | null} The message, or null when it is none.
 */
function parseText(text, isCapture) {
    if (isBatch(text, isCapture)) {
        return { batch: text,
            type: 'events' };
    }

    return text.length <= MAX_MESSAGE_LENGTH ? parseMessage(text) : null;
}

/**
 * Checks a drop-in's message.
 *
 * @param {string} text - The message as JSON.
 * @returns {PageMessage | null} The message, or null when it is none.
 */
function parseMessage(text) {
    const value = parseJson(text);

    switch (value?.type) {
    case 'open':
        return { options: parsePageOptions(value.options),
            type: 'open' };
    case 'connect':
        return { isBreakoutRoom: value.isBreakoutRoom === true,
            type: 'connect' };
    case 'lost':
        return Number.isSafeInteger(value.events) && value.events > 0
            ? { events: Math.min(value.events, MAX_LOST),
                type: 'lost' }
            : null;
    case 'close':
        return { type: 'close' };
    default:
        return null;
    }
}

module.exports = {
    IPC,
    MAX_URL_LENGTH,
    PORT_KINDS,
    isBatch,
    parseHello,
    parseRelayedPort,
    parseText,
    parseTokenMessage
};
