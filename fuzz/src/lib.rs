//! What the fuzz targets check, as functions of bytes that panic when a promise is broken.

mod delta;
mod delta_v5;
mod events;
mod obfuscation;
mod session;
mod texts;

#[path = "../../tests/common/decoder.rs"]
mod decoder;
#[path = "../../tests/common/disk.rs"]
mod disk;
#[path = "../../tests/common/messages.rs"]
mod messages;
#[path = "../../tests/common/reader.rs"]
mod reader;

pub use delta::delta_round_trip;
pub use delta_v5::delta_v5_round_trip;
pub use events::{event_line, journal_line};
pub use obfuscation::{candidate, obfuscate, sdp};
pub use session::session;
pub use texts::server_message;

/// A target's name and its check.
pub type Target = (&'static str, fn(&[u8]));

/// All targets by name.
pub const TARGETS: [Target; 9] = [
    ("candidate", candidate),
    ("delta_round_trip", delta_round_trip),
    ("delta_v5_round_trip", delta_v5_round_trip),
    ("event_line", event_line),
    ("journal_line", journal_line),
    ("obfuscate", obfuscate),
    ("sdp", sdp),
    ("server_message", server_message),
    ("session", session),
];

/// JSON text for a string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text")
}
