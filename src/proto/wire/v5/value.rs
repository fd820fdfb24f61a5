//! Writing reports, fields and values of a `getStats` delta.

use std::collections::BTreeMap;

use super::numbers::Numbers;
use super::tables;
use super::transition::Held;
use crate::proto::event::is_inherited;
use crate::proto::json::{JsonSink, members};

const TYPE: &str = "\"type\":";
const PROTO: &str = "\"__proto__\"";

/// How a key, given with quotes and colon, is written; nothing if it cannot be.
pub(super) fn sendable_key(key: &str) -> Option<&str> {
    let name = &key[1..key.len() - 2];

    match tables::property(name) {
        None if tables::is_superfluous(name) || is_inherited(name) || tables::is_property_number(name) => {
            None
        }
        number => Some(number.unwrap_or(key)),
    }
}

/// Whether a field may name another report.
pub(super) fn is_reference(key: &str) -> bool {
    key.ends_with("Id\":")
}

/// Whether the reader would take a report's type, raw JSON, for another one's number.
pub(super) fn is_mistakable_type(value: &str) -> bool {
    let name = value.trim_matches('"');

    tables::is_type_number(name) || is_inherited(name)
}

/// Writes one delta.
pub(super) struct Writer<'a, S: JsonSink> {
    out: &'a mut S,
    is_first: bool,
    report: u32,
    is_report_open: bool,
    is_first_field: bool,
}

impl<'a, S: JsonSink> Writer<'a, S> {
    pub(super) fn new(out: &'a mut S) -> Self {
        out.json("{");

        Self { out, is_first: true, report: 0, is_report_open: false, is_first_field: true }
    }

    /// A report the reader must forget.
    pub(super) fn gone(&mut self, number: u32) {
        self.report_key(number);
        self.out.json("null");
    }

    /// What follows belongs to this report. Without `whole` it is only mentioned if something follows.
    pub(super) fn start_report(&mut self, number: u32, whole: bool) {
        self.report = number;
        self.is_report_open = false;
        self.is_first_field = true;
        if whole {
            self.open_report();
        }
    }

    pub(super) fn end_report(&mut self) {
        if self.is_report_open {
            self.out.json("}");
        }
    }

    /// A field of the report, if it can be sent; `held` is what the reader has in its place.
    pub(super) fn field(&mut self, key: &str, value: &str, held: Held<'_>, numbers: &Numbers) {
        let Some(name) = sendable_key(key) else { return };

        self.field_key(name);
        match value.as_bytes().first() {
            Some(b'{') => self.object(value, held),
            Some(b'"') if key == TYPE => self.report_type(value),
            Some(b'"') if is_reference(key) => self.reference(value, numbers),
            _ if key == TYPE && is_mistakable_type(value) => self.out.json("null"),
            _ => self.out.json(value),
        }
    }

    /// A field that went away.
    pub(super) fn null(&mut self, key: &str) {
        if let Some(name) = sendable_key(key) {
            self.field_key(name);
            self.out.json("null");
        }
    }

    /// The time stamp of every report that has none of its own.
    pub(super) fn timestamp(&mut self, value: &str) {
        self.separate();
        self.out.json("\"t\":");
        self.out.json(value);
    }

    pub(super) fn end(self) {
        self.out.json("}");
    }

    fn report_type(&mut self, value: &str) {
        match tables::report_type(value.trim_matches('"')) {
            Some(number) => self.out.json(number),
            None if is_mistakable_type(value) => self.out.json("null"),
            None => self.out.json(value),
        }
    }

    fn reference(&mut self, value: &str, numbers: &Numbers) {
        match numbers.find(value) {
            Some(number) => {
                self.out.json("\"");
                self.number(number);
                self.out.json("\"");
            }
            None => self.out.json(value),
        }
    }

    /// The members the reader does not have yet: it merges them into what it has.
    fn object(&mut self, value: &str, held: Held<'_>) {
        let known: BTreeMap<&str, &str> = match held {
            Held::Object(held) => members(held).collect(),
            _ => BTreeMap::new(),
        };
        let next: BTreeMap<&str, &str> = members(value).filter(|(name, _)| *name != PROTO).collect();
        // In the order of the page; of members with one name the last counts.
        let changed = members(value).filter(|(name, value)| next.get(name) == Some(value));
        let is_gone = |name: &&&str| **name != PROTO && !next.contains_key(**name);
        let gone = known.keys().filter(is_gone).map(|name| (*name, "null"));
        let mut separator = "{";

        for (name, value) in changed.chain(gone) {
            if known.get(name) != Some(&value) {
                for piece in [separator, name, ":", value] {
                    self.out.json(piece);
                }
                separator = ",";
            }
        }
        self.out.json(if separator == "{" { "{}" } else { "}" });
    }

    fn field_key(&mut self, key: &str) {
        if !self.is_report_open {
            self.open_report();
        }
        if !std::mem::take(&mut self.is_first_field) {
            self.out.json(",");
        }
        self.out.json(key);
    }

    fn open_report(&mut self) {
        self.report_key(self.report);
        self.out.json("{");
        self.is_report_open = true;
    }

    fn report_key(&mut self, number: u32) {
        self.separate();
        self.out.json("\"");
        self.number(number);
        self.out.json("\":");
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.json(",");
        }
    }

    fn number(&mut self, mut number: u32) {
        let mut digits = [0; 10];
        let mut start = digits.len();

        loop {
            start -= 1;
            digits[start] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.out.json(std::str::from_utf8(&digits[start..]).unwrap_or_default());
    }
}
