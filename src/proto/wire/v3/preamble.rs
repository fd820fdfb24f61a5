//! What a later part of a session starts with: its merged identity, which says what it joins, and its connections.

use crate::proto::preamble::{Continuation, Join, LiveState, Members};
use crate::proto::retention::Retained;
use crate::proto::wire::identity;

/// The entries a part starts with, identity first, then by sequence number.
pub(in crate::proto::wire) fn preamble(live: &LiveState, continuation: &Continuation<'_>) -> Vec<Retained> {
    if continuation.is_first {
        return Vec::new();
    }
    let mut entries = live.connections_before(continuation.pending_from);
    let next = entries.first().or(continuation.first_pending);
    let joined = continuation.join.and_then(members_of).unwrap_or_default();
    if !continuation.begins_a_room() {
        entries.splice(0..0, identity::merged(live, continuation, joined, next));
    }
    entries
}

/// The session this part continues.
fn members_of(join: &Join) -> Option<Members> {
    let session = serde_json::json!({
        "statsSessionId": join.stats_session_id,
        "part": join.part,
        "previous": join.previous,
    });
    Some(Members::from([("resumedSession".to_owned(), identity::raw(&session)?)]))
}
