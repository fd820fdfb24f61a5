/**
 * What the page's server gives out and, above all, what it does not.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const http = require('node:http');

const { createCollector } = require('../../collector');
const { launchChromium } = require('../chromium');

const { Client } = require('./client');

test.beforeEach(async t => {
    t.context.collector = await createCollector({ origins: [ 'https://meet.example' ] });
});

test.afterEach.always(async t => {
    await t.context.collector.close();
    fs.rmSync(t.context.collector.directory, { recursive: true });
});

/**
 * Requests something, path and headers exactly as given.
 *
 * @param {Object} collector - The collector.
 * @param {string} path - The path.
 * @param {Object} [options] - More options of the request.
 * @returns {Promise<Object>} Status, headers and body.
 */
function get({ port }, path, options = {}) {
    return new Promise((resolve, reject) => {
        http.get({
            host: '127.0.0.1',
            port,
            path,
            ...options
        }, async response => {
            let body = '';

            for await (const chunk of response) {
                body += chunk;
            }
            resolve({
                status: response.statusCode,
                headers: response.headers,
                body
            });
        }).on('error', reject);
    });
}

test('serves the page under a strict policy', async t => {
    for (const path of [
        '/', '/page/app.js', '/page/worker.js', '/dump/delta-v3.js', '/model/session.js', '/vendor/uplot.js',
        '/vendor/uplot.css'
    ]) {
        const { status, headers } = await get(t.context.collector, path); // eslint-disable-line no-await-in-loop

        t.is(status, 200, path);
        t.regex(headers['content-security-policy'], /^default-src 'none'; script-src 'self';/);
        t.notRegex(headers['content-security-policy'], /unsafe/);
        t.is(headers['x-content-type-options'], 'nosniff');
        t.is(headers['access-control-allow-origin'], undefined);
    }
});

test('gives out nothing but the page and listed dumps', async t => {
    const { collector } = t.context;

    fs.writeFileSync(`${collector.directory}/secret`, 'not a dump');
    for (const path of [
        '/api/dumps/secret', '/api/dumps/..%2Fsecret', '/api/dumps/%2Fetc%2Fpasswd', '/page/../index.js', '/index.js',
        '/page/..%2findex.js', '/page/package.json', '/api/dumps/', '/api', '//etc/passwd', '/api/dumps/%'
    ]) {
        t.is((await get(collector, path)).status, 404, path); // eslint-disable-line no-await-in-loop
    }
    t.is((await get(collector, '/', { method: 'POST' })).status, 405);
});

test('a foreign host name that resolves to this machine gets nothing', async t => {
    const { collector } = t.context;
    const statusFor = async host => (await get(collector, '/api/events', {
        headers: { host },
        method: 'POST'
    })).status;

    t.is(await statusFor('evil.example'), 421);
    t.is(await statusFor(`evil.example:${collector.port}`), 421);
    for (const host of [ `localhost:${collector.port}`, `127.0.0.1:${collector.port}`, '[::1]:80' ]) {
        t.is(await statusFor(host), 405, host); // eslint-disable-line no-await-in-loop
    }
});

test('sends any range of a dump, and news of its growth', async t => {
    const { collector } = t.context;
    const client = await new Client(collector.url, { id: 'a' }).ready();
    const { body } = await fetch(`${collector.pageUrl}api/events`);
    const news = body.pipeThrough(new TextDecoderStream()).getReader();
    const until = async expression => {
        let text = '';

        while (!expression.test(text)) {
            text += (await news.read()).value; // eslint-disable-line no-await-in-loop
        }

        return text;
    };

    t.regex(await until(/\n\n/), /^event: dumps\ndata: \{"mode":"live","dumps":\[\]\}/);
    client.sendEntries(1, 2);
    await client.barrier();
    const [ changed ] = JSON.parse(/data: (.*)/.exec(await until(/changed.*\n.*\n\n/))[1]);
    const [ dump ] = collector.dumps();
    const text = fs.readFileSync(dump.path, 'utf8');

    t.like(changed, {
        id: 'a',
        open: true,
        bytes: text.length,
        lines: 3
    });
    t.is((await get(collector, '/api/dumps/a')).body, text);
    t.is((await get(collector, '/api/dumps/a?from=5')).body, text.slice(5));
    t.is((await get(collector, '/api/dumps/a?from=5&to=9')).body, text.slice(5, 9));
    t.is((await get(collector, '/api/dumps/a?from=9&to=9')).body, '');
    t.is((await get(collector, `/api/dumps/a?from=${text.length}`)).body, '');
    t.is((await get(collector, '/api/dumps/a?from=-1&to=x')).body, text);
    client.socket.close(3001);
    await until(/"open":false/);
    await news.cancel();
});

/**
 * How a websocket is answered.
 *
 * @param {Object} collector - The collector.
 * @param {Object} headers - Headers of the upgrade request.
 * @returns {Promise<Object>} Status and body; 101 for an accepted one.
 */
function upgrade({ port }, headers) {
    return new Promise((resolve, reject) => {
        const request = http.get({
            host: '127.0.0.1',
            port,
            path: '/room?statsSessionId=x&isReconnect=false',
            headers: {
                Connection: 'Upgrade',
                Upgrade: 'websocket',
                'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
                'Sec-WebSocket-Version': '13',
                ...headers
            }
        });

        request.on('error', reject);
        request.on('upgrade', ({ statusCode }, socket) => {
            socket.destroy();
            resolve({ status: statusCode });
        });
        request.on('response', async response => {
            let body = '';

            for await (const chunk of response) {
                body += chunk;
            }
            resolve({
                status: response.statusCode,
                body
            });
        });
    });
}

test('takes websockets from pages of this machine, of files and of allowed origins, and from programs', async t => {
    const { collector } = t.context;

    for (const headers of [
        {}, { origin: 'http://localhost:8080' }, { origin: 'https://127.0.0.1' }, { origin: 'http://[::1]:1' },
        { origin: 'http://meet.localhost' }, { origin: 'file://' }, { origin: 'https://meet.example' },
        { host: 'localhost' }
    ]) {
        // eslint-disable-next-line no-await-in-loop
        t.is((await upgrade(collector, headers)).status, 101, JSON.stringify(headers));
    }
});

test('refuses websockets from other pages and for foreign names, and says why', async t => {
    const { collector } = t.context;
    const rejected = [];

    collector.on('rejected', ({ error }) => rejected.push(error.message));
    for (const origin of [
        'https://evil.example', 'http://meet.example', 'https://meet.example:8443', 'https://meet.example.evil.example',
        'null', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'nonsense'
    ]) {
        const { status, body } = await upgrade(collector, { origin }); // eslint-disable-line no-await-in-loop

        t.is(status, 403, origin);
        t.is(body, `pages of ${origin} are not allowed; allow them with --origin ${origin}`);
    }
    t.is((await upgrade(collector, { host: 'evil.example' })).status, 421);
    t.is(rejected.length, 9);
    t.deepEqual(fs.readdirSync(collector.directory), []);
});

test('a page at another origin can not write a dump', async t => {
    const { collector } = t.context;
    const site = http.createServer((_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' })
        .end('<title>other</title>'));
    const browser = await launchChromium([ '--host-resolver-rules=MAP other.example 127.0.0.1' ]);

    t.teardown(async () => {
        await browser.close();
        site.closeAllConnections();
        site.close();
    });
    await new Promise(resolve => {
        site.listen(0, '127.0.0.1', resolve);
    });
    const page = await browser.newPage();
    const closeCode = endpoint => page.evaluate(url => new Promise(resolve => {
        const socket = new WebSocket(`${url}/room?statsSessionId=evil`, '3.1_STANDARD');

        socket.onopen = () => resolve('open');
        socket.onclose = ({ code }) => resolve(code);
    }), endpoint);

    await page.goto(`http://other.example:${site.address().port}/`);
    t.is(await closeCode(collector.url), 1006);
    await page.goto(`http://localhost:${site.address().port}/`);
    t.is(await closeCode(collector.url), 'open');
    t.deepEqual(fs.readdirSync(collector.directory), []);
});

test('a full folder takes no more, and says so', async t => {
    const collector = await createCollector({ maxBytes: 1000 });
    const rejected = [];

    t.teardown(async () => {
        await collector.close();
        fs.rmSync(collector.directory, { recursive: true });
    });
    collector.on('rejected', ({ error }) => rejected.push(error.message));
    const client = await new Client(collector.url, {
        id: 'a',
        origin: undefined
    }).ready();

    client.sendEntries(...Array.from({ length: 40 }, (_sn, index) => index + 1));
    await client.closed;
    t.regex(rejected[0], /^the folder of dumps is full: it holds 1000 bytes of 1000 allowed/);
    t.true(fs.statSync(`${collector.directory}/a`).size <= 1000);
    const { status, body } = await upgrade(collector, {});

    t.is(status, 507);
    t.regex(body, /allow more with --max-bytes$/);
});
