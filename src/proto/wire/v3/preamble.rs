//! What the server's metadata know of a session: the merged identity a later part starts with, and what it joins.
//!
//! Must never invent an event other than that identity.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::proto::event::Event;
use crate::proto::preamble::{Continuation, Join, LiveState, Members};
use crate::proto::retention::Retained;

/// The entries a part starts with, identity first, then by sequence number.
///
/// The merged identity takes a sequence number below all that follow (0 where nothing is free), so that a dump's
/// order is never broken.
pub(in crate::proto::wire) fn preamble(live: &LiveState, continuation: &Continuation<'_>) -> Vec<Retained> {
    if continuation.is_first {
        return Vec::new();
    }
    let mut entries = live.connections_before(continuation.pending_from);
    let next = entries.first().or(continuation.first_pending);
    entries.splice(0..0, merged_identity(live, continuation, next));
    entries
}

/// A breakout room's identity names the session it was entered from, as the server's metadata expects it.
pub(in crate::proto::wire) fn with_parent(identity: Event, parent: &str) -> Event {
    let Some(open) = identity.payload().strip_suffix('}') else { return identity };
    let separator = if open.ends_with('{') { "" } else { "," };
    let payload = format!(r#"{open}{separator}"parentStatsSessionId":"{parent}"}}"#);
    write_identity(&payload, identity.timestamp()).unwrap_or(identity)
}

fn merged_identity(
    live: &LiveState,
    continuation: &Continuation<'_>,
    next: Option<&Retained>,
) -> Option<Retained> {
    let identity = live.identity();
    let mut members = identity.map(|identity| identity.members.clone()).unwrap_or_default();
    name_others(&mut members, continuation)?;
    let timestamp = match (identity, next) {
        (Some(identity), _) => &identity.timestamp,
        (None, Some(next)) => next.event.timestamp(),
        (None, None) => "0",
    };
    let own = identity.map_or(0, |identity| identity.sequence_number);
    let below = next.map_or(u64::MAX, |next| next.sequence_number.saturating_sub(1));
    let event = write_identity(&serde_json::to_string(&members).ok()?, timestamp)?;
    Some(Retained { event: Arc::new(event), sequence_number: own.min(below) })
}

/// The session this part continues, and the one it is a breakout room of.
fn name_others(members: &mut Members, continuation: &Continuation<'_>) -> Option<()> {
    if let Some(join) = continuation.join {
        members.insert("resumedSession".to_owned(), raw(&join_json(join))?);
    }
    if let Some(parent) = continuation.parent {
        members.insert("parentStatsSessionId".to_owned(), raw(&serde_json::Value::from(parent))?);
    }
    Some(())
}

fn write_identity(payload: &str, timestamp: &str) -> Option<Event> {
    Event::accept(&format!(r#"["identity",null,{payload},{timestamp}]"#), false).ok()
}

fn join_json(join: &Join) -> serde_json::Value {
    serde_json::json!({
        "statsSessionId": join.stats_session_id,
        "part": join.part,
        "previous": join.previous,
    })
}

fn raw(value: &serde_json::Value) -> Option<Box<RawValue>> {
    RawValue::from_string(value.to_string()).ok()
}
