/**
 * Getting out: HTTP proxies with and without credentials, TLS with certificates that are trusted and that are not, host
 * names with several addresses of which some are dead. What cannot get better by trying again is a terminal error that
 * says what is wrong, and no secret is in any text.
 */

'use strict';

const test = require('ava');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const { Driver, useCollector } = require('../addon/harness');

const { PATIENT, SHORT, audit, useFolder } = require('./harness');
const { Authority, selfSigned, useConnectProxy, useDeadAddress } = require('./network');
const { sessionOf } = require('./session');

const EVENTS = 30;

/** A view of the disk of one's own; who is not root has to become it there. */
const UNSHARE = process.getuid?.() === 0 ? [ '--mount' ] : [ '--mount', '--map-root-user' ];
const SECRET = 'p%40ss:w%20rd';

/**
 * Delivers a session and checks that all of it has arrived.
 *
 * @param {any} t - Ava's context.
 * @param {any} collector - The collector.
 * @param {Object} options - The channel's options.
 * @returns {Promise<Driver>} The channel, closed.
 */
async function arrives(t, collector, options) {
    const lines = sessionOf(EVENTS);
    const driver = new Driver(t, { ...PATIENT,
        endpoint: collector.url,
        ...options });

    driver.push(...lines).channel.connect();
    await driver.stats(({ delivered }) => delivered === EVENTS);
    await driver.channel.close();
    t.is(audit(collector, lines).lost, 0);
    t.false(driver.events.some(({ type }) => type === 'error'));

    return driver;
}

/**
 * Tries to connect and waits for the error that ends the trying.
 *
 * @param {any} t - Ava's context.
 * @param {Object} options - The channel's options.
 * @param {string} [type] - The event that tells: a warning where it is tried again.
 * @returns {Promise<{driver: Driver, message: string, code: string}>} The channel and the error.
 */
async function fails(t, options, type = 'error') {
    const driver = new Driver(t, { ...PATIENT,
        closeTimeout: 0,
        ...options });

    driver.push(...sessionOf(EVENTS)).channel.connect();
    const { code, message } = await driver.event(type);

    t.is((await driver.event('disconnected')).willReconnect, type === 'warning');
    t.is((await driver.stats(({ captured }) => captured === EVENTS)).pending, EVENTS, 'kept for a better time');

    return { code,
        driver,
        message };
}

test.before(t => {
    t.context.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rtcstats-authority-'));
    t.context.authority = new Authority(t.context.folder);
});

test.after.always(t => fs.rmSync(t.context.folder, { recursive: true }));

test('through a proxy, by CONNECT to the server\'s own name', async t => {
    const collector = await useCollector(t);
    const proxy = await useConnectProxy(t);

    await arrives(t, collector, { endpoint: collector.url.replace('127.0.0.1', 'localhost'),
        proxy: `http://${proxy.authority}` });
    t.deepEqual(proxy.requests, [ { authorization: undefined,
        target: `localhost:${collector.port}` } ]);
});

test('the proxy may change under way: to another one, and to none', async t => {
    const collector = await useCollector(t);
    const [ old, next ] = await Promise.all([ useConnectProxy(t), useConnectProxy(t) ]);
    const lines = sessionOf(EVENTS);
    const driver = new Driver(t, { ...SHORT,
        endpoint: collector.url,
        proxy: `http://${old.authority}` });
    const arrived = count => driver.stats(({ delivered }) => delivered === count);

    old.answer = 'HTTP/1.1 503 No\r\n\r\n';
    driver.push(...lines.slice(0, 10)).channel.connect();
    await driver.event('disconnected');
    driver.channel.setProxy(`http://${next.authority}`);
    await arrived(10);
    const { length } = next.requests;

    // What stands stays; what comes next goes the new way.
    driver.channel.setProxy(null);
    driver.push(...lines.slice(10, 20));
    await arrived(20);
    t.is(driver.channel.stats().reconnects, 0);
    collector.faults.closeAll(1011);
    driver.push(...lines.slice(20));
    await arrived(EVENTS);
    t.true(length > 0);
    t.is(next.requests.length, length);
    t.is(audit(collector, lines).lost, 0);
});

test('a proxy that wants credentials is used as soon as it gets them', async t => {
    const collector = await useCollector(t);
    const proxy = await useConnectProxy(t, { credentials: 'user:right' });
    const { driver } = await fails(t, { endpoint: collector.url,
        proxy: `http://${proxy.authority}` });

    driver.channel.setProxy(`http://user:right@${proxy.authority}`);
    driver.channel.reconnectNow();
    t.is((await driver.stats(({ delivered }) => delivered === EVENTS)).sessions, 1);
});

test('through a proxy that wants credentials', async t => {
    const collector = await useCollector(t);
    const proxy = await useConnectProxy(t, { credentials: 'jörg:p@ss:w rd' });
    const { events } = await arrives(t, collector, { proxy: `http://j%C3%B6rg:${SECRET}@${proxy.authority}` });

    // Never unasked.
    t.deepEqual(proxy.requests.map(({ authorization }) => authorization),
        [ undefined, `Basic ${Buffer.from('jörg:p@ss:w rd').toString('base64')}` ]);
    t.notRegex(JSON.stringify(events), /p@ss|p%40ss/);
});

test('a proxy that asks for nothing gets no credentials', async t => {
    const collector = await useCollector(t);
    const proxy = await useConnectProxy(t);

    await arrives(t, collector, { proxy: `http://user:${SECRET}@${proxy.authority}` });
    t.deepEqual(proxy.requests.map(({ authorization }) => authorization), [ undefined ]);
});

for (const asked of [ 'NTLM', 'Negotiate', 'Digest realm="a, b", nonce="Basic", qop="auth"' ]) {
    const scheme = asked.split(' ')[0];

    test(`a proxy that wants ${scheme} gets no credentials, and the text names what it wants`, async t => {
        const collector = await useCollector(t);
        const proxy = await useConnectProxy(t);

        proxy.answer = `HTTP/1.1 407 No\r\nProxy-Authenticate: ${asked}\r\n\r\n`;
        const { code, driver, message } = await fails(t, { endpoint: collector.url,
            proxy: `http://user:${SECRET}@${proxy.authority}` });

        t.is(code, 'ERR_RTCSTATS_PROXY_CREDENTIALS');
        t.regex(message, new RegExp(`407.*${scheme}.*only Basic`));
        t.notRegex(JSON.stringify(driver.events), /p@ss|p%40ss|user/);
        t.deepEqual(proxy.requests.map(({ authorization }) => authorization), [ undefined ]);
    });
}

test('a proxy whose lines end in a line feed only', async t => {
    const collector = await useCollector(t);
    const proxy = await useConnectProxy(t);

    proxy.established = 'HTTP/1.0 200 OK\nVia: test\n\n';
    await arrives(t, collector, { proxy: `http://${proxy.authority}` });
});

for (const [ what, credentials, asks ] of [ [ 'no', '', 1 ], [ 'wrong', `user:${SECRET}@`, 2 ] ]) {
    test(`${what} credentials for a proxy that wants some end the trying, without a secret in the text`, async t => {
        const collector = await useCollector(t);
        const proxy = await useConnectProxy(t, { credentials: 'user:right' });
        const { code, driver, message } = await fails(t, { endpoint: collector.url,
            proxy: `http://${credentials}${proxy.authority}` });

        t.is(code, 'ERR_RTCSTATS_PROXY_CREDENTIALS');
        t.regex(message, /407/);
        t.notRegex(JSON.stringify(driver.events), /p@ss|p%40ss|cEBzczp3|user/);
        t.is(proxy.requests.length, asks);
        driver.channel.reconnectNow();
        await driver.until(() => driver.events.filter(({ type }) => type === 'error').length === 2);
        t.is(proxy.requests.length, 2 * asks);
    });
}

for (const [ what, answer ] of Object.entries({ 'refuses with HTTP 503': 'HTTP/1.1 503 No\r\n\r\n',
    'hangs up': '',
    'speaks garbage': '\u0000\u0001garbage\r\n\r\n' })) {
    test(`a proxy that ${what} is tried again`, async t => {
        const collector = await useCollector(t);
        const proxy = await useConnectProxy(t);

        proxy.answer = answer;
        const lines = sessionOf(EVENTS);
        const driver = new Driver(t, { ...PATIENT,
            endpoint: collector.url,
            proxy: `http://${proxy.authority}` });

        driver.push(...lines).channel.connect();
        t.regex((await driver.event('disconnected')).reason, /proxy/);
        proxy.answer = undefined;
        await driver.stats(({ delivered }) => delivered === EVENTS);
        t.is(audit(collector, lines).lost, 0);
    });
}

test('a server that was trusted is tried again when another one answers in its place for a while', async t => {
    const { authority } = t.context;
    const stranger = new Authority(useFolder(t));
    const collector = await useCollector(t, { tls: authority.issue('own') });
    const lines = sessionOf(EVENTS);
    const driver = new Driver(t, { ...SHORT,
        endpoint: collector.url,
        tls: { caFile: authority.caFile } });

    driver.push(...lines.slice(0, 10)).channel.connect();
    await driver.stats(({ delivered }) => delivered === 10);
    await collector.stop();
    const portal = await useCollector(t, { port: collector.port,
        tls: stranger.issue('portal') });

    await driver.until(() => driver.events.some(({ reason }) => (/not trusted/).test(reason)));
    await portal.stop();
    await collector.start();
    driver.push(...lines.slice(10));
    await driver.stats(({ delivered }) => delivered === EVENTS);
    t.is(audit(collector, lines).lost, 0);
});

test('the sign-in page of a network is in the way only for as long as it is there', async t => {
    const { authority } = t.context;
    const stranger = new Authority(useFolder(t));
    const portal = await useCollector(t, { tls: stranger.issue('portal') });
    const { driver } = await fails(t, { endpoint: portal.url,
        reconnect: { baseDelay: 50,
            jitter: 0,
            maxDelay: 200 },
        tls: { caFile: authority.caFile } }, 'warning');

    await portal.stop();
    const collector = await useCollector(t, { port: portal.port,
        tls: authority.issue('behind') });

    await driver.stats(({ delivered }) => delivered === EVENTS);
    t.is(audit(collector, sessionOf(EVENTS)).lost, 0);
});

test('TLS to the server, with its authority in tls.caFile', async t => {
    const { authority } = t.context;
    const collector = await useCollector(t, { tls: authority.issue('good') });

    await arrives(t, collector, { tls: { caFile: authority.caFile } });
});

for (const [ what, key ] of Object.entries({
    'on P-521': { curve: 'secp521r1',
        digest: 'sha512' },
    'on P-521 over SHA-256': { curve: 'secp521r1',
        digest: 'sha256' },
    'on P-384 over SHA-512': { curve: 'secp384r1',
        digest: 'sha512' },
    'on P-256 over SHA-512': { curve: 'prime256v1',
        digest: 'sha512' }
})) {
    // Before TLS 1.3 a server's own key has to be on a curve that keys are exchanged on, too.
    for (const [ maxVersion, curve ] of [ [ 'TLSv1.2', undefined ], [ 'TLSv1.3', key.curve ] ]) {
        test(`an authority ${what}, a server's key ${curve ? 'as well' : 'of RSA'}, with ${maxVersion}`, async t => {
            const authority = new Authority(useFolder(t), key);
            const collector = await useCollector(t, { tls: { ...authority.issue('server', { curve }),
                maxVersion } });

            await arrives(t, collector, { tls: { caFile: authority.caFile } });
        });
    }
}

test('a certificate that a server signed itself, in tls.caFile', async t => {
    const own = selfSigned(useFolder(t));
    const collector = await useCollector(t, { tls: own });

    await arrives(t, collector, { tls: { caFile: own.file } });
});

for (const [ what, options, reason ] of [
    [ 'has expired', { days: -1 }, /expired/ ],
    [ 'is of another name', { names: 'DNS:other.example' }, /only for other\.example/ ]
]) {
    test(`a certificate that a server signed itself and that ${what} is not trusted`, async t => {
        const own = selfSigned(useFolder(t), options);
        const collector = await useCollector(t, { tls: own });
        const { code, message } = await fails(t, { endpoint: collector.url,
            tls: { caFile: own.file } }, 'warning');

        t.is(code, 'ERR_RTCSTATS_CERTIFICATE');
        t.regex(message, reason);
        t.notRegex(message, /[{"]|UnknownIssuer|os error/, 'in plain words');
    });
}

test('TLS to the server through TLS to the proxy', async t => {
    const { authority } = t.context;
    const collector = await useCollector(t, { tls: authority.issue('inner') });
    const proxy = await useConnectProxy(t, { credentials: 'user:right',
        tls: authority.issue('outer') });

    await arrives(t, collector, { proxy: `https://user:right@${proxy.authority}`,
        tls: { caFile: authority.caFile } });
});

for (const [ what, { issued, reason, trusted = true } ] of Object.entries({
    'of an unknown authority': { reason: /UnknownIssuer|unknown issuer/i,
        trusted: false },
    'that has expired': { issued: { days: -1 },
        reason: /expired/i },
    'of another host': { issued: { names: 'DNS:other.example' },
        reason: /name|other\.example/i }
})) {
    test(`a certificate ${what} is not trusted, and the text says which it is and why`, async t => {
        const { authority } = t.context;
        const name = `cert-${what.replaceAll(' ', '-')}`;
        const collector = await useCollector(t, { tls: authority.issue(name, issued) });
        const { code, driver, message } = await fails(t, { endpoint: collector.url,
            tls: trusted ? { caFile: authority.caFile } : undefined }, 'warning');

        t.is(code, 'ERR_RTCSTATS_CERTIFICATE');
        t.regex(message, new RegExp(`CN=${name}`));
        t.regex(message, /CN=Test-CA/);
        t.regex(message, reason);
        t.is(driver.events.filter(({ type }) => type === 'disconnected').length, 1);
    });
}

for (const [ what, prepare ] of Object.entries({ 'does not exist': () => undefined,
    'holds no certificate': file => fs.writeFileSync(file, 'nothing\n'),
    'is no text': file => fs.writeFileSync(file, Buffer.alloc(1000, 0xff)) })) {
    test(`a caFile that ${what} ends the trying`, async t => {
        const file = path.join(useFolder(t), 'ca.pem');

        prepare(file);
        const collector = await useCollector(t, { tls: t.context.authority.issue(`ca-${what.replaceAll(' ', '-')}`) });
        const { code, message } = await fails(t, { endpoint: collector.url,
            tls: { caFile: file } });

        t.is(code, 'ERR_RTCSTATS_TRUST');
        t.regex(message, /tls\.caFile/);
    });
}

for (const [ what, hosts ] of Object.entries({
    'refused by IPv6': '::1 rtcstats.localhost\n127.0.0.1 rtcstats.localhost',
    'dead and first': '127.0.0.2 rtcstats.localhost\n127.0.0.1 rtcstats.localhost',
    'dead and second': '127.0.0.1 rtcstats.localhost\n127.0.0.2 rtcstats.localhost'
})) {
    test(`a host name with an address that is ${what} does not stall`, async t => {
        const collector = await useCollector(t);
        const file = path.join(useFolder(t), 'hosts');

        fs.writeFileSync(file, `${hosts}\n`);
        await useDeadAddress(t, '127.0.0.2', collector.port);
        const { stdout } = await promisify(execFile)('unshare', [ ...UNSHARE, 'sh', '-c',
            'mount --bind "$0" /etc/hosts && exec "$@"', file, process.execPath,
            path.join(__dirname, 'fixtures', 'deliver.js'), JSON.stringify({ meetingFqn: 'room',
                endpoint: `ws://rtcstats.localhost:${collector.port}` }) ]);

        t.is(JSON.parse(stdout).delivered, 10);
        t.is(JSON.parse(stdout).reconnects, 0);
    });
}
