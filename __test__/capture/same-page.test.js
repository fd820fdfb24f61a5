/**
 * A page without a preload, in Chromium and in Firefox: what the drop-ins send by their fallback is what 9.7.1 sends in
 * the same page, however early the page leaves and however busy it is.
 */

'use strict';

const test = require('ava').default.serial;

const { createCollector } = require('../../collector');
const { launchChromium } = require('../chromium');
const { launchFirefox } = require('../firefox');

const { start } = require('./browser');
const { comparable, entriesOf, samePageBundle, visit, worstTime } = require('./same-page');

/** In milliseconds. */
const CLOSE = 50;

let collector;

test.before(async () => {
    collector = await createCollector();
});
test.after.always(() => collector?.close());

Object.entries({ Chromium: launchChromium,
    Firefox: launchFirefox }).forEach(([ name, launch ]) => {
    [ { stay: 100 }, { stay: 700 }, { stay: 1500 }, { stay: 2600 }, { block: 2300,
        stay: 2600 } ].forEach(how => {
        const title = `${name}: leaving after ${how.stay} ms${how.block ? ', busy' : ''}`;

        test(title, async t => {
            const browser = await start(launch);

            t.teardown(() => browser.close());
            const { page } = await browser.open();
            const meetings = [ 'theirs', 'ours' ].map(whose => `${whose}-${title.replace(/\W+/g, '-')}`);

            await page.evaluate(samePageBundle());
            await page.evaluate(visit, { ...how,
                rooms: meetings.map(meetingFqn => {
                    return { endpoint: collector.url,
                        meetingFqn };
                }) });
            const [ theirs, ours ] = await Promise.all(meetings.map(meeting => entriesOf(collector, meeting)));

            t.deepEqual(comparable(ours), comparable(theirs));
            t.true(ours.some(([ type ]) => type === 'logs'));
            t.true(worstTime(ours, theirs) <= CLOSE, `${worstTime(ours, theirs)} ms`);
            t.log(`${ours.length} entries, ${worstTime(ours, theirs)} ms apart at the most`);
        });
    });
});
