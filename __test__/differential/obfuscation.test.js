/**
 * Masking through both clients: the same result wherever 9.7.1 masks at all, and nothing in the clear where it does
 * not.
 */

'use strict';

const test = require('ava');
const fc = require('fast-check');

const { SOURCES, readRecording } = require('../corpus');

const { INHERITED } = require('./arbitraries');
const { Pipe } = require('./pipe');
const { loadReference, prepareReference } = require('./reference');

const numRuns = Number(process.env.FAST_CHECK_RUNS ?? 200);

/** @type {any} */
let reference;

/** What the corpus and the generators here use for addresses; none may be left anywhere but where it is documented. */
const CLEAR = /192\.0\.2\.\d|2001:db8|00000000-0000-4000-8000-\d+\.local/;

/**
 * Masks by 9.7.1.
 *
 * @param {string} type - The event's type.
 * @param {any} payload - The payload; stays as it is.
 * @returns {any} The masked payload.
 */
function byReference(type, payload) {
    const data = [ type, 'PC_0', structuredClone(payload) ];

    reference.obfuscate(data);

    return data[2];
}

/**
 * Closes the leaks of 9.7.1 in what it made of a payload.
 *
 * @param {any} payload - The payload; changed.
 * @returns {any} It.
 */
function closed(payload) {
    if (payload?.sdp) {
        payload.sdp = payload.sdp.replace(/^(o=\S+ \S+ \S+) IN IP[46] \S+/m, '$1 IN IP4 0.0.0.0');
    }
    Object.values(payload ?? {}).forEach(report => {
        if (report?.relatedAddress) {
            report.relatedAddress = report.relatedAddress.includes(':') ? 'x:x:x:x:x:x:x:x' : 'x.x.x.x';
        }
    });

    return payload;
}

/**
 * Takes the id out of a report, as it goes over the wire.
 *
 * @param {any} stats - The report.
 * @returns {any} The rest.
 */
function withoutId(stats) {
    return Object.fromEntries(Object.entries(stats).filter(([ name ]) => name !== 'id'));
}

test.before(async t => {
    await prepareReference();
    reference = loadReference();
    t.context.pipe = await Pipe.open();
});
test.after.always(t => t.context.pipe.close());

for (const source of SOURCES) {
    test.serial(`${source}: what was signalled is masked as 9.7.1 does it`, async t => {
        for (const [ type, , payload ] of readRecording(source).events) {
            for (const alias of type === 'onicecandidate'
                ? [ type, 'addIceCandidate' ]
                : [ type, 'createOfferOnSuccess', 'createAnswerOnSuccess' ]) {
                const ours = await t.context.pipe.payload(alias, payload);

                t.deepEqual(ours, closed(byReference(alias, payload)));
                t.notRegex(JSON.stringify(ours), CLEAR);
            }
        }
    });

    test.serial(`${source}: reports are masked as 9.7.1 does it`, async t => {
        for (const id of [ 'PC_0', 'PC_1' ]) {
            const polls = readRecording(source).reports.filter(([ pcId ]) => pcId === id)
                .map(([ , report ]) => report);
            const ours = await t.context.pipe.decoded(polls);

            t.notRegex(JSON.stringify(ours), CLEAR);
            for (const [ index, report ] of polls.entries()) {
                const masked = closed(byReference('getstats', report));

                for (const [ name, stats ] of Object.entries(masked)) {
                    const fields = withoutId(stats);
                    const seen = Object.entries(ours[index][name]).filter(([ field, value ]) =>
                        value !== null || fields[field] === null);

                    t.deepEqual(Object.fromEntries(seen), fields);
                }
            }
        }
    });
}

const ipv4 = fc.tuple(fc.constant('192.0.2'), fc.nat(255)).map(parts => parts.join('.'));
const ipv6 = fc.nat(0xffff).map(last => `2001:db8::${last.toString(16)}`);
const mdns = fc.nat(999999999999).map(n => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}.local`);
const address = fc.oneof(ipv4, ipv6, mdns);
const port = fc.nat(65535);
const word = fc.stringMatching(/^[A-Za-z0-9+/]{1,8}$/).filter(text => !INHERITED.includes(text));
const attribute = fc.oneof(
    fc.tuple(fc.constant('generation'), fc.nat(3)),
    fc.tuple(fc.constantFrom('ufrag', 'tcptype', 'x-unknown', 'network-id'), word),
    fc.tuple(fc.constant('raddr'), address),
    fc.tuple(fc.constant('rport'), port));
const candidate = fc.record({
    attributes: fc.array(attribute, { maxLength: 6 }),
    body: fc.tuple(word, fc.constantFrom('1', '2', 'rtp', 'rtcp'),
        fc.constantFrom('udp', 'UDP', 'tcp', 'TCP', 'ssltcp', 'SSLTCP'), fc.nat(), address, port),
    kind: fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
    prefix: fc.constantFrom('candidate:', 'a=candidate:')
}).map(({ attributes, body, kind, prefix }) =>
    `${prefix}${body.join(' ')} typ ${kind}${attributes.map(pair => ` ${pair.join(' ')}`).join('')}`);

test.serial('generated candidates are masked as 9.7.1 does it', async t => {
    await fc.assert(fc.asyncProperty(candidate, fc.constantFrom('onicecandidate', 'addIceCandidate'),
        async (text, type) => {
            const payload = { candidate: text,
                sdpMLineIndex: 0,
                sdpMid: '0' };
            const ours = await t.context.pipe.payload(type, payload);

            t.deepEqual(ours, byReference(type, payload));
            if (!/ typ relay|ssltcp/i.test(text)) {
                t.notRegex(ours.candidate, CLEAR);
            }
        }), { numRuns });
    t.pass();
});

const sdpLine = fc.oneof(
    candidate.map(text => `a=${text.replace(/^a=/, '')}`),
    address.map(text => `c=IN IP${text.includes(':') ? 6 : 4} ${text}`),
    fc.tuple(port, ipv4).map(([ number, text ]) => `a=rtcp:${number} IN IP4 ${text}`),
    fc.constantFrom('m=audio 9 UDP/TLS/RTP/SAVPF 111 63', 's=-', 't=0 0', 'a=mid:0', 'a=rtcp-mux', 'a=sendrecv', '',
        'a=fmtp:111 minptime=10;useinbandfec=1', 'a=end-of-candidates', ' a=mid:1', 'a=rtpmap:111 opus/48000/2 ',
        'a=fingerprint:sha-256 AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89'),
    word.map(text => `a=msid:${text}`),
    fc.tuple(word, ipv4).map(([ user, text ]) => `o=${user} 1 2 IN IP4 ${text}`));

test.serial('generated descriptions are masked as 9.7.1 does it, and o= too', async t => {
    const description = fc.tuple(fc.array(sdpLine, { maxLength: 12 }), fc.constantFrom('\r\n', '\n'))
        .map(([ lines, end ]) => [ 'v=0', ...lines, '' ].join(end));

    await fc.assert(fc.asyncProperty(description, async sdp => {
        const payload = { sdp,
            type: 'offer' };
        const ours = await t.context.pipe.payload('setRemoteDescription', payload);
        const expected = byReference('setRemoteDescription', payload).sdp
            .replace(/^(o=\S+ \S+ \S+) IN IP4 \S+/gm, '$1 IN IP4 0.0.0.0');

        t.is(ours.sdp, expected);
    }), { numRuns });
    t.pass();
});

const addressFields = fc.record({
    address,
    candidateType: fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
    googLocalAddress: fc.oneof(fc.tuple(ipv4, port).map(parts => parts.join(':')),
        fc.tuple(ipv6, port).map(([ host, number ]) => `[${host}]:${number}`)),
    googRemoteAddress: fc.tuple(ipv4, port).map(parts => parts.join(':')),
    id: word,
    ip: address,
    ipAddress: address,
    port,
    relatedAddress: address,
    relatedPort: port
}, { requiredKeys: [] });

test.serial('generated reports are masked as 9.7.1 does it, and relatedAddress too', async t => {
    const reports = fc.dictionary(word, addressFields, { maxKeys: 4 });

    await fc.assert(fc.asyncProperty(reports, async report => {
        const [ ours ] = await t.context.pipe.decoded([ report ]);
        const masked = closed(byReference('getstats', report));

        for (const [ id, stats ] of Object.entries(masked)) {
            t.deepEqual(ours[id], withoutId(stats));
            if (stats.candidateType !== 'relay') {
                t.notRegex(JSON.stringify(ours[id]), CLEAR);
            }
        }
    }), { numRuns });
    t.pass();
});

test.serial('the leaks of 9.7.1 are real, and closed', async t => {
    const stats = { L: { address: '192.0.2.1',
        candidateType: 'srflx',
        relatedAddress: '192.0.2.9',
        timestamp: 1 } };
    const description = { sdp: 'v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\n',
        type: 'offer' };

    t.regex(JSON.stringify(byReference('getstats', stats)), CLEAR);
    t.regex(JSON.stringify(byReference('setLocalDescription', description)), CLEAR);
    const [ ours ] = await t.context.pipe.decoded([ stats ]);

    t.is(ours.L.relatedAddress, 'x.x.x.x');
    t.is((await t.context.pipe.payload('setLocalDescription', description)).sdp,
        'v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\n');
});

test.serial('a relay keeps its own address and loses the related one', async t => {
    const [ { R: report } ] = await t.context.pipe.decoded([ { R: { address: '192.0.2.1',
        candidateType: 'relay',
        ip: '192.0.2.1',
        relatedAddress: '192.0.2.9',
        timestamp: 1,
        url: 'turn:192.0.2.1' } } ]);

    t.deepEqual(report, { address: '192.0.2.1',
        candidateType: 'relay',
        ip: '192.0.2.1',
        relatedAddress: 'x.x.x.x',
        timestamp: 1,
        url: 'turn:192.0.2.1' });
});

test.serial('escapes hide no address', async t => {
    const [ entry ] = await t.context.pipe.send([
        '["onicecandidate","PC_0",{"c\\u0061ndidate":"candid\\u0061te:1 1 udp 1 192.0.2.\\u0031 9 typ host"},1]' ]);
    const [ stats ] = await t.context.pipe.send([
        '["getstats","PC_9",{"A":{"timestamp":1,"\\u0069p":"192\\u002e0.2.1",'
            + '"relatedAddre\\u0073s":"2001:db8::1"}},1]' ]);

    t.notRegex(JSON.stringify([ entry, stats ]), CLEAR);
    t.is(entry[2].candidate, 'candidate:1 1 UDP 1 x.x.x.x 9 typ host');
});
