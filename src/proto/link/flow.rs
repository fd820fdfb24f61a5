//! How much may be under way, how fast, and for how long without an answer: what is decided from what links did so far.
//!
//! A session has one flow, which outlives its links. Every number by which sending gives way is here, and nowhere else. A
//! new rule is a variant that answers the same questions.

use std::time::Duration;

use super::Acked;

/// Bytes that may be unconfirmed: beyond, writing waits for the pong, so that a slow link is not taken for a dead one
/// because its pong queues behind megabytes.
const WINDOW_BYTES: usize = 256 * 1024;
/// With this much written and not asked for, a barrier does not wait.
const BARRIER_BYTES: usize = WINDOW_BYTES / 2;
/// Under load a barrier a second is enough.
const BARRIER_INTERVAL: Duration = Duration::from_secs(1);
/// Beyond, a link too slow for its event is as good as dead.
const MAX_DOUBLINGS: u32 = 4;

/// The rule a session sends by.
#[derive(Debug)]
pub(in crate::proto) enum Flow {
    /// A window that never changes, and a barrier at a time.
    Fixed(Fixed),
}

impl Default for Flow {
    fn default() -> Self {
        Self::Fixed(Fixed::default())
    }
}

impl Flow {
    /// The server is ready on a new link: nothing is under way.
    pub(in crate::proto) fn on_open(&mut self) {
        match self {
            Self::Fixed(fixed) => fixed.in_flight = 0,
        }
    }

    /// Bytes went out at a time.
    pub(in crate::proto) fn on_sent(&mut self, bytes: usize, _now: Duration) {
        match self {
            Self::Fixed(fixed) => fixed.in_flight += bytes,
        }
    }

    /// A barrier was answered: its bytes have arrived, and it is known how long they took.
    pub(in crate::proto) fn on_pong(&mut self, acked: Acked, _now: Duration) {
        match self {
            Self::Fixed(fixed) => fixed.in_flight = fixed.in_flight.saturating_sub(acked.bytes),
        }
    }

    /// A link was given up because nothing was confirmed on it.
    pub(in crate::proto) fn on_silence(&mut self) {
        match self {
            Self::Fixed(fixed) => fixed.silent_links = fixed.silent_links.saturating_add(1),
        }
    }

    /// Events have arrived that had not before.
    pub(in crate::proto) fn on_progress(&mut self) {
        match self {
            Self::Fixed(fixed) => fixed.silent_links = 0,
        }
    }

    /// From when more may be written; `None` as long as something has to be confirmed first.
    pub(in crate::proto) fn next_write_at(&self) -> Option<Duration> {
        match self {
            Self::Fixed(fixed) => (fixed.in_flight < WINDOW_BYTES).then_some(Duration::ZERO),
        }
    }

    /// When to ask what has arrived, with so many bytes written behind the last barrier; `None` while enough of them are
    /// under way. `is_urgent` when somebody waits for the answer.
    pub(in crate::proto) fn barrier_at(
        &self,
        bytes: usize,
        last_barrier_at: Option<Duration>,
        under_way: usize,
        is_urgent: bool,
    ) -> Option<Duration> {
        match self {
            Self::Fixed(_) if under_way > 0 => None,
            Self::Fixed(_) if is_urgent || bytes >= BARRIER_BYTES => Some(Duration::ZERO),
            Self::Fixed(_) => Some(last_barrier_at.map_or(Duration::ZERO, |at| at + BARRIER_INTERVAL)),
        }
    }

    /// How long a link may leave a barrier unanswered.
    ///
    /// A slow link looks like a dead one while a large event crawls through it. So each link in a row that is given up
    /// as silent doubles the patience with the next; otherwise such an event would be sent again and again for ever.
    pub(in crate::proto) fn patience(&self, pong_timeout: Duration) -> Duration {
        match self {
            Self::Fixed(fixed) => pong_timeout.saturating_mul(1 << fixed.silent_links.min(MAX_DOUBLINGS)),
        }
    }
}

/// What the constant window has to remember.
#[derive(Debug, Default)]
pub(in crate::proto) struct Fixed {
    /// Bytes written and not confirmed.
    in_flight: usize,
    /// Links in a row that were given up as silent before anything was acknowledged.
    silent_links: u32,
}
