//! The encoders seen from outside: what is accepted, what leaves, and that the server's rules undo it.

use rtcstats_native::proto::event::{Event, EventError, EventKind, MAX_LINE};
use rtcstats_native::proto::wire::v3::{
    Deltas, MAX_CONNECTIONS, parse_server_message, write_entry, write_keepalive,
};
use rtcstats_native::proto::wire::{Dialect, ServerMessage};

fn accept(line: &str) -> Event {
    Dialect::V3.accept(line, true).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn refuse(line: &str) -> EventError {
    Dialect::V3.accept(line, true).expect_err(line)
}

fn sent(event: &Event, sequence_number: u64, deltas: &mut Deltas) -> String {
    let mut out = Vec::new();

    write_entry(&mut out, "id", event, sequence_number, deltas);

    String::from_utf8(out).expect("UTF-8")
}

/// The reports of consecutive polls of one connection as they stand on the wire.
fn deltas(polls: &[&str]) -> Vec<String> {
    let mut deltas = Deltas::default();

    polls
        .iter()
        .map(|poll| {
            let message = sent(&accept(&format!(r#"["getstats","PC_0",{poll},1]"#)), 1, &mut deltas);
            let message: serde_json::Value = serde_json::from_str(&message).expect("a message");
            let data = message["data"].as_str().expect("data as text");

            data.strip_prefix(r#"["getstats","PC_0","#)
                .and_then(|data| data.strip_suffix(",1,1]"))
                .expect(data)
                .to_owned()
        })
        .collect()
}

#[test]
fn takes_an_event_apart() {
    let event = accept(r#"["onconnectionstatechange","PC_0","connected",1700000000000.5]"#);

    assert_eq!(event.kind(), EventKind::State);
    assert_eq!(event.event_type(), "onconnectionstatechange");
    assert_eq!(event.pc_id(), Some("PC_0"));
    assert_eq!(event.payload(), r#""connected""#);
    assert_eq!(event.timestamp(), "1700000000000.5");
    assert_eq!(accept(r#"["identity",null,{"a":1},5]"#).pc_id(), None);
}

#[test]
fn makes_every_line_regular() {
    let event = accept(
        " [ \"logs\" , null ,\n {\"\\u0061\\/\" : [ 1 , \"\\ud83d\\ude00 \\uD800 \u{2028}\" ] } , -1.5e3 ] ",
    );

    assert_eq!(event.line(), "[\"logs\",null,{\"a/\":[1,\"😀 \\ud800 \\u2028\"]},-1.5e3]");
    assert_eq!(event.payload(), "{\"a/\":[1,\"😀 \\ud800 \\u2028\"]}");
    assert_eq!(event, accept(event.line()));
}

#[test]
fn refuses_what_is_no_event() {
    let deep = format!(r#"["logs",null,{}{},1]"#, "[".repeat(200), "]".repeat(200));
    let long = format!(r#"["logs",null,"{}",1]"#, "a".repeat(MAX_LINE));
    let cases = [
        ("", EventError::Syntax),
        ("nonsense", EventError::Syntax),
        ("{}", EventError::Layout),
        ("[]", EventError::Type),
        (r#"["logs"]"#, EventError::Layout),
        (r#"["logs",null,1]"#, EventError::Layout),
        (r#"["logs",null,1,2,3]"#, EventError::Layout),
        (r#"["logs",null,1,2] 3"#, EventError::Syntax),
        ("[\"logs\",null,\"a\nb\",2]", EventError::Syntax),
        (r#"["logs",null,01,2]"#, EventError::Syntax),
        (r#"["logs",null,"\x",2]"#, EventError::Syntax),
        (r#"["logs",null,{"a":1,},2]"#, EventError::Syntax),
        (r#"["logs",null,[1}],2]"#, EventError::Syntax),
        (r#"["logs",null,"a,2]"#, EventError::Syntax),
        (r#"["",null,1,2]"#, EventError::Type),
        (r#"[7,null,1,2]"#, EventError::Type),
        (r#"["__proto__",null,1,2]"#, EventError::Type),
        (r#"["logs",7,1,2]"#, EventError::ConnectionId),
        (r#"["getstats","constructor",{},2]"#, EventError::ConnectionId),
        (r#"["logs",null,1,"2"]"#, EventError::Timestamp),
        (r#"["logs",null,1,null]"#, EventError::Timestamp),
        (r#"["logs",null,1,1e999]"#, EventError::Timestamp),
        (&deep, EventError::TooDeep),
        (&long, EventError::TooLong),
    ];

    for (line, error) in cases {
        assert_eq!(refuse(line), error, "{}", &line[..line.len().min(80)]);
        assert!(!error.to_string().contains("logs"));
    }
}

#[test]
fn refuses_payloads_that_would_spoil_a_dump() {
    let cases = [
        r#"["identity",null,null,1]"#,
        r#"["identity",null,[],1]"#,
        r#"["identity",null,{"confID":null},1]"#,
        r#"["create","PC_0",null,1]"#,
        r#"["create","PC_0",{"iceServers":{}},1]"#,
        r#"["create","PC_0",{"iceServers":[null]},1]"#,
        r#"["create","PC_0",{"iceServers":[{"urls":null}]},1]"#,
        r#"["create","PC_0",{"iceServers":[{"urls":[1]}]},1]"#,
        r#"["constraints","PC_0",null,1]"#,
        r#"["constraints","PC_0",{"optional":null},1]"#,
        r#"["constraints","PC_0",{"optional":[null]},1]"#,
        r#"["getstats","PC_0",null,1]"#,
        r#"["getstats","PC_0",[],1]"#,
        r#"["dominantSpeaker",null,null,1]"#,
        r#"["dominantSpeaker",null,{},0]"#,
        r#"["e2eRtt",null,null,1]"#,
        r#"["faceLandmarks",null,null,1]"#,
        r#"["faceLandmarks",null,{"faceLandmarks":{"toString":1}},1]"#,
        r#"["setVideoType",null,null,1]"#,
        r#"["setVideoType",null,{"ssrc":"transport"},1]"#,
        r#"["conferenceStartTimestamp",null,{"valueOf":1},1]"#,
        r#"["connectionInfo",null,{},1]"#,
    ];

    for line in cases {
        assert_eq!(refuse(line), EventError::Payload, "{line}");
    }
    for kind in ["create", "constraints", "getstats"] {
        assert_eq!(refuse(&format!(r#"["{kind}",null,{{}},1]"#)), EventError::ConnectionId);
    }
}

#[test]
fn accepts_what_pages_really_send() {
    let lines = [
        r#"["identity",null,{"confID":"https://meet.jit.si/a","displayName":"é"},1]"#,
        r#"["create","PC_0",{"nullConfig":true,"browserType":"webkit"},1]"#,
        r#"["create","PC_0",{"iceServers":[{"urls":"stun:a"},{"urls":["turn:b"],"username":"u"}]},1]"#,
        r#"["constraints","PC_0",{},1]"#,
        r#"["constraints","PC_0",{"optional":[{"rtcStatsSFUP2P":false}]},1]"#,
        r#"["getstats","PC_0",{},1]"#,
        r#"["onicecandidate","PC_0",null,1]"#,
        r#"["onicecandidate","PC_0",{"candidate":"","sdpMid":"0"},1]"#,
        r#"["dominantSpeaker",null,{"dominantSpeakerEndpoint":null,"previousSpeakers":[]},1]"#,
        r#"["setVideoType",null,{"ssrc":123,"videoType":"camera"},1]"#,
        r#"["conferenceStartTimestamp",null,"1700000000000",1]"#,
        r#"["createOfferOnFailure","PC_0",null,1]"#,
    ];

    for line in lines {
        assert_eq!(accept(line).line(), line);
    }
}

#[test]
fn never_lets_a_credential_out() {
    let line = r#"["create","PC_0",{"iceServers":[{"credential":"s","urls":"turn:a","username":"u"},{"credential":"s"}],"x":1},1]"#;

    for obfuscate in [true, false] {
        let event = Dialect::V3.accept(line, obfuscate).expect("accepted");

        assert_eq!(event.payload(), r#"{"iceServers":[{"urls":"turn:a","username":"u"},{}],"x":1}"#);
        assert_eq!(event.timestamp(), "1");
    }
    for kind in ["create", "setConfiguration"] {
        let line = format!(
            r#"["{kind}","PC_0",{{"iceServers":[{{"_credential":"s","password":{{"s":1}},"urls":["turn:u:s@a","turn:b"],"username":"u"}}]}},1]"#
        );
        let event = Dialect::V3.accept(&line, false).expect("accepted");

        assert_eq!(event.payload(), r#"{"iceServers":[{"urls":["turn:a","turn:b"],"username":"u"}]}"#);
    }
}

#[test]
fn writes_the_messages_of_the_protocol() {
    let mut deltas = Deltas::default();
    let identity = accept(r#"["identity",null,{"a":"\"\\\u2028"},5]"#);
    let entry = accept(r#"["logs",null,{"a":"\"\\\n\u2028é"},5]"#);
    let mut keepalive = Vec::new();

    write_keepalive(&mut keepalive, "id");
    assert_eq!(
        sent(&identity, 1, &mut deltas),
        r#"{"statsSessionId":"id","type":"identity","data":["identity",null,{"a":"\"\\\u2028"},5,1]}"#
    );
    assert_eq!(
        sent(&entry, 2, &mut deltas),
        r#"{"statsSessionId":"id","type":"stats-entry","data":"[\"logs\",null,{\"a\":\"\\\"\\\\\\n\\u2028é\"},5,2]"}"#
    );
    assert_eq!(keepalive, br#"{"statsSessionId":"id","type":"keepalive"}"#);
}

#[test]
fn understands_the_server() {
    let initial = ServerMessage::SequenceNumber { value: 0, initial: true };
    let later = ServerMessage::SequenceNumber { value: 7, initial: false };

    assert_eq!(parse_server_message(r#"{"type":"sn","body":{"value":0,"state":"initial"}}"#), initial);
    assert_eq!(parse_server_message(r#"{"type":"sn","body":{"value":7}}"#), later);
    assert_eq!(parse_server_message(r#"{"type":"x"}"#), ServerMessage::Unknown { kind: "x".into() });
    for garbage in
        ["", "7", "{}", "{\"type\":\"sn\"}", r#"{"type":"sn","body":{"value":-1}}"#, r#"{"type":7}"#]
    {
        assert_eq!(parse_server_message(garbage), ServerMessage::Malformed, "{garbage}");
    }
}

#[test]
fn sends_what_changed() {
    let polls = [
        r#"{"a":{"id":"a","timestamp":5.5,"x":1,"o":{"k":[1]}},"b":{"id":"b","timestamp":4.5,"s":"t"}}"#,
        r#"{"a":{"id":"a","timestamp":6.5,"x":12,"o":{"k":[1]}},"b":{"id":"b","timestamp":4.5,"s":"t"}}"#,
        r#"{"b":{"id":"b","timestamp":6.5,"s":"t"},"c":{"id":"c","timestamp":6.5,"s":"t"}}"#,
        r#"{"b":{"id":"b","timestamp":6.5},"c":{"id":"c","new":null,"timestamp":6.5,"s":"t"}}"#,
        r#"{"b":{"id":"b","timestamp":6.5},"c":{"s":"t","timestamp":6.5}}"#,
    ];

    assert_eq!(
        deltas(&polls),
        [
            r#"{"a":{"timestamp":0,"x":1,"o":{"k":[1]}},"b":{"timestamp":4.5,"s":"t"},"timestamp":5.5}"#,
            r#"{"a":{"timestamp":0,"x":12},"b":{"timestamp":4.5},"timestamp":6.5}"#,
            r#"{"b":{"timestamp":0},"c":{"timestamp":0,"s":"t"},"timestamp":6.5}"#,
            r#"{"b":{"s":null,"timestamp":0},"c":{"new":null,"timestamp":0},"timestamp":6.5}"#,
            r#"{"b":{"timestamp":0},"c":{"timestamp":0},"timestamp":6.5}"#,
        ]
    );
}

#[test]
fn treats_zero_as_the_newest_when_it_occurs() {
    let polls = [r#"{"a":{"timestamp":0},"b":{"timestamp":7},"c":{"timestamp":0.0}}"#];

    assert_eq!(
        deltas(&polls),
        [r#"{"a":{"timestamp":0},"b":{"timestamp":7},"c":{"timestamp":0},"timestamp":0}"#]
    );
}

#[test]
fn leaves_out_what_the_server_cannot_take() {
    let polls = [
        r#"{"n":null,"l":[1],"t":"x","timestamp":{"x":1},"__proto__":{"x":1},"toString":{"x":1},"a":{"__proto__":1,"x":1}}"#,
        "{}",
        r#"{"a":{"x":1,"x":2},"a":{"x":3,"x":2}}"#,
        r#"{"a":{"x":2}}"#,
    ];

    assert_eq!(
        deltas(&polls),
        [
            r#"{"a":{"x":1},"timestamp":null}"#,
            r#"{"timestamp":null}"#,
            r#"{"a":{"x":3,"x":2},"timestamp":null}"#,
            r#"{"a":{"x":2},"timestamp":null}"#,
        ]
    );
}

#[test]
fn starts_over_with_a_forgotten_or_evicted_connection() {
    let mut deltas = Deltas::default();
    let poll = |pc: &str| accept(&format!(r#"["getstats","{pc}",{{"a":{{"x":1}}}},1]"#));
    let is_full = |message: String| message.contains(r#"\"x\":1"#);

    assert!(is_full(sent(&poll("PC_0"), 1, &mut deltas)));
    assert!(!is_full(sent(&poll("PC_0"), 2, &mut deltas)));
    deltas.forget("PC_0");
    assert!(is_full(sent(&poll("PC_0"), 3, &mut deltas)));
    for index in 1..=MAX_CONNECTIONS {
        sent(&poll(&format!("PC_{index}")), 4, &mut deltas);
    }
    assert!(is_full(sent(&poll("PC_0"), 5, &mut deltas)));
    assert!(!is_full(sent(&poll(&format!("PC_{MAX_CONNECTIONS}")), 6, &mut deltas)));
}
