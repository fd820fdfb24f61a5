//! Polls, and what the server makes of their deltas.

use arbitrary::{Result, Unstructured};
use rtcstats_native::proto::event::Event;
use rtcstats_native::proto::wire::Dialect;
use rtcstats_native::proto::wire::v3::delta::DeltaEncoder;

use crate::decoder::{Reports, decode, meaning, reports};
use crate::quoted;

/// Names and values as reports have them, and what is close to the encoder's own marks.
const NAMES: [&str; 10] = ["a", "ab", "b", "c", "id", "é\"", "\u{2028}", "type", "", "timestampx"];
const VALUES: [&str; 16] = [
    "null",
    "true",
    "0",
    "-0",
    "1",
    "12.5",
    "1e3",
    "\"\"",
    "\"a\"",
    "\"\\u0041\\/\"",
    "{}",
    "[]",
    "[1, 2]",
    "{\"a\":{\"b\":null}}",
    "\"{\\\"timestamp\\\":0}\"",
    "9007199254740993",
];
const TIMES: [&str; 8] = ["1000.5", "1000", "1e3", "0", "-0", "-1", "999.25", "1700000000000.125"];
const IDS: [&str; 7] = ["A", "AB", "B", "é\\", "7", "", "timestampx"];
const MAX_POLLS: usize = 12;

/// The server's rules give back every poll. Bytes that begin with a brace are polls of their own, a line each: those only
/// must not make the encoder fail.
pub fn delta_round_trip(data: &[u8]) {
    if data.first() == Some(&b'{') {
        return encode_any(data);
    }
    let _ = round_trip(&mut Unstructured::new(data));
}

fn encode_any(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut encoder = DeltaEncoder::default();

    for poll in text.split('\n') {
        let Ok(event) = Dialect::V3.accept(&line(poll), false) else { continue };
        let mut out = Vec::new();

        encoder.encode(event.payload(), &mut out);
        let out = String::from_utf8(out).expect("UTF-8");

        assert!(Event::accept(&format!("[\"x\",null,{out},1]"), false).is_ok(), "{out} is JSON");
    }
}

fn line(poll: &str) -> String {
    format!("[\"getstats\",\"PC_0\",{poll},1]")
}

fn round_trip(bytes: &mut Unstructured<'_>) -> Result<()> {
    let mut encoder = DeltaEncoder::default();
    let mut decoded = Reports::new();

    for _ in 0..MAX_POLLS {
        if bytes.is_empty() {
            break;
        }
        let poll = poll(bytes)?;
        let event = Dialect::V3.accept(&line(&poll), false).expect("accepted");
        let mut out = Vec::new();

        encoder.encode(event.payload(), &mut out);
        let delta = String::from_utf8(out).expect("UTF-8");

        decode(&mut decoded, &delta);
        assert_eq!(meaning(decoded.clone()), meaning(reports(event.payload())), "{poll} became {delta}");
    }

    Ok(())
}

/// Reports of some ids. Whether one has a time stamp depends on its id only: what the server makes of one that comes and
/// goes is beyond help.
fn poll(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut members = Vec::new();

    for _ in 0..bytes.int_in_range(0..=6)? {
        let index = bytes.choose_index(IDS.len())?;

        members.push(format!("{}:{}", quoted(IDS[index]), report(bytes, index % 3 != 2)?));
    }

    Ok(format!("{{{}}}", members.join(",")))
}

fn report(bytes: &mut Unstructured<'_>, timed: bool) -> Result<String> {
    let mut members = Vec::new();
    let count = bytes.int_in_range(0..=7)?;
    let stamp = bytes.int_in_range(0..=count)?;

    for index in 0..=count {
        if timed && index == stamp {
            members.push(format!("\"timestamp\":{}", bytes.choose(&TIMES)?));
        }
        if index < count {
            members.push(format!("{}:{}", quoted(bytes.choose(&NAMES)?), bytes.choose(&VALUES)?));
        }
    }

    Ok(format!("{{{}}}", members.join(",")))
}
