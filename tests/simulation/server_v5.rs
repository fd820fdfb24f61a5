//! A model of a server of protocol 5.0: a dump for every link, each read the way its reader reads it.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::reader::{Ids, Reports, decode, meaning, with_ids};

/// The field in which every report says its own id.
const OWN: &str = "own";

/// What arrived on one link.
#[derive(Default)]
struct Dump {
    time: f64,
    connections: HashSet<String>,
    polls: HashMap<String, (Reports, Ids)>,
    says_what_it_resumes: bool,
}

/// The server's disk; it survives restarts.
#[derive(Default)]
pub struct Server {
    dumps: HashMap<(String, u64), Dump>,
    links: u64,
    /// Every entry that arrived anywhere, decoded, by method and time; a preamble may say another at the same time.
    arrived: HashMap<(String, u64), Vec<Value>>,
}

impl Server {
    /// A link is opened: what comes on it is a dump of its own, whatever it is called.
    pub fn open(&mut self) {
        self.links += 1;
    }

    pub fn forget_all(&mut self) {
        self.arrived.clear();
    }

    pub fn forget(&mut self, event: &Value) {
        self.arrived.remove(&key(&method(event), time(event)));
    }

    /// Reads one message: a line an entry.
    pub fn receive(&mut self, id: &str, frame: &[u8]) {
        let text = std::str::from_utf8(frame).expect("a message is text");
        let dump = self.dumps.entry((id.to_owned(), self.links)).or_default();

        for line in text.split('\n') {
            let entry: Value = serde_json::from_str(line).expect("a line is JSON");
            let (method, value) = dump.take(&entry);

            self.arrived.entry(key(&method, dump.time)).or_default().push(value);
        }
    }

    /// Whether an event arrived, as it was.
    pub fn has(&self, event: &Value) -> bool {
        let wanted = match event[0].as_str() {
            Some("close") => Value::Null,
            Some("getstats") => meaning(event[2].as_object().expect("reports")).into(),
            _ => event[2].clone(),
        };
        let Some(arrived) = self.arrived.get(&key(&method(event), time(event))) else { return false };

        let has_arrived = arrived.contains(&json!([event[1], wanted]));

        // The identity a later part begins with has the time of the first one, and what all of them say.
        assert!(has_arrived || event[0] == "identity", "{event} changed: {arrived:?}");

        has_arrived
    }

    /// Every later part says whose it is.
    pub fn check(&self) {
        for ((id, _), dump) in &self.dumps {
            assert!(!id.contains('_') || dump.says_what_it_resumes, "{id} does not say whose it is");
        }
    }
}

impl Dump {
    /// What the reader makes of an entry; what would make it or the extractor throw is a failure.
    fn take(&mut self, entry: &Value) -> (String, Value) {
        let elements = entry.as_array().expect("an entry is a list");
        let step = elements.last().and_then(Value::as_f64).expect("an entry ends with a time");
        let (pc_id, mut value) = (elements[1].as_str(), elements[2].clone());
        let method = elements[0].to_string();
        let is_first = self.connections.is_empty();
        let begins = self.connections.insert(pc_id.unwrap_or("null").to_owned());

        self.time += step;
        assert!(!is_first || pc_id.is_none() && value.is_object(), "a dump begins with its client: {entry}");
        assert!(!begins || method == "39", "a connection begins with its creation: {entry}");
        if method == "\"g\"" {
            let (reports, ids) = self.polls.entry(pc_id.expect("a connection").to_owned()).or_default();

            decode(reports, &value.to_string());
            value = meaning(&with_ids(reports, OWN, ids)).into();
        }
        self.says_what_it_resumes |= method == "\":resumed\"";

        (method, json!([elements[1], value]))
    }
}

/// The method an event is sent under, as JSON.
fn method(event: &Value) -> String {
    match event[0].as_str().expect("a type") {
        "create" => "39".to_owned(),
        "onconnectionstatechange" => "25".to_owned(),
        "close" => "36".to_owned(),
        "getstats" => "\"g\"".to_owned(),
        other => format!("\":{other}\""),
    }
}

fn time(event: &Value) -> f64 {
    event[3].as_f64().expect("a time")
}

fn key(method: &str, time: f64) -> (String, u64) {
    (method.to_owned(), time.to_bits())
}
