//! Protocol 3.1: how a session is named and opened, and its messages, written straight into the outgoing buffer.
//!
//! Keys, their order and their text are those of `@jitsi/rtcstats` 9.7.1. The server reads the socket as one stream
//! of JSON values, so messages simply follow each other. Must never write a raw newline.

mod answers;
pub mod delta;
mod preamble;
mod shape;

use super::{CloseReason, Refusal};
use crate::proto::config::Target;
use crate::proto::event::{Event, EventKind};
use crate::proto::json::{JsonSink, Quoted, write_string};
use crate::proto::retention::Retained;

pub use super::deltas::{MAX_CONNECTIONS, MAX_MEMORY};
pub use answers::parse_server_message;

/// The delta encoders of one link.
pub type Deltas = super::deltas::Deltas<delta::DeltaEncoder>;
pub(super) use preamble::preamble;
pub(super) use shape::check;

/// Sent when leaving, and what the server answers to an id it will not continue.
const CLOSE_LEAVE: u16 = 3001;
/// Sent when what the server is missing is gone.
const CLOSE_ORDERING: u16 = 3002;

/// `${endpoint}/${meetingFqn}?statsSessionId=${id}&isReconnect=${bool}`.
pub(super) fn url(target: &Target, stats_session_id: &str, is_reconnect: bool) -> String {
    let (endpoint, meeting) = (target.endpoint(), target.meeting_path());
    format!("{endpoint}/{meeting}?statsSessionId={stats_session_id}&isReconnect={is_reconnect}")
}

pub(super) fn subprotocol(use_legacy: bool) -> &'static str {
    if use_legacy { "3.1_LEGACY" } else { "3.1_STANDARD" }
}

pub(super) fn caveat(use_legacy: bool) -> Option<&'static str> {
    use_legacy.then_some(
        "today's rtcstats-server treats 3.1_LEGACY as an unsupported client: no features are extracted",
    )
}

/// The server stores the parts of one session as `<uuid>`, `<uuid>_1`, `<uuid>_2`.
pub(super) fn part_name(uuid: &str, part: u32) -> String {
    if part == 0 { uuid.to_owned() } else { format!("{uuid}_{part}") }
}

pub(super) fn refusal(code: u16, is_ready: bool) -> Refusal {
    if code == CLOSE_LEAVE && !is_ready { Refusal::TakenId } else { Refusal::Lost }
}

pub(super) fn close_code(reason: CloseReason) -> u16 {
    match reason {
        CloseReason::Leave => CLOSE_LEAVE,
        CloseReason::Ordering => CLOSE_ORDERING,
    }
}

/// Writes what goes out on one link.
pub struct Encoder {
    stats_session_id: String,
    deltas: Deltas,
}

impl Encoder {
    pub(super) fn new(stats_session_id: String) -> Self {
        Self { stats_session_id, deltas: Deltas::default() }
    }

    pub(super) fn write(&mut self, out: &mut Vec<u8>, entry: &Retained) {
        let event = &entry.event;
        write_entry(out, &self.stats_session_id, event, entry.sequence_number, &mut self.deltas);
        if let (EventKind::Close, Some(pc_id)) = (event.kind(), event.pc_id()) {
            self.deltas.forget(pc_id);
        }
    }

    pub(super) fn write_keepalive(&self, out: &mut Vec<u8>) {
        write_keepalive(out, &self.stats_session_id);
    }
}

/// Appends the message that carries one event.
///
/// `{"statsSessionId":…,"type":"identity","data":["identity",null,{…},timestamp,sequenceNumber]}`, and for every other type
/// `{"statsSessionId":…,"type":"stats-entry","data":"…"}` with the same array as text.
pub fn write_entry(
    out: &mut Vec<u8>,
    stats_session_id: &str,
    event: &Event,
    sequence_number: u64,
    deltas: &mut Deltas,
) {
    match event.kind() {
        EventKind::Identity => {
            write_head(out, stats_session_id, "identity");
            out.json(",\"data\":");
            write_data(out, event, sequence_number, deltas);
        }
        _ => {
            write_head(out, stats_session_id, "stats-entry");
            out.json(",\"data\":\"");
            write_data(&mut Quoted(out), event, sequence_number, deltas);
            out.json("\"");
        }
    }
    out.json("}");
}

/// Appends the message that keeps the server from giving the session up.
pub fn write_keepalive(out: &mut Vec<u8>, stats_session_id: &str) {
    write_head(out, stats_session_id, "keepalive");
    out.json("}");
}

fn write_head(out: &mut Vec<u8>, stats_session_id: &str, message_type: &str) {
    let mut id = String::with_capacity(stats_session_id.len() + 2);

    write_string(stats_session_id, &mut id);
    for piece in ["{\"statsSessionId\":", &id, ",\"type\":\"", message_type, "\""] {
        out.json(piece);
    }
}

fn write_data(out: &mut impl JsonSink, event: &Event, sequence_number: u64, deltas: &mut Deltas) {
    let line = event.line();
    let unclosed = &line[..line.len() - 1];

    match (event.kind(), event.pc_id()) {
        (EventKind::GetStats, Some(pc_id)) => {
            let tail = unclosed.len() - event.timestamp().len() - 1;

            out.json(&unclosed[..tail - event.payload().len()]);
            deltas.encode(pc_id, event.payload(), out);
            out.json(&unclosed[tail..]);
        }
        _ => out.json(unclosed),
    }
    out.json(&format!(",{sequence_number}]"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_that_of_the_protocol() {
        let target = Target::new("wss://rtcstats.example.com/v1/", "tenant/my room").unwrap();
        assert_eq!(
            url(&target, "abc", false),
            "wss://rtcstats.example.com/v1/tenant/my%20room?statsSessionId=abc&isReconnect=false"
        );
    }
}
