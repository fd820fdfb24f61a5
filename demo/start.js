/**
 * `npm start`: runs the main job where one can see it. A real two-peer call in a real Electron window is captured, sent
 * through the native channel and dumped by the embedded collector, with live counters. It must never pretend: where no
 * Electron can be had the same call runs in Node, and it says so.
 */

'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { createCollector } = require('../collector');
const { resolveElectron } = require('../scripts/electron-runtime');

const { build } = require('./jitsi-meet-electron/esbuild');
const { install } = require('./jitsi-meet-electron/install');
const { runInElectron } = require('./run-electron');
const { CounterLine, summarise } = require('./show');

const root = path.join(__dirname, '..');
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 3600;

/** @type {Protocol[]} The first is the default. */
const PROTOCOLS = [ 'jitsi-3.1', 'rtcstats-5.0' ];

const HELP = `Usage: npm start -- [options]

Runs a call between two peers in an Electron window, captures it, and dumps it.

  --seconds <n>     length of the call from the moment it is connected (default: ${DEFAULT_SECONDS})
  --jitsi-meet      the app in demo/jitsi-meet-electron: a launcher, and a meeting in a cross-origin iframe
  --protocol <name> what is spoken: jitsi-3.1 (default) or rtcstats-5.0
  --isolated        with --jitsi-meet: isolated, sandboxed windows instead of those of today
  --dumps <folder>  where dumps go (default: dumps)
  --help            this text

Environment: ELECTRON_PATH names an Electron binary to use.`;

/**
 * @typedef {'jitsi-3.1' | 'rtcstats-5.0'} Protocol
 * @typedef {function(import('./run-electron').CallOptions): Promise<void>} Runner
 */

/**
 * @typedef {Object} DemoOptions
 * @property {number} seconds - Length of the call.
 * @property {string} dumps - Where dumps go.
 * @property {boolean} jitsiMeet - Whether to run the app that is like jitsi-meet-electron.
 * @property {boolean} isolated - Whether that one isolates its meeting.
 * @property {boolean} help - Whether only help is wanted.
 * @property {Protocol} protocol - What is spoken.
 */

/**
 * Reads the command line.
 *
 * @param {string[]} args - The arguments.
 * @returns {DemoOptions} What they say.
 */
function parseArguments(args) {
    const options = { dumps: path.join(root, 'dumps'),
        help: false,
        isolated: false,
        jitsiMeet: false,
        protocol: PROTOCOLS[0],
        seconds: DEFAULT_SECONDS };
    const rest = args.flatMap(splitArgument);

    while (rest.length > 0) {
        const name = rest.shift();

        if (name === '--help' || name === '-h') {
            options.help = true;
        } else if (name === '--jitsi-meet') {
            options.jitsiMeet = true;
        } else if (name === '--isolated') {
            options.isolated = true;
        } else if (name === '--seconds') {
            options.seconds = parseSeconds(rest.shift());
        } else if (name === '--protocol') {
            options.protocol = parseProtocol(rest.shift());
        } else if (name === '--dumps') {
            options.dumps = path.resolve(required(name, rest.shift()));
        } else {
            throw new Error(`unknown argument ${name}; --help lists them`);
        }
    }

    return options;
}

/**
 * Splits `--name=value`.
 *
 * @param {string} argument - An argument.
 * @returns {string[]} One or two parts.
 */
function splitArgument(argument) {
    return (/^--\w+=/).test(argument) ? argument.split(/=(.*)/s).slice(0, 2) : [ argument ];
}

/**
 * Insists on a value.
 *
 * @param {string} name - The argument it belongs to.
 * @param {string} [value] - The value.
 * @returns {string} The value.
 */
function required(name, value) {
    if (!value || value.startsWith('--')) {
        throw new Error(`${name} needs a value`);
    }

    return value;
}

/**
 * Reads a length of time.
 *
 * @param {string} [text] - The text.
 * @returns {number} Seconds.
 */
function parseSeconds(text) {
    const seconds = Number(required('--seconds', text));

    if (!(seconds >= 1 && seconds <= MAX_SECONDS)) {
        throw new Error(`--seconds must be a number from 1 to ${MAX_SECONDS}, not ${text}`);
    }

    return seconds;
}

/**
 * Reads a protocol.
 *
 * @param {string} [text] - The text.
 * @returns {Protocol} Its name.
 */
function parseProtocol(text) {
    const name = required('--protocol', text);
    const protocol = PROTOCOLS.find(known => known === name);

    if (!protocol) {
        throw new Error(`--protocol must be ${PROTOCOLS.join(' or ')}, not ${name}`);
    }

    return protocol;
}

/**
 * Chooses where the call runs.
 *
 * @returns {Promise<Runner>} What runs it.
 */
async function chooseRunner() {
    try {
        const runtime = await resolveElectron();

        console.log(`Electron: ${runtime.path}`);

        return runInElectron;
    } catch (/** @type {any} */ error) {
        // A wrong path or a missing library is for the user to mend.
        if (error.code !== 'ERR_NO_ELECTRON') {
            throw error;
        }
        console.log(`${error.message}\n`);
        console.log('>>> NOT IN ELECTRON: none can be had here, so the same call runs in Node on @roamhq/wrtc. <<<');

        // Loaded only now: it brings a whole WebRTC into this process.
        return require('./run-node').runInNode;
    }
}

/**
 * Builds what `npm install` builds, if it was not allowed to.
 *
 * @returns {void}
 */
function ensureBuilt() {
    const hasAddon = fs.readdirSync(root).some(file => file.endsWith('.node'));

    if (hasAddon && fs.existsSync(path.join(root, 'dist', 'auto-preload.js'))) {
        return;
    }
    console.log('Building the addon and the preload…');
    if (spawnSync('npm', [ 'run', 'build' ], { cwd: root,
        shell: process.platform === 'win32',
        stdio: 'inherit' }).status !== 0) {
        throw new Error('the build failed');
    }
}

/**
 * Ends the call early on Ctrl-C; a second one ends the process.
 *
 * @returns {AbortSignal} Aborted on the first.
 */
function interruption() {
    const controller = new AbortController();

    process.once('SIGINT', () => {
        controller.abort();
        process.once('SIGINT', () => process.exit(130));
    });
    process.once('SIGTERM', () => controller.abort());

    return controller.signal;
}

/**
 * Runs the demo.
 *
 * @param {DemoOptions} options - The command line.
 * @returns {Promise<number>} The exit code.
 */
async function run({ dumps, isolated, jitsiMeet, protocol, seconds }) {
    ensureBuilt();
    const signal = interruption();

    fs.mkdirSync(dumps, { recursive: true });
    const collector = await createCollector({ directory: dumps });
    const before = new Set(collector.dumps().map(dump => dump.path));
    const line = new CounterLine(process.stdout);

    try {
        const runCall = await chooseRunner();

        console.log(`Collector: ${collector.url}`);
        console.log(`Watch the call: ${collector.pageUrl}`);
        if (jitsiMeet) {
            install();
            await build();
        }
        await runCall({ app: jitsiMeet ? 'jitsi-meet-electron' : 'app',
            args: isolated ? [ '--isolated' ] : [],
            endpoint: collector.url,
            onStats: stats => line.show(stats),
            protocol,
            seconds,
            signal });
        line.end();
    } finally {
        line.end();
        await collector.close();
    }
    const written = collector.dumps().filter(dump => !before.has(dump.path));

    for (const dump of written) {
        console.log(await summarise(dump.path));
    }
    if (written.length === 0) {
        console.error('No dump was written.');
    }

    return written.length > 0 ? 0 : 1;
}

/**
 * The program.
 *
 * @returns {Promise<void>} When it has ended.
 */
async function main() {
    try {
        const options = parseArguments(process.argv.slice(2));

        if (options.help) {
            console.log(HELP);
        } else {
            // Where the call ran in Node, its media threads would keep the process alive.
            process.exit(await run(options)); // eslint-disable-line no-process-exit
        }
    } catch (error) {
        console.error(`npm start: ${error instanceof Error ? error.message : error}`);
        process.exitCode = 1;
    }
}

main();
