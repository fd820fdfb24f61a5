//! Properties of the encoders, checked with the server's decoder.

#[path = "common/decoder.rs"]
mod decoder;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rtcstats_native::proto::json::{Quoted, unescape};
use rtcstats_native::proto::wire::Dialect;
use rtcstats_native::proto::wire::v3::delta::DeltaEncoder;
use serde_json::value::RawValue;

use decoder::{Reports, decode, meaning, object, reports};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,12}",
        any::<String>(),
        select(vec!["é", "😀", "\u{2028}\u{2029}", "\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}", "a\":{,}[]"])
            .prop_map(String::from),
    ]
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text")
}

fn value() -> impl Strategy<Value = String> {
    let numbers =
        ["0", "-0", "1", "12", "12.5", "1e-300", "1.7976931348623157e308", "9007199254740993", "-1E+5"];
    let leaf = prop_oneof![
        select(numbers.to_vec()).prop_map(String::from),
        any::<u8>().prop_map(|number| number.to_string()),
        select(vec!["null", "true", "false", "\"\\ud800\"", "\"\\u0041\\/\"", "{}", "[]"])
            .prop_map(String::from),
        text().prop_map(|text| quoted(&text)),
    ];

    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|elements| format!("[{}]", elements.join(", "))),
            vec(("[a-c]", inner), 0..3).prop_map(|members| {
                let members: BTreeMap<_, _> = members.into_iter().collect();

                write_object(&members.into_iter().collect::<Vec<_>>())
            }),
        ]
    })
}

fn write_object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();

    format!("{{{}}}", members.join(","))
}

/// The members as they are, or each name once: `JSON.stringify` never repeats one, but a page can.
fn members(all: Vec<(String, String)>, repeated: bool) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();

    for member in all {
        if repeated || kept.iter().all(|known| known.0 != member.0) {
            kept.push(member);
        }
    }

    kept
}

fn seldom(wanted: bool) -> impl Strategy<Value = bool> {
    prop_oneof![9 => Just(false), 1 => Just(wanted)]
}

/// A report; one with a time stamp has one in every poll, what the server makes of the others is beyond help.
fn report(timed: bool, repeats: bool) -> impl Strategy<Value = String> {
    let name =
        prop_oneof![9 => "[a-f]", 1 => select(vec!["id", "é\"", "toString", "ab"]).prop_map(String::from)];
    let fields = vec(
        (name, prop_oneof![4 => select(vec!["1", "2", "null"]).prop_map(String::from), 1 => value()]),
        0..8,
    );
    let timestamp = select(vec!["1000.5", "1000.5", "999.25", "1000", "0", "1e3"]).prop_map(String::from);

    (fields, timestamp, any::<prop::sample::Index>(), seldom(repeats)).prop_map(
        move |(fields, timestamp, index, repeated)| {
            let mut fields = members(fields, repeated);

            if timed {
                fields.insert(index.index(fields.len() + 1), ("timestamp".into(), timestamp));
            }

            write_object(&fields)
        },
    )
}

fn poll(repeats: bool) -> impl Strategy<Value = String> {
    let timed = ("[A-F]", report(true, repeats));
    let untimed = (select(vec!["untimed", "é\"\\", "7"]).prop_map(String::from), report(false, repeats));

    let reports = vec(prop_oneof![4 => timed, 1 => untimed], 0..7);

    (reports, seldom(repeats)).prop_map(|(reports, repeated)| write_object(&members(reports, repeated)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn decoding_gives_back_every_poll(polls in vec(poll(true), 1..8)) {
        let mut encoder = DeltaEncoder::default();
        let mut decoded = Reports::new();

        for poll in polls {
            let event = Dialect::V3.accept(&format!("[\"getstats\",\"PC_0\",{poll},1]"), false).expect("accepted");
            let (mut plain, mut nested) = (Vec::new(), vec![b'"']);

            encoder.encode(event.payload(), &mut plain);
            let delta = String::from_utf8(plain).expect("UTF-8");

            decode(&mut decoded, &delta);
            prop_assert_eq!(meaning(decoded.clone()), meaning(reports(event.payload())), "{}", delta);
            // The same text inside a string is the same text.
            let mut second = DeltaEncoder::default();

            second.encode(event.payload(), &mut Quoted(&mut nested));
            nested.push(b'"');
            let nested = String::from_utf8(nested).expect("UTF-8");
            let mut full = Vec::new();

            DeltaEncoder::default().encode(event.payload(), &mut full);
            prop_assert_eq!(unescape(&nested).into_owned().into_bytes(), full);
        }
    }

    #[test]
    fn an_unchanged_poll_costs_next_to_nothing(poll in poll(false)) {
        let event = Dialect::V3.accept(&format!("[\"getstats\",\"PC_0\",{poll},1]"), false).expect("accepted");
        let mut encoder = DeltaEncoder::default();
        let mut out = Vec::new();

        encoder.encode(event.payload(), &mut out);
        out.clear();
        encoder.encode(event.payload(), &mut out);
        for (id, report) in object(std::str::from_utf8(&out).expect("UTF-8")) {
            prop_assert!(id == "timestamp" || object(&report).keys().all(|name| name == "timestamp"));
        }
    }

    #[test]
    fn accepts_exactly_what_is_json(payload in r#"[\[\]{}",:0-2eE+.\\utrlsnafd \n-]{0,12}"#) {
        let line = format!("[\"logs\",null,{payload},1]");
        let oracle = serde_json::from_str::<(&str, Option<&str>, &RawValue, f64)>(&line);

        prop_assert_eq!(Dialect::V3.accept(&line, true).is_ok(), oracle.is_ok(), "{}", line);
    }

    #[test]
    fn a_line_keeps_its_meaning(value in value()) {
        let line = format!(" [ \"logs\" ,\t\"PC_0\", {value},\r1.5 ]\n");
        let event = Dialect::V3.accept(&line, true).expect("accepted");

        let breaks = event.line().contains(['\n', '\u{2028}', '\u{2029}']);

        prop_assert!(!breaks);
        prop_assert_eq!(&Dialect::V3.accept(event.line(), true).expect("accepted"), &event);
        // The oracle knows no half characters.
        if let Ok(before) = serde_json::from_str::<serde_json::Value>(&line) {
            let after: serde_json::Value = serde_json::from_str(event.line()).expect("JSON");

            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn no_text_panics(line in any::<String>(), payload in any::<String>()) {
        let payload = quoted(&payload);

        let _ = Dialect::V3.accept(&line, true);
        for kind in ["onicecandidate", "setLocalDescription", "ondtlserror", "create", "getstats"] {
            let _ = Dialect::V3.accept(&format!("[\"{kind}\",\"PC_0\",{payload},1]"), true);
            let _ = Dialect::V3.accept(&format!("[\"{kind}\",\"PC_0\",{{\"candidate\":{payload},\"sdp\":{payload}}},1]"), true);
        }
    }
}
