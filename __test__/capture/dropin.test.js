/**
 * The drop-ins in a page, used the way lib-jitsi-meet's RTCStats singleton uses them: with a preload that answers, with
 * one that captures already, with the 9.7.1 client to fall back to, and with nothing.
 */

'use strict';

/* eslint-env browser */

const test = require('ava').default.serial;
const path = require('node:path');

const { bundle, start } = require('./browser');

let browser;

test.before(async () => {
    browser = await start();
});
test.after.always(() => browser?.close());

/**
 * A preload as the page sees it: takes the port, and keeps what comes.
 *
 * @param {boolean} capturing - Whether it captures the page.
 * @returns {string} - A script.
 */
function fakePreload(capturing = false) {
    return bundle(`
        import { isControl, serve } from './renderer/drop-in/port-protocol';
        const hold = globalThis.__hold;
        hold.ports = [];
        hold.seen = [];
        serve(${capturing}, port => {
            const messages = [];
            hold.ports.push({ messages, port });
            port.onmessage = ({ data }) => {
                const message = isControl(data) ? JSON.parse(data) : { batch: data, type: 'events' };
                messages.push(message);
                if (message.type === 'connect') {
                    port.postMessage({ type: 'event', event: { type: 'connected' } });
                }
                if (message.type === 'close') {
                    port.postMessage({ type: 'event', event: { type: 'closed', code: 3001, reason: '' } });
                }
                hold.onMessage?.();
            };
        });
        window.addEventListener('message', () => hold.seen.push('message'));
    `);
}

/** A class with the life of lib-jitsi-meet's singleton. */
const APP = `
    import rtcstatsInit from './renderer/drop-in/rtcstats';
    import traceInit from './renderer/drop-in/trace-ws';
    class App {
        constructor() {
            this.closes = [];
            this.pending = [];
            this.states = [];
            this.trace = null;
        }
        init() {
            rtcstatsInit({ statsEntry: this.sendStatsEntry.bind(this) }, {
                eventCallback: event => this.states.push(event),
                pollInterval: 100,
                sendSdp: false,
                useLegacy: false
            });
        }
        connect(options) {
            this.reset();
            this.trace = traceInit({ ...options,
                onCloseCallback: event => this.closes.push(event),
                useLegacy: false });
            this.trace.connect(options.isBreakoutRoom);
            this.pending.splice(0).forEach(entry => this.trace.statsEntry(...entry));
        }
        identity(data) {
            this.trace?.identity('identity', null, data);
        }
        sendStatsEntry(type, pcId, data) {
            if (this.trace) {
                this.trace.statsEntry(type, pcId, data);
            } else if (this.pending.length < 100) {
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
`;

/**
 * Waits in the page until the fake preload has seen a message.
 *
 * @param {Object} page - The page.
 * @param {string} condition - An expression over `hold`.
 * @returns {Promise<void>} - Settles when the expression holds.
 */
function seen(page, condition) {
    return page.evaluate(expression => new Promise(resolve => {
        const hold = document[Symbol.for('rtcstats-test')];
        const holds = new Function('hold', `return ${expression}`); // eslint-disable-line no-new-func

        if (holds(hold)) {
            resolve();
        }
        hold.onMessage = () => holds(hold) && resolve();
    }), condition);
}

/**
 * What the preload got on its ports.
 *
 * @param {Object} page - The page.
 * @returns {Promise<Array>} - For each port its messages, events parsed.
 */
async function received(page) {
    const ports = await page.evaluate(() =>
        document[Symbol.for('rtcstats-test')].ports.map(({ messages }) => messages));

    /**
     * Parses the events of a message.
     *
     * @param {Object} message - The message.
     * @returns {Object} - The message, with `events` where it had a batch.
     */
    function parse({ batch, ...message }) {
        return batch ? { ...message,
            events: batch.split('\n').map(line => JSON.parse(line)) } : message;
    }

    return ports.map(messages => messages.map(parse));
}

/**
 * All events of a port.
 *
 * @param {Array} messages - Its messages.
 * @returns {Array} - `[type, pcId, payload]` of each.
 */
function eventsOf(messages) {
    return messages.flatMap(({ events = [] }) => events).map(event => event.slice(0, 3));
}

test('a meeting, a breakout room and back, through the bridge', async t => {
    const { page } = await browser.open(fakePreload());

    await page.evaluate(bundle(APP));
    await page.evaluate(() => {
        const { app } = window;

        app.init();
        window.pc = new RTCPeerConnection(null, { optional: [ { rtcStatsSFUP2P: true } ] });
        app.sendStatsEntry('logs', null, [ 'before the connection' ]);
        app.connect({ endpoint: 'wss://stats.example',
            isBreakoutRoom: false,
            meetingFqn: 'room' });
        app.identity({ confName: 'room' });
        app.sendStatsEntry('conferenceStartTimestamp', null, 5);
    });
    await seen(page, 'JSON.stringify(hold.ports[0]?.messages ?? "").includes("getstats")');
    t.true(await page.evaluate(() => window.app.trace.isConnected() && !window.app.trace.isClosed()));
    await page.evaluate(() => {
        const { app } = window;

        app.connect({ endpoint: 'wss://stats.example',
            isBreakoutRoom: true,
            meetingFqn: 'room/breakout' });
        app.identity({ isBreakoutRoom: true });
    });
    await seen(page, 'JSON.stringify(hold.ports[1]?.messages ?? "").includes("getstats")');
    await page.evaluate(() => {
        const { app } = window;

        app.connect({ endpoint: 'wss://stats.example',
            isBreakoutRoom: false,
            meetingFqn: 'room' });
        window.pc.close();
        app.reset();
    });
    await seen(page, 'hold.ports[2]?.messages.some(({ type }) => type === "close")');
    await page.evaluate(() => new Promise(resolve => {
        setTimeout(resolve);
    }));
    const [ meeting, breakout, back ] = await received(page);

    t.deepEqual(meeting[0], { options: { endpoint: 'wss://stats.example',
        isBreakoutRoom: false,
        meetingFqn: 'room',
        useLegacy: false },
    type: 'open' });
    t.deepEqual(meeting[1], { isBreakoutRoom: false,
        type: 'connect' });
    t.deepEqual(eventsOf(meeting).slice(0, 5), [
        [ 'create', 'PC_0', { browserType: 'webkit',
            nullConfig: true } ],
        [ 'constraints', 'PC_0', { optional: [ { rtcStatsSFUP2P: true } ] } ],
        [ 'logs', null, [ 'before the connection' ] ],
        [ 'identity', null, { confName: 'room' } ],
        [ 'conferenceStartTimestamp', null, 5 ]
    ]);
    t.is(meeting[meeting.length - 1].type, 'close');
    t.deepEqual(breakout[1], { isBreakoutRoom: true,
        type: 'connect' });
    t.deepEqual(eventsOf(breakout)[0], [ 'identity', null, { isBreakoutRoom: true } ]);
    t.deepEqual(back.map(({ type }) => type), [ 'open', 'connect', 'events', 'close' ]);
    t.deepEqual(eventsOf(back), [ [ 'close', 'PC_0', {} ] ]);
    t.deepEqual(await page.evaluate(() => window.app.closes), Array(3).fill({ code: 3001,
        reason: '' }));
    t.deepEqual(await page.evaluate(() => document[Symbol.for('rtcstats-test')].seen), [], 'the page sees no message');
});

test('where the preload captures, only what the app says goes over the bridge', async t => {
    const { page } = await browser.open(fakePreload(true));

    await page.evaluate(bundle(APP));
    await page.evaluate(async () => {
        const { app } = window;

        app.init();
        const a = new RTCPeerConnection();
        const b = new RTCPeerConnection();

        app.connect({ endpoint: 'wss://stats.example',
            isBreakoutRoom: false,
            meetingFqn: 'room' });
        app.identity({ confName: 'room' });
        const connected = new Promise(resolve => {
            b.ondatachannel = resolve;
        });

        a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate);
        b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate);
        a.createDataChannel('chat');
        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription);
        await b.setLocalDescription();
        await a.setRemoteDescription(b.localDescription);
        await connected;
        app.sendStatsEntry('logs', null, 'last');
    });
    await seen(page, 'JSON.stringify(hold.ports[0]?.messages ?? "").includes("last")');
    const [ messages ] = await received(page);

    t.deepEqual(eventsOf(messages), [ [ 'identity', null, { confName: 'room' } ], [ 'logs', null, 'last' ] ]);
    t.true(await page.evaluate(() => window.app.states.length > 0), 'the app is told of states all the same');
});

test('closes and reconnections are reported as 9.7.1 reports them', async t => {
    const { page } = await browser.open(fakePreload());

    await page.evaluate(bundle(APP));
    await page.evaluate(() => window.app.connect({ endpoint: 'wss://stats.example',
        meetingFqn: 'room' }));
    await seen(page, 'hold.ports[0]?.messages.length === 2');
    const told = await page.evaluate(async () => {
        const { port } = document[Symbol.for('rtcstats-test')].ports[0];
        const { closes, trace } = window.app;
        const tell = event => port.postMessage({ event,
            type: 'event' });
        const until = async condition => {
            while (!condition()) {
                await new Promise(resolve => {
                    setTimeout(resolve);
                });
            }
        };

        tell({ type: 'connected' });
        await until(trace.isConnected);
        tell({ code: 1006,
            reason: 'gone',
            type: 'disconnected',
            willReconnect: true });
        await until(() => !trace.isConnected());
        tell({ type: 'dropped' });
        tell({ type: 'resumed' });
        await until(trace.isConnected);
        tell({ code: 3002,
            reason: 'order',
            type: 'disconnected',
            willReconnect: false });
        tell({ code: 3002,
            reason: 'order',
            type: 'closed' });

        // Messages arrive in order: when this one is taken, so are those before.
        await until(() => !trace.isConnected());
        tell({ type: 'connected' });
        await until(trace.isConnected);

        return { closes };
    });

    t.deepEqual(told.closes, [ { code: 1006,
        reason: 'gone' }, { code: 3002,
        reason: 'order' } ]);
});

test('the documented positional shape connects by itself', async t => {
    const { page } = await browser.open(fakePreload());

    await page.evaluate(bundle(`
        import rtcstatsInit from './renderer/drop-in/rtcstats';
        import traceInit from './renderer/drop-in/trace-ws';
        const trace = traceInit('wss://stats.example', () => undefined);
        rtcstatsInit(trace, 50, [ '', 'webkit', 'moz' ], config => config?.skip);
        trace('identity', null, { user: 'me', conference: 'the room' });
        trace('logs', null, 'said');
        new RTCPeerConnection({ skip: true }).close();
        const pc = new RTCPeerConnection();
        window.keep = pc;
    `));
    await seen(page, 'JSON.stringify(hold.ports[0]?.messages ?? "").includes("getstats")');
    const [ messages ] = await received(page);

    t.is(messages[0].options.endpoint, 'wss://stats.example');
    t.is(messages[0].options.meetingFqn, 'the room');
    t.deepEqual(messages[1], { isBreakoutRoom: false,
        type: 'connect' });
    t.deepEqual(eventsOf(messages).slice(0, 4)
        .map(([ type, pcId ]) => [ type, pcId ]),
    [ [ 'identity', null ], [ 'logs', null ], [ 'create', 'PC_0' ], [ 'constraints', 'PC_0' ] ]);
});

test('without a bridge it falls back to the 9.7.1 client', async t => {
    const { page } = await browser.open();

    // The client talks to a socket of the test's, which answers as the server does.
    await page.evaluate(bundle(`
        ${APP}
        window.sent = [];
        window.WebSocket = class FakeSocket {
            static OPEN = 1;
            constructor(url, protocol) {
                window.sent.push([ 'socket', url, protocol ]);
                this.readyState = 1;
                setTimeout(() => {
                    this.onopen();
                    this.onmessage({ data: JSON.stringify({ type: 'sn', body: { value: 0, state: 'initial' } }) });
                });
            }
            send(text) {
                window.sent.push(JSON.parse(text));
                window.onSent?.(text);
            }
            close(code) {
                this.readyState = 3;
                this.onclose({ code, reason: '' });
            }
        };
    `));
    await page.evaluate(() => new Promise(resolve => {
        const { app } = window;
        let polls = 0;

        window.onSent = text => text.includes('getstats') && ++polls === 2 && resolve();
        app.init();
        window.pc = new RTCPeerConnection();
        app.connect({ endpoint: 'wss://stats.example',
            isBreakoutRoom: false,
            meetingFqn: 'room' });
        app.identity({ confName: 'room' });
    }));
    const { closes, sent } = await page.evaluate(() => {
        window.app.trace.close();

        return { closes: window.app.closes,
            sent: window.sent };
    });
    const [ socket, ...messages ] = sent;

    t.regex(socket[1], /^wss:\/\/stats\.example\/room\?statsSessionId=/);
    t.is(socket[2], '3.1_STANDARD');
    const entries = messages.filter(({ type }) => type === 'stats-entry').map(({ data }) => JSON.parse(data));

    t.deepEqual(entries.slice(0, 2).map(entry => entry[0]), [ 'create', 'constraints' ]);
    t.true(messages.some(({ type }) => type === 'identity'));
    const reports = entries.filter(([ type ]) => type === 'getstats');

    t.is(typeof reports[0][2].timestamp, 'number');
    t.false(JSON.stringify(reports[1][2]).includes('"type"'), 'what has not changed is not sent again');
    t.deepEqual(closes, [ { code: 3001,
        reason: '' } ]);
});

test('with neither it does nothing and says so once', async t => {
    const { page } = await browser.open();
    const warnings = [];

    page.on('console', message => message.type() === 'warning' && warnings.push(message.text()));
    const warned = page.waitForEvent('console', message => message.type() === 'warning');

    await page.evaluate(bundle(`
        import { rtcstatsInit, traceInit } from './renderer';
        const one = traceInit({ endpoint: 'wss://stats.example', meetingFqn: 'room' });
        const two = traceInit({ endpoint: 'wss://stats.example', meetingFqn: 'room', fallback: () => undefined });
        rtcstatsInit(one, { pollInterval: 100 });
        one.connect();
        two.connect(true);
        one.statsEntry('logs', null, 'lost');
        window.done = Promise.all([ one, two ]).then(traces => {
            traces.forEach(trace => {
                trace.keepAlive();
                trace.close();
            });
            return traces.map(trace => [ trace.isConnected(), trace.isClosed() ]);
        });
    `));
    await warned;
    t.deepEqual(await page.evaluate(() => window.done), [ [ false, true ], [ false, true ] ]);
    t.is(warnings.length, 1);
    t.regex(warnings[0], /not sent/);
});

test('what does not fit while the meeting has no name yet is told, by event', async t => {
    const { page } = await browser.open(fakePreload());

    await page.evaluate(bundle(`
        import { traceInit } from './renderer';
        const trace = traceInit({ endpoint: 'wss://stats.example' });
        const large = 'x'.repeat(1024 * 1024);

        trace.connect();
        for (let i = 0; i < 5; i++) {
            trace.statsEntry('getstats', 'PC_0', { large });
            trace.statsEntry('logs', null, [ i, large ]);
        }
    `));
    await seen(page, 'hold.ports[0]?.messages.length === 6');
    const [ messages ] = await received(page);

    t.deepEqual(messages.map(({ type }) => type), [ 'open', 'connect', 'lost', 'events', 'events', 'events' ]);
    t.is(messages[2].events, 7);
    t.deepEqual(eventsOf(messages.slice(3)).map(([ , , [ i ] ]) => i), [ 0, 1, 2 ]);
});

test('what was said before a switch of rooms stays before it', async t => {
    const { page } = await browser.open(fakePreload());

    await page.evaluate(bundle(`
        import { traceInit } from './renderer';
        const trace = traceInit({ endpoint: 'wss://stats.example', meetingFqn: 'room' });

        trace.connect(false);
        trace.statsEntry('logs', null, 'main');
        trace.connect(true);
        trace.statsEntry('logs', null, 'breakout');
        trace.connect(false);
        trace.statsEntry('logs', null, 'back');
    `));
    await seen(page, 'hold.ports[0]?.messages.length === 7');
    const [ messages ] = await received(page);

    t.deepEqual(messages.slice(1).map(({ events, isBreakoutRoom }) => isBreakoutRoom ?? events[0][2]),
        [ false, 'main', true, 'breakout', false, 'back' ]);
});

test('an alias of 9.7.1 to this package is seen, said, and does not call itself', async t => {
    const { page } = await browser.open();
    const warnings = [];

    page.on('console', message => message.type() === 'warning' && warnings.push(message.text()));
    await page.evaluate(bundle(`
        import traceInit from '@jitsi/rtcstats/trace-ws';
        window.trace = traceInit({ endpoint: 'wss://stats.example', meetingFqn: 'room' });
        window.trace.connect(false);
        window.trace.statsEntry('logs', null, 'lost');
    `, { '@jitsi/rtcstats/trace-ws': path.join(__dirname, '../../renderer/drop-in/trace-ws.js') }));
    t.false(await page.evaluate(() => window.trace.isConnected()));
    t.regex(warnings[0], /alias/);
});
