//! How the reader of protocol 5.0 undoes its `getStats` deltas, written down from the specification: the oracle of properties
//! and fuzzing. Its names of properties are given as they are written, so numbers stay numbers here.
#![allow(dead_code, reason = "each user needs its own part")]

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The reports of a poll by id.
pub type Reports = Map<String, Value>;

/// The numbers of the properties and types that the tests use.
const PROPERTIES: [(&str, &str); 10] = [
    ("18", "mid"),
    ("t", "timestamp"),
    ("10", "ssrc"),
    ("11", "kind"),
    ("12", "codecId"),
    ("19", "remoteId"),
    ("41", "bytesReceived"),
    ("96", "qualityLimitationDurations"),
    ("118", "state"),
    ("25", "framesPerSecond"),
];
const TYPES: [&str; 14] = [
    "inbound-rtp",
    "outbound-rtp",
    "remote-inbound-rtp",
    "remote-outbound-rtp",
    "transport",
    "candidate-pair",
    "local-candidate",
    "remote-candidate",
    "data-channel",
    "peer-connection",
    "certificate",
    "media-source",
    "media-playout",
    "codec",
];

fn name(key: &str) -> String {
    PROPERTIES.iter().find(|(number, _)| *number == key).map_or(key, |(_, name)| name).to_owned()
}

fn type_of(value: Value) -> Value {
    let number = match &value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64(),
        _ => None,
    };

    number
        .and_then(|number: u64| TYPES.get((number as usize).checked_sub(1)?))
        .map_or(value, |name| (*name).into())
}

/// Whether JavaScript's `typeof` says `object`.
fn is_object(value: &Value) -> bool {
    value.is_null() || value.is_object() || value.is_array()
}

/// What `Object.assign({}, one, other)` makes of two JSON values.
fn assigned(one: &Value, other: &Value) -> Value {
    let mut merged = Map::new();

    for source in [one, other] {
        match source {
            Value::Object(members) => merged.extend(members.clone()),
            Value::Array(elements) => {
                merged.extend(
                    elements.iter().enumerate().map(|(index, value)| (index.to_string(), value.clone())),
                );
            }
            Value::String(text) => {
                merged.extend(
                    text.chars().enumerate().map(|(index, one)| (index.to_string(), one.to_string().into())),
                );
            }
            _ => {}
        }
    }

    merged.into()
}

/// What the reader makes of a delta: reports stay unless they are `null`, fields are only ever set or merged.
pub fn decode(base: &mut Reports, delta: &str) {
    let delta: Reports = serde_json::from_str(delta).expect("an object");
    let timestamp = delta.get("t").cloned();
    let mut next = Reports::new();

    for (id, report) in delta.into_iter().filter(|(id, _)| id != "t") {
        let fields = report.as_object().map(|fields| {
            fields.iter().map(|(key, value)| match name(key) {
                name if name == "type" => (name, type_of(value.clone())),
                name => (name, value.clone()),
            })
        });

        next.insert(id, fields.map_or(Value::Null, |fields| fields.collect::<Reports>().into()));
    }
    for (id, old) in std::mem::take(base) {
        match next.get_mut(&id) {
            Some(Value::Null) => {
                next.remove(&id);
            }
            Some(report) => merge(report.as_object_mut().expect("a report"), &old, timestamp.as_ref()),
            None => {
                let mut old = old;

                if let Some(timestamp) = &timestamp {
                    old["timestamp"] = timestamp.clone();
                }
                next.insert(id, old);
            }
        }
    }
    for report in next.values_mut().filter_map(Value::as_object_mut) {
        if let Some(timestamp) = &timestamp {
            report.entry("timestamp").or_insert_with(|| timestamp.clone());
        }
    }
    *base = next;
}

fn merge(report: &mut Reports, old: &Value, timestamp: Option<&Value>) {
    let has_own = report.contains_key("timestamp");

    for (name, old) in old.as_object().expect("a report") {
        let value = match report.get(name) {
            None => old.clone(),
            Some(new) if is_object(old) && !new.is_array() => assigned(old, new),
            Some(new) => new.clone(),
        };

        report.insert(name.clone(), value);
    }
    if let Some(timestamp) = timestamp.filter(|_| !has_own) {
        report.insert("timestamp".into(), timestamp.clone());
    }
}

/// What protocol 5.0 says of a poll: what no client of it sends is left out, `null` is absent.
pub fn meaning(reports: &Reports) -> Reports {
    let superfluous =
        ["id", "ip", "isRemote", "mediaType", "writable", "localCertificateId", "remoteCertificateId"];
    let is_said = |name: &str| !superfluous.contains(&name) && !is_inherited(name) && !is_number(name);
    let report = |report: &Value| {
        let mut fields = report.as_object()?.clone();

        fields.retain(|name, value| is_said(name) && !(name == "type" && is_mistakable(value)));
        fields.values_mut().for_each(drop_null_members);
        fields.retain(|_, value| !value.is_null());

        (fields.get("type") != Some(&"certificate".into())).then(|| fields.into())
    };

    reports
        .iter()
        .filter(|(id, _)| *id != "timestamp" && !is_inherited(id))
        .filter_map(|(id, value)| Some((id.clone(), report(value)?)))
        .collect()
}

fn drop_null_members(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|name, value| !value.is_null() && name != "__proto__");
    }
}

fn is_number(name: &str) -> bool {
    name == "t"
        || name.parse().is_ok_and(|number: u64| (4..=176).contains(&number) && number.to_string() == name)
}

fn is_mistakable(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            is_inherited(text)
                || text
                    .parse()
                    .is_ok_and(|number: u64| (1..=14).contains(&number) && number.to_string() == *text)
        }
        Value::Number(number) => number.as_u64().is_some_and(|number| (1..=14).contains(&number)),
        _ => false,
    }
}

fn is_inherited(name: &str) -> bool {
    ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"].contains(&name)
}

/// The ids of numbers, those of reports that are gone included.
pub type Ids = BTreeMap<String, String>;

/// Gives decoded reports their ids back. Which number a report has is found out from its field `own`, which holds its id.
pub fn with_ids(decoded: &Reports, own: &str, ids: &mut Ids) -> Reports {
    ids.extend(decoded.iter().map(|(number, report)| {
        (number.clone(), report[own].as_str().expect("every report says its id").to_owned())
    }));

    decoded
        .iter()
        .map(|(number, report)| {
            let mut report = report.clone();

            for (name, value) in report.as_object_mut().expect("a report") {
                let named = value.as_str().and_then(|number| ids.get(number));

                if let Some(id) = named.filter(|_| name.ends_with("Id")) {
                    *value = id.clone().into();
                }
            }

            (ids[number].clone(), report)
        })
        .collect()
}
