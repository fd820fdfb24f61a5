//! A path with a bottleneck: a rate, a queue before it, what others put into it, stalls, and a way that may change.

use std::time::Duration;

/// Headers of IP and TCP, for each packet.
const PACKET_HEADERS: usize = 52;
const PACKET_BYTES: usize = 1448;
/// Of a frame, masked.
const FRAME_HEADER: usize = 8;

pub struct Path {
    /// Bytes a second; `None` is as fast as can be.
    rate: Option<f64>,
    /// From the bottleneck to the server, and the same back.
    pub latency: Duration,
    /// When the last byte in the queue leaves it.
    busy_until: Duration,
    /// Bytes of text that went through.
    pub carried: usize,
}

impl Path {
    pub fn new(bits_per_second: Option<u64>, latency: Duration) -> Self {
        let rate = bits_per_second.map(|bits| bits as f64 / 8.0);
        Self { rate, latency, busy_until: Duration::ZERO, carried: 0 }
    }

    /// Puts a frame of ours into the queue; returns when it arrives.
    pub fn carry(&mut self, text: usize, now: Duration) -> Duration {
        let bytes = text + FRAME_HEADER;
        self.carried += text;
        self.occupy(bytes + bytes.div_ceil(PACKET_BYTES) * PACKET_HEADERS, now);
        self.busy_until + self.latency
    }

    /// A ping goes in the packet of what it follows, if there is room.
    pub fn carry_ping(&mut self, now: Duration) -> Duration {
        self.occupy(FRAME_HEADER + 6, now);
        self.busy_until + self.latency
    }

    /// What somebody else sends.
    pub fn occupy(&mut self, bytes: usize, now: Duration) {
        let time = self.rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(bytes as f64 / rate));
        self.busy_until = self.busy_until.max(now) + time;
    }

    /// Nothing leaves the queue for a while.
    pub fn stall(&mut self, for_how_long: Duration, now: Duration) {
        self.busy_until = self.busy_until.max(now) + for_how_long;
    }

    /// How long what is put in now waits before it leaves.
    pub fn queue(&self, now: Duration) -> Duration {
        self.busy_until.saturating_sub(now)
    }
}
