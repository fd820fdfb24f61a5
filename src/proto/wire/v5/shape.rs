//! Which payloads the reader and its feature extractor survive.
//!
//! Of an entry that merely has another shape than the protocol's it is said as an application's instead, see
//! [`super::notation`]. Refused is only what would not make sense in any entry.

use crate::proto::event::{Event, EventError};
use crate::proto::wire::shapes::{is_configuration, is_object};

/// What the reader calls what belongs to no connection.
const NO_CONNECTION: &str = "null";

/// Whether an event can be said.
pub(in crate::proto::wire) fn check(event: &Event) -> Result<(), EventError> {
    if event.pc_id() == Some(NO_CONNECTION) {
        return Err(EventError::ConnectionId);
    }
    match (event.event_type(), event.pc_id()) {
        ("getstats", None) => Err(EventError::ConnectionId),
        ("identity" | "getstats", _) | ("create", None) if !is_object(event.payload()) => {
            Err(EventError::Payload)
        }
        ("create", Some(_)) if !is_configuration(event.payload()) => Err(EventError::Payload),
        _ => Ok(()),
    }
}
