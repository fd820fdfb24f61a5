//! The messages of protocol 3.1, written straight into the outgoing buffer.
//!
//! Keys, their order and their text are those of `@jitsi/rtcstats` 9.7.1. The server reads the socket as one stream
//! of JSON values, so messages simply follow each other. Must never write a raw newline.

mod answers;
pub mod delta;
mod deltas;
pub(in crate::proto) mod shape;

use crate::proto::event::{Event, EventKind};
use crate::proto::json::{JsonSink, Quoted, write_string};

pub use answers::{ServerMessage, parse_server_message};
pub use deltas::{Deltas, MAX_CONNECTIONS, MAX_MEMORY};

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
