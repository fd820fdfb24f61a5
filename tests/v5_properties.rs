//! Properties of protocol 5.0's encoder, checked with a reader written from the specification.

#[path = "common/reader.rs"]
mod reader;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rtcstats_native::proto::event::Event;
use rtcstats_native::proto::wire::v5::delta::DeltaEncoder;

use reader::{Ids, Reports, decode, meaning, with_ids};

/// A field in which every report says its own id, so that the numbers it is sent under can be undone.
const OWN: &str = "own";

fn value() -> impl Strategy<Value = String> {
    let scalar = ["1", "2", "1.5", "1e3", "\"a\"", "\"\"", "true", "\"10\"", "0"];
    let container =
        ["[]", "[1]", "{}", r#"{"a":1}"#, r#"{"a":2,"b":1}"#, r#"{"b":null,"c":[1]}"#, r#"{"__proto__":1}"#];

    prop_oneof![
        6 => select(scalar.to_vec()),
        2 => Just("null"),
        1 => select(container.to_vec()),
    ]
    .prop_map(String::from)
}

fn field() -> impl Strategy<Value = (String, String)> {
    let plain = [
        "ssrc",
        "kind",
        "bytesReceived",
        "framesPerSecond",
        "qualityLimitationDurations",
        "state",
        "unknown",
    ];
    let odd = ["id", "ip", "isRemote", "t", "10", "176", "3", "toString", "localCertificateId", "é\""];
    let types = [
        "\"inbound-rtp\"",
        "\"codec\"",
        "\"certificate\"",
        "\"new-type\"",
        "\"5\"",
        "7",
        "\"toString\"",
        "null",
    ];
    let ids = ["\"A\"", "\"B\"", "\"C\"", "\"t\"", "\"nowhere\"", "null", "1"];

    prop_oneof![
        8 => (select(plain.to_vec()), value()),
        1 => (select(odd.to_vec()), value()),
        1 => (Just("type"), select(types.to_vec()).prop_map(String::from)),
        2 => (select(vec!["codecId", "remoteId", "otherId"]), select(ids.to_vec()).prop_map(String::from)),
    ]
    .prop_map(|(name, value)| (name.to_owned(), value))
}

fn timestamp() -> impl Strategy<Value = Option<String>> {
    let times = ["1000.5", "1000.5", "1000.5", "999.25", "1000", "0"];

    prop_oneof![
        30 => select(times.to_vec()).prop_map(|time| Some(time.to_owned())),
        1 => Just(Some("null".to_owned())),
        1 => Just(None),
    ]
}

fn write_object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("{}:{value}", serde_json::to_string(name).expect("text")))
        .collect();

    format!("{{{}}}", members.join(","))
}

/// A report in which a name may stand twice: the last one counts.
fn report() -> impl Strategy<Value = Vec<(String, String)>> {
    (vec(field(), 0..8), timestamp(), any::<prop::sample::Index>()).prop_map(
        |(mut fields, timestamp, index)| {
            if let Some(timestamp) = timestamp {
                fields.insert(index.index(fields.len() + 1), ("timestamp".into(), timestamp));
            }

            fields
        },
    )
}

fn poll() -> impl Strategy<Value = String> {
    let ids = ["A", "B", "C", "t", "D", "é\"", "timestamp", "constructor"];

    vec((select(ids.to_vec()), report()), 0..6).prop_map(|reports| {
        let reports: Vec<_> = reports
            .into_iter()
            .map(|(id, mut fields)| {
                fields.push((OWN.into(), serde_json::to_string(id).expect("text")));

                (id.to_owned(), write_object(&fields))
            })
            .collect();

        write_object(&reports)
    })
}

fn accept(poll: &str) -> Event {
    Event::accept(&format!("[\"getstats\",\"PC_0\",{poll},1]"), false).expect("accepted")
}

fn delta(encoder: &mut DeltaEncoder, event: &Event) -> String {
    let mut out = Vec::new();

    encoder.encode(event.payload(), &mut out);

    String::from_utf8(out).expect("UTF-8")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn reading_gives_back_every_poll(polls in vec((poll(), prop::bool::weighted(0.1)), 1..8)) {
        let mut encoder = DeltaEncoder::default();
        let mut decoded = Reports::new();
        let mut ids = Ids::new();

        for (poll, rested) in polls {
            let event = accept(&poll);
            let said: Reports = serde_json::from_str(event.payload()).expect("an object");

            if rested {
                encoder.rest();
            }
            let delta = delta(&mut encoder, &event);

            decode(&mut decoded, &delta);
            prop_assert_eq!(meaning(&with_ids(&decoded, OWN, &mut ids)), meaning(&said), "{}", delta);
        }
    }

    #[test]
    fn an_unchanged_poll_costs_next_to_nothing(poll in poll()) {
        let event = accept(&poll);
        let mut encoder = DeltaEncoder::default();

        delta(&mut encoder, &event);
        let again: Reports = serde_json::from_str(&delta(&mut encoder, &event)).expect("an object");
        let said: Reports = serde_json::from_str(event.payload()).expect("an object");
        let is_regular = |report: &serde_json::Value| report["timestamp"].is_number();

        if said.values().all(is_regular) && !poll.contains("null") && !has_twins(&poll) {
            for (_, report) in again.into_iter().filter(|(id, _)| id != "t") {
                let fields = report.as_object().cloned().unwrap_or_default();

                prop_assert!(fields.keys().all(|name| name == "t"), "{:?}", fields);
            }
        }
    }
}

/// Whether a name stands twice in a report: then nothing can be left out.
fn has_twins(poll: &str) -> bool {
    let reports: std::collections::BTreeMap<String, &serde_json::value::RawValue> =
        serde_json::from_str(poll).expect("an object");

    reports.values().any(|report| {
        let fields: Reports = serde_json::from_str(report.get()).expect("an object");

        report.get().matches("\":").count() != fields.len() + nested(&fields)
    })
}

fn nested(fields: &Reports) -> usize {
    fields.values().filter_map(serde_json::Value::as_object).map(serde_json::Map::len).sum()
}

#[test]
fn the_reader_is_the_specification_in_small() {
    let mut reports = Reports::new();

    decode(&mut reports, r#"{"0":{"type":1,"10":5,"25":30},"1":{"type":14,"t":7},"t":9}"#);
    decode(&mut reports, r#"{"0":{"25":null},"t":10}"#);
    assert_eq!(reports["0"]["timestamp"], 10);
    assert_eq!(reports["0"]["type"], "inbound-rtp");
    assert_eq!(reports["1"]["timestamp"], 10);
    // A number in the place of `null` is lost: the reader merges it into nothing.
    decode(&mut reports, r#"{"0":{"25":30},"1":null}"#);
    assert_eq!(reports["0"]["framesPerSecond"], serde_json::json!({}));
    assert_eq!(reports.len(), 1);
}
