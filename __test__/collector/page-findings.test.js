/**
 * What the page says went wrong, and every way to look at the statistics behind it, driven as a person does.
 *
 * It must never look at an element being there where its content can be checked.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { createCollector } = require('../../collector');
const { viewDump } = require('../../collector/server/saved-dump');
const { launchChromium } = require('../chromium');

const { openPage, viewContent: view } = require('./browser');
const { START, dumpLines } = require('./synthetic-dump');

test.before(async t => {
    t.context.browser = await launchChromium();
    t.context.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'collector-findings-'));
});

test.after.always(async t => {
    await t.context.browser.close();
    fs.rmSync(t.context.folder, { recursive: true });
});

/**
 * A call that breaks for good after 30 s, and whose video freezes every minute.
 *
 * @returns {string} The dump.
 */
function brokenCall() {
    const lines = [ ...dumpLines({
        participants: 2,
        seconds: 90
    }) ];

    lines.push(JSON.stringify([ 'onconnectionstatechange', 'PC_0', 'failed', START + 91000, 9001 ]));
    lines.push(JSON.stringify([ 'logs', null, 'still there', START + 130000, 9002 ]));

    return lines.join('\n');
}

/**
 * The rows of a table on the page.
 *
 * @param {Object} page - The page.
 * @param {string} id - The table.
 * @returns {Promise<Array<string[]>>} Its cells.
 */
function tableRows(page, id) {
    return page.locator(`[data-table=${id}] tbody tr`)
        .evaluateAll(rows => rows.map(row => [ ...row.cells ].map(cell => cell.textContent)));
}

test.serial('says on top what went wrong, and a click shows where and when', async t => {
    const page = await view(t, 'broken', brokenCall());
    const finding = page.locator('[data-finding=connection-lost]');

    await finding.waitFor();
    t.is(await page.locator('.verdict').getAttribute('data-level'), 'critical');
    t.regex(await page.locator('.verdict-text').textContent(), /^The connection broke after/);
    t.regex(await page.locator('.connection-verdict').textContent(), /^The connection broke after/);
    t.is(await page.locator('.finding').first()
        .getAttribute('data-finding'), 'connection-lost', 'the worst is first');
    await finding.locator('.finding-head').click();
    t.regex(await finding.locator('.finding-details').textContent(), /What may be behind it.*What to look at next/);
    await page.waitForFunction(() => location.hash.includes('finding=connection-lost'));
    t.regex(page.url(), /[?&]from=\d+&to=\d+/);
    t.regex(await page.locator('.not-measurable').textContent(), /rules not measurable here/);

    // Whoever gets the address sees the same.
    const other = await openPage(t, t.context.browser, page.url());

    await other.locator('.finding-head[aria-expanded=true]').waitFor();
    t.is(await other.locator('.range-label').textContent(), await page.locator('.range-label').textContent());

    // Levels can be hidden.
    await page.locator('[data-level=critical].chip').click();
    t.is(await finding.count(), 0);
});

test.serial('the numbers of a call are totals, medians and percentiles', async t => {
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 40
    }) ].filter(line => !line.includes('createAnswerOnFailure'));
    const page = await view(t, 'fine', lines.join('\n'));

    await page.locator('.verdict-text').waitFor();
    const numbers = await page.locator('.numbers').textContent();

    t.regex(numbers, /round trip, p9585 ms \| 85 ms/);
    t.regex(numbers, /pathrelay TLS, wifi/);
    t.regex(await page.locator('[data-chart=lost] .legend').textContent(), /^totalin 13out 3$/);
});

test.serial('any member of any report can be drawn, several at once, by its definition', async t => {
    const page = await view(t, 'dump', brokenCall());

    await page.getByRole('tab', { name: 'All statistics' }).click();
    await page.getByLabel('Search statistics').fill('2001 totalDecodeTime');
    await page.getByLabel('totalDecodeTime', { exact: true }).check();
    await page.getByLabel('Search statistics').fill('2001 bytesReceived');
    await page.getByLabel('bytesReceived', { exact: true }).check();
    await page.locator('[data-chart="any-bit/s"]').waitFor();
    const values = key => page.locator(`[data-chart="any-${key}"]`).evaluate(({ plot }) => plot.data[1].slice(0, 4));

    t.deepEqual((await values('ms')).map(value => value && Number(value.toFixed(6))), [ null, 2, 2, 2 ], 'ms a frame');
    t.deepEqual(await values('bit/s'), [ null, 720000, 720000, 720000 ]);
    await page.getByLabel('How to draw bytesReceived').selectOption('value');
    await page.locator('[data-chart="any-B"]').waitFor();
    t.deepEqual(await values('B'), [ 90000, 180000, 270000, 360000 ]);

    const other = await openPage(t, t.context.browser, page.url());

    await other.locator('[data-chart="any-B"]').waitFor();
    t.is(await other.locator('.chosen li').count(), 2, 'the address keeps the curves');
});

test.serial('a poll is shown whole: what changed is marked, links are followed', async t => {
    const page = await view(t, 'dump', brokenCall());

    await page.getByRole('tab', { name: 'One poll' }).click();
    await page.locator('.inspector-head [role=status]', { hasText: 'poll 90 of 90' }).waitFor();
    await page.getByRole('button', { name: 'Poll before' }).click();
    await page.locator('.inspector-head [role=status]', { hasText: 'poll 89 of 90' }).waitFor();
    const row = name => page.locator('[data-report=IT01V2001] tr', {
        has: page.getByRole('button', {
            name,
            exact: true
        })
    });

    t.is(await row('framesDecoded').locator('td')
        .allTextContents()
        .then(cells => cells.join()), '2670,+30');
    t.regex(await row('framesDecoded').getAttribute('class'), /changed/);
    t.notRegex(await row('kind').getAttribute('class') ?? '', /changed/);
    await page.locator('[data-report=T01]').getByRole('button', { name: 'CPrelay' })
        .click();
    t.is(await page.evaluate(() => document.activeElement.parentElement.dataset.report), 'CPrelay');
    await page.getByLabel('only what changed').check();
    t.is(await row('kind').count(), 0);
    await row('framesDecoded').getByRole('button')
        .click();
    await page.locator('[data-chart="any-/s"]').waitFor();
    t.pass();
});

test.serial('tables of pairs, streams, codecs and negotiations are there and can be sorted', async t => {
    const page = await view(t, 'dump', brokenCall());

    await page.getByRole('tab', { name: 'Tables' }).click();
    await page.locator('[data-table=tracks] tbody tr').first()
        .waitFor();
    t.like((await tableRows(page, 'pairs'))[0], {
        0: 'succeeded, nominated',
        2: 'relay udp over tls 198.51.100.7:50211 wifi',
        3: 'host udp x.x.x.x:10000'
    });
    await page.locator('[data-table=tracks] th', { hasText: 'ssrc' }).getByRole('button')
        .click();
    t.deepEqual((await tableRows(page, 'tracks')).map(cells => cells[5]), [ '77', '1000', '1001', '2000', '2001' ]);
    t.like((await tableRows(page, 'negotiations'))[0], {
        0: 'remote',
        3: 'audio + video'
    });
    t.deepEqual((await tableRows(page, 'transceivers')).map(cells => cells[1]), [ 'audio', 'video' ]);
    t.regex((await tableRows(page, 'candidates'))[0][2], /^host udp: an address of the machine itself/);
});

test.serial('session descriptions are shown by section with what differs', async t => {
    const lines = brokenCall().split('\n');
    const offer = sdp => JSON.stringify([ 'setRemoteDescription', 'PC_0', {
        type: 'offer',
        sdp
    }, START + 50000, 9100 ]);

    lines.splice(60, 0, offer('v=0\r\nm=audio 9 UDP\r\nm=video 9 UDP\r\na=sendonly\r\n'));
    const page = await view(t, 'dump', lines.join('\n'));

    await page.getByRole('tab', { name: 'Session descriptions' }).click();
    await page.locator('.sdp-section').first()
        .waitFor();
    t.deepEqual(await page.locator('.diff.added').allTextContents(), [ '+ a=sendonly\n' ]);
    t.deepEqual(await page.locator('.sdp-section summary').allTextContents(), [
        'session unchanged', 'audio · sendrecv unchanged', 'video · sendonly 1 lines differ'
    ]);
});

test.serial('an address that asks for nothing that is here says so, and a broken one breaks nothing', async t => {
    const directory = fs.mkdtempSync(path.join(t.context.folder, 'dumps-'));

    fs.writeFileSync(path.join(directory, 'call-1'), brokenCall());
    const collector = await createCollector({ directory });

    t.teardown(() => collector.close());
    const page = await t.context.browser.newPage();

    page.on('pageerror', error => t.fail(error.stack));
    for (const id of [ 'unknown', '%E0%A4%A' ]) {
        await page.goto(`${collector.pageUrl}#/s/${id}`); // eslint-disable-line no-await-in-loop
        await page.getByText('There is no such session').waitFor(); // eslint-disable-line no-await-in-loop
        t.is(await page.locator('.facts').count(), 0);
        await page.goto('about:blank'); // eslint-disable-line no-await-in-loop
    }
    await page.goto(`${collector.pageUrl}#/s/unknown`);
    await page.getByRole('link', { name: 'Show what there is' }).click();
    await page.locator('.facts .session-id', { hasText: 'call-1' }).waitFor();
    t.pass();
});

test.serial('eight pages beside each other all go on', async t => {
    const directory = fs.mkdtempSync(path.join(t.context.folder, 'many-'));

    fs.writeFileSync(path.join(directory, 'call-1'), brokenCall());
    const collector = await createCollector({ directory });
    const context = await t.context.browser.newContext();

    t.teardown(async () => {
        await context.close();
        await collector.close();
    });
    for (let count = 0; count < 8; count++) {
        const page = await context.newPage(); // eslint-disable-line no-await-in-loop

        await page.goto(collector.pageUrl); // eslint-disable-line no-await-in-loop
        await page.locator('.facts[data-loaded]').waitFor(); // eslint-disable-line no-await-in-loop
    }
    t.pass();
});

test.serial('zooming filters the events, and hundreds of connections leave the page usable', async t => {
    const lines = brokenCall().split('\n');

    for (let index = 1; index < 500; index++) {
        lines.push(JSON.stringify([ 'create', `PC_${index}`, {}, START + 92000 + index, 10000 + index ]));
    }
    const file = path.join(t.context.folder, 'many-connections');

    fs.writeFileSync(file, lines.join('\n'));
    const viewer = await viewDump(file);

    t.teardown(viewer.close);
    const page = await openPage(t, t.context.browser, viewer.pageUrl);

    await page.locator('.findings .verdict-text').waitFor();
    const { height } = await page.locator('.overview canvas').boundingBox();

    t.true(height < 400, `${height} px`);
    t.regex(await page.locator('.range-label').textContent(), /488 more connections without a lane/);
    const count = () => page.locator('.events-head h3 span').textContent();
    const all = await count();

    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForFunction(before => document.querySelector('.events-head h3 span').textContent !== before, all);
    t.regex(await count(), /^\d+ of \d+$/);
});
