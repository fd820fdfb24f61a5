/**
 * Reads ICE candidates: those of the log of a connection, which are lines of text, and those of its statistics.
 *
 * It must never guess what a candidate does not say.
 */

/**
 * @typedef {import('./connection.js').LogEntry} LogEntry
 *
 * @typedef {Object} Candidate
 * @property {number} time - When it came, in ms since the epoch.
 * @property {'local' | 'remote'} side - Whose it is.
 * @property {string} type - 'host', 'srflx', 'prflx' or 'relay'.
 * @property {string} protocol - 'udp' or 'tcp'.
 * @property {string} relayProtocol - How a relay is reached: 'udp', 'tcp' or 'tls'; '' if it is not said.
 * @property {string} address - Its address, as far as the dump says it.
 * @property {string} port - Its port.
 * @property {string} url - The server it came from, '' if it is not said.
 * @property {boolean} isMdns - Whether its address is hidden behind a name that only the local network knows.
 *
 * @typedef {Omit<Candidate, 'time' | 'side'>} CandidateLine
 */

/** @type {Record<string, string>} */
const RELAY_PREFERENCES = {
    0: 'tls',
    1: 'tcp',
    2: 'udp'
};

/**
 * How a relay is reached. Browsers say so, or put it into the type preference of the priority.
 *
 * @param {any} candidate - The candidate.
 * @param {string} type - Its type.
 * @param {number} priority - Its priority.
 * @returns {string} The protocol.
 */
function relayProtocolOf({ relayProtocol, url }, type, priority) {
    if (relayProtocol || type !== 'relay') {
        return relayProtocol ?? '';
    }
    if (/^turns:/.test(url)) {
        return 'tls';
    }

    return RELAY_PREFERENCES[Math.floor(priority / (1 << 24))] ?? ''; // eslint-disable-line no-bitwise
}

/**
 * Reads a candidate.
 *
 * @param {any} payload - What was given out or taken: an object with a `candidate`.
 * @returns {CandidateLine | null} What it says, null if it is the end of candidates or none.
 */
export function parseCandidate(payload) {
    const line = typeof payload?.candidate === 'string' ? payload.candidate : payload?.candidate?.candidate;
    const match = /^(?:a=)?candidate:\S+ \d+ (\S+) (\d+) (\S+) (\d+) typ (\S+)/.exec(line ?? '');

    if (!match) {
        return null;
    }
    const [ , protocol, priority, address, port, type ] = match;

    return {
        type,
        protocol: protocol.toLowerCase(),
        relayProtocol: relayProtocolOf(payload, type, Number(priority)),
        address,
        port,
        url: payload.url ?? '',
        isMdns: /\.local$/.test(address)
    };
}

/**
 * All candidates of a connection, those in session descriptions included.
 *
 * @param {LogEntry[]} log - Its log.
 * @returns {Candidate[]} The candidates.
 */
export function candidatesOf(log) {
    return log.flatMap(({ type, payload, time }) => {
        const side = /^setRemoteDescription$|^addIceCandidate$/.test(type) ? 'remote' : 'local';
        let lines = [];

        if (type === 'onicecandidate' || type === 'addIceCandidate') {
            lines = [ payload ];
        } else if (/^set(?:Local|Remote)Description$/.test(type) && typeof payload?.sdp === 'string') {
            lines = (payload.sdp.match(/^a=candidate:.*$/gm) ?? []).map((/** @type {string} */ candidate) => {
                return { candidate };
            });
        }

        return lines.flatMap((/** @type {any} */ line) => {
            const candidate = parseCandidate(line);

            return candidate ? [ /** @type {Candidate} */ ({
                time,
                side,
                ...candidate
            }) ] : [];
        });
    });
}

/**
 * The servers that a connection was told to use.
 *
 * @param {any} configuration - The payload of `create`.
 * @returns {string[]} Their URLs.
 */
export function serverUrls(configuration) {
    const servers = Array.isArray(configuration?.iceServers) ? configuration.iceServers : [];

    return servers.flatMap((/** @type {any} */ server) => [ server?.urls ?? server?.url ?? [] ].flat())
        .filter((/** @type {any} */ url) => typeof url === 'string');
}
