/**
 * How protocol 3.1 writes what protocol 5.0 says in lists and behind its values, so that entries of both look alike.
 *
 * It must never lose which track something is about.
 */

/**
 * Writes a track, which protocol 5.0 has as `[kind, id, label, …streams]`.
 *
 * @param {any} track - The track.
 * @returns {string} `<kind>:<id>`.
 */
function trackName(track) {
    return Array.isArray(track) ? `${track[0]}:${track[1]}` : String(track);
}

/**
 * Writes a track with its streams.
 *
 * @param {any[]} track - The track.
 * @param {string} separator - What stands between streams.
 * @param {string} none - What stands where there are none.
 * @returns {string} The text.
 */
function withStreams(track, separator, none) {
    return `${trackName(track)} ${track.slice(3).map(id => `stream:${id}`)
        .join(separator) || none}`;
}

/** @type {Record<string, function(any, any[]): any>} How values become payloads; others are the same in both. */
const PAYLOADS = {
    addTrack: value => (Array.isArray(value) ? withStreams(value, ';', '-') : value),
    addTransceiver: value => (Array.isArray(value) ? [ trackName(value[0]), ...value.slice(1).map(init =>
        JSON.stringify(init)) ].join(' ') : value),
    applyConstraints: (value, [ track ]) => (Array.isArray(value) ? { constraints: value[0],
        track } : value),
    close: value => value ?? {},
    contentHint: (value, [ track ]) => (track ? `${track} ${value}` : value),
    create: value => value ?? { nullConfig: true },
    createDataChannel: value => (Array.isArray(value) ? { ...value } : value),
    enabled: (value, [ track ]) => (track ? `${track} ${value}` : value),
    onended: (value, [ track ]) => value ?? track,
    onmute: (value, [ track ]) => value ?? track,
    ontrack: value => (Array.isArray(value) ? withStreams(value, ',', '') : value),
    onunmute: (value, [ track ]) => value ?? track,
    replaceTrack: value => (Array.isArray(value) ? trackName(value[1]) : value),
    restartIce: value => value ?? {},
    setParameters: value => (Array.isArray(value) ? value[0] : value),
    stop: (_value, [ track ]) => track
};

/**
 * Gives a value of protocol 5.0 the notation of protocol 3.1.
 *
 * @param {string} type - The type of its entry, as 3.1 names it.
 * @param {any} value - The value.
 * @param {any[]} extra - What stands behind it.
 * @returns {any} The payload.
 */
export function inV3Notation(type, value, extra) {
    return PAYLOADS[type]?.(value, extra) ?? value ?? null;
}
