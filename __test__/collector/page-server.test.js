/**
 * What the page's server gives out and, above all, what it does not.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const http = require('node:http');

const { createCollector } = require('../../collector');

const { Client } = require('./client');

test.beforeEach(async t => {
    t.context.collector = await createCollector();
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
