/**
 * Uses every entry point from an ES module, as a bundler sees it. Compiled against the packed types, never run.
 */

import { TraceChannel, type ChannelEvent, type ChannelStats } from '@jitsi/rtcstats-native';
import { setupRTCStatsMain } from '@jitsi/rtcstats-native/main';
import { install } from '@jitsi/rtcstats-native/preload';
import rtcstatsInit from '@jitsi/rtcstats-native/rtcstats';
import traceInit from '@jitsi/rtcstats-native/trace-ws';

const channel: TraceChannel = new TraceChannel({ endpoint: 'wss://rtcstats.example.com', meetingFqn: 'room' });
const trace = traceInit({ endpoint: 'wss://rtcstats.example.com' });
const listener = (event: ChannelEvent): string => event.type;
const figures: ChannelStats = channel.stats();
const installed: boolean = install();

rtcstatsInit(trace, { pollInterval: 10000 });

export { figures, installed, listener, setupRTCStatsMain };
