//! The facts a dump that starts in mid-session must repeat so that it stands alone: who and what this is, and for every live
//! peer connection its `create`, its `constraints` and its current states.
//!
//! It keeps shared references to events that were accepted anyway, bounded in bytes. How they are said again is the
//! dialect's matter, see [`crate::proto::wire`].

use std::collections::{BTreeMap, VecDeque};

use serde_json::value::RawValue;

use super::event::EventKind;
use super::retention::Retained;

/// Bound of what is kept for preambles; the connections created first go first.
const MAX_BYTES: usize = 1024 * 1024;
/// A merged identity beyond this is replaced by the newest one instead.
const MAX_IDENTITY_BYTES: usize = 128 * 1024;

/// Members of an object by name.
pub type Members = BTreeMap<String, Box<RawValue>>;

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
    client: Option<Retained>,
    connections: VecDeque<Connection>,
    bytes: usize,
}

/// All identities of a session in one.
#[derive(Debug)]
pub struct Identity {
    /// The newest of each.
    pub members: Members,
    /// When the first was said.
    pub timestamp: String,
    /// The number of the first.
    pub sequence_number: u64,
}

/// Where a dump that starts in mid-session stands.
#[derive(Debug, Clone, Copy)]
pub struct Continuation<'a> {
    /// Nothing was said before: the session's first dump starts with the events themselves.
    pub is_first: bool,
    /// How this part continues the one before, where there is one.
    pub join: Option<&'a Join>,
    /// The session this one is a breakout room of.
    pub parent: Option<&'a str>,
    /// The number of the first event that is still to be delivered. What comes from here on follows anyway.
    pub pending_from: Option<u64>,
    /// That event, unless it waits on disk.
    pub first_pending: Option<&'a Retained>,
}

impl Continuation<'_> {
    /// The first dump of a room that was entered from another: who this is there is said by the app.
    #[must_use]
    pub fn begins_a_room(&self) -> bool {
        self.join.is_none() && self.parent.is_some()
    }
}

#[derive(Debug, Clone)]
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
            EventKind::Create if entry.event.pc_id().is_none() => self.client = Some(entry.clone()),
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

    /// What is still so in the room that is entered next: the client and its open connections, but not who it was here.
    #[must_use]
    pub fn in_next_room(&self) -> Self {
        let open = self.connections.iter().filter(|connection| connection.closed_at.is_none());
        let connections: VecDeque<Connection> = open.cloned().collect();
        let bytes = connections.iter().map(Connection::bytes).sum();

        Self { identity: None, client: self.client.clone(), connections, bytes }
    }

    /// Who this is, as far as it was said.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What the client itself is, as far as it was said.
    #[must_use]
    pub fn client(&self) -> Option<&Retained> {
        self.client.as_ref()
    }

    /// What was said of the live connections before `number`, in order; all of it without a number.
    #[must_use]
    pub fn connections_before(&self, number: Option<u64>) -> Vec<Retained> {
        let mut entries: Vec<Retained> = self
            .connections
            .iter()
            .flat_map(|connection| &connection.entries)
            .filter(|entry| number.is_none_or(|number| entry.sequence_number < number))
            .cloned()
            .collect();
        entries.sort_by_key(|entry| entry.sequence_number);
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
