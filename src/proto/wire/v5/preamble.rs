//! What a part of a session starts with: what the client is, who this is, its connections, and what the part joins.

use std::sync::Arc;

use crate::proto::event::Event;
use crate::proto::preamble::{Continuation, LiveState, Members};
use crate::proto::retention::Retained;
use crate::proto::wire::identity;

/// The entries a part starts with; the client always first, for the reader asks for it.
pub(in crate::proto::wire) fn preamble(live: &LiveState, continuation: &Continuation<'_>) -> Vec<Retained> {
    let mut entries = Vec::from_iter(client(live, continuation));
    if continuation.is_first {
        return entries;
    }
    let connections = live.connections_before(continuation.pending_from);
    let next = connections.first().or(continuation.first_pending);
    if (live.identity().is_some() || continuation.parent.is_some()) && !continuation.begins_a_room() {
        entries.extend(identity::merged(live, continuation, Members::new(), next));
    }
    entries.extend(connections);
    entries.extend(resumed(continuation, entries.last()));
    entries
}

/// A dump begins with it wherever it was said; a journal that is shortened keeps it only where it was.
fn client(live: &LiveState, continuation: &Continuation<'_>) -> Option<Retained> {
    let begins_a_dump = continuation.is_first || continuation.join.is_some() || continuation.parent.is_some();
    let is_pending =
        |client: &&Retained| continuation.pending_from.is_some_and(|from| client.sequence_number >= from);

    live.client().filter(|client| begins_a_dump || !is_pending(client)).cloned()
}

/// `[":resumed",null,{from,to},…]`.
fn resumed(continuation: &Continuation<'_>, last: Option<&Retained>) -> Option<Retained> {
    let join = continuation.join?;
    let payload = serde_json::json!({ "from": join.previous, "to": super::part_name(&join.stats_session_id, join.part) });
    let neighbour = continuation.first_pending.or(last);
    let timestamp = neighbour.map_or("0", |entry| entry.event.timestamp());
    let event = Event::accept(&format!(r#"[":resumed",null,{payload},{timestamp}]"#), false).ok()?;
    let sequence_number = last.map_or(0, |entry| entry.sequence_number);

    Some(Retained { event: Arc::new(event), sequence_number })
}
