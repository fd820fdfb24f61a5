/**
 * What a connection consisted of, as tables: candidate pairs, streams and codecs, over its whole life.
 *
 * A table is columns with a format each, and rows of plain values; undefined is "the dump does not say" and must never
 * become a zero.
 */

import { median } from './numbers.js';

/**
 * @typedef {import('./connection.js').ConnectionModel} ConnectionModel
 * @typedef {import('./stats-store.js').ReportHistory} ReportHistory
 *
 * @typedef {'text' | 'count' | 'share' | 'ms' | 's' | 'bytes' | 'time'} Format
 *
 * @typedef {Object} Column
 * @property {string} name - Its name.
 * @property {Format} format - How its values are written.
 * @property {string} [title] - What it means.
 *
 * @typedef {Object} TableData
 * @property {string} id - Its name.
 * @property {string} title - Its title.
 * @property {Column[]} columns - Its columns.
 * @property {any[][]} rows - A value a column.
 * @property {string[]} [reports] - The report behind each row.
 */

/**
 * Makes columns.
 *
 * @param {Array<[string, Format]>} columns - Names and formats.
 * @returns {Column[]} The columns.
 */
export function columnsOf(columns) {
    return columns.map(([ name, format ]) => {
        return {
            name,
            format
        };
    });
}

/**
 * The last value of a member.
 *
 * @param {ReportHistory | undefined} report - The report.
 * @param {string} name - The member.
 * @returns {any} The value, undefined if there is none.
 */
function last(report, name) {
    const values = report?.fields.get(name)?.values ?? [];

    return values.filter(value => value !== undefined && value !== null).pop();
}

/**
 * The sum of what is known.
 *
 * @param {any[]} values - The values.
 * @returns {number | undefined} The sum, undefined if nothing is known.
 */
function knownSum(values) {
    const known = values.filter(value => typeof value === 'number');

    return known.length > 0 ? known.reduce((total, value) => total + value, 0) : undefined;
}

/**
 * A share.
 *
 * @param {any} part - The part.
 * @param {any} whole - The whole.
 * @returns {number | undefined} Their quotient, undefined where it is not known.
 */
function share(part, whole) {
    return typeof part === 'number' && whole > 0 ? part / whole : undefined;
}

/**
 * One end of a pair in words.
 *
 * @param {ReportHistory | undefined} candidate - The candidate.
 * @returns {string} Its type, protocol, address, network and server.
 */
function candidateWords(candidate) {
    if (!candidate) {
        return 'not in the statistics';
    }
    const value = (/** @type {string} */ name) => last(candidate, name);
    const relay = value('relayProtocol') && value('relayProtocol') !== value('protocol')
        ? ` over ${value('relayProtocol')}` : '';
    const address = value('address') ?? value('ip');

    return [ value('candidateType'), `${value('protocol') ?? ''}${relay}`, address && `${address}:${value('port')}`,
        value('networkType'), value('url') && `by ${value('url')}` ].filter(Boolean).join(' ');
}

/**
 * What became of a pair, in words.
 *
 * @param {any} sent - Requests sent.
 * @param {any} answered - Responses received.
 * @param {any} asked - Requests received.
 * @returns {string} The words.
 */
function checkWords(sent, answered, asked) {
    if (sent === undefined) {
        return '';
    }
    if (answered > 0) {
        return 'answered';
    }

    if (!(sent > 0)) {
        return 'not tried';
    }

    return asked > 0 ? 'one way: asked, but never answered' : 'blocked: no answer and no request';
}

/**
 * The time during which a pair was selected.
 *
 * @param {ConnectionModel} connection - The connection.
 * @param {string} id - The id of the pair.
 * @returns {number} In seconds.
 */
function selectedSeconds({ store }, id) {
    const transports = store.ofType('transport');
    const pair = store.reports.get(id);

    return store.times.reduce((seconds, time, row) => {
        const isSelected = transports.some(transport => transport.isIn(row)
            && transport.fields.get('selectedCandidatePairId')?.at(row) === id)
            || (transports.length === 0 && pair?.isIn(row) && pair.fields.get('selected')?.at(row) === true);
        const next = store.times[row + 1];

        return seconds + (isSelected && next > time ? (next - time) / 1000 : 0);
    }, 0);
}

/**
 * The candidate pairs.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {TableData} The table.
 */
function pairsOf(connection) {
    const { store } = connection;
    const pairs = store.ofType('candidate-pair').map(pair => {
        return {
            pair,
            seconds: selectedSeconds(connection, pair.id)
        };
    })
        .sort((a, b) => b.seconds - a.seconds
            || Number(last(b.pair, 'nominated') ?? 0) - Number(last(a.pair, 'nominated') ?? 0)
            || Number(last(b.pair, 'bytesReceived') ?? 0) - Number(last(a.pair, 'bytesReceived') ?? 0));

    return {
        id: 'pairs',
        title: 'Candidate pairs',
        columns: [
            {
                name: 'state',
                format: 'text'
            }, {
                name: 'selected',
                format: 's',
                title: 'How long it carried the call'
            }, {
                name: 'local',
                format: 'text'
            }, {
                name: 'remote',
                format: 'text'
            }, {
                name: 'checks',
                format: 'text',
                title: 'What became of the STUN requests'
            }, {
                name: 'sent',
                format: 'count',
                title: 'STUN requests sent, those for consent included'
            }, {
                name: 'answered',
                format: 'count',
                title: 'STUN responses received'
            }, {
                name: 'asked',
                format: 'count',
                title: 'STUN requests received'
            }, {
                name: 'round trip',
                format: 'ms',
                title: 'The last one'
            }, {
                name: 'bytes in',
                format: 'bytes'
            }, {
                name: 'bytes out',
                format: 'bytes'
            }, {
                name: 'priority',
                format: 'count'
            }
        ],
        rows: pairs.map(({ pair, seconds }) => {
            const value = (/** @type {string} */ name) => last(pair, name);
            const sent = knownSum([ value('requestsSent'), value('consentRequestsSent') ]);
            const trip = value('currentRoundTripTime');

            return [
                [ value('state'), value('nominated') && 'nominated' ].filter(Boolean).join(', '), seconds,
                candidateWords(store.reports.get(value('localCandidateId'))),
                candidateWords(store.reports.get(value('remoteCandidateId'))),
                checkWords(sent, value('responsesReceived'), value('requestsReceived')), sent,
                value('responsesReceived'), value('requestsReceived'),
                typeof trip === 'number' ? trip * 1000 : undefined,
                value('bytesReceived'), value('bytesSent'), value('priority')
            ];
        }),
        reports: pairs.map(({ pair }) => pair.id)
    };
}

/**
 * The heights of a video: the most usual one, and from the least to the greatest.
 *
 * @param {ReportHistory} report - The report.
 * @returns {string | undefined} The words, undefined if there are none.
 */
function heightWords(report) {
    const heights = report.values('frameHeight', report.rows()).filter(height => height > 0);

    if (heights.length === 0) {
        return undefined;
    }
    const counts = new Map();

    heights.forEach(height => counts.set(height, (counts.get(height) ?? 0) + 1));
    const [ [ mode ] ] = [ ...counts ].sort((a, b) => b[1] - a[1]);
    const [ low, high ] = [ Math.min(...counts.keys()), Math.max(...counts.keys()) ];

    return low === high ? `${mode}` : `${mode} (${low} to ${high})`;
}

/**
 * The row of a stream.
 *
 * @param {ConnectionModel} connection - The connection.
 * @param {ReportHistory} report - Its report.
 * @returns {any[]} The row.
 */
function streamRow({ store }, report) {
    const isInbound = report.type === 'inbound-rtp';
    const value = (/** @type {string} */ name) => last(report, name);
    const remote = store.ofType('remote-inbound-rtp').find(candidate => last(candidate, 'localId') === report.id);
    const track = store.reports.get(value('trackId'));
    const either = (/** @type {string} */ name) => value(name) ?? last(track, name);
    const packets = value(isInbound ? 'packetsReceived' : 'packetsSent');
    const lost = isInbound ? value('packetsLost') : last(remote, 'packetsLost');
    const rows = report.rows();
    const rates = report.values('framesPerSecond', rows).filter(rate => rate > 0);
    const concealed = either('concealedSamples');

    return [
        value('kind') ?? value('mediaType'), isInbound ? 'in' : 'out', value('mid'), value('rid'),
        value('contentType') === 'screenshare' ? 'screen' : undefined, value('ssrc'), store.times[rows[0]],
        (store.times[rows[rows.length - 1]] - store.times[rows[0]]) / 1000, packets,
        value(isInbound ? 'bytesReceived' : 'bytesSent'),
        share(lost === undefined ? undefined : Math.max(0, lost), isInbound ? packets + lost : packets),
        either('totalFreezesDuration'),
        concealed === undefined ? undefined
            : share(concealed - (either('silentConcealedSamples') ?? 0), either('totalSamplesReceived')),
        heightWords(report), rates.length > 0 ? median(rates) : undefined,
        last(store.reports.get(value('codecId')), 'mimeType'),
        value(isInbound ? 'decoderImplementation' : 'encoderImplementation'),
        knownSum([ value('pliCount'), value('firCount') ]), value('nackCount')
    ];
}

/**
 * The streams.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {TableData} The table.
 */
function streamsOf(connection) {
    const reports = [
        ...connection.store.ofType('inbound-rtp'), ...connection.store.ofType('outbound-rtp')
    ];

    return {
        id: 'tracks',
        title: 'Tracks and streams',
        columns: columnsOf([
            [ 'kind', 'text' ], [ 'direction', 'text' ], [ 'mid', 'text' ], [ 'layer', 'text' ], [ 'content', 'text' ],
            [ 'ssrc', 'text' ], [ 'first poll', 'time' ], [ 'lived', 's' ], [ 'packets', 'count' ],
            [ 'bytes', 'bytes' ],
            [ 'lost', 'share' ], [ 'frozen', 's' ], [ 'invented', 'share' ], [ 'height', 'text' ], [ 'fps', 'count' ],
            [ 'codec', 'text' ], [ 'implementation', 'text' ], [ 'pictures asked for', 'count' ], [ 'NACK', 'count' ]
        ]),
        rows: reports.map(report => streamRow(connection, report)),
        reports: reports.map(({ id }) => id)
    };
}

/**
 * Format parameters in words.
 *
 * @param {string | undefined} line - The parameters as they stand in a session description.
 * @returns {string} The words.
 */
export function parameterWords(line) {
    const words = String(line ?? '').split(';')
        .map(part => part.trim())
        .filter(Boolean)
        .map(part => {
            const [ name, value ] = part.split('=');

            return {
                useinbandfec: value === '1' ? 'forward error correction' : 'no forward error correction',
                usedtx: value === '1' ? 'silence is not sent (DTX)' : 'silence is sent',
                stereo: value === '1' ? 'stereo' : 'mono',
                'profile-level-id': `H.264 profile ${value}`,
                'packetization-mode': value === '1' ? 'pictures in several packets' : 'one packet a picture',
                apt: `repeats payload ${value}`
            }[name] ?? part;
        });

    return words.join(', ');
}

/**
 * The codecs.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {TableData} The table.
 */
function codecsOf({ store }) {
    const codecs = store.ofType('codec');
    const streams = [ ...store.ofType('inbound-rtp'), ...store.ofType('outbound-rtp') ];

    return {
        id: 'codecs',
        title: 'Codecs in use',
        columns: columnsOf([
            [ 'payload', 'text' ], [ 'type', 'text' ], [ 'clock', 'count' ], [ 'channels', 'count' ],
            [ 'parameters', 'text' ], [ 'used by', 'text' ], [ 'first poll', 'time' ]
        ]),
        rows: codecs.map(codec => {
            const users = streams.filter(stream => stream.fields.get('codecId')?.values.includes(codec.id));

            return [
                last(codec, 'payloadType'), last(codec, 'mimeType'), last(codec, 'clockRate'), last(codec, 'channels'),
                parameterWords(last(codec, 'sdpFmtpLine')),
                users.map(stream => `${stream.type.replace('bound-rtp', '')} ${last(stream, 'ssrc') ?? stream.id}`)
                    .join(', '),
                store.times[codec.spans[0][0]]
            ];
        }),
        reports: codecs.map(({ id }) => id)
    };
}

/**
 * The tables of a connection's statistics.
 *
 * @param {ConnectionModel} connection - The connection.
 * @returns {TableData[]} The tables.
 */
export function statisticsTables(connection) {
    return [ pairsOf(connection), streamsOf(connection), codecsOf(connection) ];
}
