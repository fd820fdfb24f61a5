//! What client and server say to each other, taken apart.

use serde_json::Value;

/// The entry in a message, which may be text or not; nothing in a keepalive.
pub fn entry_of(message: &Value) -> Option<Value> {
    match &message["data"] {
        Value::String(text) => Some(serde_json::from_str(text).expect("data is JSON")),
        Value::Array(_) => Some(message["data"].clone()),
        _ => None,
    }
}
