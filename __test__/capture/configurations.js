/**
 * The shapes a page gives a configuration with a secret in it: each a function whose source is evaluated in a page, and
 * gives a configuration the browser takes. The secret is `SECRET`, the server `turn:turn.example.org`.
 *
 * They must never use anything from outside.
 */

'use strict';

/* eslint-disable require-jsdoc */

const SECRET = 's3cret-0123456789';

/** What stands in for the List and Record of immutable.js, which keep everything in members of their own. */
const LIBRARY = `
    class List {
        constructor(items) { this._tail = { array: items }; this.size = items.length; }
        [Symbol.iterator]() { return this._tail.array[Symbol.iterator](); }
        toJSON() { return this._tail.array; }
    }
    function Record(values) {
        const record = Object.create({
            get(key) { return this._values[key]; },
            toJSON() { return this._values; }
        });
        record._values = values;
        for (const key of Object.keys(values)) {
            Object.defineProperty(Object.getPrototypeOf(record), key, {
                enumerable: true,
                get() { return this.get(key); }
            });
        }
        return record;
    }
`;

/** @type {Record<string, string>} */
const CONFIGURATIONS = {
    'a plain object': '({ iceServers: [ server ] })',
    'a class with a private member': `
        class Server {
            constructor() { this._credential = secret; this.urls = url; this.username = 'user'; }
            get credential() { return this._credential; }
        }
        ({ iceServers: [ new Server() ] })`,
    'a class with a toJSON': `
        class Server {
            constructor() { Object.assign(this, server); }
            toJSON() { return { urls: this.urls, password: this.credential }; }
        }
        ({ iceServers: [ new Server() ] })`,
    'a class that inherits the secret': `
        class Base { get credential() { return secret; } }
        class Server extends Base { constructor() { super(); this.urls = url; this.username = 'user'; } }
        ({ iceServers: [ new Server() ] })`,
    'a record': '({ iceServers: [ Record(server) ] })',
    'a record of a list of records': 'Record({ iceServers: new List([ Record(server) ]) })',
    'a list of servers': '({ iceServers: new List([ server ]) })',
    'a set of servers': '({ iceServers: new Set([ server ]) })',
    'a set of URLs': '({ iceServers: [ { ...server, urls: new Set([ url ]) } ] })',
    'a list of URLs': '({ iceServers: [ { ...server, urls: new List([ url ]) } ] })',
    'a generator of servers': '({ iceServers: (function* () { yield server; })() })',
    'a subclass of Array': 'class Servers extends Array {} ({ iceServers: Servers.of(server) })',
    'an array that iterates otherwise': `
        const servers = [ { ...server, note: secret } ];
        servers[Symbol.iterator] = function* () { yield server; };
        ({ iceServers: servers })`,
    'an accessor for the servers': '({ get iceServers() { return [ server ]; } })',
    'an accessor for the secret': `
        ({ iceServers: [ { urls: url, username: 'user', get credential() { return secret; } } ] })`,
    'members beside the known': `({ iceServers: [ { ...server, password: secret, token: { secret }, _secret: secret } ],
        turnSecret: secret, auth: { secret } })`,
    'a secret under a symbol': '({ iceServers: [ { ...server, [Symbol("s")]: secret } ] })',
    'an inherited configuration': 'Object.create({ iceServers: [ server ] })',
    'an object without a prototype': `
        const bare = values => Object.assign(Object.create(null), values);
        bare({ iceServers: [ bare(server) ] })`,
    'a text that is an object': '({ iceServers: [ { ...server, urls: { secret, toString: () => url } } ] })',
    'a proxy': '({ iceServers: [ new Proxy(server, {}) ] })',
    'a toJSON on the prototype of objects': `
        Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, value() { return secret; } });
        ({ iceServers: [ server ] })`,
    'a server that is a function': '({ iceServers: [ Object.assign(() => secret, server) ] })'
};

/**
 * The source of an expression that gives a configuration.
 *
 * @param {string} shape - Which.
 * @returns {string} - To be evaluated by `eval`, whose value is that of the last statement.
 */
function sourceOf(shape) {
    return `
        ${LIBRARY}
        const secret = ${JSON.stringify(SECRET)};
        const url = 'turn:turn.example.org';
        const server = { credential: secret, urls: url, username: 'user' };
        ${CONFIGURATIONS[shape]}`;
}

module.exports = { CONFIGURATIONS,
    SECRET,
    sourceOf };
