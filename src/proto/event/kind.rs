//! The event types the channel treats in a way of their own: one table of what each is, and of what its payload holds.

use crate::proto::obfuscate::Content;

/// What the channel has to know about an event to treat it right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Who and where: `identity`.
    Identity,
    /// A connection was made: `create`.
    Create,
    /// What it was made with: `constraints`.
    Constraints,
    /// A full report of a connection: `getstats`.
    GetStats,
    /// A connection changed state: signalling, ICE, gathering, connection, DTLS.
    State,
    /// A connection was closed: `close`.
    Close,
    /// Anything else.
    Other,
}

impl EventKind {
    /// What an event of this type is.
    #[must_use]
    pub fn of(event_type: &str) -> Self {
        of(event_type).0
    }
}

/// What an event of this type is, and where in its payload addresses may be. What is not listed is the application's.
pub(super) fn of(event_type: &str) -> (EventKind, Content) {
    match event_type {
        "identity" => (EventKind::Identity, Content::Free),
        "create" => (EventKind::Create, Content::Configuration),
        "setConfiguration" => (EventKind::Other, Content::Configuration),
        "constraints" => (EventKind::Constraints, Content::Free),
        "close" => (EventKind::Close, Content::Free),
        "getstats" => (EventKind::GetStats, Content::Report),
        "getStats" => (EventKind::Other, Content::Report),
        "onsignalingstatechange"
        | "oniceconnectionstatechange"
        | "onicegatheringstatechange"
        | "onconnectionstatechange"
        | "ondtlsstatechange" => (EventKind::State, Content::Free),
        "addIceCandidate"
        | "onicecandidate"
        | "setLocalDescription"
        | "setLocalDescriptionOnSuccess"
        | "setRemoteDescription"
        | "createOfferOnSuccess"
        | "createAnswerOnSuccess" => (EventKind::Other, Content::Signalling),
        "addIceCandidateOnFailure"
        | "setLocalDescriptionOnFailure"
        | "setRemoteDescriptionOnFailure"
        | "createOfferOnFailure"
        | "createAnswerOnFailure"
        | "mediaRequestFailure"
        | "ondatachannelerror"
        | "onicecandidateerror"
        | "ondtlserror" => (EventKind::Other, Content::Failure),
        _ => (EventKind::Other, Content::Free),
    }
}
