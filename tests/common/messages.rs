//! What client and server say to each other, taken apart.

use rtcstats_native::proto::session::Fragment;
use serde_json::Value;

/// Puts fragments together again, as whoever reads a link does: half a message is none.
#[derive(Default)]
pub struct Reassembly(Option<Vec<u8>>);

impl Reassembly {
    /// The message, when this is its end.
    pub fn add(&mut self, fragment: &Fragment) -> Option<Vec<u8>> {
        assert_eq!(self.0.is_none(), fragment.is_first, "a message begins where the one before ended");
        self.0.get_or_insert_default().extend_from_slice(&fragment.bytes);
        if fragment.is_last { self.0.take() } else { None }
    }
}

/// The entry in a message, which may be text or not; nothing in a keepalive.
pub fn entry_of(message: &Value) -> Option<Value> {
    match &message["data"] {
        Value::String(text) => Some(serde_json::from_str(text).expect("data is JSON")),
        Value::Array(_) => Some(message["data"].clone()),
        _ => None,
    }
}
