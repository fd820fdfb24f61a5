/**
 * Who may speak: finds the setup that is responsible for a window, lets its documents in, and knows each of them by the
 * token it was given. By which way a document came is its entrance's business.
 */

'use strict';

const { randomUUID } = require('crypto');

/**
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('./document').CapturedDocument} CapturedDocument
 * @typedef {import('../../ipc').CaptureSettings} CaptureSettings
 */

/**
 * @typedef {Object} Visitor - A document that asks to be let in, as its entrance knows it.
 * @property {WebContents} contents - Its window's contents.
 * @property {string} url - Its URL.
 * @property {string} origin - Its origin.
 * @property {boolean} isTop - Whether it is no iframe.
 * @property {string} frame - Names its frame, with the process that this is in.
 * @property {string} place - Names its frame, whatever process that is in.
 * @property {number} timeOrigin - Tells it from others in the same frame.
 * @property {function(): boolean} isGone - Whether its frame is gone.
 */

/**
 * @typedef {Object} Host - Who lets documents in: one `setupRTCStatsMain`.
 * @property {function(WebContents): boolean} serves - Whether a window's documents are its own.
 * @property {function(Visitor): CapturedDocument | null} admit - Lets a document in, or not.
 * @property {boolean} isForWindow - Whether it is for one window and not for a whole session.
 * @property {boolean} capture - Whether documents are captured without their help.
 * @property {CaptureSettings} captureSettings - For the capture code.
 */

/**
 * @typedef {Object} Admission
 * @property {CapturedDocument} document - The document.
 * @property {Host} host - Who let it in.
 * @property {Visitor} visitor - As it came.
 */

/** @type {Set<Host>} */
const hosts = new Set();

/** @type {Map<string, Admission>} */
const admissions = new Map();

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
 * Lets a document in, if there is somebody for it who wants it and it is not in yet.
 *
 * @param {Visitor} visitor - The document.
 * @returns {{document: CapturedDocument, token: string, host: Host} | null} The document, its token, and who let it in.
 */
function admit(visitor) {
    const host = hostOf(visitor.contents);

    if (!host || isAdmitted(visitor)) {
        return null;
    }
    const document = host.admit(visitor);

    if (!document) {
        return null;
    }
    const token = randomUUID();

    admissions.set(token, { document,
        host,
        visitor });

    return { document,
        host,
        token };
}

/**
 * Tells whether this very document was let in before: an app's preload may install what the session's already has. What
 * an earlier document of the same frame left without ever opening a port is forgotten on the way.
 *
 * @param {Visitor} visitor - The document.
 * @returns {boolean} Whether it was.
 */
function isAdmitted({ place, timeOrigin }) {
    let found = false;

    [ ...admissions.values() ].filter(({ visitor }) => visitor.place === place).forEach(({ document, visitor }) => {
        if (visitor.timeOrigin === timeOrigin) {
            found = true;
        } else if (document.isIdle) {
            document.close();
        }
    });

    return found;
}

/**
 * Finds a document. A token counts only from the very frame that it was given to.
 *
 * @param {string} token - Its token.
 * @param {string} frame - The frame, with its process, that the token came from.
 * @returns {CapturedDocument | null} The document.
 */
function find(token, frame) {
    const admission = admissions.get(token);

    return admission?.visitor.frame === frame ? admission.document : null;
}

/**
 * Finds the document of a frame that is named by its document.
 *
 * @param {string} frame - The frame's name.
 * @returns {CapturedDocument | undefined} The document.
 */
function findByFrame(frame) {
    return [ ...admissions.values() ].find(({ visitor }) => visitor.frame === frame)?.document;
}

/**
 * Tells whether a frame's document is let in.
 *
 * @param {string} place - The frame, whatever its process.
 * @returns {boolean} Whether it is.
 */
function isPresent(place) {
    return [ ...admissions.values() ].some(({ visitor }) => visitor.place === place);
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
    admit,
    find,
    findByFrame,
    forget,
    hostOf,
    isAdmitted,
    isPresent,
    removeHost
};
