/**
 * How protocol 3.1 writes the configuration of a connection: what the page passed, in its own words, as far as it is
 * made of plain objects, arrays and values; all else (instances of classes, records of libraries, sets, accessors) as
 * the browser understood it, which it tells by `getConfiguration()`.
 *
 * It must never let a credential out, whatever shape the page gave it: only known members are written, and those of a
 * server hold no secret. It must never run code of the page: what is no plain value is not read from the page's object.
 */

'use strict';

const {
    getOwnPropertyDescriptor, getPrototypeOf, indexOf, isArray, lastIndexOf, map, method, ownKeys, slice
} = require('../../native');
const { ABSENT, ownValue } = require('../../plain');

const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
const { iterator } = Symbol;

/** What a server is written with. What it proves itself with is not among them. */
const SERVER_MEMBERS = setOf([ 'credentialType', 'url', 'urls', 'username' ]);

/** The members of RTCConfiguration, Chromium's own and those of its past. */
const MEMBERS = setOf([
    'alwaysNegotiateDataChannels', 'bundlePolicy', 'certificates', 'enableDscp', 'enableDtlsSrtp', 'enableIPv6',
    'enableRtpDataChannels', 'encodedInsertableStreams', 'iceCandidatePoolSize', 'iceServers', 'iceTransportPolicy',
    'iceTransports', 'offerExtmapAllowMixed', 'peerIdentity', 'rtcAudioJitterBufferFastAccelerate',
    'rtcAudioJitterBufferMaxPackets', 'rtcAudioJitterBufferMinDelayMs', 'rtcpMuxPolicy', 'sdpSemantics'
]);

/**
 * Makes a set of names that answers without the prototype of objects.
 *
 * @param {string[]} names - The names.
 * @returns {Record<string, true>} - Each with `true`.
 */
function setOf(names) {
    /** @type {any} */
    const members = { __proto__: null };

    names.forEach(name => {
        members[name] = true;
    });

    return members;
}

/**
 * Tells whether a value needs no reading.
 *
 * @param {any} value - The value.
 * @returns {boolean} - Whether it is a text, a number, a truth value or nothing.
 */
function isPrimitive(value) {
    return value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'
        && typeof value !== 'bigint');
}

/**
 * Tells whether an object is one that the page wrote as `{ … }`.
 *
 * @param {any} value - The value.
 * @returns {boolean} - Whether it is.
 */
function isPlain(value) {
    if (typeof value !== 'object' || value === null || isArray(value)) {
        return false;
    }
    const prototype = getPrototypeOf(value);

    return prototype === objectPrototype || prototype === null;
}

/**
 * Reads an array whose iteration gives its elements and runs nothing.
 *
 * @param {any} value - The value.
 * @returns {any[]|undefined} - The elements; nothing for anything else.
 */
function plainElements(value) {
    if (!isArray(value) || getPrototypeOf(value) !== arrayPrototype || getOwnPropertyDescriptor(value, iterator)) {
        return undefined;
    }
    let index = 0;
    let isPlainList = true;
    const elements = map(value, () => {
        const element = ownValue(value, index++);

        isPlainList = isPlainList && element !== ABSENT;

        return element;
    });

    return isPlainList ? elements : undefined;
}

/**
 * Takes user and password off the URL of a server, where some write them.
 *
 * @param {any} url - The URL.
 * @returns {any} - Without them.
 */
function withoutUserInfo(url) {
    const at = typeof url === 'string' ? lastIndexOf(url, '@') : -1;

    return at < 0 ? url : slice(url, 0, indexOf(url, ':') + 1) + slice(url, at + 1);
}

/**
 * Writes a value or a list of values.
 *
 * @param {any} value - What the page passed, or `ABSENT`.
 * @param {function(): any} understand - Gives the browser's reading.
 * @returns {any} - What is written, or `ABSENT`.
 */
function writeMember(value, understand) {
    if (value !== ABSENT && isPrimitive(value)) {
        return withoutUserInfo(value);
    }
    const elements = plainElements(value) ?? understand();

    if (!isArray(elements)) {
        return isPrimitive(elements) && elements !== undefined ? withoutUserInfo(elements) : ABSENT;
    }

    // A certificate has nothing to say, as in JSON.
    return map(elements, element => {
        const isValue = isPrimitive(element);

        return isValue ? withoutUserInfo(element) : { __proto__: null };
    });
}

/**
 * Copies the known members of an object.
 *
 * @param {any} source - The page's object; anything but a plain one is not read.
 * @param {Record<string, true>} members - Which.
 * @param {function(): any} understand - Gives the browser's reading of it.
 * @param {function(any, function(): any, string): any} write - Writes a member.
 * @returns {any} - The copy.
 */
function copyMembers(source, members, understand, write) {
    /** @type {any} */
    const copy = { __proto__: null };
    const isReadable = isPlain(source);

    map(ownKeys(isReadable ? source : understand() ?? copy), key => {
        const written = typeof key === 'string' && members[key]
            ? write(isReadable ? ownValue(source, key) : ABSENT, () => understand()?.[key], key)
            : ABSENT;

        if (written !== ABSENT) {
            copy[key] = written;
        }
    });

    return copy;
}

/**
 * Writes the list of servers.
 *
 * @param {any} servers - What the page passed, or `ABSENT`.
 * @param {function(): any} understand - Gives the browser's reading.
 * @returns {any} - What is written.
 */
function writeServers(servers, understand) {
    if (servers === null || servers === undefined) {
        return servers;
    }
    let index = 0;

    return map(plainElements(servers) ?? map(understand() ?? [], () => ABSENT), server => {
        const at = index++;

        return copyMembers(server, SERVER_MEMBERS, () => understand()?.[at], writeMember);
    });
}

/**
 * Makes what writes configurations.
 *
 * @param {any} global - The window.
 * @returns {function(any, any): any} - Writes one, given the connection that took it.
 */
module.exports.createConfigurationWriter = function(global) {
    const getConfiguration = method(global, 'RTCPeerConnection', 'getConfiguration');

    return (configuration, pc) => {
        /** @type {any} */
        let understood;
        const understand = () => {
            understood ??= getConfiguration(pc);

            return understood;
        };

        return copyMembers(configuration, MEMBERS, understand, (value, understandMember, key) =>
            (key === 'iceServers' ? writeServers : writeMember)(value, understandMember));
    };
};
