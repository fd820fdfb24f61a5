/**
 * The states a peer connection went through, a lane for each machine that has states. What the page draws as bars and
 * what findings about connecting are computed from.
 *
 * It must never mix lanes: ICE says connected long before DTLS is.
 */

/**
 * @typedef {import('./connection.js').LogEntry} LogEntry
 * @typedef {import('./connection.js').Span} Span
 *
 * @typedef {Object} Lanes
 * @property {Span[]} connection - `connectionState`; that of ICE in dumps of browsers without it.
 * @property {Span[]} ice - `iceConnectionState`.
 * @property {Span[]} gathering - `iceGatheringState`.
 * @property {Span[]} signaling - `signalingState`.
 * @property {Span[]} dtls - The state of the DTLS transport.
 */

/** @type {Record<string, 'connection' | 'ice' | 'gathering' | 'signaling' | 'dtls'>} */
const LANES = {
    onconnectionstatechange: 'connection',
    oniceconnectionstatechange: 'ice',
    onicegatheringstatechange: 'gathering',
    onsignalingstatechange: 'signaling',
    ondtlsstatechange: 'dtls'
};

/**
 * Continues the last span or begins another one.
 *
 * @param {Span[]} spans - The spans; changed.
 * @param {number} time - When, in ms.
 * @param {string} value - What it is now.
 * @returns {void}
 */
export function advanceSpan(spans, time, value) {
    const last = spans[spans.length - 1];

    if (last?.value !== value) {
        if (last) {
            last.to = time;
        }
        spans.push({
            from: time,
            to: NaN,
            value
        });
    }
}

/**
 * The lanes of a connection.
 *
 * @param {LogEntry[]} log - Its log.
 * @returns {Lanes} The lanes; the last span of each ends with NaN.
 */
export function lanesOf(log) {
    /** @type {Lanes} */
    const lanes = {
        connection: [],
        ice: [],
        gathering: [],
        signaling: [],
        dtls: []
    };

    // Dumps of several sources are not always in order.
    for (const { type, payload, time } of [ ...log ].sort((a, b) => a.time - b.time)) {
        if (type === 'close') {
            Object.values(lanes).forEach(lane => lane.length > 0 && advanceSpan(lane, time, 'closed'));
        } else if (LANES[type] && typeof payload === 'string') {
            advanceSpan(lanes[LANES[type]], time, payload);
        }
    }
    if (!lanes.connection.some(({ value }) => value !== 'closed')) {
        lanes.connection = lanes.ice.map(span => {
            return {
                ...span,
                value: span.value === 'completed' ? 'connected' : span.value
            };
        });
    }

    return lanes;
}
