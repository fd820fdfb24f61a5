//! A session that speaks protocol 5.0: when it is ready, how its dumps begin, and what the server's close codes do.

mod common;

use std::time::Duration;

use rtcstats_native::proto::config::{Config, Dialect, Token};
use rtcstats_native::proto::notification::ChannelEvent;
use rtcstats_native::proto::session::{Input, Output};
use serde_json::{Value, json};

use common::{Bench, config, log};

fn config_v5() -> Config {
    Config { dialect: Dialect::V5, ..config() }
}

/// A session whose link is open, which is all it takes.
fn streaming(config: Config) -> Bench {
    let mut bench = Bench::new(config);
    bench.input(Input::Connect { breakout_room: false });
    bench.input(Input::LinkOpened);
    bench
}

/// The lines of everything written since `from`, one dump's.
fn lines(bench: &Bench, from: usize) -> Vec<Value> {
    let frames = bench.outputs[from..].iter().filter_map(|output| match output {
        Output::Write(fragment) => Some(std::str::from_utf8(&fragment.bytes).expect("text")),
        _ => None,
    });

    frames.flat_map(str::lines).map(|line| serde_json::from_str(line).expect("a line is an array")).collect()
}

fn written(bench: &mut Bench, events: &[Value]) -> Vec<Value> {
    let from = bench.outputs.len();
    let batch: Vec<_> = events.iter().map(Value::to_string).collect();

    bench.input(Input::Push(batch.join("\n")));
    bench.advance(Duration::from_millis(200));

    lines(bench, from)
}

/// What is written without its times.
fn said(bench: &mut Bench, event: Value) -> Vec<Value> {
    let mut lines = written(bench, &[event]);

    lines.iter_mut().for_each(|line| {
        line.as_array_mut().expect("an array").pop();
    });

    lines
}

#[test]
fn is_ready_as_soon_as_the_link_is_open_and_asks_for_what_the_server_knows() {
    let bench = streaming(Config { token: Some(Token::new("a b".into())), ..config_v5() });
    let Some(Output::Open { url, subprotocol }) = bench.outputs.first() else { panic!("nothing was opened") };

    assert!(bench.session.is_connected());
    assert_eq!(*subprotocol, "rtcstats#5.0");
    let (path, query) = url.split_once('?').unwrap();

    assert_eq!(path, "wss://stats.example/room");
    assert!(query.starts_with("statsSessionId=") && query.ends_with("&rtcstats-token=a+b"), "{query}");
    assert!(!format!("{:?}", Token::new("secret".into())).contains("secret"));
}

#[test]
fn a_dump_begins_with_the_client_and_a_connection_with_its_creation() {
    let mut bench = streaming(config_v5());
    let state = json!(["onconnectionstatechange", "PC_0", "connected", 1000.5]);

    assert_eq!(
        written(&mut bench, &[state]),
        [json!([39, null, {}, 1000.5]), json!([39, "PC_0", null, 0]), json!([25, "PC_0", "connected", 0])]
    );
    assert_eq!(written(&mut bench, &[json!(["logs", null, "a", 1001])]), [json!([":logs", null, "a", 0.5])]);
}

#[test]
fn the_clients_own_entry_comes_first_wherever_the_page_said_it() {
    let mut bench = Bench::new(config_v5());
    bench.input(Input::Push(
        log("early") + "\n" + &json!(["create", null, { "deviceMemory": 8 }, 2]).to_string(),
    ));
    bench.input(Input::Connect { breakout_room: false });
    bench.input(Input::LinkOpened);

    assert_eq!(
        lines(&bench, 0),
        [json!([39, null, { "deviceMemory": 8 }, 2]), json!([":logs", null, "early", -1])]
    );
}

#[test]
fn every_event_has_its_counterpart_or_goes_under_its_own_name() {
    let mut bench = streaming(config_v5());
    let gum = "navigator.mediaDevices.getUserMedia";
    let stream = json!({ "id": "s", "tracks": [{ "id": "t", "kind": "audio", "label": "Mic" }] });
    let offer = json!({ "type": "offer", "sdp": "v=0\r\nm=audio\r\n" });
    written(&mut bench, &[json!(["create", null, {}, 1])]);

    for (event, expected) in [
        (
            json!(["create", "PC_0", { "nullConfig": true, "browserType": "webkit" }, 1]),
            json!([39, "PC_0", null]),
        ),
        (json!([gum, null, { "audio": true }, 1]), json!([60, null, { "audio": true }, "60-0"])),
        (
            json!([format!("{gum}OnSuccess"), null, stream, 1]),
            json!([61, null, [["audio", "t", "Mic", "s"]], "60-0"]),
        ),
        (
            json!([format!("{gum}OnFailure"), null, "NotAllowedError", 1]),
            json!([65, null, "NotAllowedError"]),
        ),
        (
            json!(["addTrack", "PC_0", "audio:t stream:s;stream:u", 1]),
            json!([30, "PC_0", ["audio", "t", "Mic", "s", "u"]]),
        ),
        (json!(["addTrack", "PC_0", "audio:t -", 1]), json!([30, "PC_0", ["audio", "t", "Mic"]])),
        (json!(["ontrack", "PC_0", "video:r stream:s", 1]), json!([22, "PC_0", ["video", "r", "", "s"]])),
        (json!(["addTransceiver", "PC_0", "video {\"a\":1}", 1]), json!([32, "PC_0", ["video", { "a": 1 }]])),
        (json!(["addTransceiver", "PC_0", "audio:t", 1]), json!([32, "PC_0", [["audio", "t", "Mic"]]])),
        (json!(["replaceTrack", "PC_0", "null", 1]), json!([51, "PC_0", [null, null]])),
        (json!(["replaceTrack", "PC_0", "audio:t", 1]), json!([51, "PC_0", [null, ["audio", "t", "Mic"]]])),
        (json!(["createDataChannel", "PC_0", { "0": "d", "1": {} }, 1]), json!([35, "PC_0", ["d", {}]])),
        (json!(["createOffer", "PC_0", null, 1]), json!([2, "PC_0", null, "2-0"])),
        (json!(["createOfferOnSuccess", "PC_0", "", 1]), json!([3, "PC_0", { "type": "offer" }, "2-0"])),
        (json!(["createOfferOnSuccess", "PC_0", offer, 1]), json!([3, "PC_0", offer])),
        (json!(["setLocalDescription", "PC_0", "", 1]), json!([6, "PC_0", null, "6-0"])),
        (json!(["setLocalDescriptionOnSuccess", "PC_0", null, 1]), json!([7, "PC_0", null, "6-0"])),
        (json!(["restartIce", "PC_0", {}, 1]), json!([37, "PC_0", null])),
        (
            json!(["setParameters", "PC_0", { "encodings": [] }, 1]),
            json!([50, "PC_0", [{ "encodings": [] }]]),
        ),
        (json!(["onmute", "PC_0", "video:r", 1]), json!([73, "PC_0", "r"])),
        (json!(["stop", null, "audio:t", 1]), json!([70, null, [], "t"])),
        (
            json!(["contentHint", null, "video:t detail", 1]),
            json!(["MediaStreamTrack.contentHint", null, "detail", "t"]),
        ),
        (
            json!(["HTMLMediaElement.resize", null, { "width": 4, "height": 3, "track": "video:r" }, 1]),
            json!([80, null, { "videoWidth": 4, "videoHeight": 3 }, "r"]),
        ),
        (
            json!(["setConfiguration", "PC_0", { "iceServers": [] }, 1]),
            json!([38, "PC_0", { "iceServers": [] }]),
        ),
        (json!(["onended", null, "audio:t", 1]), json!([72, null, "t"])),
        (json!(["enabled", null, "audio:t false", 1]), json!(["MediaStreamTrack.enabled", null, false, "t"])),
        (
            json!(["applyConstraints", null, { "constraints": { "width": 1 }, "track": "video:v" }, 1]),
            json!([71, null, [{ "width": 1 }], "v"]),
        ),
        (json!(["ondevicechange", null, null, 1]), json!([67, null, null])),
        (
            json!(["navigator.mediaDevices.enumerateDevicesOnSuccess", null, [{ "kind": "audioinput" }], 1]),
            json!([66, null, [{ "kind": "audioinput" }]]),
        ),
        (
            json!(["ondtlsstatechange", "PC_0", "connected", 1]),
            json!([":ondtlsstatechange", "PC_0", "connected"]),
        ),
        (json!(["identity", null, { "confName": "x" }, 1]), json!([":identity", null, { "confName": "x" }])),
        // The reader would not survive these under their names.
        (
            json!(["onicecandidate", "PC_0", { "candidate": "x" }, 1]),
            json!([":onicecandidate", "PC_0", { "candidate": "x" }]),
        ),
        (json!([format!("{gum}OnSuccess"), null, null, 1]), json!([format!(":{gum}OnSuccess"), null, null])),
        (json!(["addTrack", "PC_0", null, 1]), json!([":addTrack", "PC_0", null])),
        (json!(["close", "PC_0", {}, 1]), json!([36, "PC_0", null])),
    ] {
        assert_eq!(said(&mut bench, event.clone()), [expected], "{event}");
    }
    for event in [
        json!(["constraints", "PC_1", {}, 1]),
        json!(["navigator.mediaDevices.enumerateDevices", null, null, 1]),
    ] {
        assert!(said(&mut bench, event).iter().all(|line| line[0] == 39));
    }
}

#[test]
fn what_follows_a_close_does_not_begin_the_connection_again() {
    let mut bench = streaming(config_v5());
    written(&mut bench, &[json!(["create", "PC_0", {}, 1]), json!(["close", "PC_0", {}, 1])]);

    assert_eq!(
        said(&mut bench, json!(["ondatachannelclose", "PC_0", [1, "chat"], 1])),
        [json!([":ondatachannelclose", "PC_0", [1, "chat"]])]
    );
}

#[test]
fn refuses_what_no_entry_can_say() {
    let mut bench = streaming(config_v5());

    for event in [
        json!(["getstats", null, {}, 1]),
        json!(["getstats", "PC_0", null, 1]),
        json!(["create", "PC_0", null, 1]),
        json!(["create", "PC_0", { "iceServers": [null] }, 1]),
        json!(["logs", "null", "a", 1]),
    ] {
        bench.input(Input::Push(event.to_string()));
    }
    assert_eq!((bench.stats().captured, bench.stats().rejected), (0, 5));
}

#[test]
fn a_later_part_stands_alone() {
    let mut bench = streaming(config_v5());
    let report =
        |time: u32| json!(["getstats", "PC_0", { "R": { "timestamp": time, "type": "codec" } }, time]);
    written(
        &mut bench,
        &[
            json!(["create", null, { "deviceMemory": 8 }, 1]),
            json!(["identity", null, { "confName": "x" }, 2]),
            json!(["create", "PC_0", {}, 3]),
            json!(["onconnectionstatechange", "PC_0", "connected", 4]),
            report(5),
        ],
    );
    bench.pong();
    bench.lose();
    bench.input(Input::Push(report(6).to_string()));
    bench.advance(Duration::from_secs(2));
    let from = bench.outputs.len();
    bench.input(Input::LinkOpened);
    bench.advance(Duration::from_millis(200));
    let id = bench.stats().stats_session_id;
    let first = id.strip_suffix("_1").expect("another part").to_owned();

    assert_eq!(
        lines(&bench, from),
        [
            json!([39, null, { "deviceMemory": 8 }, 1]),
            json!([":identity", null, { "confName": "x" }, 1]),
            json!([39, "PC_0", {}, 1]),
            json!([25, "PC_0", "connected", 1]),
            json!([":resumed", null, { "from": first, "to": id }, 2]),
            json!(["g", "PC_0", { "0": { "type": 14 }, "t": 6 }, 0]),
        ]
    );
}

#[test]
fn a_token_that_is_refused_stops_delivery_until_there_is_another() {
    let mut bench = streaming(Config { token: Some(Token::new("old".into())), ..config_v5() });
    bench.input(Input::Push(log("kept")));
    bench.input(Input::LinkClosed { code: 1008, reason: String::new() });
    bench.advance(Duration::from_secs(3600));

    assert_eq!(bench.urls().len(), 1);
    assert!(bench.session.is_exhausted());
    assert!(
        bench
            .events()
            .iter()
            .any(|event| matches!(event, ChannelEvent::Error { code: "ERR_RTCSTATS_TOKEN", .. }))
    );
    bench.input(Input::SetToken(Some(Token::new("new".into()))));
    assert!(bench.urls()[1].ends_with("rtcstats-token=new"));
    let from = bench.outputs.len();
    bench.input(Input::LinkOpened);
    bench.advance(Duration::from_millis(200));
    assert!(lines(&bench, from).contains(&json!([":logs", null, "kept", 0])));
    bench.pong();
    assert_eq!(bench.stats().pending, 0);
}

#[test]
fn a_server_in_trouble_is_tried_again() {
    for code in [1011, 1006, 1001, 1009] {
        let mut bench = streaming(config_v5());
        bench.input(Input::LinkClosed { code, reason: String::new() });
        bench.advance(Duration::from_secs(10));

        assert_eq!(bench.urls().len(), 2, "{code}");
    }
}

#[test]
fn an_idle_link_is_kept_by_pings_alone_and_left_with_an_ordinary_code() {
    let mut bench = streaming(config_v5());
    bench.advance(Duration::from_secs(31));

    assert_eq!(bench.pings().len(), 1);
    assert!(lines(&bench, 0).is_empty());
    bench.pong();
    bench.input(Input::Close);
    assert_eq!(bench.disconnects(), [Some(1000)]);
}
