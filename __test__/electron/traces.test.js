/**
 * Pages that open traces themselves, as the drop-ins do: nice ones get what they ask for, hostile ones get nothing and
 * slow nothing down.
 */

'use strict';

const test = require('ava');
const http = require('node:http');
const net = require('node:net');

const { Arrivals, useElectron } = require('./harness');
const { closeWindow, hasCall, openWindow, readStats, runInPage } = require('./windows');

useElectron(test);

/**
 * Gives the page a client of the drop-in protocol. Runs in the page.
 *
 * @returns {void}
 */
function installClient() {
    window.openTrace = (target = window) => {
        const { port1, port2 } = new MessageChannel();
        const messages = [];
        const waits = [];

        port1.onmessage = ({ data }) => {
            messages.push(data);
            waits.forEach(check => check());
        };
        const answer = { capturing: false,
            served: false };

        try {
            const { performance } = target;

            performance.addEventListener('@jitsi/rtcstats-native/1/capturing', () => {
                answer.capturing = true;
            }, { once: true });
            answer.served = !performance.dispatchEvent(new MessageEvent('@jitsi/rtcstats-native/1', { cancelable: true,
                ports: [ port2 ] }));
        } catch (error) {
            answer.error = error.name;
        }

        return {
            answer,
            messages,
            post: message => port1.postMessage(message),
            send: ({ batch, ...message }) => port1.postMessage(batch ?? JSON.stringify(message)),
            until: matches => new Promise(resolve => {
                const check = () => messages.some(matches) && resolve(messages.find(matches));

                waits.push(check);
                check();
            })
        };
    };
}

/**
 * Opens a window whose page has the client.
 *
 * @param {any} t - Ava's.
 * @param {Object} [options] - For the setup.
 * @param {Object} [more] - `preferences` and `path` of the window.
 * @returns {Promise<function(Function, any=): Promise<any>>} Runs a function in the page.
 */
async function openPage({ context: { electron, meeting, origin } }, options = {}, { path = '/top', preferences } = {}) {
    await electron.run(openWindow, { name: meeting,
        options,
        preferences,
        url: `${origin}${path}` });
    const run = (body, args) => electron.run(runInPage, { name: meeting,
        script: `(${body})(${JSON.stringify(args)})` });

    await run(installClient);

    return run;
}

/**
 * Waits until a window's counters satisfy: they change with messages, so each round trip is a new look.
 *
 * @param {any} t - Ava's.
 * @param {function(Object): boolean} enough - Called with the counters.
 * @returns {Promise<Object>} The counters.
 */
async function untilStats({ context: { electron, meeting } }, enough) {
    for (;;) {
        const stats = await electron.run(readStats, meeting);

        if (enough(stats)) {
            return stats;
        }
    }
}

test.serial('a page opens a trace of its own', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { allowedEndpoints: [ arrivals.endpoint ],
        autoCapture: false });
    const welcome = await run(async options => {
        window.trace = window.openTrace();
        window.trace.send({ options,
            type: 'open' });

        // Before connect: must be kept.
        window.trace.send({ batch: '["logs",null,["early"],1]',
            type: 'events' });
        window.trace.send({ isBreakoutRoom: false,
            type: 'connect' });
        window.trace.send({ batch: '["logs",null,["late"],2]\n["logs",null,["later"],3]',
            type: 'events' });
        await window.trace.until(({ event }) => event?.type === 'connected');

        return window.trace.answer;
    }, { endpoint: arrivals.endpoint,
        meetingFqn: meeting });

    t.deepEqual(welcome, { capturing: false,
        served: true });
    await arrivals.until(meeting, entries => entries.length === 3);
    await run(() => window.trace.send({ type: 'close' }));
    const [ entries ] = await arrivals.ended(meeting);

    t.deepEqual(entries.map(([ , , [ text ] ]) => text), [ 'early', 'late', 'later' ]);
    t.is((await electron.run(closeWindow, meeting)).delivered, 3);
});

test.serial('a captured page names its meeting and adds its own entries to the one session', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { endpoint: arrivals.endpoint,
        meetingFqn: null,
        pollInterval: 200 });
    const welcome = await run(async options => {
        await window.startCall();
        window.trace = window.openTrace();
        window.trace.send({ options,
            type: 'open' });
        window.trace.send({ isBreakoutRoom: false,
            type: 'connect' });
        window.trace.send({ batch: '["identity",null,{"user":"me"},1]',
            type: 'events' });

        return window.trace.answer;
    }, { meetingFqn: meeting });

    t.true(welcome.capturing);
    const entries = await arrivals.until(meeting, all => hasCall(all) && all.some(([ type ]) => type === 'identity'));

    // What was captured before the name was known is there.
    t.is(entries.filter(([ type ]) => type === 'create').length, 2);
    await electron.run(closeWindow, meeting);
    t.is((await arrivals.ended(meeting)).length, 1);
});

test.serial('the app\'s endpoint goes before the page\'s', async t => {
    const { arrivals, electron, meeting } = t.context;
    const elsewhere = await Arrivals.start();

    t.teardown(() => elsewhere.collector.close());
    const run = await openPage(t, { autoCapture: false,
        endpoint: arrivals.endpoint,
        meetingFqn: meeting });

    await run(endpoint => {
        const trace = window.openTrace();

        trace.send({ options: { endpoint,
            meetingFqn: 'elsewhere' },
        type: 'open' });
        trace.send({ type: 'connect' });
        trace.send({ batch: '["logs",null,["hello"],1]',
            type: 'events' });
    }, elsewhere.endpoint);
    await arrivals.until(meeting, entries => entries.length === 1);
    t.is(elsewhere.collector.dumps().length, 0);
    await electron.run(closeWindow, meeting);
});

[ 'ws://127.0.0.1', 'wss://localhost', 'wss://10.0.0.1:8443', 'wss://0x7f.1', 'wss://[::ffff:192.168.0.1]',
    'wss://printer', 'wss://169.254.169.254', 'wss://router.lan', 'ws://192.0.2.1', 'http://127.0.0.1', 'nonsense',
    'wss://user:password@example.com', 'ws://localhost.example.com' ]
.forEach(endpoint => {
    test.serial(`an endpoint that is not allowed: ${endpoint}`, async t => {
        const run = await openPage(t, { autoCapture: false });
        const { event } = await run(options => {
            const trace = window.openTrace();

            trace.send({ options,
                type: 'open' });
            trace.send({ type: 'connect' });

            return trace.until(message => message.event?.type === 'error');
        }, { endpoint,
            meetingFqn: 'any' });

        t.is(event.message, 'the endpoint is not allowed');
        t.is((await t.context.electron.run(closeWindow, t.context.meeting)).channels, 0);
    });
});

test.serial('a page hears that it is not connected, and nothing of what a host answered', async t => {
    const { electron, meeting } = t.context;
    const server = http.createServer((_request, response) => response.writeHead(418, 'internal-secret').end());

    await new Promise(resolve => {
        server.listen(0, '127.0.0.1', resolve);
    });
    t.teardown(() => server.close());
    const endpoint = `ws://127.0.0.1:${server.address().port}`;
    const run = await openPage(t, { allowedEndpoints: [ endpoint ],
        autoCapture: false });
    const { event } = await run(options => {
        const trace = window.openTrace();

        trace.send({ options,
            type: 'open' });
        trace.send({ type: 'connect' });

        return trace.until(message => message.event?.type === 'disconnected');
    }, { endpoint,
        meetingFqn: meeting });

    t.is(event.reason, 'the connection is lost');

    // The app hears it.
    t.regex((await electron.event(({ name, type }) => name === meeting && type === 'disconnected')).reason, /418/);
    await electron.run(closeWindow, meeting);
});

test.serial('sessions that are left faster than a server lets them go are bounded', async t => {
    const { electron, meeting } = t.context;
    const sockets = new Set();
    const silent = net.createServer(socket => sockets.add(socket.on('error', () => undefined)));

    await new Promise(resolve => {
        silent.listen(0, '127.0.0.1', resolve);
    });
    t.teardown(() => {
        sockets.forEach(socket => socket.destroy());
        silent.close();
    });
    const run = await openPage(t, { autoCapture: false,
        closeTimeout: 3600000,
        connectTimeout: 3600000,
        endpoint: `ws://127.0.0.1:${silent.address().port}`,
        limits: { maxClosing: 3 },
        proxy: null });

    await run(async () => {
        const trace = window.openTrace();

        for (let i = 0; i < 20; i++) {
            trace.send({ options: { meetingFqn: `meeting-${i}` },
                type: 'open' });
            trace.send({ type: 'connect' });
            trace.send({ batch: '["logs",null,["left"],1]',
                type: 'events' });
            trace.send({ type: 'close' });
        }
        await trace.until(({ event }) => event?.code === 'ERR_RTCSTATS_CLOSING');
    });
    const { channels } = await untilStats(t, ({ captured }) => captured === 20);

    t.true(channels <= 3, String(channels));
    await electron.run(({ state }, name) => state[name].window.destroy(), meeting);
});

test.serial('an endpoint that is not on the app\'s list', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { allowedEndpoints: [ 'wss://stats.example.com' ],
        autoCapture: false });

    await run(options => {
        const trace = window.openTrace();

        trace.send({ options,
            type: 'open' });
        trace.send({ type: 'connect' });

        return trace.until(message => message.event?.type === 'error');
    }, { endpoint: arrivals.endpoint,
        meetingFqn: meeting });
    await electron.run(closeWindow, meeting);
    t.is(arrivals.dumps(meeting).length, 0);
});

test.serial('a flood is cut off, and slows nobody else', async t => {
    const { arrivals, electron, meeting, origin } = t.context;
    const run = await openPage(t, { autoCapture: false,
        endpoint: arrivals.endpoint,
        limits: { burstMessages: 100,
            maxRefusals: 50,
            messagesPerSecond: 1 },
        meetingFqn: meeting });
    const other = `${meeting}-other`;

    await run(() => {
        const trace = window.openTrace();

        for (let i = 0; i < 50000; i++) {
            trace.send({ batch: `["logs",null,[${i}],1]`,
                type: 'events' });
        }
    });
    await electron.run(openWindow, { name: other,
        options: { endpoint: arrivals.endpoint,
            meetingFqn: other,
            pollInterval: 200 },
        url: `${origin}/top?call` });
    await arrivals.until(other, hasCall);
    await electron.event(({ name, reason }) => name === meeting && reason === 'flood');
    const stats = await electron.run(closeWindow, meeting);

    // The burst, a few for the time it took, and none after.
    t.true(stats.captured <= 200, String(stats.captured));
    t.true(stats.refused <= 60, String(stats.refused));
    t.is((await electron.run(closeWindow, other)).refused, 0);
});

test.serial('a giant string is refused, and its neighbours arrive', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { autoCapture: false,
        endpoint: arrivals.endpoint,
        meetingFqn: meeting });

    await run(() => {
        const trace = window.openTrace();

        trace.send({ type: 'connect' });
        trace.send({ batch: '["logs",null,["before"],1]',
            type: 'events' });
        trace.send({ batch: `["logs",null,["${'x'.repeat(60 * 1024 * 1024)}"],1]`,
            type: 'events' });
        trace.send({ batch: '["logs",null,["after"],1]',
            type: 'events' });
    });
    const entries = await arrivals.until(meeting, all => all.length === 2);

    t.deepEqual(entries.map(([ , , [ text ] ]) => text), [ 'before', 'after' ]);
    t.is((await electron.run(closeWindow, meeting)).refused, 1);
});

test.serial('messages of no known shape are refused, lines that are no events are rejected', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { autoCapture: false,
        endpoint: arrivals.endpoint,
        meetingFqn: meeting });

    await run(() => {
        const trace = window.openTrace();

        [ null, 7, [], {}, { type: 'close' }, { batch: '["logs",null,["object"],1]',
            type: 'events' }, '{', '{}', '{"type":"__proto__"}', '{"type":"toString"}', '{"type":"lost","events":-1}',
        '{"__proto__": {"type": "close"}}', `{"type":"close","more":"${'x'.repeat(20000)}"}` ].forEach(trace.post);
        trace.send({ batch: 'garbage\n["getstats",null,null,1]\n["logs",null,["fine"],1]',
            type: 'events' });
        trace.send({ type: 'connect' });
    });
    await arrivals.until(meeting, entries => entries.length === 1);
    const stats = await electron.run(closeWindow, meeting);

    t.is(stats.refused, 13);
    t.is(stats.captured, 1);
    t.is(stats.rejected, 2);
});

test.serial('too many traces at once are refused', async t => {
    const { electron, meeting } = t.context;
    const run = await openPage(t, { autoCapture: false,
        limits: { maxPorts: 3 } });

    await run(() => {
        window.traces = Array.from({ length: 5 }, () => window.openTrace());

        // Those that are refused are told, so that they stop sending.
        return Promise.all(window.traces.slice(3).map(
            trace => trace.until(({ event }) => event?.type === 'ended')));
    });
    await untilStats(t, ({ refused }) => refused === 2);
    t.is((await electron.run(closeWindow, meeting)).documents, 0);
});

test.serial('a document that was not set up gets no answer', async t => {
    const { electron, meeting, origin, otherOrigin } = t.context;
    const frame = encodeURIComponent(`${otherOrigin}/inner`);

    await electron.run(openWindow, { name: meeting,
        options: { autoCapture: false },
        url: `${origin}/top?frame=${frame}` });
    await electron.run(async ({ setup, state }, { name }) => {
        await state[name].rtcstats.cleanup();
        state[name].rtcstats = setup(state[name].window, { autoCapture: false,
            frames: url => url.includes('/top') });
        await new Promise(resolve => {
            state[name].window.webContents.once('did-finish-load', resolve);
            state[name].window.reload();
        });
    }, { name: meeting });
    t.is((await electron.run(readStats, meeting)).documents, 1);

    // The iframe asks for itself, and in the name of the page around it. That page then asks for itself.
    const answered = await electron.run(async ({ state }, { client, name }) => {
        const { mainFrame } = state[name].window.webContents;
        const inner = mainFrame.frames[0];

        await Promise.all([ mainFrame, inner ].map(target => target.executeJavaScript(client)));
        const answers = await inner.executeJavaScript('[ openTrace(), openTrace(parent) ].map(({ answer }) => answer)');

        return [ ...answers, await mainFrame.executeJavaScript('openTrace().answer') ];
    }, { client: `(${installClient})()`,
        name: meeting });

    t.deepEqual(answered, [ { capturing: false,
        served: false }, { capturing: false,
        error: 'SecurityError',
        served: false }, { capturing: false,
        served: true } ]);
    await electron.run(closeWindow, meeting);
});

test.serial('forged messages get nothing, even where an app leaks its channel to the page', async t => {
    const { arrivals, electron, meeting } = t.context;

    const leaky = await electron.run(({ preload }) => preload('leaky-preload.js'));
    const run = await openPage(t, { endpoint: arrivals.endpoint,
        meetingFqn: meeting }, { preferences: { contextIsolation: false,
        preload: leaky,
        sandbox: false } });
    const answers = await run(() => {
        const { leaked } = window;
        const forged = [ undefined, null, {}, { token: 'guess' }, { token: { toString: 1 } }, [ 'token' ],
            { token: 'x'.repeat(100000) } ];

        forged.forEach(data => leaked.give('rtcstats-native:port', data, [ new MessageChannel().port1 ]));
        leaked.give('rtcstats-native:port', { token: 'guess' }, []);
        leaked.give('rtcstats-native:online', { token: 'guess' }, []);

        return [ null, 'hello', { url: 7 }, { timeOrigin: 1,
            url: 'x'.repeat(100000) },

        // This very document was let in already.
        { timeOrigin: performance.timeOrigin,
            url: location.href } ].map(data => leaked.ask('rtcstats-native:hello', data));
    });

    t.deepEqual(answers, [ null, null, null, null, null ]);
    const stats = await electron.run(readStats, meeting);

    t.is(stats.documents, 1);
    t.is(stats.channels, 0);
    await electron.run(closeWindow, meeting);
});

[ true, false ].forEach(contextIsolation => {
    test.serial(`a page that replaces built-ins sees nothing: contextIsolation ${contextIsolation}`, async t => {
        const { arrivals, electron, meeting } = t.context;
        const run = await openPage(t, { endpoint: arrivals.endpoint,
            meetingFqn: meeting,
            pollInterval: 200 }, { preferences: { contextIsolation,
            sandbox: false } });
        const seen = await run(async () => {
            const caught = [];
            const spy = (object, name) => {
                const original = object[name];

                object[name] = function(...args) {
                    if (this instanceof MessagePort || args.some(arg => arg instanceof MessagePort)) {
                        caught.push(name);
                    }

                    return original.apply(this, args);
                };
            };

            spy(MessagePort.prototype, 'postMessage');
            spy(Reflect, 'apply');
            spy(Function.prototype, 'call');
            spy(EventTarget.prototype, 'addEventListener');
            spy(EventTarget.prototype, 'dispatchEvent');
            /* eslint-disable no-extend-native */
            Array.prototype.push = () => {
                throw new Error('push');
            };
            JSON.stringify = () => {
                throw new Error('stringify');
            };
            Object.defineProperty(Object.prototype, 'token', { value: 'guess',
                writable: false });
            await window.startCall();

            return { caught: caught.length,
                globals: [ typeof require, typeof process, typeof ipcRenderer ] };
        });

        t.deepEqual(seen, { caught: 0,
            globals: [ 'undefined', 'undefined', 'undefined' ] });
        await arrivals.until(meeting, hasCall);
        await electron.run(closeWindow, meeting);
    });
});

/**
 * Adds an iframe to the page and waits for its document. Runs in the page.
 *
 * @param {string} src - Its address.
 * @returns {Promise<void>} When it is loaded.
 */
function addFrame(src) {
    const frame = document.createElement('iframe');

    frame.src = src;
    document.body.append(frame);

    return new Promise(resolve => {
        frame.onload = () => resolve();
    });
}

test.serial('a page with too many iframes: some are captured, and gone ones make room', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { endpoint: arrivals.endpoint,
        limits: { maxDocuments: 3 },
        meetingFqn: meeting });

    for (let i = 0; i < 5; i++) {
        await run(addFrame, `/inner?touch=${i}`);
    }
    t.like(await untilStats(t, ({ channels }) => channels === 2), { documents: 3,
        refused: 3 });
    t.is(electron.events.filter(({ name, reason }) => name === meeting && reason === 'documents').length, 3);
    await run(() => document.querySelectorAll('iframe').forEach(frame => frame.remove()));
    await untilStats(t, ({ documents }) => documents === 1);
    await run(addFrame, '/inner?touch');
    await arrivals.until(meeting, entries => entries.filter(([ type ]) => type === 'close').length === 3);
    t.is((await electron.run(closeWindow, meeting)).refused, 3);
});

test.serial('a page that is not captured and whose iframes come and go stays within its bound', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { allowedEndpoints: [ arrivals.endpoint ],
        autoCapture: false,
        limits: { maxDocuments: 3 } });

    for (let i = 0; i < 5; i++) {
        await run(addFrame, '/inner');
        await run(() => document.querySelector('iframe').remove());
    }
    t.true((await electron.run(readStats, meeting)).documents <= 3);

    // Those that are there but have nothing open make room too; the page itself does not.
    for (let i = 0; i < 5; i++) {
        await run(addFrame, '/inner');
    }
    await run(options => {
        const trace = window.openTrace();

        trace.send({ options,
            type: 'open' });
        trace.send({ type: 'connect' });

        return trace.until(({ event }) => event?.type === 'connected');
    }, { endpoint: arrivals.endpoint,
        meetingFqn: meeting });
    t.like(await electron.run(closeWindow, meeting), { refused: 0 });
});

test.serial('what a page could not hold is counted, by event', async t => {
    const { arrivals, electron, meeting } = t.context;
    const run = await openPage(t, { autoCapture: false,
        endpoint: arrivals.endpoint,
        meetingFqn: meeting });

    await run(() => {
        const trace = window.openTrace();

        trace.send({ events: 7,
            type: 'lost' });
        trace.send({ type: 'connect' });
        trace.send({ batch: '["logs",null,["held"],1]' });
    });
    await arrivals.until(meeting, entries => entries.length === 1);
    const { captured, delivered, dropped, pending } = await electron.run(closeWindow, meeting);

    t.deepEqual({ captured,
        delivered,
        dropped,
        pending }, { captured: 8,
        delivered: 1,
        dropped: 7,
        pending: 0 });
});
