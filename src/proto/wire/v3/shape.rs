//! Which payloads the server survives.
//!
//! The server reads a finished dump in one go and gives up on the whole of it at the first entry that makes its feature
//! extractor throw. So what would make it throw is refused here, before anything retains it. [`SHAPES`] is the one
//! place that knows; a type that is not listed may carry anything.

use crate::proto::event::{Event, EventError, is_inherited};
use crate::proto::json::{members, unescape};
use crate::proto::wire::shapes::{each_member, is_configuration, is_list_of, is_object, is_text};

/// What the server expects of the entries of one type.
struct Shape {
    kind: &'static str,
    needs_connection: bool,
    payload: fn(&str) -> bool,
}

/// Every type whose handler in the server can throw, and what keeps it from throwing.
///
/// | type | what the server does with the payload |
/// | --- | --- |
/// | `identity` | reads members of it; takes `confID` for text |
/// | `create` | walks `iceServers`, looks into every `urls`; files it under the connection |
/// | `constraints` | asks every element of `optional` for a property; files it under the connection |
/// | `getstats` | iterates the reports; files them under the connection |
/// | `dominantSpeaker` | takes it apart, uses `dominantSpeakerEndpoint` as a key |
/// | `e2eRtt` | takes it apart, uses `remoteEndpointId` as a key |
/// | `faceLandmarks` | takes it apart, uses `faceLandmarks` as a key |
/// | `setVideoType` | takes it apart, uses `ssrc` as a key beside its own bookkeeping |
/// | `conferenceStartTimestamp` | converts it to a number |
/// | `connectionInfo` | takes it for the header that only the server itself writes |
const SHAPES: [Shape; 10] = [
    Shape { kind: "identity", needs_connection: false, payload: is_identity },
    Shape { kind: "create", needs_connection: true, payload: is_configuration },
    Shape { kind: "constraints", needs_connection: true, payload: are_constraints },
    Shape { kind: "getstats", needs_connection: true, payload: is_object },
    Shape {
        kind: "dominantSpeaker",
        needs_connection: false,
        payload: |p| has_key(p, "dominantSpeakerEndpoint"),
    },
    Shape { kind: "e2eRtt", needs_connection: false, payload: |p| has_key(p, "remoteEndpointId") },
    Shape { kind: "faceLandmarks", needs_connection: false, payload: |p| has_key(p, "faceLandmarks") },
    Shape { kind: "setVideoType", needs_connection: false, payload: is_video_type },
    Shape { kind: "conferenceStartTimestamp", needs_connection: false, payload: is_scalar },
    Shape { kind: "connectionInfo", needs_connection: false, payload: |_| false },
];

/// Whether the server survives an entry of this event.
pub(in crate::proto::wire) fn check(event: &Event) -> Result<(), EventError> {
    let kind = event.event_type();
    // The server asserts a truthy time stamp here, and only here.
    if kind == "dominantSpeaker" && event.timestamp().parse() == Ok(0.0) {
        return Err(EventError::Payload);
    }
    match SHAPES.iter().find(|shape| shape.kind == kind) {
        Some(shape) if shape.needs_connection && event.pc_id().is_none() => Err(EventError::ConnectionId),
        Some(shape) if !(shape.payload)(event.payload()) => Err(EventError::Payload),
        _ => Ok(()),
    }
}

fn is_scalar(value: &str) -> bool {
    !value.starts_with(['{', '['])
}

fn is_identity(payload: &str) -> bool {
    is_object(payload) && each_member(payload, "confID", is_text)
}

fn are_constraints(payload: &str) -> bool {
    let is_option = |option: &str| is_object(option) && each_member(option, "hasOwnProperty", |_| false);

    is_object(payload)
        && members(payload).all(|(key, value)| key != "\"optional\"" || is_list_of(value, is_option))
}

/// An object whose member `name`, if any, can be used as a key.
fn has_key(payload: &str, name: &str) -> bool {
    is_object(payload) && each_member(payload, name, |key| is_scalar(key) && !is_inherited(&unescape(key)))
}

fn is_video_type(payload: &str) -> bool {
    let is_number =
        |ssrc: &str| ssrc == "null" || ssrc.trim_matches('"').bytes().all(|byte| byte.is_ascii_digit());

    is_object(payload) && each_member(payload, "ssrc", is_number)
}
