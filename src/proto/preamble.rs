//! What a dump that starts in mid-session must say first so that it stands alone: who this is, and for every live
//! peer connection its `create`, its `constraints` and its current states.
//!
//! It keeps shared references to events that were accepted anyway, bounded in bytes; it never invents an event other
//! than the merged identity.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::event::{Event, EventKind};
use super::retention::Retained;

/// Bound of what is kept for preambles; the connections created first go first.
const MAX_BYTES: usize = 1024 * 1024;
/// A merged identity beyond this is replaced by the newest one instead.
const MAX_IDENTITY_BYTES: usize = 128 * 1024;

type Members = BTreeMap<String, Box<RawValue>>;

/// How a later part names the session it continues; it becomes members of the part's identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The id of the session's first part.
    pub stats_session_id: String,
    /// The number of this part, from 1.
    pub part: u32,
    /// The id of the part before.
    pub previous: String,
}

/// The latest identity and the live connections of a session.
#[derive(Debug, Default)]
pub struct LiveState {
    identity: Option<Identity>,
    connections: VecDeque<Connection>,
    bytes: usize,
}

#[derive(Debug)]
struct Identity {
    members: Members,
    timestamp: String,
    sequence_number: u64,
}

#[derive(Debug)]
struct Connection {
    pc_id: String,
    entries: Vec<Retained>,
    closed_at: Option<u64>,
}

impl Connection {
    fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.event.line().len()).sum::<usize>() + self.pc_id.len()
    }
}

impl LiveState {
    /// Takes note of an accepted event.
    pub fn observe(&mut self, entry: &Retained) {
        match entry.event.kind() {
            EventKind::Identity => self.merge_identity(entry),
            EventKind::Create | EventKind::Constraints | EventKind::State => self.remember(entry),
            EventKind::Close => self.mark_closed(entry),
            EventKind::GetStats | EventKind::Other => {}
        }
    }

    /// Connections whose `close` is acknowledged need no preamble any more.
    pub fn acknowledge(&mut self, sequence_number: u64) {
        self.connections.retain(|connection| connection.closed_at.is_none_or(|at| at > sequence_number));
        self.bytes = self.connections.iter().map(Connection::bytes).sum();
    }

    /// The entries a new part starts with, identity first, then by sequence number.
    ///
    /// What `is_pending` is left out: it follows with the unacknowledged events anyway. The merged identity takes a
    /// sequence number below all that follow (0 where nothing is free), so that a dump's order is never broken.
    pub fn preamble(
        &self,
        join: Option<&Join>,
        parent: Option<&str>,
        first_pending: Option<&Retained>,
        is_pending: impl Fn(u64) -> bool,
    ) -> Vec<Retained> {
        let mut entries: Vec<Retained> = self
            .connections
            .iter()
            .flat_map(|connection| &connection.entries)
            .filter(|entry| !is_pending(entry.sequence_number))
            .cloned()
            .collect();
        entries.sort_by_key(|entry| entry.sequence_number);
        let next = entries.first().or(first_pending);
        entries.splice(0..0, self.merged_identity(join, parent, next));
        entries
    }

    fn merge_identity(&mut self, entry: &Retained) {
        let Ok(newer) = serde_json::from_str::<Members>(entry.event.payload()) else { return };
        let identity = self.identity.get_or_insert_with(|| Identity {
            members: Members::new(),
            timestamp: entry.event.timestamp().to_owned(),
            sequence_number: entry.sequence_number,
        });
        merge_members(&mut identity.members, newer);
        if members_bytes(&identity.members) > MAX_IDENTITY_BYTES {
            let newest = serde_json::from_str(entry.event.payload()).unwrap_or_default();
            identity.members = newest;
        }
    }

    fn remember(&mut self, entry: &Retained) {
        let Some(pc_id) = entry.event.pc_id() else { return };
        let connection = match self.connections.iter_mut().position(|connection| connection.pc_id == pc_id) {
            Some(index) => &mut self.connections[index],
            None => {
                self.connections.push_back(Connection {
                    pc_id: pc_id.to_owned(),
                    entries: Vec::new(),
                    closed_at: None,
                });
                self.connections.back_mut().expect("just pushed")
            }
        };
        connection.entries.retain(|known| known.event.event_type() != entry.event.event_type());
        connection.entries.push(entry.clone());
        self.bytes += entry.event.line().len();
        self.enforce_bound();
    }

    fn mark_closed(&mut self, entry: &Retained) {
        let pc_id = entry.event.pc_id();
        let closed = self.connections.iter_mut().find(|connection| Some(connection.pc_id.as_str()) == pc_id);
        if let Some(connection) = closed {
            connection.closed_at = Some(entry.sequence_number);
        }
    }

    fn enforce_bound(&mut self) {
        if self.bytes <= MAX_BYTES {
            return;
        }
        self.bytes = self.connections.iter().map(Connection::bytes).sum();
        while self.bytes > MAX_BYTES {
            let Some(oldest) = self.connections.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
    }

    fn merged_identity(
        &self,
        join: Option<&Join>,
        parent: Option<&str>,
        next: Option<&Retained>,
    ) -> Option<Retained> {
        let mut members = self.identity.as_ref().map(|identity| identity.members.clone()).unwrap_or_default();
        if let Some(join) = join {
            members.insert("resumedSession".to_owned(), raw(&join_json(join))?);
        }
        if let Some(parent) = parent {
            members.insert("parentStatsSessionId".to_owned(), raw(&serde_json::Value::from(parent))?);
        }
        let timestamp = match (&self.identity, next) {
            (Some(identity), _) => &identity.timestamp,
            (None, Some(next)) => next.event.timestamp(),
            (None, None) => "0",
        };
        let own = self.identity.as_ref().map_or(0, |identity| identity.sequence_number);
        let below = next.map_or(u64::MAX, |next| next.sequence_number.saturating_sub(1));
        let payload = serde_json::to_string(&members).ok()?;
        let event = Event::accept(&format!(r#"["identity",null,{payload},{timestamp}]"#), false).ok()?;
        Some(Retained { event: Arc::new(event), sequence_number: own.min(below) })
    }
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

/// Later members win, `deploymentInfo` member by member: the way the server merges identity entries.
fn merge_members(members: &mut Members, newer: Members) {
    for (name, value) in newer {
        let merged = match members.get(&name) {
            Some(known) if name == "deploymentInfo" => merge_objects(known, &value).unwrap_or(value),
            _ => value,
        };
        members.insert(name, merged);
    }
}

fn merge_objects(older: &RawValue, newer: &RawValue) -> Option<Box<RawValue>> {
    let mut members: Members = serde_json::from_str(older.get()).ok()?;
    members.extend(serde_json::from_str::<Members>(newer.get()).ok()?);
    RawValue::from_string(serde_json::to_string(&members).ok()?).ok()
}

fn members_bytes(members: &Members) -> usize {
    members.iter().map(|(name, value)| name.len() + value.get().len()).sum()
}
