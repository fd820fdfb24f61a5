//! Protocol 5.0, that of rtcstats/rtcstats, as its server keeps it and its reader reads it.
//!
//! The server appends every message to the dump as it is, a line a message. So an entry is one line, and one that its reader
//! does not survive spoils the whole dump: nothing here may write such a one. It never says anything, and a link is
//! ready as soon as it is open.

mod calls;
mod clock;
pub mod delta;
mod methods;
mod notation;
mod numbers;
mod preamble;
mod sdp;
mod shape;
mod tables;
mod tracks;
mod transition;
mod value;

use std::collections::BTreeSet;

use super::deltas::Deltas;
use super::{CloseReason, Refusal};
use crate::proto::config::Target;
use crate::proto::event::{Event, EventKind};
use crate::proto::json::JsonSink;
use crate::proto::retention::Retained;
use clock::Clock;
use delta::DeltaEncoder;
use notation::{Entry, Memory, Said};

pub(super) use preamble::preamble;
pub(super) use shape::check;

/// The token is missing, bad, or no longer good.
const CLOSE_POLICY: u16 = 1008;
/// RFC 6455: we leave.
const CLOSE_NORMAL: u16 = 1000;

/// So many connections are known to have begun; should there be more, some begin again.
const MAX_CONNECTIONS: usize = 4096;

/// `${endpoint}/${meetingFqn}?statsSessionId=${id}[&rtcstats-token=${token}]`. The server keeps the URL without the token,
/// and nothing but it says which dumps belong together.
pub(super) fn url(target: &Target, stats_session_id: &str, token: Option<&str>) -> String {
    let (endpoint, meeting) = (target.endpoint(), target.meeting_path());
    let mut query = url::form_urlencoded::Serializer::new(String::new());

    query.append_pair("statsSessionId", stats_session_id);
    if let Some(token) = token {
        query.append_pair("rtcstats-token", token);
    }

    format!("{endpoint}/{meeting}?{}", query.finish())
}

pub(super) fn subprotocol() -> &'static str {
    "rtcstats#5.0"
}

pub(super) fn caveat(use_legacy: bool) -> Option<&'static str> {
    use_legacy.then_some("useLegacy has no meaning in protocol 5.0")
}

/// As in protocol 3.1, for whoever looks through the dumps.
pub(super) fn part_name(uuid: &str, part: u32) -> String {
    if part == 0 { uuid.to_owned() } else { format!("{uuid}_{part}") }
}

pub(super) fn refusal(code: u16) -> Refusal {
    if code == CLOSE_POLICY { Refusal::Terminal { code: "ERR_RTCSTATS_TOKEN" } } else { Refusal::Lost }
}

pub(super) fn close_code(_: CloseReason) -> u16 {
    CLOSE_NORMAL
}

/// Writes what goes out on one link, which is one dump.
#[derive(Default)]
pub struct Encoder {
    clock: Clock,
    /// The client's own entry, once there is one.
    client: Option<String>,
    /// Connections that have begun.
    connections: BTreeSet<Box<str>>,
    memory: Memory,
    deltas: Deltas<DeltaEncoder>,
}

impl Encoder {
    /// Appends an event's entry to a message, behind those that are in it; before it whatever the reader must know first.
    pub(super) fn write(&mut self, out: &mut Vec<u8>, entry: &Retained) {
        let event = &*entry.event;
        if is_client(event) {
            return self.write_client(out, event);
        }
        if self.client.is_none() {
            self.begin(out, event, None);
            self.client = Some(String::new());
        }
        if let Some(pc_id) = event.pc_id() {
            if event.kind() != EventKind::Create && !self.connections.contains(pc_id) {
                self.begin(out, event, Some(pc_id));
            }
            self.remember(pc_id);
        }
        match self.memory.say(event) {
            Said::Nothing => {}
            Said::Report => self.write_report(out, event),
            Said::Entry(said) => self.write_entry(out, event, &said),
        }
        if let (EventKind::Close, Some(pc_id)) = (event.kind(), event.pc_id()) {
            self.deltas.forget(pc_id);
            self.memory.forget(pc_id);
        }
    }

    /// What the client is, said once: a preamble may have said it before its turn.
    fn write_client(&mut self, out: &mut Vec<u8>, event: &Event) {
        if self.client.as_deref() != Some(event.payload()) {
            self.client = Some(event.payload().to_owned());
            self.start_line(out, "create", event.pc_id());
            out.json(event.payload());
            self.end_line(out, event);
        }
    }

    /// The entry that has to come first of all, or of a connection, where the page has none.
    fn begin(&mut self, out: &mut Vec<u8>, event: &Event, pc_id: Option<&str>) {
        self.start_line(out, "create", pc_id);
        out.json(if pc_id.is_some() { "null" } else { "{}" });
        self.end_line(out, event);
    }

    fn remember(&mut self, pc_id: &str) {
        if self.connections.len() >= MAX_CONNECTIONS {
            self.connections.pop_first();
        }
        if !self.connections.contains(pc_id) {
            self.connections.insert(pc_id.into());
        }
    }

    fn write_report(&mut self, out: &mut Vec<u8>, event: &Event) {
        let pc_id = event.pc_id().unwrap_or_default();

        self.start_line(out, "g", Some(pc_id));
        self.deltas.encode(pc_id, event.payload(), out);
        self.end_line(out, event);
    }

    fn write_entry(&mut self, out: &mut Vec<u8>, event: &Event, said: &Entry<'_>) {
        self.start_line(out, &said.method, event.pc_id());
        out.json(&said.value);
        if let Some(extra) = &said.extra {
            out.json(",");
            out.json(extra);
        }
        self.end_line(out, event);
    }

    fn start_line(&mut self, out: &mut Vec<u8>, method: &str, pc_id: Option<&str>) {
        out.json(if out.is_empty() { "[" } else { "\n[" });
        match (methods::method(method), pc_id) {
            (Some(number), _) => out.json(number),
            (None, _) => ["\"", method, "\""].iter().for_each(|piece| out.json(piece)),
        }
        match pc_id {
            Some(pc_id) => [",\"", pc_id, "\","].iter().for_each(|piece| out.json(piece)),
            None => out.json(",null,"),
        }
    }

    fn end_line(&mut self, out: &mut Vec<u8>, event: &Event) {
        out.json(",");
        out.json(&self.clock.step_to(event.timestamp()));
        out.json("]");
    }
}

fn is_client(event: &Event) -> bool {
    event.kind() == EventKind::Create && event.pc_id().is_none()
}
