/**
 * Says who a document without a preload is: its frame by where the browser found it, its URL by what that frame has,
 * its origin by what the browser says. What the document says of itself counts only as far as it agrees with that.
 */

'use strict';

const { webFrameMain } = require('electron');

/**
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('electron').WebFrameMain} WebFrameMain
 * @typedef {import('../documents/admission').Visitor} Visitor
 * @typedef {import('../../ipc').RelayedPort} RelayedPort
 */

/**
 * Finds a frame.
 *
 * @param {WebContents} contents - The window's contents.
 * @param {number[] | null} way - The number of a frame in each frame.
 * @returns {WebFrameMain | undefined} The frame; nothing where it is not there any more.
 */
function frameAt(contents, way) {
    return way?.reduce((/** @type {WebFrameMain | undefined} */ frame, number) => frame?.frames[number],
        contents.mainFrame);
}

/**
 * Reads a URL's origin.
 *
 * @param {string} url - The URL.
 * @returns {string} Its origin; `null` where it has none.
 */
function originOf(url) {
    try {
        return new URL(url).origin;
    } catch {
        return 'null';
    }
}

/**
 * Finds the origin that a server is told: that of a sandboxed document is none, but it is from somewhere.
 *
 * @param {string} origin - The document's origin.
 * @param {string} url - Its URL.
 * @returns {string} Its origin, or that of its URL.
 */
function originIn(origin, url) {
    return origin === 'null' ? originOf(url) : origin;
}

/**
 * Tells whether a URL says nothing of where a document is from: it is its parent's, then.
 *
 * @param {string} url - The URL.
 * @returns {boolean} Whether it is so.
 */
function isInherited(url) {
    return url === '' || url.startsWith('about:');
}

/**
 * Finds the URL that tells where a frame's document is from.
 *
 * @param {any} frame - The frame.
 * @param {string} url - What its document's URL is.
 * @returns {string} The URL; where it says nothing, that of the nearest document around it which has one.
 */
function urlIn(frame, url) {
    if (!isInherited(url)) {
        return url;
    }
    for (let around = frame?.parent; around; around = around.parent) {
        if (!isInherited(around.url)) {
            return around.url;
        }
    }

    return url;
}

/**
 * Finds a document's URL.
 *
 * @param {WebFrameMain | undefined} frame - Its frame, if it is still there.
 * @param {RelayedPort} message - What it says.
 * @returns {string} The URL.
 */
function urlOf(frame, { origin, url }) {
    if (isInherited(url)) {
        return urlIn(frame, url);
    }
    if (frame?.url.startsWith(url)) {
        return frame.url;
    }

    // It is leaving its frame, or is in none that can be found: the path is what it says, the origin is not.
    return originOf(url) === origin ? url : `${origin}/`;
}

/**
 * Says who a document is.
 *
 * @param {WebContents} contents - Its window's contents.
 * @param {RelayedPort} message - What came with its port.
 * @returns {Visitor} The document.
 */
function visitorOf(contents, message) {
    const { document, origin, timeOrigin, way } = message;
    const frame = frameAt(contents, way);
    const { frameTreeNodeId, processId, routingId } = frame ?? {};
    const id = `${contents.id}:${origin}:${document}`;
    const url = urlOf(frame, message);

    return {
        contents,
        frame: id,
        isGone: () => processId !== undefined && !webFrameMain.fromId(processId, Number(routingId)),
        isTop: false,
        origin: originIn(origin, url),
        place: frameTreeNodeId === undefined ? id : `${contents.id}:${frameTreeNodeId}`,
        timeOrigin,
        url
    };
}

module.exports = {
    originIn,
    urlIn,
    visitorOf
};
