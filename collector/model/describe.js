/**
 * Says in a few words what an entry of a dump means, what it belongs to and whether somebody should worry.
 *
 * It must never throw, whatever a payload looks like: dumps come from many clients.
 */

/**
 * @typedef {'media' | 'signaling' | 'ice' | 'state' | 'app'} Category
 * @typedef {'' | 'good' | 'warn' | 'bad'} Severity
 */

const MAX_TEXT = 160;

/** @type {Array<[RegExp, Category]>} */
const CATEGORIES = [
    [ /getUserMedia|getDisplayMedia|enumerateDevices|devicechange|applyConstraints/i, 'media' ],
    [ /^on(?:un)?mute$|^onended$|^enabled$/, 'media' ],
    [ /^(?:onconnectionstatechange|oniceconnectionstatechange|ondtls.*|create|constraints|close)$/, 'state' ],
    [ /ice/i, 'ice' ],
    [ /Offer|Answer|Description|signaling|negotiation|Track|Stream|Transceiver|DataChannel|datachannel|track$|stream$/,
        'signaling' ],
    [ /setParameters|setCodecPreferences/, 'signaling' ]
];

/** @type {Record<string, Severity>} */
const STATE_SEVERITY = {
    connected: 'good',
    completed: 'good',
    disconnected: 'warn',
    failed: 'bad'
};

/**
 * What an entry belongs to.
 *
 * @param {string} type - The entry's type.
 * @returns {Category} The category.
 */
export function categoryOf(type) {
    return CATEGORIES.find(([ expression ]) => expression.test(type))?.[1] ?? 'app';
}

/**
 * Whether an entry is good or bad news.
 *
 * @param {string} type - The entry's type.
 * @param {unknown} payload - Its payload.
 * @returns {Severity} The severity.
 */
export function severityOf(type, payload) {
    if (/Failure$|^ondtlserror$/.test(type)) {
        return 'bad';
    }
    if (type === 'onicecandidateerror') {
        return 'warn';
    }
    if (/^on(?:ice)?connectionstatechange$|^ondtlsstatechange$/.test(type)) {
        return STATE_SEVERITY[String(payload)] ?? '';
    }

    return '';
}

/**
 * The words of a session description.
 *
 * @param {any} description - The description.
 * @returns {string} Its type and its media sections.
 */
function sdpText({ type, sdp }) {
    const sections = String(sdp ?? '').match(/^m=\w+/gm) ?? [];

    return [ type, sections.map(section => section.slice(2)).join(' + ') ].filter(Boolean).join(': ');
}

/**
 * Says what a payload holds.
 *
 * @param {string} type - The entry's type.
 * @param {any} payload - Its payload.
 * @returns {string} A few words.
 */
export function summaryOf(type, payload) {
    let text = '';

    if (payload === null || payload === undefined) {
        text = /icecandidate$/i.test(type) ? 'end of candidates' : '';
    } else if (typeof payload !== 'object') {
        text = String(payload);
    } else if (typeof payload.candidate === 'string') {
        text = payload.candidate || 'end of candidates';
    } else if ('sdp' in payload) {
        text = sdpText(payload);
    } else if (Array.isArray(payload.tracks)) {
        text = payload.tracks.map((/** @type {any} */ track) => `${track?.kind}: ${track?.label}`).join(', ');
    } else {
        text = JSON.stringify(payload);
    }

    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
