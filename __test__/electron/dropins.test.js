/**
 * The drop-ins in a page of an app, used the way lib-jitsi-meet's RTCStats singleton uses them, with the real preload:
 * whether capture is in the page already or not, every entry arrives once, in the session it belongs to.
 */

'use strict';

const test = require('ava');

const { bundle } = require('../capture/browser');

const { useElectron } = require('./harness');
const { closeWindow, hasCall, openWindow, runInPage } = require('./windows');

useElectron(test);

/** A class with the life of lib-jitsi-meet's singleton. */
const APP = bundle(`
    import rtcstatsInit from './renderer/drop-in/rtcstats';
    import traceInit from './renderer/drop-in/trace-ws';

    class App {
        closes = [];
        pending = [];
        states = [];
        trace = null;
        init() {
            rtcstatsInit({ statsEntry: (...entry) => this.send(...entry) }, {
                eventCallback: event => this.states.push(event),
                pollInterval: 200,
                sendSdp: false,
                useLegacy: false
            });
        }
        connect({ isBreakoutRoom, ...options }) {
            this.reset();
            this.trace = traceInit({ ...options,
                onCloseCallback: ({ code }) => this.closes.push(options.meetingFqn + ' ' + code),
                useLegacy: false });
            this.trace.connect(isBreakoutRoom);
            this.pending.splice(0).forEach(entry => this.trace.statsEntry(...entry));
        }
        send(type, pcId, data) {
            if (this.trace) {
                this.trace.statsEntry(type, pcId, data);
            } else {
                this.pending.push([ type, pcId, data ]);
            }
        }
        reset() {
            this.trace?.close();
            this.trace = null;
        }
    }
    window.app = new App();
    window.traceInit = traceInit;
    window.app.init();
`);

/**
 * Goes to a room: leaves the one before, says who it is, and makes a call.
 *
 * @param {any} t - Ava's.
 * @param {string} room - The room.
 * @param {boolean} isBreakoutRoom - What it is.
 * @returns {Promise<Array>} The entries of the room so far.
 */
async function goTo({ context: { arrivals, electron, meeting } }, room, isBreakoutRoom) {
    const options = { endpoint: arrivals.endpoint,
        isBreakoutRoom,
        meetingFqn: room };

    await electron.run(runInPage, { name: meeting,
        script: `app.send('logs', null, [ 'before ${room}' ]);
            app.connect(${JSON.stringify(options)});
            app.trace.identity('identity', null, { confName: '${room}' });
            startCall()` });

    return arrivals.until(room, entries => hasCall(entries) && entries.some(([ type ]) => type === 'identity'));
}

/**
 * Leaves the room.
 *
 * @param {any} t - Ava's.
 * @returns {Promise<any>} When it is left.
 */
function leave({ context: { electron, meeting } }) {
    return electron.run(runInPage, { name: meeting,
        script: 'endCall(); app.reset()' });
}

/**
 * Counts entries.
 *
 * @param {Array<Array>} entries - The entries.
 * @param {string} wanted - Their type.
 * @returns {number} How many there are.
 */
function count(entries, wanted) {
    return entries.filter(([ type ]) => type === wanted).length;
}

/**
 * Checks that a room's session holds one call and what the app sent, once.
 *
 * @param {any} t - Ava's.
 * @param {string} room - The room.
 * @returns {Promise<void>} When it is checked.
 */
async function assertRoom(t, room) {
    const sessions = await t.context.arrivals.ended(room);

    // Without the preamble that the channel gives each part of a session; it has no number.
    const entries = sessions[0].filter(entry => entry.at(-1) > 0);

    t.is(sessions.length, 1, `${room}: one session`);
    [ [ 'create', 2 ], [ 'createOffer', 1 ], [ 'setRemoteDescriptionOnSuccess', 2 ], [ 'close', 2 ], [ 'identity', 1 ],
        [ 'navigator.mediaDevices.getUserMedia', 1 ] ].forEach(
        ([ type, times ]) => t.is(count(entries, type), times, `${room}: ${type}`));
    t.deepEqual(entries.filter(([ type ]) => type === 'logs').map(([ , , [ text ] ]) => text), [ `before ${room}` ]);
    const reports = entries.filter(([ type ]) => type === 'getstats').map(([ , pcId, , time ]) => `${pcId} ${time}`);

    t.deepEqual(reports, [ ...new Set(reports) ], `${room}: no report twice`);
    const numbers = entries.map(entry => entry.at(-1));

    t.deepEqual(numbers, [ ...numbers ].sort((a, b) => a - b));
}

[ true, false ].forEach(autoCapture => [ true, false ].forEach(contextIsolation => {
    const setup = `autoCapture ${autoCapture}, contextIsolation ${contextIsolation}`;

    test.serial(`a meeting, a breakout room and back: ${setup}`, async t => {
        const { arrivals, electron, meeting, origin } = t.context;
        const rooms = [ 'main', 'breakout', 'back' ].map(name => `${meeting}-${name}`);

        // The page's drop-in names endpoint and meeting.
        await electron.run(openWindow, { name: meeting,
            options: { allowedEndpoints: [ arrivals.endpoint ],
                autoCapture,
                meetingFqn: null,
                pollInterval: 200 },
            preferences: { contextIsolation,
                sandbox: contextIsolation },
            url: `${origin}/top` });
        await electron.run(runInPage, { name: meeting,
            script: `${APP};0` });
        for (const [ index, room ] of rooms.entries()) {
            await goTo(t, room, index === 1);
            await leave(t);
            await arrivals.ended(room);
        }
        for (const room of rooms) {
            await assertRoom(t, room);
        }
        const app = await electron.run(runInPage, { name: meeting,
            script: `({ closes: app.closes,
                connected: app.states.filter(({ body }) => body.state === 'connected').length,
                keys: [ ...new Set(app.states.flatMap(({ body }) => Object.keys(body))) ].sort(),
                types: [ ...new Set(app.states.map(({ type }) => type)) ].sort() })` });

        t.deepEqual(app.keys, [ 'isP2P', 'pcId', 'state' ]);
        t.deepEqual(app.types, [ 'connectionstatechange', 'iceconnectionstatechange' ]);
        t.true(app.connected >= 12);

        // Each left once, and nobody was told of the others.
        t.deepEqual(app.closes, rooms.map(room => `${room} 3001`));
        const stats = await electron.run(closeWindow, meeting);

        t.like(stats, { channels: 0,
            delivered: stats.captured,
            dropped: 0,
            refused: 0 });
    });
}));

const ROOMS = 12;

/**
 * Runs a script in the page, then waits until its trace is connected; nobody tells the page when.
 *
 * @param {any} t - Ava's.
 * @param {string} script - The script.
 * @returns {Promise<boolean>} Whether it was in time.
 */
function untilConnected({ context: { electron, meeting } }, script) {
    return electron.run(runInPage, { name: meeting,
        script: `(async () => {
            ${script};
            const deadline = Date.now() + 10000;

            while (!app.trace.isConnected() && Date.now() < deadline) {
                await new Promise(resolve => setTimeout(resolve));
            }

            return app.trace.isConnected();
        })()` });
}

/**
 * Opens the page of the app.
 *
 * @param {any} t - Ava's.
 * @param {Object} options - For the setup.
 * @returns {Promise<void>} When the app runs.
 */
async function openApp({ context: { arrivals, electron, meeting, origin } }, options) {
    await electron.run(openWindow, { name: meeting,
        options: { allowedEndpoints: [ arrivals.endpoint ],
            ...options },
        url: `${origin}/top` });
    await electron.run(runInPage, { name: meeting,
        script: `${APP};0` });
}

[ true, false ].forEach(autoCapture => {
    test.serial(`rooms without a pause between them: autoCapture ${autoCapture}`, async t => {
        const { arrivals, electron, meeting } = t.context;
        const rooms = Array.from({ length: ROOMS }, (_, index) => `${meeting}-${index}.`);
        const connected = [];

        await openApp(t, { autoCapture,
            meetingFqn: null });
        for (const meetingFqn of rooms) {
            connected.push(await untilConnected(t, `app.connect(${JSON.stringify({ endpoint: arrivals.endpoint,
                meetingFqn })}); app.send('logs', null, [ '${meetingFqn}' ])`));
            await electron.run(runInPage, { name: meeting,
                script: 'touch()' });
            await arrivals.until(meetingFqn, entries => count(entries, 'close') === 1);
        }
        t.deepEqual(connected, rooms.map(() => true));
        await electron.run(runInPage, { name: meeting,
            script: 'app.reset()' });
        for (const room of rooms) {
            const entries = (await arrivals.ended(room)).flat();

            t.is(count(entries, 'create'), 1, room);
            t.deepEqual(entries.filter(([ type ]) => type === 'logs').map(([ , , [ text ] ]) => text), [ room ]);
        }

        // The page is told of the last close when the dump has ended already.
        t.deepEqual(await electron.run(runInPage, { name: meeting,
            script: `new Promise(resolve => {
                const check = () => app.closes.length < ${ROOMS} ? setTimeout(check) : resolve(app.closes);
                check();
            })` }), rooms.map(room => `${room} 3001`));
        t.like(await electron.run(closeWindow, meeting), { dropped: 0,
            refused: 0 });
    });

    test.serial(`one trace that is closed and connected again: autoCapture ${autoCapture}`, async t => {
        const { arrivals, electron, meeting } = t.context;
        const connected = [];

        await openApp(t, { autoCapture });
        connected.push(await untilConnected(t, `app.connect(${JSON.stringify({ endpoint: arrivals.endpoint,
            meetingFqn: meeting })}); app.send('logs', null, [ 0 ])`));
        for (let round = 1; round < ROOMS; round++) {
            connected.push(await untilConnected(t, `app.trace.close();
                app.trace.connect(); app.send('logs', null, [ ${round} ])`));
        }
        t.deepEqual(connected, Array(ROOMS).fill(true));
        await electron.run(runInPage, { name: meeting,
            script: 'app.reset()' });
        const sessions = await arrivals.ended(meeting, ROOMS);

        t.deepEqual(sessions.map(entries => entries.find(([ type ]) => type === 'logs')[2][0]).sort((a, b) => a - b),
            connected.map((_, index) => index));
        t.is((await electron.run(closeWindow, meeting)).refused, 0);
    });

    test.serial(`traces that are left before they are used: autoCapture ${autoCapture}`, async t => {
        const { arrivals, electron, meeting } = t.context;

        await openApp(t, { autoCapture });
        const options = JSON.stringify({ endpoint: arrivals.endpoint,
            meetingFqn: meeting });

        for (let round = 0; round < ROOMS; round++) {
            await electron.run(runInPage, { name: meeting,
                script: `app.trace = traceInit(${options}); app.reset()` });
        }
        t.true(await untilConnected(t, `app.connect(${options})`));
        t.is((await electron.run(closeWindow, meeting)).refused, 0);
    });
});

test.serial('where the app names no endpoint, what was captured before the page named it is there', async t => {
    const { arrivals, electron, meeting } = t.context;

    await openApp(t, {});
    await electron.run(runInPage, { name: meeting,
        script: 'touch()' });
    t.true(await untilConnected(t, `app.connect(${JSON.stringify({ endpoint: arrivals.endpoint,
        meetingFqn: meeting })})`));
    await arrivals.until(meeting, entries => count(entries, 'create') === 1 && count(entries, 'close') === 1);
    t.is((await electron.run(closeWindow, meeting)).refused, 0);
});

test.serial('a page that joins a session that is connected already is told so', async t => {
    const { arrivals, electron, meeting } = t.context;

    await openApp(t, { endpoint: arrivals.endpoint,
        meetingFqn: meeting });
    await electron.run(runInPage, { name: meeting,
        script: 'touch()' });
    await electron.event(({ name, type }) => name === meeting && type === 'connected');
    t.true(await untilConnected(t, `app.connect(${JSON.stringify({ endpoint: arrivals.endpoint,
        meetingFqn: 'another name' })})`));
    await electron.run(closeWindow, meeting);
    t.is((await arrivals.ended(meeting)).length, 1);
});

[ true, false ].forEach(autoCapture => {
    test.serial(`one trace for a meeting, a breakout room and back: autoCapture ${autoCapture}`, async t => {
        const { arrivals, electron, meeting, origin } = t.context;

        await electron.run(openWindow, { name: meeting,
            options: { autoCapture,
                endpoint: arrivals.endpoint },
            url: `${origin}/top` });
        const options = { endpoint: arrivals.endpoint,
            isBreakoutRoom: false,
            meetingFqn: meeting };

        // Each in a task of its own: what is captured comes by another port than what the page says.
        await electron.run(runInPage, { name: meeting,
            script: `${APP}
                app.connect(${JSON.stringify(options)});
                (async () => { for (const room of [ 'main', 'breakout', 'back' ]) {
                    const isBreakoutRoom = room === 'breakout';

                    room === 'main' || app.trace.connect(isBreakoutRoom);
                    app.trace.identity('identity', null, { confName: room });
                    app.send('logs', null, [ room ]);
                    new RTCPeerConnection().close();
                    await new Promise(resolve => setTimeout(resolve));
                } })()` });
        await arrivals.until(meeting, entries => count(entries, 'logs') === 3 && count(entries, 'close') === 3);
        await electron.run(closeWindow, meeting);
        const rooms = await arrivals.ended(meeting, 3);
        const identities = rooms.map(entries => entries.filter(([ type ]) => type === 'identity'));

        t.deepEqual(rooms.map(entries => entries.filter(([ type ]) => type === 'logs').map(([ , , [ room ] ]) => room)),
            [ [ 'main' ], [ 'breakout' ], [ 'back' ] ]);
        t.deepEqual(rooms.map(entries => [ count(entries, 'create'), count(entries, 'close') ]),
            [ [ 1, 1 ], [ 1, 1 ], [ 1, 1 ] ]);
        t.deepEqual(identities.map(said => said.map(([ , , { confName } ]) => confName)),
            [ [ 'main' ], [ 'breakout' ], [ 'back' ] ]);
        const [ main ] = arrivals.collector.dumps().filter(({ client }) => client?.path.includes(meeting));
        const parents = identities.map(([ [ , , { parentStatsSessionId } ] ]) => parentStatsSessionId);

        t.deepEqual(parents, [ undefined, main.sessionId ?? main.id, main.sessionId ?? main.id ]);
    });
});
