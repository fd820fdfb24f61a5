/**
 * The page on saved dumps: every part of it is driven, and what it draws is compared with the decoded reports. It must
 * never settle for an element being there where its content can be checked.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');

const { createCollector } = require('../../collector');
const { viewDump } = require('../../collector/server/saved-dump');
const { launchChromium } = require('../chromium');

const { drawn, openPage, viewContent: view } = require('./browser');
const { checkChart, expectedRows } = require('./oracle');
const { START, dumpLines } = require('./synthetic-dump');

const CHARTS = [ 'bitrate', 'rtt', 'lost', 'jitter', 'fps', 'resolution', 'freezes' ];
const ID = '7f9c24e5-0f1b-4a8e-9d55-3c1a2b4d6e8f';

test.before(async t => {
    t.context.browser = await launchChromium();
    t.context.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'collector-page-'));
});

test.after.always(async t => {
    await t.context.browser.close();
    fs.rmSync(t.context.folder, { recursive: true });
});

/**
 * The rows in the list of events.
 *
 * @param {Object} page - The page.
 * @returns {Promise<string[]>} Type and text of each.
 */
function eventRows(page) {
    return page.locator('.event').evaluateAll(rows =>
        rows.map(row => `${row.querySelector('.type').textContent}: ${row.querySelector('.text').textContent}`));
}

/**
 * The stretch of time that the charts show.
 *
 * @param {Object} page - The page.
 * @returns {Promise<number[]>} From and to, in seconds since the start.
 */
function shownRange(page) {
    return page.locator('[data-chart=rtt]').evaluate(({ plot }, start) =>
        [ plot.scales.x.min - (start / 1000), plot.scales.x.max - (start / 1000) ], START);
}

test.serial('draws what the reports hold, for the connection and for each stream', async t => {
    const lines = [ ...dumpLines({
        participants: 3,
        seconds: 130
    }) ];
    const page = await view(t, 'dump', lines.join('\n'));
    const rows = expectedRows(lines.map(line => JSON.parse(line)), 'PC_0');

    t.is(rows.length, 130);
    for (const chart of CHARTS) {
        t.true(checkChart(t, chart, await drawn(page, chart), rows) > 200); // eslint-disable-line no-await-in-loop
    }

    // The second participant's video, whose values the maker of the dump knows.
    await page.getByLabel('Stream').selectOption('IT01V2001');
    await page.waitForFunction(() =>
        document.querySelector('[data-chart=resolution]').plot.series[1].label === 'height');
    const [ times, fps ] = await drawn(page, 'fps');
    const [ , height, width ] = await drawn(page, 'resolution');
    const [ , frozen, freezes ] = await drawn(page, 'freezes');

    t.is(times[0], (START / 1000) + 1);
    t.is(fps[56], 4, 'second 57 is frozen');
    t.deepEqual([ height[100], width[100] ], [ 720, 1280 ]);
    t.deepEqual([ frozen[55], freezes[55], freezes[54] ], [ 750, 1, 0 ], 'a freeze begins in second 56');
    t.deepEqual((await drawn(page, 'bitrate'))[1].slice(1), new Array(129).fill(720000));
});

test.serial('shows the candidate pairs in use, and facts, and identity', async t => {
    const page = await view(t, 'dump', [ ...dumpLines({
        participants: 1,
        seconds: 130
    }) ].join('\n'));

    t.deepEqual(await page.locator('[data-chart=pairs] li').allTextContents(), [
        '09:30:01, for 1 min 29 slocal relay udp over tls 198.51.100.7:50211 wifiremote host udp x.x.x.x:10000',
        '09:31:30, to the endlocal srflx udp x.x.x.x:61544 wifiremote host udp x.x.x.x:10000'
    ]);
    const facts = await page.locator('.facts dl').first()
        .textContent();

    t.regex(facts, /length2 min 10 s/);
    t.regex(facts, /clientElectron 39/);
    t.regex(facts, /originhttps:\/\/meet.example/);
    t.regex(facts, /polls130/);
    await page.getByText('identity', { exact: true }).first()
        .click();
    t.true(await page.getByText('Ada', { exact: true }).isVisible());
});

test.serial('the legend shows the values under the cursor', async t => {
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 100
    }) ];
    const page = await view(t, 'dump', lines.join('\n'));
    const chart = page.locator('[data-chart=rtt]');
    const values = expectedRows(lines.map(line => JSON.parse(line)), 'PC_0').map(({ rtt: [ value ] }) => value)
        .sort((a, b) => a - b);

    t.is(await chart.locator('.legend').textContent()
        .then(text => text.split(' ms')[0]), `mediantransport ${Math.round(values[50])}`, 'not the last value');
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.locator('.u-over').boundingBox();

    await page.mouse.move(box.x + (box.width * 0.4), box.y + 20);
    await chart.locator('.legend b', { hasText: '85 ms' }).waitFor();
    t.is(await page.locator('[data-chart=fps]').evaluate(({ plot }) => plot.cursor.idx),
        await chart.evaluate(({ plot }) => plot.cursor.idx), 'all charts share the cursor');
});

test.serial('zooms and moves by buttons, keys, dragging and double click', async t => {
    const page = await view(t, 'dump', [ ...dumpLines({
        participants: 1,
        seconds: 80
    }) ].join('\n'));
    const until = (from, to) => page.waitForFunction(([ low, high ]) => {
        const { min, max } = document.querySelector('[data-chart=rtt]').plot.scales.x;

        return Math.abs(min - low) < 0.6 && Math.abs(max - high) < 0.6;
    }, [ (START / 1000) + from, (START / 1000) + to ]);

    await until(0, 80);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await until(20, 60);
    await page.getByRole('button', { name: 'Move on' }).click();
    await until(40, 80);
    await page.locator('.overview canvas').focus();
    await page.keyboard.press('ArrowLeft');
    await until(30, 70);
    await page.keyboard.press('+');
    await until(40, 60);
    await page.keyboard.press('-');
    await until(30, 70);
    await page.keyboard.press('0');
    await until(0, 80);

    const strip = await page.locator('.overview canvas').boundingBox();

    await page.mouse.move(strip.x + (strip.width * 0.2), strip.y + 10);
    await page.mouse.down();
    await page.mouse.move(strip.x + (strip.width * 0.6), strip.y + 10, { steps: 4 });
    await page.mouse.up();
    await until(16, 48);

    await page.locator('[data-chart=fps]').scrollIntoViewIfNeeded();
    const plot = await page.locator('[data-chart=fps] .u-over').boundingBox();

    await page.mouse.move(plot.x + (plot.width * 0.25), plot.y + 30);
    await page.mouse.down();
    await page.mouse.move(plot.x + (plot.width * 0.75), plot.y + 30, { steps: 4 });
    await page.mouse.up();
    await until(24, 40);
    t.true((await shownRange(page))[0] > 20);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await until(0, 80);
});

test.serial('lists, filters, searches and opens events, by mouse and by keyboard', async t => {
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 100
    }) ];
    const tracks = [ 'onmute', 'onunmute', 'onended', 'enabled' ].map(type =>
        JSON.stringify([ type, 'PC_0', 'video:camera', START + 50000 ]));

    lines.splice(-3, 0, ...tracks);
    const page = await view(t, 'dump', lines.join('\n'));

    t.deepEqual((await eventRows(page)).slice(0, 12), [
        'identity: {"confName":"weeklyengineeringsync","displayName":"Ada","endpointId":"a1b2c3d4"}',
        'navigator.mediaDevices.getUserMedia: {"audio":true,"video":true}',
        'navigator.mediaDevices.getUserMediaOnSuccess: audio: Headset <b>microphone</b>, video: HD camera',
        'create: {"iceServers":[]}',
        'constraints: {"optional":[{"rtcStatsSFUP2P":false}]}',
        'setRemoteDescription: offer: audio + video',
        'createAnswerOnFailure: OperationError: not yet',
        'createAnswerOnSuccess: answer: audio + video',
        'onconnectionstatechange: connecting',
        'onicecandidate: candidate:1 1 udp 2122260223 x.x.x.x 61544 typ host',
        'onicecandidate: end of candidates',
        'onconnectionstatechange: connected'
    ]);
    t.deepEqual(await page.locator('.event.bad .type').allTextContents(), [ 'createAnswerOnFailure' ]);
    t.deepEqual(await page.locator('.event.warn .text').allTextContents(), [ 'disconnected' ]);

    await page.getByLabel('Search events').fill('OperationError');
    t.deepEqual(await eventRows(page), [ 'createAnswerOnFailure: OperationError: not yet' ]);
    await page.getByLabel('Search events').fill('');
    for (const category of [ 'signaling', 'ice', 'state', 'app' ]) {
        await page.locator(`[data-category=${category}]`).click(); // eslint-disable-line no-await-in-loop
    }
    t.deepEqual((await eventRows(page)).map(row => row.split(':')[0]), [ 'navigator.mediaDevices.getUserMedia',
        'navigator.mediaDevices.getUserMediaOnSuccess', 'onmute', 'onunmute', 'onended', 'enabled' ]);
    for (const category of [ 'signaling', 'ice', 'state', 'app' ]) {
        await page.locator(`[data-category=${category}]`).click(); // eslint-disable-line no-await-in-loop
    }

    await page.locator('.event', { hasText: 'setRemoteDescription' }).click();
    await page.locator('.event-detail pre').waitFor();
    t.regex(await page.locator('.event-detail pre').textContent(), /"type": "offer",\s+"sdp": "v=0\s+m=audio 9 UDP\s/);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.detail-head', { hasText: 'createAnswerOnFailure' }).waitFor();
    t.is(await page.locator('[aria-selected=true].event .type').textContent(), 'createAnswerOnFailure');
    await page.keyboard.press('End');
    await page.locator('.detail-head', { hasText: 'onconnectionstatechange' }).waitFor();
    await page.keyboard.press('Escape');
    t.true(await page.locator('.event-detail').isHidden());

    // A click into the overview finds the event next to it.
    await page.locator('.overview canvas').scrollIntoViewIfNeeded();
    const strip = await page.locator('.overview canvas').boundingBox();

    await page.mouse.click(strip.x + (strip.width * 0.46), strip.y + 10);
    await page.locator('.detail-head', { hasText: 'dominantSpeaker' }).waitFor();
    t.pass();
});

test.serial('a long list keeps few rows in the document and reaches its end', async t => {
    const lines = [ '["connectionInfo",null,{},1773480600000]' ];

    for (let index = 0; index < 20000; index++) {
        lines.push(JSON.stringify([ 'logs', null, `line ${index}`, START + (index * 100), index + 1 ]));
    }
    const page = await view(t, 'long', lines.join('\n'));

    t.true(await page.locator('.event').count() < 60);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.locator('.event[aria-selected=true]', { hasText: 'line 19999' }).waitFor();
    t.true(await page.locator('.event').count() < 60);
});

test.serial('parts of a session are one session; gaps, missing, damaged and repeated entries are visible', async t => {
    const directory = fs.mkdtempSync(path.join(t.context.folder, 'parts-'));
    const first = [ ...dumpLines({
        participants: 2,
        seconds: 60
    }) ];
    const [ , , , , last ] = JSON.parse(first[first.length - 1]);
    const second = [ ...dumpLines({
        participants: 2,
        seconds: 120,
        from: 75,
        number: last
    }) ];

    first.splice(40, 5);
    first.splice(30, 0, '["getstats","PC_0",{"T01":{"byt', '<b>not json</b>');
    second.splice(1, 0, first[first.length - 1]);
    fs.writeFileSync(path.join(directory, ID), first.join('\n'));
    fs.writeFileSync(path.join(directory, `${ID}_1`), second.join('\n'));
    fs.writeFileSync(path.join(directory, 'other'), first[0]);
    const collector = await createCollector({ directory });

    t.teardown(() => collector.close());
    const page = await openPage(t, t.context.browser, `${collector.pageUrl}#/s/${ID}`);

    t.is(await page.locator('.session').count(), 2);
    t.regex(await page.locator('.session[aria-current]').textContent(), /WeeklyEngineeringSync.*2 parts/);
    t.deepEqual(await page.locator('.facts .badge').allTextContents(),
        [ 'resumed 1×', '5 missing', '2 damaged', '1 repeated' ]);
    t.is(await page.locator('.parts li').count(), 2);
    await page.getByLabel('Search events').fill('line');
    t.deepEqual((await eventRows(page)).map(row => row.replace(/:.*:/s, ' …')), [
        'damaged line …["getstats","PC_0",{"T01":{"byt'.replace(/.*/s, 'damaged line …{"byt'),
        'damaged line … <b>not json</b>'
    ]);
    await page.getByLabel('Search events').fill('missing');
    t.deepEqual(await eventRows(page), [ 'missing: 5 events missing here, numbers 40 to 44' ]);

    // Each part begins with full reports and decodes on its own; between them the curves break.
    const [ times, transport ] = await drawn(page, 'rtt');
    const at = second60 => times.indexOf((START / 1000) + second60);

    t.is(times.filter((time, index) => time <= times[index - 1]).length, 0);
    t.is(transport[at(60)], 85);
    t.is(at(76), at(60) + 2);
    t.is(transport[at(60) + 1], null);
    t.is(transport[at(76)], 85);
    t.is((await drawn(page, 'bitrate'))[0].length, (60 - 5) + 45 + 2);
});

test.serial('reads gzipped dumps, cut ones as far as they go, and journals', async t => {
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 50
    }) ];
    const text = `${lines.join('\n')}\n`;
    const packed = zlib.gzipSync(text);
    const whole = await view(t, 'a.gz', packed);

    t.is((await drawn(whole, 'rtt'))[0].length, 50);
    const file = path.join(t.context.folder, 'cut.gz');

    fs.writeFileSync(file, packed.subarray(0, packed.length - 300));
    const viewer = await viewDump(file);

    t.teardown(viewer.close);
    t.false(viewer.complete);
    const cut = await openPage(t, t.context.browser, viewer.pageUrl);

    t.true((await drawn(cut, 'rtt'))[0].length > 5);

    const journal = [
        '["rtcstatsJournal",null,{"version":1,"meetingPath":"My%20room","userAgent":"Electron/39.0"}]',
        '["create","PC_0",{},1773480600000,1]'
    ];

    for (let second = 1; second <= 10; second++) {
        journal.push(JSON.stringify([ 'getstats', 'PC_0', {
            T: {
                id: 'T',
                type: 'transport',
                timestamp: START + (second * 1000),
                bytesReceived: second * 1000,
                bytesSent: second * 2000
            }
        }, START + (second * 1000), second + 1 ]));
    }
    journal.push('["getstats","PC_0",{"T":{"id":"T","ty');
    const page = await view(t, 'x.journal', journal.join('\n'));

    t.deepEqual((await drawn(page, 'bitrate')).slice(1).map(column => column.slice(1)),
        [ new Array(9).fill(8000), new Array(9).fill(16000) ]);
    t.deepEqual(await page.locator('.facts .badge').allTextContents(), [ '1 damaged' ]);
    t.is(await page.locator('.facts h2').textContent(), 'My room');
});

test.serial('text from a dump never becomes markup', async t => {
    const page = await view(t, '<img src=x>', [
        '["connectionInfo",null,{"userAgent":"<img src=x onerror=alert(1)>","origin":"<script>"},1773480600000]',
        '["identity",null,{"confName":"<img src=x onerror=alert(1)>"},1773480600001,1]',
        '["create","<img src=x>",{},1773480600002,2]'
    ].join('\n'));

    t.is(await page.locator('img').count(), 0);
    t.is(await page.locator('.facts h2').textContent(), '<img src=x onerror=alert(1)>');
});

test.serial('light, dark and the switch between them', async t => {
    const lines = [ ...dumpLines({
        participants: 1,
        seconds: 20
    }) ].join('\n');
    const page = await view(t, 'dump', lines, { colorScheme: 'dark' });
    const colors = () => page.evaluate(() => [
        getComputedStyle(document.body).backgroundColor,
        document.querySelector('[data-chart=rtt]').plot.series[1].stroke()
    ]);
    const dark = await colors();
    const button = page.locator('#theme');

    t.is(await button.getAttribute('aria-label'), 'Colours: auto');
    await button.click();
    const light = await colors();

    t.notDeepEqual(light, dark);
    t.is(await button.getAttribute('aria-label'), 'Colours: light');
    await button.click();
    t.deepEqual(await colors(), dark);
    await page.reload();
    await page.locator('[data-loaded]').waitFor({ state: 'attached' });
    t.is(await button.getAttribute('aria-label'), 'Colours: dark', 'the choice is kept');
});

test.serial('nothing is wider than a narrow screen, and everything can be reached by keyboard', async t => {
    const page = await view(t, 'dump', [ ...dumpLines({
        participants: 5,
        seconds: 60
    }) ].join('\n'), {
        viewport: {
            width: 360,
            height: 740
        }
    });

    t.is(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    await page.locator('.event').first()
        .click();
    await page.locator('.event-detail pre').waitFor();
    t.is(await page.evaluate(() => document.documentElement.scrollWidth), 360);

    const reached = [];

    for (let index = 0; index < 50; index++) {
        await page.keyboard.press('Tab'); // eslint-disable-line no-await-in-loop
        reached.push(await page.evaluate(() => { // eslint-disable-line no-await-in-loop
            const { tagName, role, className } = document.activeElement;

            return `${tagName} ${role ?? ''} ${className}`;
        }));
    }
    for (const wanted of [ /BUTTON tab/, /SELECT/, /CANVAS/, /BUTTON .*chip/, /INPUT/, /DIV listbox/, /PRE/ ]) {
        t.true(reached.some(name => wanted.test(name)), `${wanted} is not among ${reached.join(', ')}`);
    }
});
