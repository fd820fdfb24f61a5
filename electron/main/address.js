/**
 * What may be said of a document's address: query and hash of a meeting hold tokens, and a `data:` URL is the document
 * itself, so events, warnings and errors have no more than this.
 */

'use strict';

/**
 * Says where a document is from.
 *
 * @param {string} url - Its URL.
 * @returns {string} Its origin and path; its scheme where it has no host or file.
 */
function withoutSecrets(url) {
    try {
        const { host, pathname, protocol } = new URL(url);

        return host || protocol === 'file:' ? `${protocol}//${host}${pathname}` : protocol;
    } catch {
        return 'unknown';
    }
}

module.exports = { withoutSecrets };
