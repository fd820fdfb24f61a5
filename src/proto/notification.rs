//! What a channel tells its app, and the figures it keeps.
//!
//! Neither ever carries event content, addresses or credentials: types, counts, codes and ids only.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// Something the app may want to know. The JavaScript side sees `{type, …}` in camel case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ChannelEvent {
    /// The server said that it is ready for this session.
    Connected {
        /// The id the events now go under.
        stats_session_id: String,
    },
    /// The link is gone.
    Disconnected {
        /// The websocket close code; 1006 where there was none.
        code: u16,
        /// The server's reason, or ours in words.
        reason: String,
        /// Whether the channel goes on trying.
        will_reconnect: bool,
        /// Milliseconds until the next attempt.
        #[serde(skip_serializing_if = "Option::is_none")]
        delay: Option<u64>,
    },
    /// The session goes on as a new part.
    Resumed {
        /// The id of the part before.
        from: String,
        /// The id of the part that continues it.
        to: String,
    },
    /// What an earlier run left in its journal has arrived.
    Recovered {
        /// The id of that session's first part.
        from: String,
        /// The part its events went under.
        to: String,
        /// How many events arrived.
        count: u64,
        /// How many damaged lines were skipped.
        skipped: u64,
        /// How many are still in the journal, for a later start.
        left: u64,
    },
    /// Events were given up: the channel's own, which with `delivered` and `pending` make up `captured`, or of an earlier
    /// run's journal, which no figure counts.
    Dropped {
        /// How many since the last such event.
        count: u64,
        /// How many by event type.
        types: BTreeMap<String, u64>,
    },
    /// Lines were never accepted.
    Rejected {
        /// How many since the last such event.
        count: u64,
        /// How many by reason code.
        reasons: BTreeMap<String, u64>,
    },
    /// Something is not as it should be; delivery goes on.
    Warning {
        /// Stable, for programs.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// Delivery has stopped; `reconnectNow()` or `connect()` tries again.
    Error {
        /// Stable, for programs.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// The channel is closed for good.
    Closed {
        /// 3001 after leaving with everything acknowledged, otherwise 1006 or the code the server closed with.
        code: u16,
        /// Why.
        reason: String,
    },
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
pub struct Tally {
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
    pub fn add(&mut self, name: &str, count: u64) {
        let known = self.counts.contains_key(name);
        let fits = self.counts.len() < Self::MAX_NAMES && name.len() <= Self::MAX_NAME_BYTES;
        let name = if known || fits { name } else { "other" };
        *self.counts.entry(name.to_owned()).or_default() += count;
        self.total += count;
    }

    /// When there is something to tell, and when it may be told.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        (self.total > 0).then(|| self.told_at.map_or(Duration::ZERO, |at| at + Self::INTERVAL))
    }

    /// The counts since the last time, if they may be told now.
    pub fn take_due(&mut self, now: Duration) -> Option<(u64, BTreeMap<String, u64>)> {
        if self.deadline()? > now {
            return None;
        }
        self.told_at = Some(now);
        self.take()
    }

    /// The counts since the last time, at once.
    pub fn take(&mut self) -> Option<(u64, BTreeMap<String, u64>)> {
        let total = std::mem::take(&mut self.total);
        (total > 0).then(|| (total, std::mem::take(&mut self.counts)))
    }
}
