/**
 * Knows every document that main has let in, by the token it was given, and routes messages to it. A message counts
 * only with the token and from the very frame that the token was given to. One set of listeners serves all windows.
 */

'use strict';

const { randomUUID } = require('crypto');
const { ipcMain } = require('electron');

const { CHANNELS, parseHello, parseTokenMessage } = require('../../ipc');

/**
 * @typedef {import('electron').IpcMainEvent} IpcMainEvent
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('./document').CapturedDocument} CapturedDocument
 * @typedef {import('../../ipc').CaptureSettings} CaptureSettings
 * @typedef {import('../../ipc').Welcome} Welcome
 */

/**
 * @typedef {Object} Host - Who lets documents in: one `setupRTCStatsMain`.
 * @property {function(WebContents): boolean} serves - Whether a window's documents are its own.
 * @property {function(IpcMainEvent, string): CapturedDocument | null} admit - Lets a document in, or not.
 * @property {boolean} isForWindow - Whether it is for one window and not for a whole session.
 * @property {boolean} capture - Whether documents are captured without their help.
 * @property {CaptureSettings} captureSettings - For the capture code.
 */

/**
 * @typedef {Object} Admission
 * @property {CapturedDocument} document - The document.
 * @property {string} frame - The frame it was loaded in, with its process.
 * @property {string} place - The frame, whatever its process.
 * @property {number} timeOrigin - Tells it from others in the same frame.
 */

/** @type {Set<Host>} */
const hosts = new Set();

/** @type {Map<string, Admission>} */
const admissions = new Map();

let listening = false;

/**
 * Names the frame a message comes from.
 *
 * @param {IpcMainEvent} event - Electron's event.
 * @returns {string} The name.
 */
function frameOf({ frameId, processId, sender }) {
    return `${sender.id}:${processId}:${frameId}`;
}

/**
 * Names the place in the window, which documents in different processes can have one after the other.
 *
 * @param {IpcMainEvent} event - Electron's event.
 * @returns {string} The name.
 */
function placeOf({ frameId, sender, senderFrame }) {
    return `${sender.id}:${senderFrame?.frameTreeNodeId ?? frameId}`;
}

/**
 * Finds who is responsible for a window. A host for just this window goes before one for its whole session.
 *
 * @param {WebContents} contents - The window.
 * @returns {Host | undefined} The host.
 */
function hostOf(contents) {
    const candidates = [ ...hosts ].filter(host => host.serves(contents));

    return candidates.find(host => host.isForWindow) ?? candidates[0];
}

/**
 * Answers a new document.
 *
 * @param {IpcMainEvent} event - Electron's event.
 * @param {unknown} data - What the preload sent.
 * @returns {Welcome | null} The answer.
 */
function welcome(event, data) {
    const hello = parseHello(data);
    const host = hello && hostOf(event.sender);

    if (!hello || !host || isAdmitted(event, hello.timeOrigin)) {
        return null;
    }

    // What the browser knows goes before what the renderer says.
    const document = host.admit(event, event.senderFrame?.url || hello.url);

    if (!document) {
        return null;
    }
    const token = randomUUID();

    admissions.set(token, { document,
        frame: frameOf(event),
        place: placeOf(event),
        timeOrigin: hello.timeOrigin });

    return { capture: host.capture,
        settings: host.captureSettings,
        token };
}

/**
 * Tells whether this very document was let in before: an app's preload may install what the session's already has. What
 * an earlier document of the same frame left without ever opening a port is forgotten on the way.
 *
 * @param {IpcMainEvent} event - Electron's event.
 * @param {number} timeOrigin - Tells the documents of a frame apart.
 * @returns {boolean} Whether it was.
 */
function isAdmitted(event, timeOrigin) {
    const place = placeOf(event);
    let found = false;

    [ ...admissions.values() ].filter(admission => admission.place === place).forEach(admission => {
        if (admission.timeOrigin === timeOrigin) {
            found = true;
        } else if (admission.document.isIdle) {
            admission.document.close();
        }
    });

    return found;
}

/**
 * Finds the document that a message speaks for.
 *
 * @param {IpcMainEvent} event - Electron's event.
 * @param {unknown} data - The message.
 * @returns {{document: CapturedDocument, kind: string} | null} The document, or null when the message has no right.
 */
function authenticate(event, data) {
    const message = parseTokenMessage(data);
    const admission = message && admissions.get(message.token);

    return message && admission && admission.frame === frameOf(event)
        ? { document: admission.document,
            kind: message.kind }
        : null;
}

/**
 * Begins to listen. It is never undone: a document that says hello and hears no answer would hang for seconds.
 *
 * @returns {void}
 */
function listen() {
    if (listening) {
        return;
    }
    listening = true;
    ipcMain.on(CHANNELS.hello, (event, data) => {
        try {
            event.returnValue = welcome(event, data);
        } catch (error) {
            event.returnValue = null;

            // Not the error itself: one for a malformed URL has the URL with it, and with that its secrets.
            console.warn('rtcstats-native: a document is not captured:',
                error instanceof Error ? error.stack : error);
        }
    });
    ipcMain.on(CHANNELS.port, (event, data) => {
        const admitted = authenticate(event, data);

        if (admitted && event.ports.length === 1) {
            admitted.document.addPort(event.ports[0], admitted.kind);
        } else {
            event.ports.forEach(port => port.close());
        }
    });
    ipcMain.on(CHANNELS.online, (event, data) => authenticate(event, data)?.document.reconnectNow());
}

/**
 * Adds a host.
 *
 * @param {Host} host - The host.
 * @returns {void}
 */
function addHost(host) {
    hosts.add(host);
}

/**
 * Forgets documents.
 *
 * @param {function(CapturedDocument): boolean} matches - Which.
 * @returns {void}
 */
function forget(matches) {
    admissions.forEach(({ document }, token) => {
        if (matches(document)) {
            admissions.delete(token);
        }
    });
}

/**
 * Removes a host.
 *
 * @param {Host} host - The host.
 * @returns {void}
 */
function removeHost(host) {
    hosts.delete(host);
}

module.exports = {
    addHost,
    forget,
    listen,
    removeHost
};
