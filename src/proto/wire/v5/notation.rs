//! How an event of the page is said in protocol 5.0: its method, its value and what comes beside the value.
//!
//! The page writes protocol 3.1's notation or this one's. What has no counterpart, or does not have the shape the reader
//! can take apart, goes as an entry of the application, `:<type>`, with its payload as it is.

use std::borrow::Cow;

use super::calls::Calls;
use super::methods;
use super::sdp::Descriptions;
use super::tracks::{self, Labels, member, text};
use crate::proto::event::Event;
use crate::proto::json::unescape;

/// An entry without its time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// The method's name.
    pub(super) method: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
    pub(super) extra: Option<String>,
}

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said<'a> {
    Entry(Entry<'a>),
    /// A report, which is compressed.
    Report,
    /// The protocol says it in another entry, or not at all.
    Nothing,
}

/// What earlier entries of the same dump are needed for.
#[derive(Default)]
pub(super) struct Memory {
    calls: Calls,
    descriptions: Descriptions,
    labels: Labels,
}

impl Memory {
    /// A connection was closed.
    pub(super) fn forget(&mut self, pc_id: &str) {
        self.descriptions.forget(pc_id);
    }

    /// Says an event.
    pub(super) fn say<'a>(&mut self, event: &'a Event) -> Said<'a> {
        self.say_call(event).or_else(|| self.say_known(event)).unwrap_or_else(|| Said::Entry(own(event)))
    }

    /// Calls that settle: both entries have the call's id.
    fn say_call<'a>(&mut self, event: &'a Event) -> Option<Said<'a>> {
        let event_type = event.event_type();
        let (call, outcome) = match event_type.find("On").filter(|at| *at > 0) {
            Some(at) => event_type.split_at(at),
            None => (event_type, ""),
        };

        if !is_call(call, event.pc_id().is_some()) {
            return None;
        }
        let method = methods::method(call)?;
        let value = match outcome {
            "" => self.argument(call, event)?,
            "OnSuccess" => self.result(call, event)?,
            "OnFailure" => Cow::Borrowed(event.payload()),
            _ => return None,
        };
        let extra = match outcome {
            "" => Some(self.calls.start(method, event.pc_id())),
            _ => self.calls.settle(method, event.pc_id()),
        };

        Some(Said::Entry(Entry { method: event_type.into(), value, extra }))
    }

    fn argument<'a>(&mut self, call: &str, event: &'a Event) -> Option<Cow<'a, str>> {
        let payload = event.payload();

        match (call, event.pc_id()) {
            ("setLocalDescription", Some(pc_id)) => {
                Some(self.descriptions.set(pc_id, or_null(payload)).into())
            }
            ("setRemoteDescription", _) => has_good_candidates(payload).then_some(or_null(payload).into()),
            ("addIceCandidate", _) => is_candidate(payload).then_some(or_null(payload).into()),
            _ => Some(payload.into()),
        }
    }

    fn result<'a>(&mut self, call: &str, event: &'a Event) -> Option<Cow<'a, str>> {
        let payload = event.payload();

        match (call, event.pc_id()) {
            // The reader asks a created description for its type, even where the page keeps it to itself.
            ("createOffer", _) if !payload.starts_with('{') => Some(r#"{"type":"offer"}"#.into()),
            ("createAnswer", _) if !payload.starts_with('{') => Some(r#"{"type":"answer"}"#.into()),
            ("createOffer" | "createAnswer", Some(pc_id)) => {
                Some(self.descriptions.created(pc_id, payload).into())
            }
            (_, None) => self.labels.stream(payload).map(Cow::Owned),
            _ => Some(or_null(payload).into()),
        }
    }

    fn say_known<'a>(&mut self, event: &'a Event) -> Option<Said<'a>> {
        let (event_type, payload) = (event.event_type(), event.payload());

        match (event_type, event.pc_id()) {
            ("getstats", Some(_)) => Some(Said::Report),
            ("navigator.mediaDevices.enumerateDevices", None) if payload == "null" => Some(Said::Nothing),
            ("constraints", Some(_)) if matches!(payload, "null" | "{}") => Some(Said::Nothing),
            _ if is_passed_on(event_type) => Some(entry(event_type, payload.into(), None)),
            _ if is_of_track(event_type) => {
                let (method, value) = say_of_track(event)?;

                Some(entry(method, value, None))
            }
            (_, Some(_)) => {
                self.say_of_connection(event).map(|(value, extra)| entry(event_type, value, extra))
            }
            (_, None) => say_of_client(event).map(|(method, value, extra)| entry(method, value, extra)),
        }
    }

    fn say_of_connection<'a>(&self, event: &'a Event) -> Option<(Cow<'a, str>, Option<String>)> {
        let payload = event.payload();
        let value = match event.event_type() {
            "create" | "setConfiguration" => configuration(payload),
            "close" | "restartIce" | "onnegotiationneeded" => "null".into(),
            "addTrack" => self.labels.track(payload)?.into(),
            // What is called the same may be another track: the label of a remote one is not known.
            "ontrack" => Labels::default().track(payload)?.into(),
            "addTransceiver" => self.labels.transceiver(payload)?.into(),
            "replaceTrack" => self.labels.replacement(payload)?.into(),
            "removeTrack" => tracks::id(payload)?.into(),
            "setParameters" if payload.starts_with('{') => format!("[{payload}]").into(),
            "createDataChannel" if payload.starts_with('{') => channel(payload)?.into(),
            "onicecandidate" => is_candidate(payload).then_some(payload)?.into(),
            "constraints"
            | "createDataChannel"
            | "onconnectionstatechange"
            | "ondatachannel"
            | "onicecandidateerror"
            | "oniceconnectionstatechange"
            | "onicegatheringstatechange"
            | "onsignalingstatechange"
            | "setCodecPreferences"
            | "setHeaderExtensionsToNegotiate"
            | "setParameters" => payload.into(),
            _ => return None,
        };

        Some((value, None))
    }
}

fn entry<'a>(method: &'a str, value: Cow<'a, str>, extra: Option<String>) -> Said<'a> {
    Said::Entry(Entry { method: method.into(), value, extra })
}

/// What belongs to no connection, or to a track.
fn say_of_client(event: &Event) -> Option<(&'static str, Cow<'_, str>, Option<String>)> {
    let payload = event.payload();

    Some(match event.event_type() {
        "create" => ("create", payload.into(), None),
        "ondevicechange" => ("navigator.mediaDevices.ondevicechange", "null".into(), None),
        "navigator.mediaDevices.enumerateDevicesOnSuccess" => {
            ("navigator.mediaDevices.enumerateDevices", payload.into(), None)
        }
        "enabled" => {
            let (track, is_enabled) = track_and_rest(payload)?;
            let value = if is_enabled == "true" { "true" } else { "false" };

            ("MediaStreamTrack.enabled", value.into(), Some(track))
        }
        "contentHint" => {
            let (track, hint) = track_and_rest(payload)?;

            ("MediaStreamTrack.contentHint", tracks::quoted(&hint).into(), Some(track))
        }
        "stop" => ("MediaStreamTrack.stop", "[]".into(), Some(tracks::id(payload)?)),
        "HTMLMediaElement.resize" if payload.starts_with('{') => resize(payload)?,
        "applyConstraints" => {
            let constraints = member(payload, "constraints").unwrap_or("null");

            (
                "MediaStreamTrack.applyConstraints",
                format!("[{constraints}]").into(),
                tracks::id(member(payload, "track")?),
            )
        }
        _ => return None,
    })
}

/// `"<kind>:<id> <rest>"`: the track's id and the rest.
fn track_and_rest(payload: &str) -> Option<(String, String)> {
    let text = text(payload)?;
    let (track, rest) = text.split_once(' ')?;

    Some((tracks::id(&tracks::quoted(track))?, rest.to_owned()))
}

/// The size of a video as it was received; how large it is shown the page does not say.
fn resize(payload: &str) -> Option<(&'static str, Cow<'_, str>, Option<String>)> {
    let (width, height, track) =
        (member(payload, "width")?, member(payload, "height")?, member(payload, "track")?);
    let size = format!(r#"{{"videoWidth":{width},"videoHeight":{height}}}"#);

    Some(("HTMLMediaElement.resize", size.into(), tracks::id(track)))
}

/// What happened to a track, whether it belongs to a connection or not.
fn say_of_track(event: &Event) -> Option<(&'static str, Cow<'_, str>)> {
    let method = match event.event_type() {
        "onended" => "MediaStreamTrack.onended",
        "onmute" => "MediaStreamTrack.onmute",
        "onunmute" => "MediaStreamTrack.onunmute",
        _ => return None,
    };

    Some((method, tracks::id(event.payload())?.into()))
}

fn is_of_track(event_type: &str) -> bool {
    matches!(event_type, "onended" | "onmute" | "onunmute")
}

/// What only a page writes that knows this protocol, and the reader takes whatever its value.
fn is_passed_on(event_type: &str) -> bool {
    event_type.starts_with("MediaStreamTrack.")
        || matches!(
            event_type,
            "addTrackOnSuccess"
                | "addTransceiverOnSuccess"
                | "navigator.mediaDevices.enumerateDevices"
                | "navigator.mediaDevices.ondevicechange"
        )
}

/// An entry of the application: what it calls itself, marked as such.
fn own(event: &Event) -> Entry<'_> {
    let event_type = event.event_type();
    let method =
        if event_type.starts_with(':') { event_type.into() } else { format!(":{event_type}").into() };

    Entry { method, value: event.payload().into(), extra: None }
}

fn is_call(name: &str, of_connection: bool) -> bool {
    if of_connection {
        matches!(
            name,
            "createOffer"
                | "createAnswer"
                | "setLocalDescription"
                | "setRemoteDescription"
                | "addIceCandidate"
        )
    } else {
        matches!(name, "navigator.mediaDevices.getUserMedia" | "navigator.mediaDevices.getDisplayMedia")
    }
}

/// What the page leaves out stands as an empty text in protocol 3.1.
fn or_null(payload: &str) -> &str {
    if payload == "\"\"" { "null" } else { payload }
}

/// The configuration a connection was made with, without what protocol 3.1 adds to it; `null` if there was none.
fn configuration(payload: &str) -> Cow<'_, str> {
    if !payload.contains("\"browserType\":") && !payload.contains("\"nullConfig\":") {
        return payload.into();
    }
    let is_own = |name: &str| matches!(name, "\"browserType\"" | "\"nullConfig\"");
    let members: Vec<String> = crate::proto::json::members(payload)
        .filter(|(name, _)| !is_own(name))
        .map(|(name, value)| format!("{name}:{value}"))
        .collect();

    if members.is_empty() && member(payload, "nullConfig") == Some("true") {
        return "null".into();
    }

    format!("{{{}}}", members.join(",")).into()
}

/// The arguments of `createDataChannel`, as a list.
fn channel(payload: &str) -> Option<String> {
    let label = member(payload, "0")?;

    Some(match member(payload, "1") {
        Some(init) => format!("[{label},{init}]"),
        None => format!("[{label}]"),
    })
}

/// Whether the reader can take a candidate apart, or need not.
fn is_candidate(payload: &str) -> bool {
    match member(payload, "candidate") {
        Some(candidate) => candidate.starts_with('"') && is_candidate_text(&unescape(candidate)),
        None => true,
    }
}

fn is_candidate_text(candidate: &str) -> bool {
    candidate.is_empty() || candidate.split(' ').count() >= 8
}

/// Whether the reader can take the candidates in a description apart.
fn has_good_candidates(payload: &str) -> bool {
    let Some(sdp) = member(payload, "sdp") else { return true };

    sdp.starts_with('"')
        && unescape(sdp)
            .split('\n')
            .map(str::trim)
            .filter_map(|line| line.strip_prefix("a=candidate:"))
            .all(|candidate| !candidate.is_empty() && is_candidate_text(candidate))
}
