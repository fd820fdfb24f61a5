//! What changed between two polls of one connection, whatever a protocol then makes of it.
//!
//! Works on raw text, and expects what [`crate::proto::event::Event::accept`] makes: regular JSON, where equal text is
//! an equal value and one key has one spelling. Polls resemble each other, so both are walked in lockstep and most
//! fields cost one comparison of bytes. Nothing is allocated once the buffers have grown to the size of a poll.
//!
//! Of no interest to any protocol, and left out here: a report that is no object, a report called `timestamp`, a report or
//! a field called like something every JavaScript object inherits, and the field `id`, which is the report's key.

mod compare;
mod sorted;

use std::ops::Range;

use compare::Comparison;

/// The key of a time stamp, as it stands in a report.
pub(super) const TIMESTAMP: &str = "\"timestamp\":";

/// Buffers over this many bytes are not kept for the next poll. One of 200 participants needs a little less.
const MAX_RECYCLED: usize = 2 * 1024 * 1024;

/// The last two polls of a connection and what tells them apart.
#[derive(Default)]
pub(super) struct Polls {
    /// The poll before.
    pub(super) previous: Snapshot,
    /// The poll at hand.
    pub(super) next: Snapshot,
    /// What the poll at hand changed.
    pub(super) changes: Changes,
}

impl Polls {
    /// Takes in the next poll, an object of reports by id; the one that was next becomes the previous one.
    pub(super) fn advance(&mut self, report: &str) {
        std::mem::swap(&mut self.previous, &mut self.next);
        self.next.clear();
        self.changes.clear();
        Comparison::new(&self.previous, &mut self.next, &mut self.changes, report).run();
        self.next.text.push_str(report);
    }

    /// How much memory the two polls and the buffers take, in bytes.
    pub(super) fn size(&self) -> usize {
        self.previous.size() + self.next.size()
    }
}

/// The text of one poll and where everything lies in it.
#[derive(Default)]
pub(super) struct Snapshot {
    pub(super) text: String,
    pub(super) reports: Vec<Report>,
    pub(super) fields: Vec<Field>,
}

impl Snapshot {
    /// Empties the buffers and keeps them, unless an extraordinary poll blew them up.
    fn clear(&mut self) {
        if self.size() > MAX_RECYCLED {
            *self = Self::default();
        }
        self.text.clear();
        self.reports.clear();
        self.fields.clear();
    }

    fn size(&self) -> usize {
        self.text.capacity()
            + self.reports.capacity() * size_of::<Report>()
            + self.fields.capacity() * size_of::<Field>()
    }

    /// A field's key, with quotes and colon.
    pub(super) fn key(&self, field: u32) -> &str {
        self.fields[field as usize].key(&self.text)
    }

    /// A field's value, raw JSON.
    pub(super) fn value(&self, field: u32) -> &str {
        self.fields[field as usize].value(&self.text)
    }
}

/// One report: its id with quotes and colon, its fields, and which of them is the time stamp.
#[derive(Clone)]
pub(super) struct Report {
    id: Range<u32>,
    pub(super) fields: Range<u32>,
    pub(super) timestamp: Option<u32>,
    /// No key occurs twice. Only then can single fields be left out.
    pub(super) distinct: bool,
}

impl Report {
    pub(super) fn id<'a>(&self, text: &'a str) -> &'a str {
        &text[range(&self.id)]
    }
}

/// One field: `key` is where its opening quote stands, `value` the first byte after the colon.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) key: u32,
    value: u32,
    pub(super) end: u32,
}

impl Field {
    fn key<'a>(&self, text: &'a str) -> &'a str {
        &text[self.key as usize..self.value as usize]
    }

    fn value<'a>(&self, text: &'a str) -> &'a str {
        &text[self.value as usize..self.end as usize]
    }

    /// The same field where its key starts at `key`.
    fn at(&self, key: u32) -> Self {
        Self { key, value: key + (self.value - self.key), end: key + (self.end - self.key) }
    }
}

/// What changed in each report of the next snapshot, as indices of fields.
#[derive(Default)]
pub(super) struct Changes {
    /// In step with the reports of the next snapshot.
    pub(super) reports: Vec<Change>,
    /// Fields of the next snapshot that are new or have another value, and every time stamp.
    sent: Vec<u32>,
    /// Fields of the previous snapshot that went away.
    gone: Vec<u32>,
}

/// The part of [`Changes`] that belongs to one report.
pub(super) struct Change {
    /// Which report of the previous snapshot it is.
    pub(super) base: Option<u32>,
    sent: Range<u32>,
    gone: Range<u32>,
}

impl Changes {
    fn clear(&mut self) {
        self.reports.clear();
        self.sent.clear();
        self.gone.clear();
    }

    /// The fields of one report that changed.
    pub(super) fn sent(&self, change: &Change) -> &[u32] {
        &self.sent[range(&change.sent)]
    }

    /// The fields of one report that went away.
    pub(super) fn gone(&self, change: &Change) -> &[u32] {
        &self.gone[range(&change.gone)]
    }
}

/// The number a raw value is.
pub(super) fn number(text: &str) -> Option<f64> {
    if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
