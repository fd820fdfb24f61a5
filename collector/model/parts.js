/**
 * Which dumps are parts of one session: `<id>`, `<id>_1`, `<id>_2`, … are what a client leaves whose link broke.
 *
 * It must never join what only happens to end in a number.
 */

/**
 * @typedef {Object} PartName
 * @property {string} session - The id of the session, which is the name of its first part.
 * @property {number} number - Which part it is, from 0.
 */

const PART = /^(.+)_(\d+)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/**
 * What a dump is a part of.
 *
 * @param {string} name - The name of the dump.
 * @param {Set<string>} names - The names of all dumps beside it.
 * @returns {PartName} The session and the number of the part.
 */
export function partOf(name, names) {
    const [ , session = '', number = '' ] = PART.exec(name) ?? [];

    return session !== '' && (names.has(session) || UUID.test(session)) ? {
        session,
        number: Number(number)
    } : {
        session: name,
        number: 0
    };
}
