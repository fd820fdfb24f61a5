//! What a server says in protocol 3.1: one greeting, and perhaps how far it got.

use serde::Deserialize;

use crate::proto::wire::ServerMessage;

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
