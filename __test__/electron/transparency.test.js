/**
 * A page must not be able to tell that it is captured: it gives the same answers, and has the same things on its
 * window, as in a window of the bare browser.
 */

'use strict';

const test = require('ava');

const probes = require('../capture/probes');
const hostile = require('../capture/probes-hostile');

const { useElectron } = require('./harness');
const { closeWindow, openWindow, runInPage } = require('./windows');

useElectron(test);

const SETUPS = [ true, false ].flatMap(contextIsolation => [ true, false ].map(sandbox => {
    return { contextIsolation,
        sandbox };
}));

/**
 * Everything a page finds on its window and on what hangs there. Runs in the page.
 *
 * @returns {Object} Names by object.
 */
function listNames() {
    const names = value => Reflect.ownKeys(value).map(String)
        .sort();

    return {
        document: names(document),
        mediaDevices: names(navigator.mediaDevices),
        navigator: names(navigator),
        peerConnection: names(new RTCPeerConnection()),
        window: names(window).filter(name => isNaN(name))
    };
}

SETUPS.forEach(preferences => {
    test.serial(`a captured page looks like any other: ${JSON.stringify(preferences)}`, async t => {
        const { arrivals, electron, meeting, origin } = t.context;
        const answers = [];

        for (const captured of [ false, true ]) {
            const name = `${meeting}-${captured}`;

            await electron.run(openWindow, { name,
                options: { endpoint: arrivals.endpoint,
                    meetingFqn: name,
                    registerPreload: captured },
                preferences,
                url: `${origin}/top` });
            answers.push({
                names: await electron.run(runInPage, { name,
                    script: `(${listNames})()` }),
                hostile: await electron.run(runInPage, { name,
                    script: hostile.source }),
                probes: await electron.run(runInPage, { name,
                    script: probes.source })
            });

            // The comparison means nothing unless exactly one of the two is captured.
            const { captured: count } = await electron.run(closeWindow, name);

            t.is(count > 0, captured);
        }
        t.deepEqual(answers[1], answers[0]);
        t.true(Object.keys(answers[0].probes).length >= 35);
    });
});
