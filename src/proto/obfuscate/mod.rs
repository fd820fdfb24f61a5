//! What may leave the page: no TURN credentials ever, and no clear addresses unless the application wants them.
//!
//! IPv4 (and host names that stand for one) becomes `x.x.x.x`, IPv6 `x:x:x:x:x:x:x:x`. Wherever `@jitsi/rtcstats` 9.7.1
//! masks, the result is the same to the byte. It leaves some addresses in the clear that are masked here: the related
//! address of statistics, the `o=` line and free text of session descriptions, candidates that are no valid candidates, the
//! members an `RTCIceCandidate` has beside its text, and the texts of errors. Addresses of TURN servers stay, operators
//! group sessions by them; entries of the application pass untouched.
//!
//! Must never give up on an odd value and let it pass: what cannot be parsed is searched for addresses.

mod candidate;
mod sdp;
mod stats;
mod text;

use std::borrow::Cow;

use super::json::{elements, member_ranges, members, unescape, write_string};

pub use stats::AddressedReports;

/// What a payload is made of, and so where in it an address may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The application's, or nothing that ever holds an address: passes untouched.
    Free,
    /// The configuration of a connection: loses its credentials, whether addresses are masked or not.
    Configuration,
    /// Reports by id.
    Report,
    /// Candidates and descriptions.
    Signalling,
    /// What went wrong, in words that may quote an address.
    Failure,
}

/// Appends a payload as it may leave the page. `reports` names the parts of a report that hold addresses.
pub(super) fn write_payload(
    content: Content,
    payload: &str,
    obfuscate: bool,
    reports: &AddressedReports,
    out: &mut String,
) {
    match content {
        Content::Configuration => write_configuration(payload, out),
        _ if !obfuscate => out.push_str(payload),
        Content::Free => out.push_str(payload),
        Content::Report => reports.write(payload, out),
        Content::Signalling => Masking::SIGNALLING.write(payload, out),
        Content::Failure => Masking::FAILURE.write(payload, out),
    }
}

/// What is kept of a server, as the keys stand in JSON. What it proves itself with is not among them, under any name.
const SERVER_MEMBERS: [&str; 4] = ["\"credentialType\"", "\"url\"", "\"urls\"", "\"username\""];

/// The mask of one address, as 9.7.1 tells the families apart.
fn mask(address: &str) -> &'static str {
    if address.starts_with('[') || address.contains(':') { "x:x:x:x:x:x:x:x" } else { "x.x.x.x" }
}

/// Which strings, beside the members that always hold an address, are searched for one.
#[derive(Clone, Copy)]
struct Masking {
    /// Members `candidate` and `sdp`.
    descriptions: bool,
    /// Every other string except URLs of servers.
    texts: bool,
}

impl Masking {
    const STATS: Self = Self { descriptions: false, texts: false };
    const SIGNALLING: Self = Self { descriptions: true, texts: false };
    const FAILURE: Self = Self { descriptions: true, texts: true };

    /// Appends any value, masked. As deep as the value nests, which is bounded where events are accepted.
    fn write(self, value: &str, out: &mut String) {
        match value.as_bytes().first() {
            Some(b'{') => self.write_object(value, out),
            Some(b'[') => write_array(value, out, |element, out| self.write(element, out)),
            // A whole payload of text where an object is expected: whatever it is, it must not leak.
            Some(b'"') if self.descriptions => write_string(&self.mask_loose(&unescape(value)), out),
            _ => out.push_str(value),
        }
    }

    /// Rewrites the members that may hold an address; what lies between them is copied as it is.
    fn write_object(self, object: &str, out: &mut String) {
        let (mut of_report, mut of_candidate) = (None, None);
        let mut concerned = Vec::new();

        for (key, range) in member_ranges(object) {
            let name = &object[key.start + 1..key.end - 1];
            let value = &object[range.clone()];

            match name {
                "candidateType" => of_report = Some(value),
                "type" => of_candidate = Some(value),
                _ => {}
            }
            if self.concerns(name, value) {
                concerned.push((name, range));
            }
        }
        // The address of a relay candidate is the server's. Only outside of reports is `type` the type of a candidate.
        let kind = if self.descriptions { of_report.or(of_candidate) } else { of_report };
        let relay = kind == Some("\"relay\"");
        let mut copied = 0;

        for (name, range) in concerned {
            out.push_str(&object[copied..range.start]);
            copied = range.end;
            self.write_member(name, &object[range], relay, out);
        }
        out.push_str(&object[copied..]);
    }

    /// Whether a member may hold an address, somewhere.
    fn concerns(self, name: &str, value: &str) -> bool {
        match value.as_bytes().first() {
            Some(b'{' | b'[') => true,
            Some(b'"') => self.descriptions || stats::is_address(name),
            _ => false,
        }
    }

    fn write_member(self, name: &str, value: &str, relay: bool, out: &mut String) {
        let is_text = value.starts_with('"');

        match name {
            _ if stats::is_address(name) && !value.starts_with('{') => {
                stats::write_masked(name, value, relay, out)
            }
            _ if !is_text => self.write(value, out),
            "candidate" if self.descriptions => write_string(&candidate::mask(&unescape(value)), out),
            "sdp" if self.descriptions => write_string(&sdp::mask(&unescape(value)), out),
            "url" | "urls" => out.push_str(value),
            _ if self.texts => write_string(&text::mask(&unescape(value)), out),
            _ => out.push_str(value),
        }
    }

    fn mask_loose(self, text: &str) -> Cow<'_, str> {
        if candidate::is_candidate(text) {
            candidate::mask(text).into()
        } else if text.starts_with("v=0") {
            sdp::mask(text).into()
        } else {
            text::mask(text)
        }
    }
}

/// Stands for what is no configuration, and so cannot be searched for credentials.
const UNUSABLE: &str = "false";

/// Appends the configuration of a connection without the credentials of its servers.
fn write_configuration(payload: &str, out: &mut String) {
    match payload.as_bytes().first() {
        Some(b'{') => write_object(payload, out, |key, value, out| match key {
            "\"iceServers\"" => write_servers(value, out),
            _ => out.push_str(value),
        }),
        _ => out.push_str(null_or_unusable(payload)),
    }
}

fn write_servers(servers: &str, out: &mut String) {
    match servers.as_bytes().first() {
        Some(b'[') => write_array(servers, out, write_server),
        _ => out.push_str(null_or_unusable(servers)),
    }
}

fn null_or_unusable(value: &str) -> &str {
    if value == "null" { value } else { UNUSABLE }
}

fn write_server(server: &str, out: &mut String) {
    if !server.starts_with('{') {
        return out.push_str(UNUSABLE);
    }
    out.push('{');
    let kept = members(server).filter(|(key, _)| SERVER_MEMBERS.contains(key));

    for (index, (key, value)) in kept.enumerate() {
        write_pair(index, key, out);
        write_server_member(value, out);
    }
    out.push('}');
}

/// Appends a text, a list of texts, or a value that is none; what else a page may have put there is not for a server.
fn write_server_member(value: &str, out: &mut String) {
    match value.as_bytes().first() {
        Some(b'[') => write_array(value, out, write_server_member),
        Some(b'{') => out.push_str("null"),
        Some(b'"') if value.contains('@') => write_string(&without_user_info(&unescape(value)), out),
        _ => out.push_str(value),
    }
}

/// A URL without the user and the password some write into it.
fn without_user_info(url: &str) -> String {
    match (url.find(':'), url.rfind('@')) {
        (Some(colon), Some(at)) if colon < at => format!("{}{}", &url[..=colon], &url[at + 1..]),
        _ => url.to_owned(),
    }
}

fn write_object(object: &str, out: &mut String, mut value_of: impl FnMut(&str, &str, &mut String)) {
    out.push('{');
    for (index, (key, value)) in members(object).enumerate() {
        write_pair(index, key, out);
        value_of(key, value, out);
    }
    out.push('}');
}

fn write_pair(index: usize, key: &str, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    out.push_str(key);
    out.push(':');
}

fn write_array(array: &str, out: &mut String, mut each: impl FnMut(&str, &mut String)) {
    if !array.starts_with('[') {
        return out.push_str(array);
    }
    out.push('[');
    for (index, element) in elements(array).enumerate() {
        if index > 0 {
            out.push(',');
        }
        each(element, out);
    }
    out.push(']');
}
