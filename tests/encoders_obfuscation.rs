//! What leaves the page when addresses may not. Expected texts were taken from `@jitsi/rtcstats` 9.7.1 where it masks.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use rtcstats_native::proto::event::Event;

/// The payload of an event after it was accepted.
fn masked(event_type: &str, payload: &str) -> String {
    let line = format!("[\"{event_type}\",\"PC_0\",{payload},1]");

    Event::accept(&line, true).unwrap_or_else(|error| panic!("{error}: {line}")).payload().to_owned()
}

fn assert_masked(event_type: &str, cases: &[(&str, &str)]) {
    for (payload, expected) in cases {
        assert_eq!(masked(event_type, payload), *expected, "{event_type}");
        assert_eq!(masked(event_type, expected), *expected, "masked twice: {event_type}");
    }
}

#[test]
fn masks_candidates_like_9_7_1() {
    let cases = [
        (
            r#"{"candidate":"candidate:842163049 1 udp 1677729535 203.0.113.7 53421 typ srflx raddr 10.0.0.5 rport 53421 generation 0 ufrag aB+/ network-cost 999","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"aB+/"}"#,
            r#"{"candidate":"candidate:842163049 1 UDP 1677729535 x.x.x.x 53421 typ srflx raddr x.x.x.x rport 53421 ufrag aB+/","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"aB+/"}"#,
        ),
        (
            r#"{"candidate":"a=candidate:1 2 TCP 2105458943 fe80::1%eth0 9 typ host tcptype active"}"#,
            r#"{"candidate":"candidate:1 2 TCP 2105458943 x:x:x:x:x:x:x:x 9 typ host tcptype active"}"#,
        ),
        (
            r#"{"candidate":"candidate:1 192.0.2.1 udp 1 9 9 typ fe80::1 ufrag 192.0.2.1"}"#,
            r#"{"candidate":"candidate:1 x.x.x.x UDP 1 x.x.x.x 9 typ x:x:x:x:x:x:x:x ufrag x.x.x.x"}"#,
        ),
        (
            r#"{"candidate":"candidate:1 1 udp 2122260223 4f3a-1c.local 50000 typ host"}"#,
            r#"{"candidate":"candidate:1 1 UDP 2122260223 x.x.x.x 50000 typ host"}"#,
        ),
        (
            r#"{"candidate":"candidate:1 1 udp 41885439 198.51.100.9 50000 typ relay raddr 203.0.113.7 rport 1"}"#,
            r#"{"candidate":"candidate:1 1 UDP 41885439 198.51.100.9 50000 typ relay raddr x.x.x.x rport 1"}"#,
        ),
        (r#"{"candidate":"","sdpMid":"0"}"#, r#"{"candidate":"","sdpMid":"0"}"#),
        ("null", "null"),
        (r#""""#, r#""""#),
    ];

    assert_masked("onicecandidate", &cases);
    assert_masked("addIceCandidate", &cases);
}

#[test]
fn masks_what_a_candidate_says_beside_its_text() {
    assert_masked(
        "onicecandidate",
        &[
            (
                r#"{"candidate":{"candidate":"candidate:1 1 udp 1 10.0.0.1 1 typ host"},"address":"10.0.0.1","relatedAddress":"::1"}"#,
                r#"{"candidate":{"candidate":"candidate:1 1 UDP 1 x.x.x.x 1 typ host"},"address":"x.x.x.x","relatedAddress":"x:x:x:x:x:x:x:x"}"#,
            ),
            (
                r#"{"address":"198.51.100.9","type":"relay","relatedAddress":"10.0.0.1"}"#,
                r#"{"address":"198.51.100.9","type":"relay","relatedAddress":"x.x.x.x"}"#,
            ),
            (r#"{"candidate":"nonsense 10.0.0.1 a.local"}"#, r#"{"candidate":"nonsense x.x.x.x x.x.x.x"}"#),
            (r#""candidate:1 1 udp 1 10.0.0.1 1 typ host""#, r#""candidate:1 1 UDP 1 x.x.x.x 1 typ host""#),
        ],
    );
}

#[test]
fn masks_descriptions() {
    let sdp = [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 192.168.1.7",
        "s=call from 192.168.1.7",
        "c=IN IP6 2001:db8::1",
        "a=rtcp:53421 IN IP4 203.0.113.7",
        "a=candidate:1 1 udp 1 192.168.1.7 5 typ host generation 0",
        "a=remote-candidates:1 192.168.1.7 5000 2 2001:db8::1 5001",
        "a=ssrc:1 cname:user@192.168.1.7",
        "a=fingerprint:sha-256 0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9:0A:1B:2C:3D:4E:5F:60:71:82:93:A4:B5:C6:D7:E8:F9",
        "a=end ",
    ];
    let expected = [
        "v=0",
        "o=- 4611731400430051336 2 IN IP4 0.0.0.0",
        "s=call from x.x.x.x",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        "a=candidate:1 1 UDP 1 x.x.x.x 5 typ host",
        "a=remote-candidates:1 x.x.x.x 5000 2 x:x:x:x:x:x:x:x 5001",
        "a=ssrc:1 cname:user@x.x.x.x",
        sdp[8],
        "a=end\\r\\n",
    ];
    let payload = format!(r#"{{"type":"offer","sdp":"{}\n"}}"#, sdp.join("\\n"));
    let expected = format!(r#"{{"type":"offer","sdp":"{}"}}"#, expected.join("\\r\\n"));

    for kind in
        ["setLocalDescription", "setRemoteDescription", "createOfferOnSuccess", "createAnswerOnSuccess"]
    {
        assert_masked(kind, &[(&payload, &expected), (r#"{"sdp":""}"#, r#"{"sdp":""}"#), (r#""""#, r#""""#)]);
    }
}

#[test]
fn masks_reports_and_nothing_else_in_them() {
    assert_masked(
        "getstats",
        &[
            (
                r#"{"a":{"id":"a","ip":"10.0.0.1","address":"fe80::1","candidateType":"host"},"b":{"id":"10.0.0.1","bytes":1.50},"ip":{"x":"\"{"}}"#,
                r#"{"a":{"id":"a","ip":"x.x.x.x","address":"x:x:x:x:x:x:x:x","candidateType":"host"},"b":{"id":"10.0.0.1","bytes":1.50},"ip":{"x":"\"{"}}"#,
            ),
            (
                r#"{"a":{"address":"198.51.100.9","relatedAddress":"10.0.0.1","url":"turn:198.51.100.9","candidateType":"relay"}}"#,
                r#"{"a":{"address":"198.51.100.9","relatedAddress":"x.x.x.x","url":"turn:198.51.100.9","candidateType":"relay"}}"#,
            ),
            (
                r#"{"a":{"ipAddress":"::ffff:10.0.0.1","googLocalAddress":"10.0.0.1:8001"}}"#,
                r#"{"a":{"ipAddress":"x:x:x:x:x:x:x:x","googLocalAddress":"x.x.x.x:8001"}}"#,
            ),
            (
                r#"{"a":{"address":"10.0.0.1","type":"relay"}}"#,
                r#"{"a":{"address":"x.x.x.x","type":"relay"}}"#,
            ),
            (
                r#"{"a":{"ip":"","address":null,"nested":[{"address":"10.0.0.1"}],"relatedAddress":["10.0.0.1"]}}"#,
                r#"{"a":{"ip":"","address":null,"nested":[{"address":"x.x.x.x"}],"relatedAddress":"x.x.x.x"}}"#,
            ),
        ],
    );
    assert_eq!(
        masked("getstats", r#"{"a":{"googRemoteAddress":"[1fff:0::ac1f]:8001"}}"#),
        r#"{"a":{"googRemoteAddress":"x:x:x:x:x:x:x:x:8001"}}"#
    );
    // However a page spells the key.
    assert_eq!(masked("getstats", r#"{"a":{"\u0069p":"10.0.0.\u0031"}}"#), r#"{"a":{"ip":"x.x.x.x"}}"#);
}

#[test]
fn masks_what_errors_tell() {
    assert_masked(
        "onicecandidateerror",
        &[(
            r#"{"address":"10.0.0.1","hostCandidate":"192.168.1.x:50000","url":"turn:198.51.100.9:3478","errorText":"to [fe80::1]:80, at 12:30:59"}"#,
            r#"{"address":"x.x.x.x","hostCandidate":"x.x.x.x:50000","url":"turn:198.51.100.9:3478","errorText":"to [x:x:x:x:x:x:x:x]:80, at 12:30:59"}"#,
        )],
    );
    assert_masked(
        "ondtlserror",
        &[
            (r#"{"type":"10.0.0.1","list":["10.0.0.1"]}"#, r#"{"type":"x.x.x.x","list":["x.x.x.x"]}"#),
            ("null", "null"),
        ],
    );
    assert_masked(
        "setRemoteDescriptionOnFailure",
        &[(
            r#""OperationError: std::bad \"c=IN IP4 10.0.0.1.\" host.local 00:1b:44:11:3a:b7 address:fe80::1 address:::ffff:c000:22c face-node:::1""#,
            r#""OperationError: std::bad \"c=IN IP4 x.x.x.x.\" x.x.x.x 00:1b:44:11:3a:b7 address:x:x:x:x:x:x:x:x address:x:x:x:x:x:x:x:x face-node:x:x:x:x:x:x:x:x""#,
        )],
    );
}

#[test]
fn leaves_alone_what_it_is_not_asked_to_mask() {
    let payload = r#"{"ip":"10.0.0.1","candidate":"candidate:1 1 udp 1 10.0.0.1 1 typ host"}"#;

    assert_eq!(masked("logs", payload), payload);
    for kind in ["getstats", "onicecandidate", "setLocalDescription", "ondtlserror"] {
        let line = format!("[\"{kind}\",\"PC_0\",{{\"a\":{payload}}},1]");

        assert_eq!(Event::accept(&line, false).expect("accepted").line(), line);
    }
}

fn address() -> impl Strategy<Value = String> {
    let v4 = any::<[u8; 4]>().prop_map(Ipv4Addr::from);
    let groups = proptest::array::uniform8(prop_oneof![Just(0), any::<u16>()]);
    let v6 = groups.prop_map(Ipv6Addr::from).prop_filter("no address", |address| !address.is_unspecified());

    prop_oneof![
        v4.clone().prop_map(|address| address.to_string()),
        v4.prop_map(|address| address.to_ipv6_mapped().to_string()),
        v6.clone().prop_map(|address| address.to_string()),
        v6.clone().prop_map(|address| address.to_string().to_uppercase()),
        v6.prop_map(|address| format!("{address}%en0")),
        "[0-9a-f]{8}-[0-9a-f]{4}\\.(local|LOCAL|Local)",
    ]
}

proptest! {
    #[test]
    fn no_address_survives(address in address(), other in address()) {
        let candidate = format!("candidate:1 1 udp 1 {address} 5 typ srflx raddr {other} rport 6");
        let sdp = format!(
            "v=0\\r\\no=- 1 2 IN IP4 {address}\\r\\ns={other}\\r\\nc=IN IP4 {address}\\r\\na=rtcp:1 IN IP4 {address}\\r\\na={candidate}\\r\\na=x:{other} y"
        );
        let report = format!(
            r#"{{"ip":"{address}","address":"{other}","ipAddress":"{address}","relatedAddress":"{other}","googLocalAddress":"{address}:5","googRemoteAddress":"[{other}]:5"}}"#
        );
        let cases = [
            ("onicecandidate", format!(r#"{{"candidate":"{candidate}","address":"{address}"}}"#)),
            ("addIceCandidate", format!(r#"{{"candidate":"{address} {other}"}}"#)),
            ("setLocalDescription", format!(r#"{{"sdp":"{sdp}"}}"#)),
            ("createAnswerOnSuccess", format!(r#""{sdp}""#)),
            ("getstats", format!(r#"{{"a":{{}},"b":{report},"c":{{"d":{report}}}}}"#)),
            ("setRemoteDescriptionOnFailure", format!(r#""at {address}, [{other}]:5, \"{address}\"\n{other}.""#)),
            ("onicecandidateerror", format!(r#"{{"hostCandidate":"{address}","address":"{other}"}}"#)),
        ];

        for (kind, payload) in cases {
            let masked = masked(kind, &payload);

            // What follows a mask may look like a short address, so addresses are looked for where they would stand.
            for address in [&address, &other] {
                let left = masked.match_indices(address.as_str()).any(|(at, found)| {
                    let before = masked[..at].chars().next_back().unwrap_or(' ');
                    let after = masked[at + found.len()..].chars().next().unwrap_or(' ');

                    !before.is_alphanumeric() && !after.is_alphanumeric()
                });

                prop_assert!(!left, "{} {}: {}", kind, address, masked);
            }
        }
    }
}
