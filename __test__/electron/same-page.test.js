/**
 * A page in Electron with the drop-ins and the 9.7.1 client side by side: what the native channel delivers is what
 * 9.7.1 sends in the same page, whether the app captures it or not, however early the page leaves and however busy.
 */

'use strict';

const test = require('ava');

const { comparable, entriesOf, samePageBundle, visit, worstTime } = require('../capture/same-page');

const { useElectron } = require('./harness');
const { closeWindow, openWindow, runInPage } = require('./windows');

useElectron(test);

/** In milliseconds. */
const CLOSE = 50;

[ true, false ].forEach(autoCapture => [ { stay: 100 }, { stay: 700 }, { stay: 1500 }, { stay: 2600 }, { block: 2300,
    stay: 2600 } ].forEach(how => {
    const title = `autoCapture ${autoCapture}: leaving after ${how.stay} ms${how.block ? ', busy' : ''}`;

    test.serial(title, async t => {
        const { arrivals, electron, meeting, origin } = t.context;
        const [ theirs, ours ] = [ `${meeting}-theirs`, `${meeting}-ours` ];
        const rooms = [ theirs, ours ].map(meetingFqn => {
            return { endpoint: arrivals.endpoint,
                meetingFqn };
        });

        await electron.run(openWindow, { name: meeting,
            options: { autoCapture,
                endpoint: arrivals.endpoint,
                pollInterval: 10000 },
            url: `${origin}/top` });
        await electron.run(runInPage, { name: meeting,
            script: `${samePageBundle()}; (${visit})(${JSON.stringify({ ...how,
                rooms })})` });
        await electron.run(closeWindow, meeting);
        const [ expected, written ] = await Promise.all(
            [ theirs, ours ].map(name => entriesOf(arrivals.collector, name)));

        t.deepEqual(comparable(written), comparable(expected));
        t.true(written.some(([ type ]) => type === 'logs'));
        t.true(worstTime(written, expected) <= CLOSE, `${worstTime(written, expected)} ms`);
        t.log(`${written.length} entries, ${worstTime(written, expected)} ms apart at the most`);
    });
}));
