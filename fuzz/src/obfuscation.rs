//! Addresses that are not to come through.

use std::net::IpAddr;

use rtcstats_native::proto::event::Event;
use serde_json::Value;

use crate::quoted;

/// Members of reports that hold an address.
const FIELDS: [&str; 6] =
    ["ip", "ipAddress", "address", "relatedAddress", "googLocalAddress", "googRemoteAddress"];

/// Types of events that are masked.
const MASKED: [&str; 10] = [
    "getstats",
    "getStats",
    "onicecandidate",
    "addIceCandidate",
    "setLocalDescription",
    "createOfferOnSuccess",
    "setRemoteDescriptionOnFailure",
    "onicecandidateerror",
    "ondtlserror",
    "create",
];

/// Any line, and any JSON as the payload of every type that is masked: what comes out is the same when masked once more, and no
/// report keeps an address.
pub fn obfuscate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Event::accept(text, true);

    for kind in MASKED {
        let Ok(event) = Event::accept(&format!("[\"{kind}\",\"PC_0\",{text},1]"), true) else { continue };

        assert_eq!(Event::accept(event.line(), false).as_ref(), Ok(&event), "reading it again");
        if kind.eq_ignore_ascii_case("getstats") {
            // A masked `googLocalAddress` still looks like an address with a port, and loses it.
            if !event.payload().contains("goog") {
                assert_eq!(Event::accept(event.line(), true).as_ref(), Ok(&event), "masking it again");
            }
            check_reports(event.payload());
        }
        if kind == "create"
            && let Ok(configuration) = serde_json::from_str::<Value>(event.payload())
        {
            let servers = configuration["iceServers"].as_array();

            assert!(servers.into_iter().flatten().all(|server| server.get("credential").is_none()));
        }
    }
}

fn check_reports(payload: &str) {
    let Ok(Value::Object(reports)) = serde_json::from_str(payload) else { return };

    for report in reports.values() {
        let relay = report["candidateType"] == "relay";

        for field in
            FIELDS.iter().filter(|field| !relay || field.starts_with("goog") || **field == "relatedAddress")
        {
            if let Some(text) = report[field].as_str() {
                assert!(!holds_address(text), "{field}: {text}");
            }
        }
    }
}

/// Whether a text is an address, in brackets or with a port or neither.
fn holds_address(text: &str) -> bool {
    let host = text.rsplit_once(':').map_or(text, |(host, _)| host);
    let bare = |text: &str| text.trim_matches(['[', ']']).split('%').next().map(str::to_owned);

    [text, host].iter().filter_map(|text| bare(text)).any(|text| is_address(&text))
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok_and(|address| !address.is_unspecified())
}

fn masked(kind: &str, name: &str, text: &str) -> Option<String> {
    let event =
        Event::accept(&format!("[\"{kind}\",\"PC_0\",{{\"{name}\":{}}},1]", quoted(text)), true).ok()?;
    let payload: Value = serde_json::from_str(event.payload()).ok()?;

    Some(payload[name].as_str().expect("still a text").to_owned())
}

/// No word of a description is an address but those of a relay.
pub fn sdp(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(masked) = masked("setRemoteDescription", "sdp", text) else { return };

    assert!(masked.is_empty() || masked.ends_with("\r\n"));
    for line in masked.split('\n').filter(|line| !line.starts_with("a=candidate:")) {
        for word in line.split_ascii_whitespace() {
            assert!(!is_address(word), "{word} of {line}");
        }
    }
}

/// What stands where a candidate has its addresses is masked; another text holds no word that is an address.
pub fn candidate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };

    for kind in ["onicecandidate", "addIceCandidate"] {
        let Some(masked) = masked(kind, "candidate", text) else { return };
        let parts: Vec<&str> = masked.split(' ').collect();
        let own = parts.get(2).is_some_and(|protocol| protocol.eq_ignore_ascii_case("ssltcp"))
            || parts.get(7) == Some(&"relay");
        let is_kept = |index: usize| own && index == 4 && masked.starts_with("candidate:");

        for (index, word) in parts.iter().enumerate() {
            assert!(is_kept(index) || !is_address(word.trim()), "{masked}");
        }
    }
}
