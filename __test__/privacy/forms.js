/**
 * What the privacy tests feed: every spelling of an address in every place that may hold one. All of them are from the
 * ranges of `CLEAR`; what has to come through is from others.
 */

'use strict';

const ADDRESSES = [
    '192.0.2.11',
    '203.0.113.254',
    '192.0.2.55:50000',
    '2001:db8::1a2b',
    '2001:db8::',
    '2001:0db8:0000:0000:0000:0000:0000:1a2b',
    '2001:db8:0:0:8:800:200c:417a',
    '2001:DB8::ABCD:EF01',
    '::ffff:192.0.2.44',
    '::FFFF:192.0.2.45',
    '::ffff:c000:22c',
    '0:0:0:0:0:ffff:192.0.2.66',
    '64:ff9b::192.0.2.33',
    '::192.0.2.34',
    '::fe80:1234',
    'fe80::1ff:fe23:4567:890a%eth0',
    'FE80::AAAA%3',
    '[2001:db8::77]',
    '[2001:db8::88]:50000',
    '[fe80::99%25wlan0]:50000',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6.local',
    'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6.LOCAL'
];

/** Any piece of them. */
const CLEAR = /192\.0\.2\.|203\.0\.113|2001:0?db8|c000:22c|64:ff9b|fe80|aaaa|eth0|wlan0|f81d4fae|7dec-11d0/i;

/** The server's address in relay candidates, which stays. */
const RELAY = '198.51.100.7';

/** What the app says itself, which is not ours to change. */
const FREE_TEXT = 'typed by the user: 198.51.100.200, [2001:db9::99]:1, user-laptop.local';

const TURN_SECRETS = [ 'turn-secret-1', 'turn-secret-2', 'turn-secret-3' ];

const ADDRESS_FIELDS = [ 'ip', 'ipAddress', 'address', 'relatedAddress', 'googLocalAddress', 'googRemoteAddress' ];

const DESCRIPTIONS = [ 'setLocalDescription', 'setRemoteDescription', 'createOfferOnSuccess', 'createAnswerOnSuccess' ];

const FAILURES = [ 'addIceCandidateOnFailure', 'setLocalDescriptionOnFailure', 'setRemoteDescriptionOnFailure',
    'createOfferOnFailure', 'createAnswerOnFailure', 'ondtlserror' ];

/**
 * Writes an event.
 *
 * @param {string} type - Its type.
 * @param {any} payload - Its payload.
 * @returns {string} The line.
 */
function line(type, payload) {
    return JSON.stringify([ type, 'PC_0', payload, 1700000000000.5 ]);
}

/**
 * Writes an address with every character escaped: the same address to whoever reads JSON.
 *
 * @param {string} text - A line.
 * @param {string} address - The address in it.
 * @returns {string} The same line.
 */
function escaped(text, address) {
    const codes = Array.from(address, character => `\\u${character.charCodeAt(0).toString(16)
        .padStart(4, '0')}`);

    return text.split(address).join(codes.join(''));
}

/**
 * Candidates with an address in every place.
 *
 * @param {string} address - The address.
 * @returns {string[]} The lines.
 */
function candidates(address) {
    const texts = [ 'host', 'srflx', 'prflx' ].map(kind =>
        `candidate:1 1 udp 2122260223 ${address} 50000 typ ${kind} raddr ${address} rport 9 generation 0 ufrag abcd`);
    const relay = `candidate:1 1 udp 41885439 ${RELAY} 50000 typ relay raddr ${address} rport 9`;
    const damaged = [ `candidate:1 ${address}`, `candidate:1 1 udp 1 ${address}`, ` candidate ${address} 9`, address ];

    return [ 'onicecandidate', 'addIceCandidate' ].flatMap(type => [
        ...[ ...texts, relay, ...damaged, `a=${texts[0]}` ].flatMap(candidate => [
            line(type, candidate),
            line(type, { candidate,
                sdpMid: '0' }),
            line(type, [ { candidate } ])
        ]),
        line(type, { address,
            candidate: '',
            relatedAddress: address,
            type: 'host' }),
        line(type, { address: RELAY,
            relatedAddress: address,
            type: 'relay' }),
        escaped(line(type, { candidate: texts[0] }), address)
    ]);
}

/**
 * Session descriptions with an address in every line that may hold one.
 *
 * @param {string} address - The address.
 * @returns {string[]} The lines.
 */
function descriptions(address) {
    const family = address.includes(':') ? 'IP6' : 'IP4';
    const lines = [ 'v=0', `o=- 1 2 IN ${family} ${address}`, `s=from ${address}`, `i=${address}`, 't=0 0',
        `c=IN ${family} ${address}`, 'm=audio 9 UDP/TLS/RTP/SAVPF 111', `c=IN ${family} ${address}/127`,
        `a=rtcp:9 IN ${family} ${address}`, `a=candidate:1 1 udp 1 ${address} 9 typ host`,
        `a=candidate:1 1 tcp 1 ${address} 9 typ srflx raddr ${address} rport 9 tcptype active`,
        `a=remote-candidates:1 ${address} 9`, `a=source-filter: incl IN ${family} * ${address}`,
        `a=x-unknown:${address}`, `u=http://${address}/`, '' ];

    return DESCRIPTIONS.flatMap(type => [ '\r\n', '\n' ].flatMap(end => [
        line(type, { sdp: lines.join(end),
            type: 'offer' }),
        line(type, lines.join(end)),
        line(type, lines.slice(1).join(end)),
        escaped(line(type, { sdp: lines.join(end) }), address)
    ]));
}

/**
 * Reports with an address in every field that is known to hold one.
 *
 * @param {string} address - The address.
 * @returns {string[]} The lines.
 */
function reports(address) {
    const fields = Object.fromEntries(ADDRESS_FIELDS.map(name => [ name, address ]));
    const report = { H: { candidateType: 'host',
        type: 'local-candidate',
        ...fields },
    N: { nested: [ { deep: fields } ],
        type: 'unknown' },
    P: { ...fields },
    R: { address: RELAY,
        candidateType: 'relay',
        ip: RELAY,
        relatedAddress: address,
        type: 'remote-candidate' },
    S: { ...fields,
        candidateType: 'srflx',
        type: 'remote-candidate' } };

    return [ 'getstats', 'getStats' ].flatMap(type => [ line(type, report), escaped(line(type, report), address) ]);
}

/**
 * Failures that quote an address, as browsers do.
 *
 * @param {string} address - The address.
 * @returns {string[]} The lines.
 */
function failures(address) {
    const texts = [ `OperationError: cannot add ${address}`, `Failed (${address}): no route`,
        `candidate:1 1 udp 1 ${address} 9 typ host`, `"${address}"`, `${address}.` ];

    return [
        ...FAILURES.flatMap(type => texts.flatMap(text => [ line(type, text), line(type, { message: text }) ])),
        line('onicecandidateerror', { address,
            errorText: `lookup from ${address} failed`,
            hostCandidate: address,
            url: `turn:${RELAY}` })
    ];
}

/**
 * Lines that are no events, for whoever is tempted to quote them.
 *
 * @param {string} address - The address.
 * @returns {string[]} The lines.
 */
function rejects(address) {
    return [ `["onicecandidate","PC_0",{"candidate":"${address}`, `[${address}]`, address,
        line('getstats', address), line('create', address), JSON.stringify([ 'logs', null, address ]) ];
}

/** A connection with TURN servers, and what the app says. */
const OTHERS = [
    line('create', { iceServers: [
        { credential: TURN_SECRETS[0],
            urls: [ `turn:${RELAY}:3478` ],
            username: 'user' },
        { credential: { accessToken: TURN_SECRETS[1],
            macKey: TURN_SECRETS[1] },
        urls: 'turns:turn.example' }
    ] }),
    line('create', { iceServers: [ { credential: TURN_SECRETS[2] } ] }).replace('credential', 'cr\\u0065dential'),
    line('logs', FREE_TEXT),
    line('chat', { address: FREE_TEXT,
        candidate: FREE_TEXT })
];

/** Every event, and how many of the lines are events. */
const EVENTS = [ ...OTHERS,
    ...ADDRESSES.flatMap(address => [ candidates, descriptions, reports, failures ].flatMap(make => make(address))) ];

const REJECTS = ADDRESSES.flatMap(rejects);

module.exports = { ADDRESSES,
    ADDRESS_FIELDS,
    CLEAR,
    EVENTS,
    FREE_TEXT,
    REJECTS,
    RELAY,
    TURN_SECRETS,
    line };
