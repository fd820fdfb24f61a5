//! A model of the server: dumps by session id, one entry after the other, decoded with the server's own rules.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::messages::entry_of;

/// What arrived under one session id.
#[derive(Default)]
pub struct Dump {
    /// `(sequence number, type)`, as they came.
    pub order: Vec<(u64, String)>,
    base: HashMap<String, Map<String, Value>>,
}

/// The server's disk; it survives restarts.
#[derive(Default)]
pub struct Server {
    pub dumps: HashMap<String, Dump>,
    /// Every entry that arrived anywhere, decoded, by sequence number.
    pub arrived: HashMap<u64, Value>,
}

impl Server {
    /// Reads one frame of concatenated messages. What was acknowledged before the link began may be repeated in a
    /// preamble only, so that a resume never costs more than what one barrier covers.
    pub fn receive(&mut self, frame: &[u8], acknowledged: u64) {
        for message in serde_json::Deserializer::from_slice(frame).into_iter::<Value>() {
            let message = message.expect("a frame is made of JSON values");
            let id = message["statsSessionId"].as_str().expect("a message has a session").to_owned();
            let Some(entry) = entry_of(&message) else { continue };
            self.store(id, entry, acknowledged);
        }
    }

    fn store(&mut self, id: String, mut entry: Value, acknowledged: u64) {
        let dump = self.dumps.entry(id).or_default();
        let number = entry[4].as_u64().expect("an entry has a sequence number");
        let kind = entry[0].as_str().expect("an entry has a type").to_owned();
        if let Some((last, _)) = dump.order.last() {
            assert!(number > *last, "order is broken: {number} after {last}");
        }
        if kind == "getstats" {
            entry[2] = dump.decode(&entry);
        }
        dump.order.push((number, kind.clone()));
        if kind == "identity" && entry[2].get("resumedSession").is_some() {
            return;
        }
        let is_preamble = kind == "create" || kind == "onconnectionstatechange";
        assert!(number > acknowledged || is_preamble, "{kind} {number} was acknowledged and is sent again");
        self.arrived.insert(number, entry);
    }
}

impl Dump {
    /// The server's rules: a missing report is removed, a missing field stays, 0 stands for the newest time stamp.
    fn decode(&mut self, entry: &Value) -> Value {
        let pc_id = entry[1].as_str().expect("getstats has a connection").to_owned();
        let mut delta = entry[2].as_object().expect("getstats is an object").clone();
        let newest = delta.remove("timestamp").expect("a delta has the newest time stamp");
        let base = self.base.entry(pc_id).or_default();
        base.retain(|id, _| delta.contains_key(id));
        for (id, report) in delta {
            let mut report = report.as_object().expect("a report is an object").clone();
            if report.get("timestamp") == Some(&Value::from(0)) {
                report.insert("timestamp".into(), newest.clone());
            }
            let known = base.entry(id).or_insert_with(|| Value::Object(Map::new()));
            known.as_object_mut().expect("a report is an object").extend(report);
        }
        Value::Object(base.clone())
    }
}
