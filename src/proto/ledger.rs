//! The books of a channel: the one place that counts what became of events, links and bytes.
//!
//! Must never count an event twice: `captured == delivered + pending + dropped` holds after every call, where `pending`
//! is what the retention holds.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// Every event's fate, and what is still to be told of it.
#[derive(Debug, Default)]
pub struct Ledger {
    captured: u64,
    delivered: u64,
    dropped: u64,
    rejected: u64,
    sessions: u64,
    links: u64,
    bytes_in: u64,
    bytes_out: u64,
    untold_dropped: Tally,
    untold_rejected: Tally,
}

impl Ledger {
    /// The books of a session that begins with events of an earlier run.
    #[must_use]
    pub fn inherit(pending: u64) -> Self {
        Self { captured: pending, ..Self::default() }
    }

    /// An event is ours now: from here on it is delivered or dropped.
    pub fn accept(&mut self, line_bytes: usize) {
        self.captured += 1;
        self.bytes_in += line_bytes as u64;
    }

    /// The server has events.
    pub fn deliver(&mut self, count: u64) {
        self.delivered += count;
    }

    /// Accepted events are given up, under the name the app hears: their type, or why.
    pub fn drop(&mut self, name: &str, count: u64) {
        if count > 0 {
            self.dropped += count;
            self.untold_dropped.add(name, count);
        }
    }

    /// Lines had no room in front of the session: accepted and given up at once.
    pub fn overflow(&mut self, lines: u64) {
        self.captured += lines;
        self.drop("overflow", lines);
    }

    /// A line is never accepted.
    pub fn reject(&mut self, code: &str) {
        self.rejected += 1;
        self.untold_rejected.add(code, 1);
    }

    /// The server is ready on a link, for a part or a room it was not ready for before.
    pub fn open_link(&mut self, is_new_session: bool) {
        self.links += 1;
        self.sessions += u64::from(is_new_session);
    }

    /// Whether the server was ever ready.
    #[must_use]
    pub fn was_ever_ready(&self) -> bool {
        self.links > 0
    }

    /// Bytes went out.
    pub fn write(&mut self, bytes: usize) {
        self.bytes_out += bytes as u64;
    }

    /// When there is something to tell, and when it may be told.
    #[must_use]
    pub fn tell_at(&self) -> Option<Duration> {
        [self.untold_dropped.deadline(), self.untold_rejected.deadline()].into_iter().flatten().min()
    }

    /// What may be told now.
    pub fn take_due(&mut self, now: Duration) -> Untold {
        Untold { dropped: self.untold_dropped.take_due(now), rejected: self.untold_rejected.take_due(now) }
    }

    /// Everything that is not told yet.
    pub fn take(&mut self) -> Untold {
        Untold { dropped: self.untold_dropped.take(), rejected: self.untold_rejected.take() }
    }

    /// The figures, with what is held.
    #[must_use]
    pub fn stats(&self, pending: u64, pending_bytes: usize, stats_session_id: String) -> Stats {
        Stats {
            captured: self.captured,
            delivered: self.delivered,
            pending,
            dropped: self.dropped,
            rejected: self.rejected,
            sessions: self.sessions,
            reconnects: self.links.saturating_sub(1),
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            pending_bytes: pending_bytes as u64,
            stats_session_id,
        }
    }
}

/// How many, and how many by name.
pub type Counts = (u64, BTreeMap<String, u64>);

/// What the app has not heard yet.
#[derive(Debug)]
pub struct Untold {
    /// Events given up, by type or cause.
    pub dropped: Option<Counts>,
    /// Lines never accepted, by reason code.
    pub rejected: Option<Counts>,
}

/// The figures of a channel. `captured == delivered + pending + dropped` at any time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Events accepted.
    pub captured: u64,
    /// Events acknowledged by the server.
    pub delivered: u64,
    /// Events held, not acknowledged yet.
    pub pending: u64,
    /// Events given up.
    pub dropped: u64,
    /// Lines never accepted: malformed, of the wrong shape, too long, or pushed after `close()`.
    pub rejected: u64,
    /// Parts and breakout rooms the server was ready for.
    pub sessions: u64,
    /// Links the server was ready for, after the first.
    pub reconnects: u64,
    /// Bytes of accepted event lines.
    #[serde(serialize_with = "as_number")]
    pub bytes_in: u64,
    /// Bytes of messages written to the wire, repeats included.
    #[serde(serialize_with = "as_number")]
    pub bytes_out: u64,
    /// Bytes held in memory.
    #[serde(serialize_with = "as_number")]
    pub pending_bytes: u64,
    /// The id the events go under.
    pub stats_session_id: String,
}

impl Stats {
    /// With lines that never got as far as a session: given up in front of it, and not accepted.
    #[must_use]
    pub fn with_unseen(mut self, dropped: u64, rejected: u64) -> Self {
        self.captured += dropped;
        self.dropped += dropped;
        self.rejected += rejected;
        self
    }
}

/// A JavaScript number even beyond 32 bits, where the Node-API serialiser would make a BigInt.
#[allow(
    clippy::cast_precision_loss,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's signature; exact to 2^53"
)]
fn as_number<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(*value as f64)
}

/// Counts by name that are told at most once a second, so that a flood cannot become a flood of notifications.
#[derive(Debug, Default)]
struct Tally {
    counts: BTreeMap<String, u64>,
    total: u64,
    told_at: Option<Duration>,
}

impl Tally {
    const INTERVAL: Duration = Duration::from_secs(1);
    /// Names come from the page: beyond this many they are counted as `other`.
    const MAX_NAMES: usize = 64;
    const MAX_NAME_BYTES: usize = 64;

    /// Adds to a name.
    fn add(&mut self, name: &str, count: u64) {
        let known = self.counts.contains_key(name);
        let fits = self.counts.len() < Self::MAX_NAMES && name.len() <= Self::MAX_NAME_BYTES;
        let name = if known || fits { name } else { "other" };
        *self.counts.entry(name.to_owned()).or_default() += count;
        self.total += count;
    }

    /// When there is something to tell, and when it may be told.
    fn deadline(&self) -> Option<Duration> {
        (self.total > 0).then(|| self.told_at.map_or(Duration::ZERO, |at| at + Self::INTERVAL))
    }

    /// The counts since the last time, if they may be told now.
    fn take_due(&mut self, now: Duration) -> Option<Counts> {
        if self.deadline()? > now {
            return None;
        }
        self.told_at = Some(now);
        self.take()
    }

    /// The counts since the last time, at once.
    fn take(&mut self) -> Option<Counts> {
        let total = std::mem::take(&mut self.total);
        (total > 0).then(|| (total, std::mem::take(&mut self.counts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_once_a_second_and_every_event_of_it_once() {
        let mut ledger = Ledger::default();
        ledger.overflow(3);
        ledger.drop("logs", 2);
        assert_eq!(ledger.tell_at(), Some(Duration::ZERO));
        assert_eq!(ledger.take_due(Duration::ZERO).dropped.map(|(count, _)| count), Some(5));
        ledger.drop("logs", 1);
        assert!(ledger.take_due(Duration::from_millis(999)).dropped.is_none());
        assert_eq!(ledger.tell_at(), Some(Duration::from_secs(1)));
        assert_eq!(ledger.take().dropped.map(|(count, _)| count), Some(1));
        assert_eq!(ledger.tell_at(), None);
    }
}
