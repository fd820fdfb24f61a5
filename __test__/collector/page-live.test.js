/**
 * The page beside a collector whose sessions come, go and are resumed. It must never reload the page.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');

const { createCollector } = require('../../collector');
const { launchChromium } = require('../chromium');

const { drawn, openPage, untilDrawn } = require('./browser');
const { Client } = require('./client');
const { dumpLines } = require('./synthetic-dump');

const ID = '7f9c24e5-0f1b-4a8e-9d55-3c1a2b4d6e8f';

test.beforeEach(async t => {
    t.context.collector = await createCollector({ origins: [ 'https://meet.example' ] });
    t.context.browser = await launchChromium();
});

test.afterEach.always(async t => {
    await t.context.browser.close();
    await t.context.collector.close();
    fs.rmSync(t.context.collector.directory, { recursive: true });
});

/**
 * Sends the lines of a dump as a client does.
 *
 * @param {Client} client - The client.
 * @param {string[]} lines - The lines, without the first.
 * @returns {Promise<void>} Resolves once they are in the dump.
 */
async function sendLines(client, lines) {
    for (const data of lines) {
        client.socket.send(JSON.stringify({
            statsSessionId: client.id,
            type: 'stats-entry',
            data
        }));
    }
    await client.barrier();
}

test.serial('a session that comes, grows, is cut and resumed is one session, live', async t => {
    const { browser, collector } = t.context;
    const first = [ ...dumpLines({
        participants: 1,
        seconds: 30
    }) ].slice(1);
    const [ , , , , last ] = JSON.parse(first[first.length - 1]);
    const second = [ ...dumpLines({
        participants: 1,
        seconds: 60,
        from: 40,
        number: last + 3
    }) ].slice(1);

    const page = await browser.newPage();

    page.on('pageerror', error => t.fail(error.stack));
    await page.goto(collector.pageUrl);
    await page.getByText('Waiting for a session').waitFor();
    t.is(await page.locator('.welcome pre').textContent(), collector.url);

    const client = await new Client(collector.url, { id: ID }).ready();

    await sendLines(client, first.slice(0, 30));
    await page.locator('.facts .pill.live').waitFor();
    await sendLines(client, first.slice(30));
    await untilDrawn(page, 'rtt', 30);
    collector.faults.cut();
    await page.locator('[data-state=ended]').waitFor();

    const resumed = await new Client(collector.url, { id: `${ID}_1` }).ready();

    await sendLines(resumed, second);
    await untilDrawn(page, 'rtt', 51);
    t.is(await page.locator('.session').count(), 1);
    t.deepEqual(await page.locator('.facts .badge').allTextContents(), [ 'resumed 1×', '3 missing' ]);
    t.is(await page.locator('.facts .pill').textContent(), 'live');
    t.is((await drawn(page, 'rtt'))[1][30], null, 'the curve breaks between the parts');
});

test.serial('says that the collector has gone, and goes on when it is back', async t => {
    const { browser, collector } = t.context;
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 20
    }) ].slice(1);

    await sendLines(await new Client(collector.url, { id: 'a' }).ready(), lines);
    const page = await browser.newPage();

    await page.goto(collector.pageUrl);
    await untilDrawn(page, 'rtt', 20);
    await collector.stop();
    await page.locator('#link-state', { hasText: 'collector gone' }).waitFor();
    await collector.start();
    await page.locator('#link-state', { hasText: 'listening' }).waitFor();
    await page.locator('[data-state=ended]').waitFor();
    await sendLines(await new Client(collector.url, { id: 'b' }).ready(), lines);
    await page.locator('.session[href="#/s/b"]').click();
    await page.locator('.facts .session-id', { hasText: /^b$/ }).waitFor();
    await untilDrawn(page, 'rtt', 20);
    t.is(await page.locator('.facts .pill').textContent(), 'live');
    t.true(await page.locator('.failure').isHidden());
});

test.serial('two sessions are told apart, and the address says which one is shown', async t => {
    const { browser, collector } = t.context;
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 20
    }) ].slice(1);

    for (const [ id, count ] of [ [ 'a', 18 ], [ 'b', 24 ] ]) {
        // eslint-disable-next-line no-await-in-loop
        await sendLines(await new Client(collector.url, {
            id,
            room: `Room ${id}`
        }).ready(), lines.slice(0, count));
    }
    const page = await openPage(t, browser, `${collector.pageUrl}#/s/a`);
    const polls = () => drawn(page, 'rtt').then(([ times ]) => times.length);

    t.deepEqual((await page.locator('.session-name b').allTextContents()).sort(), [ 'Room a', 'Room b' ]);
    const ofA = await polls();

    await page.locator('.session', { hasText: 'Room b' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.facts .session-id', { hasText: /^b$/ }).waitFor();
    await untilDrawn(page, 'rtt', ofA + 6);
    t.true(page.url().endsWith('#/s/b'));
    t.is(await page.locator('.session[aria-current]').count(), 1);
    await page.goBack();
    await page.locator('.facts .session-id', { hasText: /^a$/ }).waitFor();
    await untilDrawn(page, 'rtt', ofA);
    t.is(await polls(), ofA);
});
