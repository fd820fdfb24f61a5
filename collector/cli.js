#!/usr/bin/env node
/**
 * The command `rtcstats-collector`: a collector with its page for development, the page on a saved dump, or what went
 * wrong in saved dumps.
 *
 * It must never print more of a dump than its findings say, and never be presented as fit for production.
 */

'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { printConverted } = require('./server/convert-command');
const { printFindings } = require('./server/findings-command');
const { viewDump } = require('./server/saved-dump');

const { createCollector } = require('./index');

const USAGE = `Usage: rtcstats-collector [options]
       rtcstats-collector view FILE [options]
       rtcstats-collector findings FILE… [--json]
       rtcstats-collector convert FILE --to 3.1|3

Receives what @jitsi/rtcstats and @jitsi/rtcstats-native send, writes a dump per session and shows them while they
grow. With "view", shows a saved dump or journal, gzipped or not. With "findings", prints what went wrong in saved dumps
or folders of them, of any format, gzipped or not, and exits with 1 if a call or one of its directions did not work at
all, with 2 if a file can not be read.
With "convert", prints a dump of protocol 3.1 as one of format 3 (protocol 5.0), or the other way round.
For development only: it authenticates nobody. In production, run jitsi/rtcstats-server.

Options
  --port N            port to listen on (default 3000; any free one for "view")
  --host ADDRESS      address to listen on (default 127.0.0.1)
  --dir FOLDER        where dumps go (default ./dumps)
  --open              open the page in a browser
  --origin ORIGIN     take websockets from pages of this origin, such as https://meet.example, besides pages of this
                      machine and of files; may be repeated, * allows all
  --max-bytes N       refuse clients once the folder holds this many bytes of dumps (default 4 GiB)
  --tls-cert FILE     serve TLS with this certificate (PEM) ...
  --tls-key FILE      ... and this key (PEM)
  --importer-format   write dumps for the public webrtc-dump-importer, which takes the last number of a line for its
                      time: without sequence numbers, and not readable by jitsi/rtcstats-server
  --json              print findings as JSON
  --to FORMAT         what to convert to: 3.1, or 3
  --help              show this text
`;

const DEFAULT_PORT = 3000;

// What "findings" ends with, so that it can sort dumps.
const EXIT_CRITICAL = 1;
const EXIT_UNREADABLE = 2;

/**
 * A problem the user can solve; shown without a stack.
 */
class UsageError extends Error {}

/**
 * Reads the command line.
 *
 * @param {string[]} args - The arguments.
 * @returns {{options: Record<string, any>, positionals: string[]}} What they say.
 */
function readArguments(args) {
    try {
        const { values, positionals } = parseArgs({
            args,
            allowPositionals: true,
            options: {
                port: { type: 'string' },
                host: { type: 'string' },
                dir: { type: 'string' },
                open: { type: 'boolean' },
                origin: {
                    type: 'string',
                    multiple: true
                },
                'max-bytes': { type: 'string' },
                'tls-cert': { type: 'string' },
                'tls-key': { type: 'string' },
                'importer-format': { type: 'boolean' },
                json: { type: 'boolean' },
                to: { type: 'string' },
                help: {
                    type: 'boolean',
                    short: 'h'
                }
            }
        });

        return {
            options: values,
            positionals
        };
    } catch (error) {
        throw new UsageError(`${/** @type {Error} */ (error).message}\nTry --help.`);
    }
}

/**
 * Reads a port number.
 *
 * @param {string | undefined} text - What was given.
 * @param {number} otherwise - The default.
 * @returns {number} The port.
 */
function readPort(text, otherwise) {
    if (text === undefined) {
        return otherwise;
    }
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
        throw new UsageError(`--port must be a number from 0 to 65535, not "${text}"`);
    }

    return Number(text);
}

/**
 * Reads how many bytes of dumps there may be.
 *
 * @param {string | undefined} text - What was given.
 * @returns {number | undefined} The number, undefined for the default.
 */
function readMaxBytes(text) {
    if (text !== undefined && !/^[1-9]\d{0,14}$/.test(text)) {
        throw new UsageError(`--max-bytes must be a positive number, not "${text}"`);
    }

    return text === undefined ? undefined : Number(text);
}

/**
 * Reads certificate and key.
 *
 * @param {Record<string, any>} options - The options.
 * @returns {{cert: Buffer, key: Buffer} | undefined} Both, undefined if neither was asked for.
 */
function readTls({ 'tls-cert': cert, 'tls-key': key }) {
    if (!cert && !key) {
        return undefined;
    }
    if (!cert || !key) {
        throw new UsageError('--tls-cert and --tls-key go together');
    }

    return {
        cert: fs.readFileSync(cert),
        key: fs.readFileSync(key)
    };
}

/**
 * Says what went wrong in words that help.
 *
 * @param {any} error - What was thrown.
 * @param {Record<string, any>} options - The options.
 * @returns {string} The words.
 */
function explain(error, { host, port }) {
    const subject = error.path ?? '';

    switch (error.code) {
    case 'EADDRINUSE':
        return `port ${port} is taken on ${host}; choose another with --port, or 0 for any free one`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
        return `${host} is not an address of this machine`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
        return error.syscall === 'listen' ? `not allowed to listen on port ${port}` : `not allowed to use ${subject}`;
    case 'EEXIST':
    case 'ENOTDIR':
        return `${subject} is not a folder`;
    case 'EISDIR':
        return `${subject || 'that'} is a folder, not a file`;
    case 'ENOENT':
        return error.syscall === 'mkdir' ? `${subject} can not be created` : `${subject} does not exist`;
    case 'ERR_OSSL_PEM_NO_START_LINE':
        return 'the certificate or the key is no PEM file';
    case 'ERR_OSSL_X509_KEY_VALUES_MISMATCH':
        return 'the key does not belong to the certificate';
    default:
        if (String(error.code).startsWith('ERR_OSSL_')) {
            return `the certificate or the key can not be used: ${error.reason ?? error.message}`;
        }

        return error instanceof UsageError || error.code ? error.message : error.stack;
    }
}

/**
 * Opens an address in the user's browser, if there is one.
 *
 * @param {string} url - The address.
 * @returns {void}
 */
function openBrowser(url) {
    const [ command, ...args ] = {
        darwin: [ 'open' ],
        win32: [ 'cmd', '/c', 'start', '' ]
    }[/** @type {string} */ (process.platform)] ?? [ 'xdg-open' ];

    spawn(command, [ ...args, url ], {
        detached: true,
        stdio: 'ignore'
    }).on('error', () => console.error(`No browser could be opened; the page is at ${url}`))
        .unref();
}

/**
 * Ends the process in an orderly way on a signal; a second one ends it at once.
 *
 * @param {Function} close - Closes everything and returns a promise.
 * @returns {void}
 */
function closeOnSignal(close) {
    for (const signal of [ 'SIGINT', 'SIGTERM', 'SIGHUP' ]) {
        process.once(signal, () => close().then(() => process.exit(0)));
    }
}

/**
 * Shows a saved dump.
 *
 * @param {string} file - The file.
 * @param {Record<string, any>} options - The options.
 * @returns {Promise<void>} Resolves once the page is served.
 */
async function view(file, { host, port, open }) {
    const viewer = await viewDump(file, {
        host,
        port
    });

    viewer.complete || console.error(`${file} is damaged or cut short; showing what could be unpacked`);
    console.log(`${path.basename(file)} is shown at ${viewer.pageUrl}`);
    open && openBrowser(viewer.pageUrl);
    closeOnSignal(viewer.close);
}

/**
 * Runs a collector.
 *
 * @param {Record<string, any>} options - The options.
 * @returns {Promise<void>} Resolves once clients can connect.
 */
async function collect(options) {
    const { host, port, dir = 'dumps', open } = options;
    const collector = await createCollector({
        host,
        port,
        directory: dir,
        origins: options.origin,
        maxBytes: readMaxBytes(options['max-bytes']),
        tls: readTls(options),
        importerFormat: options['importer-format']
    });

    console.log(`rtcstats collector, for development only; in production, run jitsi/rtcstats-server
  endpoint  ${collector.url}
  page      ${collector.pageUrl}
  dumps     ${collector.directory}`);
    collector.on('dump', info => console.log(`${info.open ? 'receiving' : 'closed   '} ${info.path}${
        info.open ? '' : ` (${info.lines} lines)`}`));
    collector.on('refused', ({ sessionId, isReconnect }) => console.log(
        `refused   ${sessionId || 'a client'}: ${isReconnect ? 'it wants to resume' : 'its dump exists'} (3001)`));
    collector.on('rejected', ({ error }) => console.log(`refused   a client: ${error.message}`));
    open && openBrowser(collector.pageUrl);
    closeOnSignal(() => collector.close());
}

/**
 * Prints what went wrong in saved dumps.
 *
 * @param {string[]} files - The files.
 * @param {Record<string, any>} options - The options.
 * @returns {Promise<void>} Resolves once it is printed.
 */
async function find(files, { json }) {
    if (files.length === 0) {
        throw new UsageError('findings needs a file\nTry --help.');
    }
    if (await printFindings(files, Boolean(json))) {
        process.exitCode = EXIT_CRITICAL;
    }
}

/**
 * Prints a dump in another format.
 *
 * @param {string} file - The file.
 * @param {Record<string, any>} options - The options.
 * @returns {Promise<void>} Resolves once it is printed.
 */
async function convert(file, { to }) {
    if (to !== '3.1' && to !== '3') {
        throw new UsageError('convert needs --to 3.1 or --to 3\nTry --help.');
    }
    await printConverted(file, to);
}

/**
 * Runs the command.
 *
 * @param {string[]} args - The arguments.
 * @returns {Promise<void>} Resolves once it runs.
 */
async function main(args) {
    /** @type {Record<string, any>} */
    let options = {};
    let command = '';

    try {
        const parsed = readArguments(args);
        const [ first = '', ...files ] = parsed.positionals;

        command = first;
        options = {
            ...parsed.options,
            host: parsed.options.host ?? '127.0.0.1',
            port: readPort(parsed.options.port, command === 'view' ? 0 : DEFAULT_PORT)
        };
        if (options.help) {
            process.stdout.write(USAGE);
        } else if (command === 'findings') {
            await find(files, options);
        } else if (command === 'convert' && files.length === 1) {
            await convert(files[0], options);
        } else if (command === 'view' && files.length === 1) {
            await view(files[0], options);
        } else if (command === '') {
            await collect(options);
        } else {
            throw new UsageError(command === 'view' || command === 'convert'
                ? `${command} needs exactly one file\nTry --help.`
                : `unknown command "${command}"\nTry --help.`);
        }
    } catch (error) {
        console.error(`rtcstats-collector: ${explain(error, options)}`);
        process.exitCode = command === 'findings' ? EXIT_UNREADABLE : 1;
    }
}

main(process.argv.slice(2));
