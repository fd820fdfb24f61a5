//! Polls, and what the reader of protocol 5.0 makes of their deltas.

use arbitrary::{Result, Unstructured};
use rtcstats_native::proto::event::Event;
use rtcstats_native::proto::wire::v5::delta::DeltaEncoder;

use crate::quoted;
use crate::reader::{Ids, Reports, decode, meaning, with_ids};

/// The field in which every report says its own id.
const OWN: &str = "own";
const NAMES: [&str; 16] = [
    "ssrc",
    "kind",
    "codecId",
    "remoteId",
    "otherId",
    "type",
    "state",
    "framesPerSecond",
    "unknown",
    "id",
    "ip",
    "t",
    "10",
    "toString",
    "é\"",
    "",
];
const VALUES: [&str; 20] = [
    "null",
    "true",
    "0",
    "1",
    "5",
    "12.5",
    "1e3",
    "\"\"",
    "\"a\"",
    "\"A\"",
    "\"B\"",
    "\"nowhere\"",
    "\"codec\"",
    "\"certificate\"",
    "{}",
    "[]",
    "[1,2]",
    r#"{"a":1}"#,
    r#"{"a":{"b":null},"c":2}"#,
    r#"{"__proto__":1,"a":null}"#,
];
const TIMES: [&str; 6] = ["1000.5", "1000.5", "1000", "0", "999.25", "null"];
const IDS: [&str; 6] = ["A", "B", "C", "é\\", "t", "timestamp"];
const MAX_POLLS: usize = 12;

/// The reader's rules give back every poll. Bytes that begin with a brace are polls of their own, a line each: those only
/// must not make the encoder fail.
pub fn delta_v5_round_trip(data: &[u8]) {
    if data.first() == Some(&b'{') {
        return encode_any(data);
    }
    let _ = round_trip(&mut Unstructured::new(data));
}

fn encode_any(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut encoder = DeltaEncoder::default();

    for poll in text.split('\n') {
        let Ok(event) = Event::accept(&line(poll), false) else { continue };
        let delta = encode(&mut encoder, &event);

        assert!(Event::accept(&format!("[\"x\",null,{delta},1]"), false).is_ok(), "{delta} is JSON");
    }
}

fn line(poll: &str) -> String {
    format!("[\"getstats\",\"PC_0\",{poll},1]")
}

fn encode(encoder: &mut DeltaEncoder, event: &Event) -> String {
    let mut out = Vec::new();

    encoder.encode(event.payload(), &mut out);

    String::from_utf8(out).expect("UTF-8")
}

fn round_trip(bytes: &mut Unstructured<'_>) -> Result<()> {
    let mut encoder = DeltaEncoder::default();
    let mut decoded = Reports::new();
    let mut ids = Ids::new();

    for _ in 0..MAX_POLLS {
        if bytes.is_empty() {
            break;
        }
        if bytes.ratio(1, 8)? {
            encoder.rest();
        }
        let event = Event::accept(&line(&poll(bytes)?), false).expect("accepted");
        let said: Reports = serde_json::from_str(event.payload()).expect("an object");
        let delta = encode(&mut encoder, &event);

        decode(&mut decoded, &delta);
        assert_eq!(
            meaning(&with_ids(&decoded, OWN, &mut ids)),
            meaning(&said),
            "{} became {delta}",
            event.payload()
        );
    }

    Ok(())
}

fn poll(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut members = Vec::new();

    for _ in 0..bytes.int_in_range(0..=6)? {
        let id = quoted(bytes.choose(&IDS)?);

        members.push(format!("{id}:{}", report(bytes, &id)?));
    }

    Ok(format!("{{{}}}", members.join(",")))
}

fn report(bytes: &mut Unstructured<'_>, id: &str) -> Result<String> {
    let mut members = vec![format!("\"{OWN}\":{id}")];

    for _ in 0..bytes.int_in_range(0..=7)? {
        members.push(format!("{}:{}", quoted(bytes.choose(&NAMES)?), bytes.choose(&VALUES)?));
    }
    if !bytes.ratio(1, 16)? {
        members.push(format!("\"timestamp\":{}", bytes.choose(&TIMES)?));
    }

    Ok(format!("{{{}}}", members.join(",")))
}
