//! The server's rules for `getstats` deltas, written down once more in Rust: the oracle of properties and fuzzing.
#![allow(dead_code, reason = "each user needs its own part")]

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Members by decoded name, values as the text they were written in.
pub type Object = BTreeMap<String, String>;
/// The reports of a poll by id.
pub type Reports = BTreeMap<String, Object>;

/// Takes an object apart.
pub fn object(text: &str) -> Object {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).expect("an object");

    members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// What the server makes of a delta: it only ever adds or overwrites fields, and only ever removes whole reports.
pub fn decode(base: &mut Reports, delta: &str) {
    let mut delta = object(delta);
    let timestamp = delta.remove("timestamp").expect("a time stamp at top level");

    base.retain(|id, _| delta.contains_key(id));
    for (id, report) in delta {
        let mut report = object(&report);
        let known = base.entry(id).or_default();

        match report.get("timestamp") {
            Some(own) if number(own) == Some(0.0) => {
                report.insert("timestamp".into(), timestamp.clone());
            }
            Some(own) if own != "null" => {}
            // The old one, cut to milliseconds: whoever needs this has lost something.
            _ if known.contains_key("timestamp") => {
                report.insert("timestamp".into(), "\"cut\"".into());
            }
            _ => {}
        }
        known.extend(report);
    }
}

/// A poll as a reader of the dump understands it: `null` is absent, the id is the key, numbers of time are compared as such.
pub fn meaning(reports: Reports) -> Reports {
    let mean = |mut report: Object| {
        report.remove("id");
        report.retain(|_, value| value != "null");
        if let Some(timestamp) = report.get_mut("timestamp") {
            *timestamp = (number(timestamp).unwrap_or(f64::NAN) + 0.0).to_string();
        }

        report
    };

    reports.into_iter().map(|(id, report)| (id, mean(report))).collect()
}

/// Takes a poll apart.
pub fn reports(payload: &str) -> Reports {
    object(payload).into_iter().map(|(id, report)| (id, object(&report))).collect()
}
