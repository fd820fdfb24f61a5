//! What a channel tells its app.
//!
//! It never carries event content, addresses or credentials: types, counts, codes and ids only.

use std::collections::BTreeMap;

use serde::Serialize;

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
