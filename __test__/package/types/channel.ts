/**
 * The channel's types as the README uses them, and what they must refuse. Compiled against the packed types, never run.
 */

import { ChannelEvent, ChannelStats, TraceChannel, TraceChannelOptions } from '@jitsi/rtcstats-native';

const options: TraceChannelOptions = {
    batch: { maxBytes: 65536, maxDelay: 100 },
    closeTimeout: 3000,
    endpoint: 'wss://rtcstats.example.com',
    journal: { directory: '/var/lib/app', maxAge: 604800000, maxBytes: 67108864 },
    maxBufferedBytes: 8388608,
    meetingFqn: 'tenant/room',
    obfuscate: true,
    origin: 'https://meet.example.com',
    pingInterval: 30000,
    proxy: 'http://proxy.example.com:3128',
    reconnect: { baseDelay: 1000, budget: 600000, jitter: 10000, maxDelay: 600000, resumeSession: false },
    tls: { caFile: '/etc/ssl/company.pem' },
    useLegacy: false,
    userAgent: 'Mozilla/5.0'
};

/**
 * Narrows an event by its type.
 *
 * @param {ChannelEvent} event - The event.
 * @returns {string} What is in it.
 */
function describe(event: ChannelEvent): string {
    switch (event.type) {
    case 'connected':
        return event.statsSessionId;
    case 'disconnected':
        return `${event.code.toFixed()} ${event.reason} ${event.willReconnect} ${event.delay?.toFixed() ?? ''}`;
    case 'resumed':
        return `${event.from} ${event.to}`;
    case 'recovered':
        return `${event.from} ${event.to} ${event.count + event.skipped + event.left}`;
    case 'dropped':
        return `${event.count} ${Object.keys(event.types).join()}`;
    case 'rejected':
        return `${event.count} ${Object.keys(event.reasons).join()}`;
    case 'warning':
    case 'error':
        return `${event.code} ${event.message}`;
    case 'closed':
        return `${event.code.toFixed()} ${event.reason}`;
    default: {
        const nothing: never = event;

        return nothing;
    }
    }
}

/**
 * Uses every method.
 *
 * @returns {Promise<ChannelStats>} The figures.
 */
async function use(): Promise<ChannelStats> {
    const channel = new TraceChannel(options, event => console.log(describe(event)));
    const quiet = new TraceChannel({ endpoint: 'wss://rtcstats.example.com', meetingFqn: 'tenant/room' }, console.log);

    channel.connect();
    channel.connect(true);
    channel.push(JSON.stringify([ 'identity', null, { confName: 'room' }, Date.now() ]));
    channel.reconnectNow();
    channel.recover();
    channel.setProxy('http://proxy.example:3128');
    channel.setProxy(null);
    await quiet.close();
    await channel.close();
    const flags: boolean[] = [ channel.isConnected(), channel.isClosed() ];
    const { captured, delivered, dropped, pending, rejected, sessions, reconnects, bytesIn, bytesOut, pendingBytes,
        statsSessionId } = channel.stats();
    const id: string = statsSessionId;
    const accounted: boolean = captured === delivered + pending + dropped;

    console.log(flags, accounted, rejected + sessions + reconnects + bytesIn + bytesOut + pendingBytes, id);

    return channel.stats();
}

/**
 * What must not compile.
 *
 * @param {TraceChannel} channel - A channel.
 * @param {ChannelEvent} event - An event.
 * @returns {void}
 */
function refused(channel: TraceChannel, event: ChannelEvent): void {
    // @ts-expect-error There is no channel without options.
    new TraceChannel();

    // @ts-expect-error The meeting is required.
    new TraceChannel({ endpoint: 'wss://rtcstats.example.com' });

    // @ts-expect-error Options are named exactly.
    new TraceChannel({ endPoint: '', endpoint: 'wss://rtcstats.example.com', meetingFqn: 'room' });

    // @ts-expect-error Times are numbers.
    new TraceChannel({ endpoint: 'wss://rtcstats.example.com', meetingFqn: 'room', pingInterval: '30s' });

    // @ts-expect-error A journal needs a folder.
    new TraceChannel({ endpoint: 'wss://rtcstats.example.com', journal: {}, meetingFqn: 'room' });

    // @ts-expect-error A batch is text.
    channel.push([ 'identity', null, {}, 0 ]);

    // @ts-expect-error Only some events have a code.
    console.log(event.code);

    // @ts-expect-error There is no such event.
    console.log(event.type === 'opened');

    // @ts-expect-error Figures are numbers.
    const captured: string = channel.stats().captured;

    console.log(captured);
}

export { refused, use };
