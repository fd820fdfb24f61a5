//! One connection the server is ready on: what was written to it, and which barrier is on its way.
//!
//! A link never outlives its socket. Its encoder and its barrier live here, so that a new link starts with full reports
//! and owes nothing to the old one.

use std::collections::VecDeque;
use std::time::Duration;

use crate::proto::retention::{Retained, Retention};
use crate::proto::wire::Encoder;

/// Under load a barrier a second is enough.
const BARRIER_INTERVAL: Duration = Duration::from_secs(1);
/// Bytes that may be unconfirmed: beyond, writing waits for the pong, so that a slow link is not taken for a dead one
/// because its pong queues behind megabytes.
const WINDOW_BYTES: usize = 256 * 1024;

/// Made ready for a batch, however large it may become.
const USUAL_BATCH_BYTES: usize = 64 * 1024;

/// A ping on its way: its pong proves that the server has read everything up to `sequence_number`.
#[derive(Debug)]
struct Barrier {
    sequence_number: u64,
    sent_at: Duration,
    deadline: Duration,
    /// Bytes written before it and not covered by an earlier barrier.
    bytes: usize,
}

pub(super) struct Link {
    preamble: VecDeque<Retained>,
    encoder: Encoder,
    /// Highest sequence number written.
    sent_to: u64,
    barrier: Option<Barrier>,
    last_barrier_at: Option<Duration>,
    unconfirmed_bytes: usize,
    last_message_at: Duration,
    opened_at: Duration,
    writable: bool,
}

impl Link {
    pub(super) fn new(encoder: Encoder, preamble: Vec<Retained>, sent_to: u64, now: Duration) -> Self {
        Self {
            preamble: preamble.into(),
            encoder,
            sent_to,
            barrier: None,
            last_barrier_at: None,
            unconfirmed_bytes: 0,
            last_message_at: now,
            opened_at: now,
            writable: true,
        }
    }

    /// How long the server has been ready.
    pub(super) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.opened_at)
    }

    pub(super) fn sent_to(&self) -> u64 {
        self.sent_to
    }

    pub(super) fn is_writable(&self) -> bool {
        self.writable && self.unconfirmed_bytes + self.barrier_bytes() < WINDOW_BYTES
    }

    pub(super) fn flushed(&mut self) {
        self.writable = true;
    }

    /// Whether a preamble still has to go out; it never waits for company.
    pub(super) fn has_preamble(&self) -> bool {
        !self.preamble.is_empty()
    }

    /// Encodes the next messages, about `max_bytes` of them; `None` when there is nothing to say.
    pub(super) fn write_batch(
        &mut self,
        retention: &Retention,
        max_bytes: usize,
        now: Duration,
    ) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(max_bytes.min(USUAL_BATCH_BYTES));
        while out.len() < max_bytes
            && let Some(entry) = self.preamble.pop_front()
        {
            self.encoder.write(&mut out, &entry);
        }
        for entry in retention.after(self.sent_to) {
            if out.len() >= max_bytes {
                break;
            }
            self.encoder.write(&mut out, entry);
            self.sent_to = entry.sequence_number;
        }
        (!out.is_empty()).then(|| self.written(out, now))
    }

    /// Says that we are still there; `None` where the server needs no message for that, and a ping is to do.
    pub(super) fn keepalive(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.last_message_at = now;
        self.encoder.keepalive().map(|message| self.written(message, now))
    }

    /// When a keepalive is due.
    pub(super) fn keepalive_at(&self, interval: Duration) -> Duration {
        self.last_message_at + interval
    }

    /// When the next barrier is due; `None` while one is on its way or nothing is unconfirmed.
    ///
    /// A keepalive and a preamble want one as much as events do: they take up the window, and a link on which nothing
    /// else happens must be noticed when it dies.
    pub(super) fn barrier_at(&self, urgent: bool) -> Option<Duration> {
        if self.barrier.is_some() || self.unconfirmed_bytes == 0 {
            return None;
        }
        let at_once = urgent || self.unconfirmed_bytes >= WINDOW_BYTES / 2;
        let earliest = self.last_barrier_at.map_or(Duration::ZERO, |at| at + BARRIER_INTERVAL);
        Some(if at_once { Duration::ZERO } else { earliest })
    }

    /// Sends a barrier; returns the ping's payload.
    pub(super) fn send_barrier(&mut self, now: Duration, timeout: Duration) -> Vec<u8> {
        self.last_barrier_at = Some(now);
        self.barrier = Some(Barrier {
            sequence_number: self.sent_to,
            sent_at: now,
            deadline: now + timeout,
            bytes: self.barrier_bytes() + std::mem::take(&mut self.unconfirmed_bytes),
        });
        self.sent_to.to_string().into_bytes()
    }

    /// The deadline of the barrier on its way.
    pub(super) fn barrier_deadline(&self) -> Option<Duration> {
        self.barrier.as_ref().map(|barrier| barrier.deadline)
    }

    /// What a pong acknowledges. Late, repeated and unasked-for pongs acknowledge nothing.
    pub(super) fn pong(&mut self, payload: &[u8]) -> Option<u64> {
        let sequence_number: u64 = std::str::from_utf8(payload).ok()?.parse().ok()?;
        let barrier = self.barrier.take_if(|barrier| barrier.sequence_number == sequence_number)?;
        Some(barrier.sequence_number)
    }

    /// What the server says it has; nothing, if it names what was never sent.
    pub(super) fn confirmed(&self, sequence_number: u64) -> Option<u64> {
        Some(sequence_number).filter(|number| *number <= self.sent_to)
    }

    /// Shortens the wait for the pong under way: the app has reason to believe that the link is dead.
    pub(super) fn expect_pong_by(&mut self, deadline: Duration) {
        if let Some(barrier) = &mut self.barrier {
            barrier.deadline = barrier.deadline.min(deadline).max(barrier.sent_at);
        }
    }

    fn barrier_bytes(&self) -> usize {
        self.barrier.as_ref().map_or(0, |barrier| barrier.bytes)
    }

    fn written(&mut self, out: Vec<u8>, now: Duration) -> Vec<u8> {
        self.unconfirmed_bytes += out.len();
        self.last_message_at = now;
        self.writable = false;
        out
    }
}
