/**
 * Starts a real Firefox for tests, with a camera and a microphone that are not real, and drives it by WebDriver BiDi.
 * What it gives has the names of Playwright's browser, as far as the tests of capture need them: Playwright itself asks
 * for commands that Debian's Firefox ESR does not know.
 *
 * It must never reach for the network.
 */

'use strict';

const { spawn } = require('node:child_process');
const { EventEmitter, once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const WebSocket = require('ws');

const { findFirefox } = require('../scripts/system-packages');

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const NOWHERE = 'http://127.0.0.1:9';
const PREFERENCES = {
    'app.normandy.enabled': false,
    'app.update.enabled': false,
    'browser.aboutwelcome.enabled': false,
    'browser.safebrowsing.malware.enabled': false,
    'browser.safebrowsing.phishing.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'dom.min_background_timeout_value': 4,
    'extensions.update.enabled': false,
    'media.gmp-manager.url': NOWHERE,
    'media.navigator.permission.disabled': true,
    'media.navigator.streams.fake': true,
    'media.peerconnection.ice.loopback': true,
    'media.peerconnection.ice.obfuscate_host_addresses': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'network.proxy.type': 0,
    'services.settings.server': NOWHERE,
    'toolkit.telemetry.enabled': false
};

/** Playwright's names for levels of the console that BiDi calls otherwise. */
const LEVELS = { warn: 'warning' };

/**
 * Makes a profile.
 *
 * @returns {string} Its folder.
 */
function makeProfile() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-firefox-'));

    fs.writeFileSync(path.join(folder, 'user.js'), Object.entries(PREFERENCES)
        .map(([ name, value ]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
        .join('\n'));

    return folder;
}

/** A BiDi session: commands and their answers by number, events by name. */
class Session extends EventEmitter {
    /**
     * Takes a connected socket.
     *
     * @param {WebSocket} socket - The socket.
     */
    constructor(socket) {
        super();
        this._pending = new Map();
        this._socket = socket;
        socket.on('message', data => this._receive(JSON.parse(String(data))));
        socket.on('close', () => this._pending.forEach(({ reject }) => reject(new Error('Firefox has gone'))));
    }

    /**
     * Sends a command.
     *
     * @param {string} method - Its name.
     * @param {Object} params - Its parameters.
     * @returns {Promise<any>} The answer.
     */
    send(method, params = {}) {
        const id = ++this._count || (this._count = 1);

        this._socket.send(JSON.stringify({ id,
            method,
            params }));

        return new Promise((resolve, reject) => {
            this._pending.set(id, { reject,
                resolve });
        });
    }

    /**
     * Takes a message.
     *
     * @param {Object} message - The message.
     * @returns {void}
     */
    _receive({ id, message, method, params, result, type }) {
        const pending = this._pending.get(id);

        this._pending.delete(id);
        if (type === 'event') {
            this.emit(method, params);
        } else if (type === 'success') {
            pending?.resolve(result);
        } else {
            pending?.reject(new Error(message));
        }
    }
}

/** A tab. */
class Page extends EventEmitter {
    /**
     * Takes a tab.
     *
     * @param {Session} session - The browser's.
     * @param {string} context - The tab.
     */
    constructor(session, context) {
        super();
        this._context = context;
        this._session = session;
        session.on('log.entryAdded', ({ level, source, text, type }) => {
            if (source.context !== context) {
                return;
            }
            if (type === 'javascript') {
                this.emit('pageerror', new Error(text));
            } else {
                this.emit('console', { text: () => text,
                    type: () => LEVELS[level] ?? level });
            }
        });
    }

    /**
     * Runs a script in every document of the tab, before the page's own.
     *
     * @param {string} script - The script.
     * @returns {Promise<void>} When it will.
     */
    async addInitScript(script) {
        await this._session.send('script.addPreloadScript', { contexts: [ this._context ],
            functionDeclaration: `() => { ${script} }` });
    }

    /**
     * Goes to an address.
     *
     * @param {string} url - The address.
     * @returns {Promise<void>} When it is loaded.
     */
    async goto(url) {
        await this._session.send('browsingContext.navigate', { context: this._context,
            url,
            wait: 'complete' });
    }

    /**
     * Runs something in the page.
     *
     * @param {Function|string} work - A function, or an expression.
     * @param {any} [arg] - For the function.
     * @returns {Promise<any>} What it gave, as far as JSON can hold it.
     */
    async evaluate(work, arg) {
        const value = typeof work === 'function' ? `(${work})(${JSON.stringify(arg)})` : work;
        const { exceptionDetails, result } = await this._session.send('script.callFunction', {
            awaitPromise: true,
            functionDeclaration: `async () => JSON.stringify({ value: await (0, eval)(${JSON.stringify(value)}) })`,
            target: { context: this._context },
            userActivation: true
        });

        if (exceptionDetails) {
            throw new Error(exceptionDetails.text);
        }

        return JSON.parse(result.value).value;
    }

    /**
     * Closes the tab.
     *
     * @returns {Promise<void>} When it is gone.
     */
    async close() {
        await this._session.send('browsingContext.close', { context: this._context });
    }
}

/**
 * Waits for the line by which Firefox says where it listens.
 *
 * @param {ChildProcess} child - Firefox.
 * @returns {Promise<string>} The address.
 */
async function listeningAt(child) {
    const lines = readline.createInterface({ input: child.stderr });

    for await (const line of lines) {
        const match = (/WebDriver BiDi listening on (ws:\/\/\S+)/).exec(line);

        if (match) {
            child.stderr.resume();

            return match[1];
        }
    }
    throw new Error('Firefox ended before it listened');
}

/**
 * Starts it.
 *
 * @returns {Promise<any>} The browser: `newContext()` gives what has `newPage()`.
 */
async function launchFirefox() {
    const executable = findFirefox();

    if (!executable) {
        throw new Error('Firefox is missing: npm run test:needs fetches it, or set FIREFOX_PATH');
    }
    const profile = makeProfile();
    const args = [ '--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile ];
    const child = spawn(executable, args, {
        env: { ...process.env,
            HOME: profile,
            MOZ_HEADLESS: '1' },
        stdio: [ 'ignore', 'ignore', 'pipe' ]
    });
    const exited = once(child, 'exit');
    const socket = new WebSocket(`${await listeningAt(child)}/session`);

    await once(socket, 'open');
    const session = new Session(socket);

    session.setMaxListeners(0);
    await session.send('session.new', { capabilities: {} });
    await session.send('session.subscribe', { events: [ 'log.entryAdded' ] });

    return {
        /**
         * Ends it.
         *
         * @returns {Promise<void>} When it has ended.
         */
        async close() {
            child.kill('SIGKILL');
            await exited;
            fs.rmSync(profile, { force: true,
                maxRetries: 5,
                recursive: true });
        },
        async newContext() {
            const { userContext } = await session.send('browser.createUserContext');

            return { async newPage() {
                const { context } = await session.send('browsingContext.create', { type: 'tab',
                    userContext });

                return new Page(session, context);
            } };
        }
    };
}

module.exports = { launchFirefox };
