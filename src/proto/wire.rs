//! The messages of protocol 3.1, written straight into the outgoing buffer, and the server's few answers.
//!
//! Keys, their order and their text are those of `@jitsi/rtcstats` 9.7.1. The server reads the socket as one stream
//! of JSON values, so messages simply follow each other. Must never write a raw newline.

use super::delta::DeltaEncoder;
use super::event::{Event, EventKind};
use super::json::{JsonSink, Quoted, write_string};
use serde::Deserialize;
use std::collections::VecDeque;

/// How many connections keep a previous report. A page has a handful.
pub const MAX_CONNECTIONS: usize = 64;

/// How much memory the previous reports of all connections may take, in bytes. A large call takes one megabyte.
pub const MAX_MEMORY: usize = 64 * 1024 * 1024;

/// The delta encoders of one link to the server, one per connection of the page.
#[derive(Default)]
pub struct Deltas {
    /// The one used last is at the back.
    encoders: VecDeque<(Box<str>, DeltaEncoder)>,
}

impl Deltas {
    /// Drops what is kept for a connection that was closed. Its next report, if any, is sent in full.
    pub fn forget(&mut self, pc_id: &str) {
        self.encoders.retain(|(known, _)| **known != *pc_id);
    }

    /// Writes a report of a connection. Over a bound those that were not used for the longest time make room; they only
    /// start with a full report again.
    fn encode(&mut self, pc_id: &str, report: &str, out: &mut impl JsonSink) {
        let known = self.encoders.iter().position(|(known, _)| **known == *pc_id);
        let (pc_id, mut encoder) = known
            .and_then(|index| self.encoders.remove(index))
            .unwrap_or_else(|| (pc_id.into(), DeltaEncoder::default()));

        encoder.encode(report, out);
        self.encoders.push_back((pc_id, encoder));
        while self.encoders.len() > MAX_CONNECTIONS || self.encoders.len() > 1 && self.size() > MAX_MEMORY {
            self.encoders.pop_front();
        }
    }

    fn size(&self) -> usize {
        self.encoders.iter().map(|(_, encoder)| encoder.size()).sum()
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

/// What the server can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage {
    /// It has everything up to `value`; `initial` opens the session, before it nothing may be sent.
    SequenceNumber {
        /// The last sequence number the server has.
        value: u64,
        /// Whether this is the greeting after the handshake.
        initial: bool,
    },
    /// A message of a type this client does not know.
    Unknown {
        /// The type, cut to 64 characters.
        kind: String,
    },
    /// Not a message.
    Malformed,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    body: Option<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct SequenceNumber {
    value: u64,
    state: Option<String>,
}

/// Reads one message of the server: `{"type":"sn","body":{"value":0,"state":"initial"}}`.
pub fn parse_server_message(text: &str) -> ServerMessage {
    let Ok(Envelope { kind, body }) = serde_json::from_str(text) else {
        return ServerMessage::Malformed;
    };

    if kind != "sn" {
        return ServerMessage::Unknown { kind: kind.chars().take(64).collect() };
    }
    match body.and_then(|body| serde_json::from_str(body.get()).ok()) {
        Some(SequenceNumber { value, state }) => {
            ServerMessage::SequenceNumber { value, initial: state.as_deref() == Some("initial") }
        }
        None => ServerMessage::Malformed,
    }
}
