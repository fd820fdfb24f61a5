/**
 * Each kind of window with each place a call can be in it: captured without the page's help, and delivered once.
 */

'use strict';

const test = require('ava');

const { useElectron } = require('./harness');
const { closeWindow, hasCall, openWindow, runInPage } = require('./windows');

useElectron(test);

const SETUPS = [ true, false ].flatMap(contextIsolation => [ true, false ].map(sandbox => {
    return { contextIsolation,
        sandbox };
}));

/**
 * Where the call is: gives the URL to load, and the script that begins the call if the page does not do so itself.
 */
const PLACES = {
    'a cross-origin iframe': (origin, otherOrigin) => {
        return { url: `${origin}/top?frame=${encodeURIComponent(`${otherOrigin}/inner?call`)}` };
    },
    'a same-origin iframe': origin => {
        return { url: `${origin}/top?frame=${encodeURIComponent('/inner?call')}` };
    },
    'a window opened by the page': origin => {
        return { script: 'void window.open("/popup?call")',
            url: `${origin}/top` };
    },
    'the top frame': origin => {
        return { url: `${origin}/top?call` };
    }
};

Object.entries(PLACES).forEach(([ place, locate ]) => SETUPS.forEach(preferences => {
    test.serial(`a call in ${place}: ${JSON.stringify(preferences)}`, async t => {
        const { arrivals, electron, meeting, origin, otherOrigin } = t.context;
        const { script, url } = locate(origin, otherOrigin);

        await electron.run(openWindow, { name: meeting,
            options: { endpoint: arrivals.endpoint,
                meetingFqn: meeting,
                pollInterval: 200 },
            preferences,
            url });
        if (script) {
            await electron.run(runInPage, { name: meeting,
                script });
        }
        await arrivals.until(meeting, hasCall);
        const stats = await electron.run(closeWindow, meeting);
        const sessions = await arrivals.ended(meeting);

        // Only the document with the call opens a session, and what it captured is there once.
        t.is(sessions.length, 1);
        t.is(stats.captured, sessions[0].length);
        t.is(stats.delivered, stats.captured);
        t.deepEqual(sessions[0].filter(([ type ]) => type === 'create').map(([ , pcId ]) => pcId), [ 'PC_0', 'PC_1' ]);
    });
}));
