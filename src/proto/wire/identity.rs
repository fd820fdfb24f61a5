//! Who a session belongs to, said again: for a later part, or for the room it was entered from.
//!
//! Must never invent an event other than that identity.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::proto::event::Event;
use crate::proto::preamble::{Continuation, LiveState, Members};
use crate::proto::retention::Retained;

/// The member that names the session a breakout room was entered from.
const PARENT: &str = "parentStatsSessionId";

/// All identities of a session in one, with more `members`; `next` is the entry that follows.
///
/// It takes a sequence number below all that follow (0 where nothing is free), so that a dump's order is never broken.
pub(super) fn merged(
    live: &LiveState,
    continuation: &Continuation<'_>,
    more: Members,
    next: Option<&Retained>,
) -> Option<Retained> {
    let identity = live.identity();
    let mut members = identity.map(|identity| identity.members.clone()).unwrap_or_default();
    members.extend(more);
    if let Some(parent) = continuation.parent {
        members.insert(PARENT.to_owned(), raw(&serde_json::Value::from(parent))?);
    }
    let timestamp = match (identity, next) {
        (Some(identity), _) => &identity.timestamp,
        (None, Some(next)) => next.event.timestamp(),
        (None, None) => "0",
    };
    let own = identity.map_or(0, |identity| identity.sequence_number);
    let below = next.map_or(u64::MAX, |next| next.sequence_number.saturating_sub(1));
    let event = write(&serde_json::to_string(&members).ok()?, timestamp)?;
    Some(Retained { event: Arc::new(event), sequence_number: own.min(below) })
}

/// A breakout room's identity names the session it was entered from, as the servers' metadata expect it.
pub(super) fn with_parent(identity: Event, parent: &str) -> Event {
    let Some(open) = identity.payload().strip_suffix('}') else { return identity };
    let separator = if open.ends_with('{') { "" } else { "," };
    let payload = format!(r#"{open}{separator}"{PARENT}":"{parent}"}}"#);
    write(&payload, identity.timestamp()).unwrap_or(identity)
}

/// A value as a member holds it.
pub(super) fn raw(value: &serde_json::Value) -> Option<Box<RawValue>> {
    RawValue::from_string(value.to_string()).ok()
}

fn write(payload: &str, timestamp: &str) -> Option<Event> {
    Event::accept(&format!(r#"["identity",null,{payload},{timestamp}]"#), false).ok()
}
