/**
 * The page on a real call, while it runs: Chromium with a made-up camera, traced by the existing JavaScript client,
 * watched in the same browser. It must never compare with anything but the decoded reports of the dump.
 */

'use strict';

const test = require('ava');
const { once } = require('node:events');
const fs = require('node:fs');

const { createCollector } = require('../../collector');
const { launchChromium } = require('../chromium');

const { drawn, openPage, readEntries, serveCallPage, untilDrawn } = require('./browser');
const { checkChart, expectedRows } = require('./oracle');

const CHARTS = [ 'bitrate', 'rtt', 'lost', 'jitter', 'fps', 'resolution', 'freezes' ];

test('follows a real call without reloading and draws what its reports hold', async t => {
    const collector = await createCollector({ origins: [ 'https://meet.example' ] });
    const calls = await serveCallPage();
    const browser = await launchChromium();

    t.teardown(async () => {
        await browser.close();
        await calls.close();
        await collector.close();
        fs.rmSync(collector.directory, { recursive: true });
    });
    const call = await browser.newPage();
    const firstEntry = once(collector, 'entry');

    await call.goto(calls.url);
    await call.evaluate(endpoint => window.startCall(endpoint, 250), collector.url);
    await firstEntry;

    const page = await openPage(t, browser, collector.pageUrl);

    await page.evaluate(() => {
        window.wasNotReloaded = true;
    });
    t.is(await page.locator('.facts .pill').textContent(), 'live');
    t.is(await page.locator('.session .dot.live').count(), 1);
    await page.getByRole('tab', { name: 'PC_1' }).click();
    await untilDrawn(page, 'bitrate', 8);
    await page.getByRole('tab', {
        name: 'PC_1 · connected',
        selected: true
    }).waitFor();

    const ended = new Promise(resolve => {
        collector.on('dump', info => info.open || resolve(info));
    });

    await call.evaluate(() => window.endCall());
    const dump = await ended;
    const entries = readEntries(dump.path);

    await page.locator('[data-state=ended]').waitFor();
    for (const pcId of [ 'PC_0', 'PC_1' ]) {
        const rows = expectedRows(entries, pcId);

        t.true(rows.length >= 8);
        /* eslint-disable no-await-in-loop */
        await page.getByRole('tab', { name: pcId }).click();
        await page.waitForFunction(([ first, count ]) => {
            const data = document.querySelector('[data-chart=bitrate]').plot.data;

            return data[0].length === count && data[0][0] === first;
        }, [ rows[0].time / 1000, rows.length ]);
        for (const chart of CHARTS) {
            const values = checkChart(t, chart, await drawn(page, chart), rows);

            t.true(values > 0 || chart === 'freezes' || chart === 'lost', `${pcId}: nothing to draw in ${chart}`);
        }
        t.regex(await page.locator('[data-chart=pairs]').textContent(), /local host udp .*remote (?:host|prflx) udp/);
        /* eslint-enable no-await-in-loop */
    }

    const written = entries.filter(([ type ]) => ![ 'connectionInfo', 'getstats' ].includes(type));

    t.is(await page.locator('.events h3 span').textContent(), String(written.length));
    t.is(await page.locator('.facts h2').textContent(), 'realcall');
    t.true(await page.evaluate(() => window.wasNotReloaded));
});
