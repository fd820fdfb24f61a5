/**
 * Where the scripts keep what they fetch, and how they speak. The cache is outside the checkout, so that a fresh clone
 * finds it again; nothing in it may be needed for correctness, only for speed.
 */

'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * Gives the cache folder, made if needed.
 *
 * @returns {string} Its path.
 */
function cacheDirectory() {
    const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
    const directory = path.join(base, 'rtcstats-native');

    fs.mkdirSync(directory, { recursive: true });

    return directory;
}

/**
 * Tells the user about progress. On stderr, because stdout carries results.
 *
 * @param {string} text - One line.
 * @returns {void}
 */
function say(text) {
    process.stderr.write(`${text}\n`);
}

module.exports = {
    cacheDirectory,
    say
};
