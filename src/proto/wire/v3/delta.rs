//! Delta compression of `getstats` reports, as the server undoes it.
//!
//! A poll is sent as what changed since the poll before: a report without `id` and without the fields that kept their
//! value, `{}` for a report that did not change at all, nothing for one that is gone. The newest time stamp stands once at
//! top level, last, and as `0` in every report that has it.
//!
//! What changed is found by [`crate::proto::wire::comparison`].
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

use crate::proto::json::JsonSink;
use crate::proto::wire::comparison::{Change, Polls, Report, Snapshot, TIMESTAMP, number};
use crate::proto::wire::deltas::PollEncoder;

/// Encodes the reports of one connection for one link to a server. A new link needs a new encoder.
#[derive(Default)]
pub struct DeltaEncoder {
    polls: Polls,
}

impl DeltaEncoder {
    /// Writes `report`, an object of reports by id, as the difference to the one before.
    pub fn encode(&mut self, report: &str, out: &mut impl JsonSink) {
        self.polls.advance(report);
        write(&self.polls, out);
    }

    /// How much memory the previous report and the buffers take, in bytes.
    pub fn size(&self) -> usize {
        self.polls.size()
    }
}

impl PollEncoder for DeltaEncoder {
    fn encode(&mut self, report: &str, out: &mut impl JsonSink) {
        Self::encode(self, report, out);
    }

    fn size(&self) -> usize {
        Self::size(self)
    }

    fn rest(&mut self) -> bool {
        false
    }
}

fn write(polls: &Polls, out: &mut impl JsonSink) {
    let newest = Newest::of(&polls.next);

    out.json("{");
    for (report, change) in polls.next.reports.iter().zip(&polls.changes.reports) {
        out.json(report.id(&polls.next.text));
        out.json("{");
        let separator = write_gone(polls, change, out);

        write_sent(polls, change, separator, report, newest, out);
        out.json("},");
    }
    out.json(TIMESTAMP);
    out.json(newest.map_or("null", |newest| newest.text));
    out.json("}");
}

/// Gives back what has to stand before the next field.
fn write_gone(polls: &Polls, change: &Change, out: &mut impl JsonSink) -> &'static str {
    let mut separator = "";

    for field in polls.changes.gone(change) {
        let key = polls.previous.key(*field);

        if key != TIMESTAMP && polls.previous.value(*field) != "null" {
            out.json(separator);
            out.json(key);
            out.json("null");
            separator = ",";
        }
    }

    separator
}

fn write_sent(
    polls: &Polls,
    change: &Change,
    mut separator: &'static str,
    report: &Report,
    newest: Option<Newest<'_>>,
    out: &mut impl JsonSink,
) {
    let next = &polls.next;
    let marked =
        report.timestamp.filter(|field| newest.is_some_and(|newest| newest.is_at(next.value(*field))));
    let mut sent = polls.changes.sent(change).iter().copied().peekable();

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
            &next.text[next.fields[first as usize].key as usize..next.fields[last as usize].end as usize],
        );
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

        for text in timestamps.map(|field| snapshot.value(field)) {
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
