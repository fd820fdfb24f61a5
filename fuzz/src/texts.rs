//! What the server says.

use rtcstats_native::proto::wire::ServerMessage;
use rtcstats_native::proto::wire::v3::parse_server_message;

/// Any text is understood or not, and nothing but an `sn` with a number acknowledges.
pub fn server_message(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let value = serde_json::from_str::<serde_json::Value>(text);

    match parse_server_message(text) {
        ServerMessage::SequenceNumber { value: number, initial } => {
            let message = value.expect("JSON");

            assert_eq!(message["type"], "sn");
            assert_eq!(message["body"]["value"].as_u64(), Some(number));
            assert_eq!(message["body"]["state"] == "initial", initial);
        }
        ServerMessage::Unknown { kind } => {
            assert!(kind.chars().count() <= 64);
            assert_ne!(kind, "sn");
        }
        ServerMessage::Malformed => {}
    }
}
