//! What a server says in protocol 3.1: one greeting, and perhaps how far it got.

use serde::Deserialize;

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
