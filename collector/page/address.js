/**
 * The address of the page: which session is shown, and what of it. Whoever gets the address sees the same.
 *
 * It must never throw, whatever the address is.
 */

const SESSION = /^#\/s\/([^?]+)(?:\?(.*))?$/;

/**
 * @typedef {Object} Place
 * @property {string} id - The session, '' for none.
 * @property {Record<string, string>} state - What of it is shown: `pc`, `stream`, `view`, `from`, `to`, `finding`,
 * `event`, `curves`.
 */

/**
 * Decodes a part of an address.
 *
 * @param {string} text - The part.
 * @returns {string} What it says; the part itself if it is no encoded text.
 */
function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

/**
 * Reads the address.
 *
 * @param {string} hash - What stands behind the path, `#` included.
 * @returns {Place} What it asks for.
 */
export function readAddress(hash) {
    const [ , id = '', query = '' ] = SESSION.exec(hash) ?? [];

    return {
        id: decode(id),
        state: Object.fromEntries(new URLSearchParams(query))
    };
}

/**
 * Writes an address.
 *
 * @param {Place} place - What it is to ask for; what is '' is left out.
 * @returns {string} What stands behind the path, `#` included.
 */
export function writeAddress({ id, state }) {
    const query = new URLSearchParams(Object.entries(state).filter(([ , value ]) => value !== ''));
    const text = query.toString();

    return `#/s/${encodeURIComponent(id)}${text ? `?${text}` : ''}`;
}
