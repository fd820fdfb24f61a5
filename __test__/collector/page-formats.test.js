/**
 * The page on dumps of every format, and on what is none.
 */

'use strict';

const test = require('ava');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { launchChromium } = require('../chromium');

const { drawn, viewContent } = require('./browser');
const { START, dump } = require('./dumps');

test.before(async t => {
    t.context.browser = await launchChromium();
    t.context.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'collector-formats-'));
});

test.after.always(async t => {
    await t.context.browser.close();
    fs.rmSync(t.context.folder, { recursive: true });
});

const POLLS = [ 0, 1, 2, 3 ].map(second => {
    return {
        T: {
            id: 'T',
            type: 'transport',
            timestamp: START + (second * 1000),
            bytesReceived: second * 1000,
            bytesSent: second * 2000
        }
    };
});

/** The same four polls in every format. */
const FORMATS = {
    'rtcstats 3.1': dump(POLLS.map(({ T }, index) =>
        [ 'getstats', 'PC_0', {
            T: {
                ...T,
                timestamp: 0
            },
            timestamp: T.timestamp
        }, T.timestamp, index + 1 ])),
    'journal': dump([ [ 'rtcstatsJournal', null, {} ], ...POLLS.map((reports, index) =>
        [ 'getstats', 'PC_0', reports, reports.T.timestamp, index + 1 ]) ]),
    'rtcstats format 1 or 2': dump([ {
        fileFormat: 2,
        userAgent: 'x'
    }, ...POLLS.map(reports => [ 'getstats', 'PC_0', reports, reports.T.timestamp ]) ]),
    'rtcstats format 3 (protocol 5)': dump([ 'RTCStatsDump', { fileFormat: 3 }, ...POLLS.map(({ T }, index) =>
        [ 'g', 'PC_0', {
            0: {
                type: 5,
                41: T.bytesReceived,
                80: T.bytesSent
            },
            t: T.timestamp
        }, index === 0 ? T.timestamp : 1000 ]) ]),
    'chrome://webrtc-internals': JSON.stringify({
        PeerConnections: { '1-1': { stats: Object.fromEntries([ 'timestamp', 'bytesReceived', 'bytesSent' ].map(name =>
            [ `T-${name}`, {
                statsType: 'transport',
                values: JSON.stringify(POLLS.map(({ T }) => T[name]))
            } ])) } }
    }),
    'getStats': JSON.stringify(POLLS),
    'rtcstats document': JSON.stringify({
        peerConnections: { PC_0: POLLS.map(reports => {
            return {
                type: 'getStats',
                time: new Date(reports.T.timestamp).toISOString(),
                value: reports
            };
        }) }
    })
};

for (const [ format, content ] of Object.entries(FORMATS)) {
    test.serial(`${format}: its name and its curves are shown`, async t => {
        const page = await viewContent(t, 'renamed.bin', content);

        t.regex(await page.locator('.facts dl').first()
            .textContent(), new RegExp(`format${format.replace(/[().]/g, '\\$&')}`));
        t.deepEqual(await drawn(page, 'bitrate'), [
            [ 0, 1, 2, 3 ].map(second => (START / 1000) + second),
            [ null, 8000, 8000, 8000 ],
            [ null, 16000, 16000, 16000 ]
        ]);
        t.deepEqual(await page.locator('.facts .badge').allTextContents(), []);
    });
}

test.serial('an event of a document is shown whole, though it has no line', async t => {
    const page = await viewContent(t, 'x.json', JSON.stringify({
        PeerConnections: { '1-1': {
            rtcConfiguration: '{"iceServers":[{"urls":["turn:turn.example"]}]}',
            updateLog: [ {
                type: 'onconnectionstatechange',
                value: '"connected"',
                timestamp: START
            } ]
        } }
    }));

    await page.locator('.event', { hasText: 'create' }).click();
    await page.locator('.event-detail pre', { hasText: 'turn:turn.example' }).waitFor();
    t.is(await page.locator('.event', { hasText: 'onconnectionstatechange' }).locator('.text')
        .textContent(), 'connected');
});

test.serial('what is no dump, an empty file and a header alone say so', async t => {
    for (const [ content, words ] of [
        [ '# Notes\n', [ '1 not known' ] ],
        [ '', [ 'the file is empty' ] ],
        [ dump([ [ 'connectionInfo', null, {}, START ] ]), [ 'no entries, only a header' ] ]
    ]) {
        const page = await viewContent(t, 'x', content); // eslint-disable-line no-await-in-loop

        // eslint-disable-next-line no-await-in-loop
        t.deepEqual(await page.locator('.facts .badge').allTextContents(), words);
    }
});

test.serial('entries without a time or of another clock are shown, and the range stays what it is', async t => {
    const page = await viewContent(t, 'x', dump([
        [ 'create', 'PC_0', {}, START, 1 ],
        [ 'logs', null, 'last', START + 60000, 2 ],
        [ 'e2eRtt', null, 5 ],
        [ 'logs', null, 'far', 1e300, 3 ],
        [ 'logs', null, 'old', 0, 4 ]
    ]));

    t.regex(await page.locator('.facts dl').first()
        .textContent(), /length1 min/);
    t.deepEqual(await page.locator('.facts .badge').allTextContents(), [ '1 without a time', '2 of another clock' ]);
    t.deepEqual(await page.locator('.event .text').allTextContents(), [ '{}', 'last', '5', 'far', 'old' ]);
    await page.locator('.event', { hasText: 'far' }).click();
    await page.locator('.event-detail pre', { hasText: 'far' }).waitFor();
});
