/**
 * The way in for documents that Electron runs no preload in: iframes of windows without `nodeIntegrationInSubFrames`,
 * `about:blank`, and those that a page touched before they were loaded. The DevTools protocol puts our code into each
 * of them before its own scripts; what that code sends comes by ports which the top document's preload passes on, so
 * that neither `Runtime` nor a binding is needed, and a page that logs pays nothing.
 *
 * Nothing is ever paused: commands for a target are sent in one go, in the very moment it is told of, and so they are
 * there before its document is. It must never keep the app from the debugger: who attaches gets it.
 */

'use strict';

const { randomUUID } = require('crypto');
const { ipcMain } = require('electron');

const { IPC, parseRelayedPort } = require('../../ipc');
const { admit, findByFrame } = require('../documents/admission');

const { visitorOf } = require('./frames');
const { PagePort } = require('./page-port');
const { scriptFor } = require('./page-script');

/**
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('../../ipc').RelayedPort} RelayedPort
 */

/** Popups have contents of their own, and with them a debugger of their own; workers have no WebRTC. */
const AUTO_ATTACH = Object.freeze({
    autoAttach: true,
    filter: [ { type: 'iframe' } ],
    flatten: true,
    waitForDebuggerOnStart: false
});

/** How often a window's debugger is attached again after somebody took it away. */
const MAX_ATTACHMENTS = 100;

/** @type {WeakMap<WebContents, DevToolsEntrance>} */
const entrances = new WeakMap();

let listening = false;

/**
 * The DevTools protocol's way into one window.
 */
class DevToolsEntrance {
    /**
     * Attaches to a window.
     *
     * @param {WebContents} contents - The window's contents.
     */
    constructor(contents) {
        this._contents = contents;
        this._debugger = contents.debugger;

        /** What messages begin with that bring ports to the top document. No page knows it. */
        this.relay = randomUUID();

        /** @type {Set<function(string): void>} */
        this.listeners = new Set();

        /**
         * The scripts put, by DevTools session; the root's is ''.
         *
         * @type {Map<string, Promise<string | undefined>>}
         */
        this._scripts = new Map();

        this._restore = () => {
            // Nothing was taken yet.
        };
        this._isSuspended = false;
        this._attachments = 0;
        this._isAttached = false;
        this._isTold = false;
        this._onMessage = this._onMessage.bind(this);
        this._onDetach = this._onDetach.bind(this);
        this._onNavigation = this._onNavigation.bind(this);
        contents.on('did-start-navigation', this._onNavigation);
        this._debugger.on('message', this._onMessage);
        this._debugger.on('detach', this._onDetach);
    }

    /**
     * Attaches, if nobody else has.
     *
     * @returns {void}
     */
    attach() {
        if (this._isAttached || this._contents.isDestroyed() || this._attachments >= MAX_ATTACHMENTS) {
            return;
        }
        try {
            this._debugger.attach('1.3');
        } catch {
            this._tell('another debugger is attached to its window');

            return;
        }
        this._attachments++;
        this._isAttached = true;
        this._isTold = false;
        this._yieldToApp();
        this._setUp('');
    }

    /**
     * Puts the code anew, with other settings.
     *
     * @returns {void}
     */
    refresh() {
        this._scripts.forEach(async (script, sessionId) => {
            this._inject(sessionId);
            const identifier = await script;

            identifier && this._send('Page.removeScriptToEvaluateOnNewDocument', { identifier }, sessionId);
        });
    }

    /**
     * Brings no more code into documents while the top one cannot keep their ports from its page, that is until there
     * is another top document.
     *
     * @returns {void}
     */
    suspend() {
        this._isSuspended = true;
        this.refresh();
        this._tell('its top document was replaced by document.open()');
    }

    /**
     * Leaves the window as it was.
     *
     * @returns {void}
     */
    end() {
        this._debugger.removeListener('message', this._onMessage);
        this._debugger.removeListener('detach', this._onDetach);
        this._contents.removeListener('did-start-navigation', this._onNavigation);
        this._detach();
    }

    /**
     * Takes a port that the top document's preload has passed on.
     *
     * @param {RelayedPort} message - What came with it.
     * @param {PagePort} port - The port.
     * @returns {void}
     */
    take(message, port) {
        const visitor = visitorOf(this._contents, message);
        const document = findByFrame(visitor.frame) ?? admit(visitor)?.document;

        document ? document.addPort(port) : port.end();
    }

    /**
     * Gives the debugger to the app as soon as it asks for it: to it, nobody is attached.
     *
     * @returns {void}
     */
    _yieldToApp() {
        const { attach, detach, isAttached } = this._debugger;

        // Electron's are properties of the object itself.
        this._restore = () => {
            Object.assign(this._debugger, { attach,
                detach,
                isAttached });
        };
        Object.assign(this._debugger, {
            attach: (/** @type {string} */ version) => {
                this._detach();
                this._debugger.attach(version);
                this._tell('another debugger is attached to its window');
            },
            detach: () => undefined,
            isAttached: () => false
        });
    }

    /**
     * Detaches.
     *
     * @returns {void}
     */
    _detach() {
        if (!this._isAttached) {
            return;
        }
        this._forget();
        try {
            this._debugger.detach();
        } catch {
            // The window is gone.
        }
    }

    /**
     * Forgets that we are attached.
     *
     * @returns {void}
     */
    _forget() {
        this._isAttached = false;
        this._scripts.clear();
        this._restore();
    }

    /**
     * Tells, once until we are attached again, that documents are out of reach.
     *
     * @param {string} reason - Why.
     * @returns {void}
     */
    _tell(reason) {
        this._isTold || this.listeners.forEach(listener => listener(reason));
        this._isTold = true;
    }

    /**
     * Follows the targets. What is sent here is sent before the target's document begins.
     *
     * @param {any} _event - Electron's event.
     * @param {string} method - What happened.
     * @param {any} params - Where.
     * @returns {void}
     */
    _onMessage(_event, method, params) {
        if (!this._isAttached) {
            return;
        }
        if (method === 'Target.attachedToTarget') {
            this._setUp(params.sessionId);
        } else if (method === 'Target.detachedFromTarget') {
            this._scripts.delete(params.sessionId);
        }
    }

    /**
     * Attaches again: what took the debugger away, of ours or of the app's, is over.
     *
     * @returns {void}
     */
    _onDetach() {
        this._isAttached && this._forget();
        setImmediate(() => this._debugger.listeners('detach').includes(this._onDetach) && this.attach());
    }

    /**
     * Goes on with another top document.
     *
     * @param {any[]} details - Electron's event, the URL, whether it stays in its document and in the main frame.
     * @returns {void}
     */
    _onNavigation(...details) {
        const [ , , isInPlace, isMainFrame ] = details;

        if (this._isSuspended && isMainFrame && !isInPlace) {
            this._isSuspended = false;
            this._isTold = false;
            this.refresh();
        }
    }

    /**
     * Brings our code into the documents of a target to come, and of the targets in it.
     *
     * @param {string} sessionId - Its DevTools session.
     * @returns {void}
     */
    _setUp(sessionId) {
        this._send('Page.enable', {}, sessionId);
        this._inject(sessionId);
        this._send('Target.setAutoAttach', AUTO_ATTACH, sessionId);
    }

    /**
     * Puts the code for documents to come.
     *
     * @param {string} sessionId - The DevTools session.
     * @returns {void}
     */
    _inject(sessionId) {
        if (this._isSuspended) {
            this._scripts.set(sessionId, Promise.resolve(undefined));

            return;
        }
        const source = scriptFor(this._contents, this.relay);

        this._scripts.set(sessionId, this._send('Page.addScriptToEvaluateOnNewDocument', { source }, sessionId)
            .then(answer => answer?.identifier));
    }

    /**
     * Sends a command. One that fails is for a target that is gone.
     *
     * @param {string} method - The command.
     * @param {Object} params - Its parameters.
     * @param {string} sessionId - The DevTools session.
     * @returns {Promise<any>} The answer.
     */
    _send(method, params, sessionId) {
        return this._debugger.sendCommand(method, params, sessionId || undefined).catch(() => undefined);
    }
}

/**
 * Gives the secret of a window's way in, for its top document's preload.
 *
 * @param {WebContents} contents - The window's contents.
 * @returns {string | null} The secret; null where there is no such way.
 */
function relayOf(contents) {
    return entrances.get(contents)?.relay ?? null;
}

/**
 * Begins to listen for ports.
 *
 * @returns {void}
 */
function listenOnce() {
    if (listening) {
        return;
    }
    listening = true;
    ipcMain.on(IPC.deaf, event => event.senderFrame?.parent || entrances.get(event.sender)?.suspend());
    ipcMain.on(IPC.relay, (event, data) => {
        const entrance = event.senderFrame?.parent ? null : entrances.get(event.sender);
        const message = entrance && parseRelayedPort(data);

        if (message && event.ports.length === 1) {
            entrance.take(message, new PagePort(event.ports[0], message.kind));
        } else {
            event.ports.forEach(port => port.close());
        }
    });
}

/**
 * Opens the way into a window, or uses the one that is there: setups share it, and the last one to leave closes it.
 *
 * @param {WebContents} contents - The window's contents.
 * @param {function(string): void} onUnavailable - Told, from now on, why documents are out of reach.
 * @returns {function(): void} What gives it back.
 */
function useDevTools(contents, onUnavailable) {
    const entrance = entrances.get(contents) ?? new DevToolsEntrance(contents);

    listenOnce();
    entrances.set(contents, entrance);
    entrance.listeners.add(onUnavailable);
    entrance.attach();
    entrance.refresh();

    return () => {
        entrance.listeners.delete(onUnavailable);
        if (entrance.listeners.size > 0) {
            entrance.refresh();
        } else if (entrances.get(contents) === entrance) {
            entrances.delete(contents);
            entrance.end();
        }
    };
}

module.exports = {
    relayOf,
    useDevTools
};
