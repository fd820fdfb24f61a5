/**
 * The package's entry point: the addon, by the generated loader. Where that finds no binary that fits, one error says
 * for which platform, which package was looked for, and why it is of no use. In a packaged app the environment must
 * never decide which library is loaded.
 */

'use strict';

const path = require('path');

const NAME = '@jitsi/rtcstats-native';
const PLATFORM = /(?:@jitsi[\\/]rtcstats-native-|rtcstats-native\.(?=[a-z0-9-]+\.node))([a-z0-9-]+)/g;
const WEB_ASSEMBLY = /wasm32-wasi|\.wasi\.c?js/;

/** By this the generated loader takes any other library, which is code of whoever set it. */
const OVERRIDE = 'NAPI_RS_NATIVE_LIBRARY_PATH';
const VERSION_CHECK = 'NAPI_RS_ENFORCE_VERSION_CHECK';

/**
 * Lists what the loader ran into, in the order of its attempts.
 *
 * @param {any} error - What it threw, each cause being the attempt before.
 * @returns {string[]} The messages, each in one line.
 */
function attempts(error) {
    const messages = [];

    for (let cause = error?.cause ?? error; cause; cause = cause.cause) {
        messages.unshift(String(cause.message ?? cause).replace(/\s*Require stack:[^]*/, '')
            .replace(/\s+/g, ' '));
    }

    // The loader ends with a WebAssembly build, which does not exist: there are no sockets in it.
    const native = messages.filter(message => !WEB_ASSEMBLY.test(message));

    return native.length > 0 ? native : messages;
}

/**
 * Tells whether this file is part of a packaged app: in an archive, or among the resources of the Electron that runs
 * it. Main could ask Electron, but preloads, utility processes and children that are run as Node load the addon, too.
 *
 * @returns {boolean} Whether it is.
 */
function isPackaged() {
    if (!process.versions.electron) {
        return false;
    }
    const folder = path.dirname(process.execPath);
    const { resourcesPath = path.resolve(folder, process.platform === 'darwin' ? '../Resources' : 'resources') }
        = /** @type {any} */ process;

    return (/\.asar([\\/]|$)/).test(__dirname) || __dirname.startsWith(resourcesPath + path.sep);
}

/**
 * Says what was looked for.
 *
 * @param {string[]} messages - What the loader ran into.
 * @returns {string[]} Platform packages, or the file that the environment names.
 */
function candidates(messages) {
    const override = process.env[OVERRIDE];

    return override ? [ override ] : [ ...new Set(messages.flatMap(message =>
        [ ...message.matchAll(PLATFORM) ].map(([ , platform ]) => `${NAME}-${platform}`))) ];
}

/**
 * Turns the loader's error into one that helps.
 *
 * @param {any} error - What it threw.
 * @returns {Error} The error; `cause` is the attempt that tells most.
 */
function explain(error) {
    const messages = attempts(error);
    const looked = candidates(messages);
    const found = messages.filter(message => !message.startsWith('Cannot find module'));
    const cause = found.pop() ?? messages[messages.length - 1];
    const missing = cause.startsWith('Cannot find module');
    const platform = `${process.platform}-${process.arch}`;

    return Object.assign(
        new Error(`${NAME} cannot be loaded on ${platform}: ${looked.length
            ? `looked for ${looked.join(', ')}` : 'there is no package for this platform'}: ${cause}${missing
            ? ' (was it installed on another platform, or without optional dependencies?)' : ''}`),
        { cause: new Error(cause),
            code: 'ERR_RTCSTATS_ADDON',
            packages: looked,
            platform });
}

/**
 * Does something in a changed environment, which is put back.
 *
 * @param {Record<string, string | undefined>} changes - The variables; undefined for none.
 * @param {function(): any} body - What to do.
 * @returns {any} What it returns.
 */
function withEnvironment(changes, body) {
    const apply = (/** @type {[string, string | undefined][]} */ variables) => variables.forEach(([ name, value ]) => {
        if (value === undefined) {
            delete process.env[name];
        } else {
            process.env[name] = value;
        }
    });

    /** @type {[string, string | undefined][]} */
    const before = Object.keys(changes).map(name => [ name, process.env[name] ]);

    apply(Object.entries(changes));
    try {
        return body();
    } finally {
        apply(before);
    }
}

/**
 * Loads the addon. A platform package of another version counts as wrong: the loader looks at versions if asked to.
 *
 * @returns {any} Its exports.
 */
function load() {
    const environment = { ...isPackaged() && { [OVERRIDE]: undefined },
        [VERSION_CHECK]: process.env[VERSION_CHECK] ?? '1' };

    return withEnvironment(environment, () => {
        try {
            return require('./index.js');
        } catch (error) {
            throw explain(error);
        }
    });
}

const { TraceChannel, __napiBindingTarget } = load();

module.exports = { TraceChannel,
    __napiBindingTarget };
