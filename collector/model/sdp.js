/**
 * Reads session descriptions: their media sections, and what a negotiation is about in them.
 *
 * It must never throw, and never take a description that was not recorded for one without sections.
 */

/**
 * @typedef {Object} Section
 * @property {string} text - The section, from its `m=` line on.
 * @property {string} kind - 'audio', 'video' or 'application'.
 * @property {number} port - Its port; 0 if the section is refused or bundle-only.
 * @property {boolean} isBundleOnly - Whether its port says nothing because it goes with another one.
 * @property {string} mid - Its id.
 * @property {string} direction - 'sendrecv', 'sendonly', 'recvonly' or 'inactive'.
 * @property {string} ufrag - The user name of its ICE.
 * @property {Array<{payloadType: number, name: string, fmtp: string}>} codecs - Its codecs, in the order of preference.
 *
 * @typedef {Object} Description
 * @property {string} text - What stands ahead of the sections.
 * @property {Section[]} sections - The media sections.
 */

/** What is no codec of its own, but helps others. */
const HELPERS = /^(?:rtx|red|ulpfec|flexfec.*|telephone-event|CN)$/i;

/**
 * Reads a section.
 *
 * @param {string} text - The section.
 * @param {string} session - What stands ahead of the sections, which holds for all of them.
 * @returns {Section} The section.
 */
function sectionOf(text, session) {
    const [ , kind = '', port = '0', types = '' ] = /^m=(\S+) (\d+) \S+ ?(.*)/.exec(text) ?? [];
    const attribute = (/** @type {string} */ name) => new RegExp(`^a=${name}:(.*?)\\s*$`, 'm');
    const find = (/** @type {string} */ name) =>
        (attribute(name).exec(text) ?? attribute(name).exec(session))?.[1] ?? '';

    return {
        text,
        kind,
        port: Number(port),
        isBundleOnly: /^a=bundle-only\s*$/m.test(text),
        mid: find('mid'),
        direction: /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(text)?.[1] ?? 'sendrecv',
        ufrag: find('ice-ufrag'),
        codecs: types.trim().split(/\s+/)
            .flatMap(type => {
                const map = new RegExp(`^a=rtpmap:${type} (.*?)\\s*$`, 'm').exec(text);

                return map && /^\d+$/.test(type) ? [ {
                    payloadType: Number(type),
                    name: map[1],
                    fmtp: new RegExp(`^a=fmtp:${type} (.*?)\\s*$`, 'm').exec(text)?.[1] ?? ''
                } ] : [];
            })
    };
}

/**
 * Reads a session description.
 *
 * @param {any} sdp - Its text.
 * @returns {Description | null} What it says, null if it was not recorded.
 */
export function parseSdp(sdp) {
    if (typeof sdp !== 'string' || !sdp.startsWith('v=')) {
        return null;
    }
    const [ text, ...sections ] = sdp.split(/(?=^m=)/m);

    return {
        text,
        sections: sections.map(section => sectionOf(section, text))
    };
}

/**
 * The names of the codecs of a section, without what only helps others.
 *
 * @param {Section} section - The section.
 * @returns {string[]} The names, such as `VP8`.
 */
export function codecNames({ codecs }) {
    return [ ...new Set(codecs.map(({ name }) => name.split('/')[0].toUpperCase())
        .filter(name => !HELPERS.test(name))) ];
}
