/**
 * The page's entry points in both call shapes, and what they must refuse. Compiled against the packed types, never run.
 */

import { PC_CON_STATE_CHANGE, PC_STATE_CONNECTED, PC_STATE_FAILED } from '@jitsi/rtcstats-native/events';
import * as renderer from '@jitsi/rtcstats-native/renderer';
import rtcstatsInit from '@jitsi/rtcstats-native/rtcstats';
import traceInit from '@jitsi/rtcstats-native/trace-ws';

/**
 * The shape of 9.7.1.
 *
 * @returns {void}
 */
function asOf971(): void {
    const trace = traceInit({
        endpoint: 'wss://rtcstats.example.com',
        isBreakoutRoom: false,
        meetingFqn: 'tenant/room',
        obfuscate: true,
        onCloseCallback: ({ code, reason }) => console.log(code.toFixed(), reason.length),
        pingInterval: 30000,
        useLegacy: false
    });

    rtcstatsInit({ statsEntry: trace.statsEntry }, {
        connectionFilter: config => Boolean(config?.iceServers),
        eventCallback: ({ body, type }) => console.log(type, body.pcId, body.isP2P, body.state),
        pollInterval: 10000,
        prefixesToWrap: [ '' ],
        sendSdp: false,
        useLegacy: false
    });
    trace.identity('identity', null, { confName: 'room' });
    trace.statsEntry('logs', null, 'text');
    trace.connect();
    trace.connect(false, true);
    trace.keepAlive();
    trace.close();
    const flags: boolean[] = [ trace.isConnected(), trace.isClosed() ];

    console.log(flags);
}

/**
 * The documented positional shape.
 *
 * @returns {void}
 */
function positional(): void {
    const trace = traceInit('wss://rtcstats.example.com', event => console.log(event.code), 30000);

    rtcstatsInit(trace, 1000, [ '', 'webkit' ], () => false);
    trace('identity', null, { conference: 'room', user: 'someone' });
}

/**
 * The renderer's entry point.
 *
 * @returns {void}
 */
function inRenderer(): void {
    const handle = renderer.rtcstatsInit(renderer.traceInit('wss://rtcstats.example.com'), 1000);

    handle.uninstall();
    renderer.installCapture({ send: batch => console.log(batch.length) }).mute();
}

/**
 * What must not compile.
 *
 * @returns {void}
 */
function refused(): void {
    // @ts-expect-error The endpoint is required.
    traceInit({ meetingFqn: 'room' });

    // @ts-expect-error The poll interval is a number.
    rtcstatsInit(traceInit('wss://rtcstats.example.com'), '1000');

    // @ts-expect-error Prefixes are a list.
    rtcstatsInit(traceInit('wss://rtcstats.example.com'), 1000, 'webkit');

    // @ts-expect-error An entry has a type.
    traceInit('wss://rtcstats.example.com').statsEntry();
}

/**
 * The names of states, and the functions by the name that a module without interoperation gives them.
 *
 * @returns {void}
 */
function byName(): void {
    const names: string[] = [ PC_CON_STATE_CHANGE, PC_STATE_CONNECTED, PC_STATE_FAILED ];

    console.log(names, rtcstatsInit.default === rtcstatsInit, traceInit.default === traceInit);
}

export { asOf971, byName, inRenderer, positional, refused };
