/**
 * The way in for documents in which Electron runs our preload: it says hello before the page's scripts run and brings a
 * port. A message counts only with a token and from the very frame that the token was given to. One set of listeners
 * serves all windows.
 */

'use strict';

const { ipcMain, webFrameMain } = require('electron');

const { IPC, parseHello, parseTokenMessage } = require('../../ipc');
const { admit, find, hostOf, isAdmitted } = require('../documents/admission');

const { relayOf } = require('./devtools');
const { originIn, urlIn } = require('./frames');
const { PagePort } = require('./page-port');
const { CLAIM } = require('./page-script');

/**
 * @typedef {import('electron').IpcMainEvent} IpcMainEvent
 * @typedef {import('../documents/admission').Visitor} Visitor
 * @typedef {import('../documents/document').CapturedDocument} CapturedDocument
 * @typedef {import('../../ipc').Hello} Hello
 * @typedef {import('../../ipc').Welcome} Welcome
 */

let listening = false;

/**
 * Names the frame a message comes from, with its process.
 *
 * @param {IpcMainEvent} event - Electron's event.
 * @returns {string} The name.
 */
function frameOf({ frameId, processId, sender }) {
    return `${sender.id}:${processId}:${frameId}`;
}

/**
 * Says who a document is. What the browser knows goes before what the renderer says.
 *
 * @param {IpcMainEvent} event - Its hello.
 * @param {Hello} hello - What that says.
 * @returns {Visitor} The document.
 */
function visitorOf(event, hello) {
    const { frameId, processId, sender } = event;

    /** @type {any} */
    const frame = event.senderFrame;
    const url = urlIn(frame, frame?.url || hello.url);

    return {
        contents: sender,
        frame: frameOf(event),
        isGone: () => !webFrameMain.fromId(processId, frameId),
        isTop: !frame?.parent,
        origin: originIn(frame?.origin ?? 'null', url),
        place: `${sender.id}:${frame?.frameTreeNodeId ?? frameId}`,
        timeOrigin: hello.timeOrigin,
        url
    };
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
    const visitor = hello && visitorOf(event, hello);

    if (!visitor || isAdmitted(visitor) || !hostOf(event.sender)) {
        return null;
    }
    const admission = admit(visitor);

    // One that is not wanted has this preload all the same: it passes on the ports of others, and is not asked again.
    return { capture: Boolean(admission?.host.capture),
        claim: CLAIM,
        relay: visitor.isTop ? relayOf(event.sender) : null,
        settings: admission?.host.captureSettings ?? {},
        token: admission?.token ?? null };
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
    const document = message && find(message.token, frameOf(event));

    return message && document && { document,
        kind: message.kind };
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
    ipcMain.on(IPC.hello, (event, data) => {
        try {
            event.returnValue = welcome(event, data);
        } catch (error) {
            event.returnValue = null;

            // Not the error itself: one for a malformed URL has the URL with it, and with that its secrets.
            console.warn('rtcstats-native: a document is not captured:',
                error instanceof Error ? error.stack : error);
        }
    });
    ipcMain.on(IPC.port, (event, data) => {
        const admitted = authenticate(event, data);

        if (admitted && event.ports.length === 1) {
            admitted.document.addPort(new PagePort(event.ports[0], admitted.kind));
        } else {
            event.ports.forEach(port => port.close());
        }
    });
    ipcMain.on(IPC.online, (event, data) => authenticate(event, data)?.document.reconnectNow());
}

module.exports = { listen };
