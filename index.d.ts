/** Options of a {@link TraceChannel}. Times are milliseconds, sizes are bytes. */
export interface TraceChannelOptions {
    /** `ws:` or `wss:` URL of the rtcstats-server, without query. */
    endpoint: string;
    /** The meeting, as it stands in the URL's path: `room` or `tenant/room`. */
    meetingFqn: string;
    /**
     * What the server speaks: `jitsi-3.1` is jitsi/rtcstats-server, `rtcstats-5.0` that of rtcstats/rtcstats. Events are
     * the same for both. Default `jitsi-3.1`.
     */
    protocol?: 'jitsi-3.1' | 'rtcstats-5.0';
    /**
     * The JSON Web Token that an rtcstats-5.0 server asks for; it is nowhere but in the URL that is dialled. A function is
     * asked for it before the first connection, and again whenever the server has refused one. A refused one stops delivery
     * with the error `ERR_RTCSTATS_TOKEN` until there is another, of the function or by `setToken()`. Default: none.
     */
    token?: string | (() => string | Promise<string>);
    /** Speak `3.1_LEGACY`. Today's server treats that as an unsupported client. Default `false`. */
    useLegacy?: boolean;
    /** Mask IP addresses before anything is retained, written or sent. Default `true`. */
    obfuscate?: boolean;
    /** A `keepalive` goes out after this long without a message; the server gives up after 60 s. Default `30000`. */
    pingInterval?: number;
    /** The page's real `User-Agent`: the server derives the stats format from it. Default `@jitsi/rtcstats-native/<version>`. */
    userAgent?: string;
    /** The page's origin. Default: no `Origin` header. */
    origin?: string;
    /** HTTP proxy, `http://[user:password@]host[:port]` or `https:` for TLS to the proxy; see `setProxy()`. Default: a direct connection. */
    proxy?: string;
    /** Trust beside the operating system's store. */
    tls?: {
        /** PEM file of further certificate authorities, or of certificates that servers signed themselves. */
        caFile?: string;
    };
    /** Keeps undelivered events on disk, so that they survive a crash; what earlier runs left is delivered after `connect()` or `recover()`. Default: none. */
    journal?: {
        /** Folder of all journals; created when missing. */
        directory: string;
        /** Bound of the whole folder. Default `67108864`. */
        maxBytes?: number;
        /** What is older is deleted. Default `604800000`, 7 days. */
        maxAge?: number;
    };
    /** What is held in memory until the server acknowledged it. Default `8388608`. */
    maxBufferedBytes?: number;
    /**
     * What sending may add to the delay of the machine's other traffic, its call above all: the queue that it aims at, in milliseconds
     * (LEDBAT, RFC 6817). On a path on which one packet takes longer, it is a little more than that packet. Default `25`.
     */
    delayTarget?: number;
    /** Bytes a second that are never exceeded, however fast the path is. Default: none. */
    maxSendRate?: number;
    /** How events are grouped into frames. */
    batch?: {
        /** How long an event may wait for company. Default `100`. */
        maxDelay?: number;
        /** Bytes of events that do not wait for company, and of the messages that they share, at most `8388608`. Default `65536`. */
        maxBytes?: number;
    };
    /** Waiting between attempts: `2^attempt * baseDelay + random(0..jitter)`. */
    reconnect?: {
        /** Default `1000`. */
        baseDelay?: number;
        /** Default `10000`. */
        jitter?: number;
        /** No single wait is longer. Default `600000`. */
        maxDelay?: number;
        /** Waiting that may be spent in a row without progress; then an `error` event says so. Default `600000`. */
        budget?: number;
        /** Ask the server to continue the same session (`isReconnect=true`) instead of starting a new part. Default `false`. */
        resumeSession?: boolean;
    };
    /** How long `close()` waits for acknowledgement. Default `3000`. */
    closeTimeout?: number;
    /** How long connecting, and then the server's first message, may take. Default `10000`. */
    connectTimeout?: number;
    /** A ping unanswered for this long means that the link is dead. Default `10000`. */
    pongTimeout?: number;
}

/** What a channel tells its app. */
export type ChannelEvent =
    /** The server is ready for this session's events. */
    | { type: 'connected', statsSessionId: string }
    /** The link is gone; `delay` milliseconds until the next attempt. */
    | { type: 'disconnected', code: number, reason: string, willReconnect: boolean, delay?: number }
    /** The session goes on as another part. */
    | { type: 'resumed', from: string, to: string }
    /** What an earlier run left in its journal has arrived under the id `to`; `skipped` lines were damaged, `left` remain. */
    | { type: 'recovered', from: string, to: string, count: number, skipped: number, left: number }
    /** Events were given up, by event type; also those of an earlier run's journal. At most once a second. */
    | { type: 'dropped', count: number, types: Record<string, number> }
    /** Lines were never accepted, by reason. At most once a second. */
    | { type: 'rejected', count: number, reasons: Record<string, number> }
    /** Something is not as it should be; delivery goes on. */
    | { type: 'warning', code: string, message: string }
    /** Delivery has stopped; `connect()` or `reconnectNow()` tries again. */
    | { type: 'error', code: string, message: string }
    /** The channel is closed for good. */
    | { type: 'closed', code: number, reason: string };

/** The figures of a channel: `captured == delivered + pending + dropped` at any time. */
export interface ChannelStats {
    /** Events accepted. */
    captured: number;
    /** Events acknowledged by the server. */
    delivered: number;
    /** Events held, not acknowledged yet. */
    pending: number;
    /** Events given up. */
    dropped: number;
    /** Lines never accepted. */
    rejected: number;
    /** Parts and breakout rooms the server was ready for. */
    sessions: number;
    /** Links the server was ready for, after the first. */
    reconnects: number;
    /** Bytes of accepted event lines. */
    bytesIn: number;
    /** Bytes of messages written to the wire, repeats included. */
    bytesOut: number;
    /** Bytes held in memory. */
    pendingBytes: number;
    /** The id the events go under. */
    statsSessionId: string;
}


/**
 * Which binding artifact the generated loader actually loaded: `'native'` for
 * a native addon, otherwise the `platformArchABI` of the WASI flavor. Every
 * flavor napi-rs can build is listed, because `NAPI_RS_NATIVE_LIBRARY_PATH`
 * can point the loader at a WASI artifact this package does not build itself.
 */
export declare const __napiBindingTarget: 'native' | 'wasm32-wasi' | 'wasm32-wasip1'

/** The trace channel: owns one session's delivery to an rtcstats-server. */
export declare class TraceChannel {
  /**
   * Creates a channel; nothing is dialled before `connect()`.
   *
   * Throws a `TypeError` whose `code` names the option when one is wrong. `onEvent` is called on the JavaScript thread and does
   * not keep the process alive.
   */
  constructor(options: TraceChannelOptions, onEvent?: (event: ChannelEvent) => void)
  /**
   * Checks options without creating a channel: throws what the constructor would throw, and returns the `warning` events
   * it would tell.
   */
  static check(options: TraceChannelOptions): Array<Extract<ChannelEvent, { type: 'warning' }>>
  /**
   * Connects. `true` opens a session of its own for a breakout room, whose parent is this one. Events pushed before
   * are kept and sent. Throws a `TypeError` for anything but a boolean or nothing.
   */
  connect(isBreakoutRoom?: boolean | null): void
  /**
   * Hands over newline-separated events, each a JSON array `[type, pcId | null, payload, timestampMs]`. Never throws
   * for bad data: what cannot be accepted is counted as rejected.
   */
  push(batch: string): void
  /** The network came back or the machine woke up: reconnects at once, or makes sure that the link is alive. */
  reconnectNow(): void
  /**
   * Delivers what earlier runs left in `journal.directory`, in the background, without a session of its own;
   * `recovered` events tell what arrived. `connect()` does the same. Does nothing without a journal or the second time.
   */
  recover(): void
  /**
   * Changes the proxy, from the next attempt to connect on; `null` or nothing connects directly. A link that stands
   * is kept. Throws a `TypeError` for what the option `proxy` would not take.
   */
  setProxy(proxy?: string | null): void
  /**
   * Changes the token, from the next attempt to connect on; `null` or nothing means none. Tries again at once where
   * delivery has stopped, as it does with `ERR_RTCSTATS_TOKEN`. Throws a `TypeError` for what is no string.
   */
  setToken(token?: string | null): void
  /**
   * Sends what is pending, waits for acknowledgement up to `closeTimeout`, closes with 3001. Resolves when that is
   * done; never rejects; may be called again.
   */
  close(): Promise<void>
  /** Whether the server is ready for events. */
  isConnected(): boolean
  /** Whether the channel is closed for good. */
  isClosed(): boolean
  /** The channel's figures at this moment. */
  stats(): ChannelStats
}
