/**
 * The script that the DevTools protocol puts into documents: the page's code, and what it is told of this window.
 */

'use strict';

const { randomUUID } = require('crypto');
const fs = require('fs');
const path = require('path');

const { MAX_URL_LENGTH, PORT_KINDS } = require('../../ipc');
const { hostOf } = require('../documents/admission');

/**
 * @typedef {import('electron').WebContents} WebContents
 * @typedef {import('../../ipc').FrameSettings} FrameSettings
 */

const PAGE = path.join(__dirname, '../../../dist', 'page.js');

/** Our copies in one document, the preload's and what is injected, find each other by an event of this name. */
const CLAIM = randomUUID();

/** @type {string | undefined} */
let page;

/**
 * Says what the page's code is told, and puts both together.
 *
 * @param {WebContents} contents - The window's contents.
 * @param {string} relay - The window's secret.
 * @returns {string} The script.
 */
function scriptFor(contents, relay) {
    const host = hostOf(contents);

    /** @type {FrameSettings} */
    const settings = { capture: Boolean(host?.capture),
        claim: CLAIM,
        kinds: PORT_KINDS,
        maxUrlLength: MAX_URL_LENGTH,
        relay,
        settings: host?.captureSettings ?? {} };

    page ??= fs.readFileSync(PAGE, 'utf8');

    // The top document has our preload, and no port could get anywhere without it.
    return `self === top || ${page}.serveFrame(${JSON.stringify(settings)})`;
}

module.exports = {
    CLAIM,
    scriptFor
};
