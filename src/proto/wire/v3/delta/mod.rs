//! Delta compression of `getstats` reports, as the server undoes it.
//!
//! A poll is sent as what changed since the poll before: a report without `id` and without the fields that kept their
//! value, `{}` for a report that did not change at all, nothing for one that is gone. The newest time stamp stands once at
//! top level, last, and as `0` in every report that has it.
//!
//! Works on raw text, and expects what [`crate::proto::event::Event::accept`] makes: regular JSON, where equal text is
//! an equal value and one key has one spelling. Polls resemble each other, so both are walked in lockstep and most
//! fields cost one comparison of bytes. Nothing is allocated once the buffers have grown to the size of a poll.
//!
//! Where this differs from `@jitsi/rtcstats` 9.7.1, and why:
//! - A `timestamp` that is not the newest is always sent: the server would cut a missing one to whole milliseconds.
//! - A field that went away is sent as `null` unless it was `null` already: the server never removes a single field, so it
//!   would show a stale value for ever. Its readers treat `null` as absent. `timestamp` is the exception, there `null` too
//!   would be replaced by the old value, and `id`, which is never sent.
//! - Objects and arrays that did not change are left out; 9.7.1 compares their identity, so it always sends them.
//! - `0` as a time stamp means "the newest" to the server. When a report really has time stamp zero, zero is the one that
//!   stands at top level and all others are sent.
//! - What the server cannot take is left out: a report that is no object, a report called `timestamp`, a report or a
//!   field called like something every JavaScript object inherits.

mod compare;
mod sorted;

use crate::proto::json::JsonSink;
use compare::Comparison;
use std::ops::Range;

/// The key of a time stamp, as it stands in a report and at top level.
const TIMESTAMP: &str = "\"timestamp\":";

/// Buffers over this many bytes are not kept for the next poll. One of 200 participants needs a little less.
const MAX_RECYCLED: usize = 2 * 1024 * 1024;

/// Encodes the reports of one connection for one link to a server. A new link needs a new encoder.
#[derive(Default)]
pub struct DeltaEncoder {
    previous: Snapshot,
    next: Snapshot,
    changes: Changes,
}

impl DeltaEncoder {
    /// Writes `report`, an object of reports by id, as the difference to the one before.
    pub fn encode(&mut self, report: &str, out: &mut impl JsonSink) {
        self.next.clear();
        self.changes.clear();
        Comparison::new(&self.previous, &mut self.next, &mut self.changes, report).run();
        self.next.text.push_str(report);
        self.changes.write(&self.previous, &self.next, out);
        std::mem::swap(&mut self.previous, &mut self.next);
    }

    /// How much memory the previous report and the buffers take, in bytes.
    pub fn size(&self) -> usize {
        self.previous.size() + self.next.size()
    }
}

/// The text of one poll and where everything lies in it.
#[derive(Default)]
struct Snapshot {
    text: String,
    reports: Vec<Report>,
    fields: Vec<Field>,
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
}

/// One report: its id with quotes and colon, its fields, and which of them is the time stamp.
#[derive(Clone)]
struct Report {
    id: Range<u32>,
    fields: Range<u32>,
    timestamp: Option<u32>,
    /// No key occurs twice. Only then can single fields be left out.
    distinct: bool,
}

impl Report {
    fn id<'a>(&self, text: &'a str) -> &'a str {
        &text[range(&self.id)]
    }
}

/// One field: `key` is where its opening quote stands, `value` the first byte after the colon.
#[derive(Clone, Copy)]
struct Field {
    key: u32,
    value: u32,
    end: u32,
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

/// What has to be sent of each report of the next snapshot, as indices of fields.
#[derive(Default)]
struct Changes {
    reports: Vec<Change>,
    /// Fields of the next snapshot to send.
    sent: Vec<u32>,
    /// Fields of the previous snapshot that went away.
    gone: Vec<u32>,
}

/// The part of [`Changes`] that belongs to one report.
struct Change {
    sent: Range<u32>,
    gone: Range<u32>,
}

impl Changes {
    fn clear(&mut self) {
        self.reports.clear();
        self.sent.clear();
        self.gone.clear();
    }

    fn write(&self, previous: &Snapshot, next: &Snapshot, out: &mut impl JsonSink) {
        let newest = Newest::of(next);

        out.json("{");
        for (report, change) in next.reports.iter().zip(&self.reports) {
            out.json(report.id(&next.text));
            out.json("{");
            let separator = self.write_gone(change, previous, out);

            self.write_sent(change, separator, report, next, newest, out);
            out.json("},");
        }
        out.json(TIMESTAMP);
        out.json(newest.map_or("null", |newest| newest.text));
        out.json("}");
    }

    /// Gives back what has to stand before the next field.
    fn write_gone(&self, change: &Change, previous: &Snapshot, out: &mut impl JsonSink) -> &'static str {
        let mut separator = "";

        for field in &self.gone[range(&change.gone)] {
            out.json(separator);
            out.json(previous.fields[*field as usize].key(&previous.text));
            out.json("null");
            separator = ",";
        }

        separator
    }

    fn write_sent(
        &self,
        change: &Change,
        mut separator: &'static str,
        report: &Report,
        next: &Snapshot,
        newest: Option<Newest<'_>>,
        out: &mut impl JsonSink,
    ) {
        let text = &next.text;
        let marked = report.timestamp.filter(|field| {
            newest.is_some_and(|newest| newest.is_at(next.fields[*field as usize].value(text)))
        });
        let mut sent = self.sent[range(&change.sent)].iter().copied().peekable();

        while let Some(first) = sent.next() {
            out.json(separator);
            separator = ",";
            if Some(first) == marked {
                out.json(TIMESTAMP);
                out.json("0");
                continue;
            }
            let mut last = first;

            // Neighbours already stand side by side with their comma between them.
            while let Some(field) = sent.next_if(|field| *field == last + 1 && Some(*field) != marked) {
                last = field;
            }
            out.json(
                &text[next.fields[first as usize].key as usize..next.fields[last as usize].end as usize],
            );
        }
    }
}

/// The time stamp that stands at top level.
#[derive(Clone, Copy)]
struct Newest<'a> {
    text: &'a str,
    time: f64,
}

impl<'a> Newest<'a> {
    fn of(snapshot: &'a Snapshot) -> Option<Self> {
        let mut newest: Option<Self> = None;
        let timestamps = snapshot.reports.iter().filter_map(|report| report.timestamp);

        for text in timestamps.map(|field| snapshot.fields[field as usize].value(&snapshot.text)) {
            if newest.is_some_and(|newest| newest.text == text) {
                continue;
            }
            let Some(time) = number(text) else { continue };

            if time == 0.0 {
                return Some(Self { text, time });
            }
            if newest.is_none_or(|newest| time > newest.time) {
                newest = Some(Self { text, time });
            }
        }

        newest
    }

    fn is_at(self, text: &str) -> bool {
        self.text == text || number(text) == Some(self.time)
    }
}

fn number(text: &str) -> Option<f64> {
    if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
