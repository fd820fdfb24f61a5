/**
 * Says which connections to leave alone, by patterns that an app can send over a wire (a function it could not).
 */

'use strict';

const { guard, indexOf, map, ownKeys, slice } = require('./native');

/**
 * @typedef {Object} ConnectionPatterns
 * @property {string[]} [iceServers] - URLs of servers, `*` standing for anything: a connection with one of them.
 * @property {Record<string, any>} [constraints] - Members of the constructor's second argument, or of one of its
 * `optional`: a connection that has all of them with these values.
 */

/**
 * Says whether to leave a connection alone.
 *
 * @callback IsFiltered
 * @param {any} configuration - Its `create`, as it is written.
 * @param {any} constraints - Its `constraints`, as they are written.
 * @returns {boolean} - Whether to.
 */

/**
 * Tells whether a text fits a pattern.
 *
 * @param {string} text - The text.
 * @param {string} pattern - The pattern, in which `*` stands for anything.
 * @returns {boolean} - Whether it does.
 */
function fits(text, pattern) {
    const star = indexOf(pattern, '*');

    if (star < 0) {
        return text === pattern;
    }
    if (slice(text, 0, star) !== slice(pattern, 0, star)) {
        return false;
    }
    const rest = slice(pattern, star + 1);

    for (let at = star; at <= text.length; at++) {
        if (fits(slice(text, at), rest)) {
            return true;
        }
    }

    return false;
}

/**
 * Makes the filter.
 *
 * @param {ConnectionPatterns} patterns - The patterns.
 * @returns {IsFiltered} - Says whether to leave a connection alone.
 */
module.exports.createConnectionFilter = function({ iceServers = [], constraints: wanted = {} }) {
    const names = Object.keys(wanted);

    const hasServer = (/** @type {any} */ configuration) => {
        let found = false;

        map(configuration?.iceServers ?? [], server => {
            const urls = typeof server?.urls === 'string' ? [ server.urls ] : server?.urls ?? [];

            map(urls, url => map(iceServers, pattern => {
                found = found || fits(url, pattern);
            }));
        });

        return found;
    };

    const hasConstraints = (/** @type {any} */ constraints) => {
        /** @type {any} */
        const all = { __proto__: null };

        map([ constraints, ...constraints?.optional ?? [] ], part => map(ownKeys(part), key => {
            all[key] = part[key];
        }));
        let hasAll = names.length > 0;

        map(names, name => {
            hasAll = hasAll && all[name] === wanted[name];
        });

        return hasAll;
    };

    return (configuration, constraints) =>
        guard(() => hasServer(configuration)) === true || guard(() => hasConstraints(constraints)) === true;
};
