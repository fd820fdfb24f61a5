//! Delta compression of `getStats` reports, as the reader of protocol 5.0 undoes it, exactly.
//!
//! A poll is sent as what changed since the poll before: names as numbers, reports under numbers instead of ids, nothing
//! for a report that did not change at all, `null` for one that is gone. The time stamp most reports have stands once at
//! top level.
//!
//! Where this differs from rtcstats-js 2.4, and why:
//! - A time stamp other than the one at top level is always sent: the reader would replace a missing one by that.
//! - A field that went away is sent as `null`, which readers treat as absent; rtcstats-js sends nothing, and the old value
//!   stands for ever.
//! - The reader cannot write everything over everything ([`Held::can_become`]): where it cannot, the report goes on in full
//!   under another number, and the fields that name it follow.
//! - A report or field whose name the reader would take for another one's number is left out, and so is a name that every
//!   JavaScript object inherits.
//!
//! As in rtcstats-js certificates and a few superfluous fields are not sent.

use std::collections::BTreeSet;

use super::numbers::Numbers;
use super::transition::Held;
use super::value::{self, Writer, sendable_key};
use crate::proto::json::JsonSink;
use crate::proto::wire::comparison::{Polls, Report, TIMESTAMP, number};
use crate::proto::wire::deltas::PollEncoder;

const TYPE: &str = "\"type\":";
const CERTIFICATE: &str = "\"certificate\"";

/// Encodes the reports of one connection for one link to a server. A new link needs a new encoder.
#[derive(Default)]
pub struct DeltaEncoder {
    polls: Polls,
    numbers: Numbers,
    /// Where the reports of the poll before and of the poll at hand go, in step with them.
    previous: Vec<Option<Place>>,
    next: Vec<Option<Place>>,
    /// Numbers the reader still has, of reports that are gone.
    gone: Vec<u32>,
    /// Fields the reader has as `null` because they went away, by number and key.
    lost: BTreeSet<(u32, Box<str>)>,
}

/// Under which number a report is sent.
#[derive(Clone, Copy)]
struct Place {
    number: u32,
    /// Nothing of it can be left out.
    whole: bool,
}

impl DeltaEncoder {
    /// Writes `report`, an object of reports by id, as the difference to the one before.
    pub fn encode(&mut self, report: &str, out: &mut impl JsonSink) {
        self.polls.advance(report);
        self.numbers.begin_poll();
        std::mem::swap(&mut self.previous, &mut self.next);
        let common = self.common_timestamp().map(str::to_owned);

        self.place(common.as_deref());
        self.write(common.as_deref(), out);
        let text = &self.polls.next.text;
        let present = self.polls.next.reports.iter().map(|report| without_colon(report.id(text)));

        self.numbers.prune(self.polls.next.reports.len(), present);
    }

    /// Gives the memory of the polls back. What comes next is in full, and unmistakable for what was before.
    pub fn rest(&mut self) {
        self.gone.extend(self.next.drain(..).flatten().map(|place| place.number));
        self.previous = Vec::new();
        self.polls = Polls::default();
        self.numbers.forget();
        self.lost.clear();
    }

    /// How much memory the previous report and the buffers take, in bytes.
    pub fn size(&self) -> usize {
        self.polls.size() + self.numbers.size()
    }

    /// The time stamp most reports have; none if there is a report without one, for the reader would give it this one.
    fn common_timestamp(&self) -> Option<&str> {
        let snapshot = &self.polls.next;
        let mut counts: Vec<(&str, usize)> = Vec::new();

        for report in &snapshot.reports {
            let text = snapshot.value(report.timestamp?);

            match counts.iter_mut().rev().find(|(known, _)| *known == text) {
                Some((_, count)) => *count += 1,
                None => counts.push(number(text).map(|_| (text, 1))?),
            }
        }

        counts.into_iter().max_by_key(|(_, count)| *count).map(|(text, _)| text)
    }

    /// Decides for every report under which number it goes, and which numbers are given up.
    fn place(&mut self, common: Option<&str>) {
        let reports = self.polls.next.reports.len();
        let mut is_kept = vec![false; self.previous.len()];

        self.next.clear();
        for index in 0..reports {
            let change = &self.polls.changes.reports[index];
            let base = change.base.and_then(|base| self.previous[base as usize]);
            let place = if self.is_hidden(index, base.is_some()) {
                None
            } else if let (Some(base), Some(known)) = (change.base, base)
                && self.can_follow(index, known.number, common)
            {
                is_kept[base as usize] = true;
                Some(Place { number: known.number, whole: false })
            } else {
                let id = without_colon(self.polls.next.reports[index].id(&self.polls.next.text));
                let number = if base.is_some() { self.numbers.renew(id) } else { self.numbers.of(id) };

                Some(Place { number, whole: true })
            };

            self.next.push(place);
        }
        for (place, _) in self.previous.iter().zip(is_kept).filter(|(_, is_kept)| !is_kept) {
            self.gone.extend(place.map(|place| place.number));
        }
        if !self.lost.is_empty() {
            self.lost.retain(|(number, _)| !self.gone.contains(number));
        }
    }

    /// Whether a report is a certificate. `was_shown` says what it was in the poll before, if it was there.
    fn is_hidden(&self, index: usize, was_shown: bool) -> bool {
        let Polls { previous, next, changes } = &self.polls;
        let change = &changes.reports[index];
        let type_is = |field: &u32| next.key(*field) == TYPE;

        if change.base.is_some()
            && !changes.sent(change).iter().any(type_is)
            && !changes.gone(change).iter().any(|field| previous.key(*field) == TYPE)
        {
            return !was_shown;
        }

        next.reports[index]
            .fields
            .clone()
            .rev()
            .find(type_is)
            .is_some_and(|field| next.value(field) == CERTIFICATE)
    }

    /// Whether the reader can be brought from what it has under `number` to this report.
    fn can_follow(&self, index: usize, number: u32, common: Option<&str>) -> bool {
        let Polls { previous, next, changes } = &self.polls;
        let (report, change) = (&next.reports[index], &changes.reports[index]);
        let base = &previous.reports[change.base.map_or(0, |base| base as usize)];

        report.distinct
            && base.distinct
            && changes.sent(change).iter().all(|field| {
                let (key, value) = (next.key(*field), next.value(*field));

                // In the order of what they cost.
                key == TIMESTAMP && common == Some(value)
                    || self
                        .held(base, number, key, *field - report.fields.start)
                        .can_become(sent_as(key, value))
                    || sendable_key(key).is_none()
            })
            && changes.gone(change).iter().all(|field| {
                let (key, value) = (previous.key(*field), previous.value(*field));

                sendable_key(key).is_none() || matches!(sent_as(key, value), Held::Scalar | Held::Null)
            })
    }

    /// What the reader has of a field; `hint` is where it may lie in the previous report.
    fn held<'a>(&'a self, base: &Report, number: u32, key: &str, hint: u32) -> Held<'a> {
        let snapshot = &self.polls.previous;
        let start = (base.fields.start + hint).min(base.fields.end);
        let known = (start..base.fields.end)
            .chain(base.fields.start..start)
            .find(|field| snapshot.key(*field) == key);

        match known.map(|field| sent_as(snapshot.key(field), snapshot.value(field))) {
            Some(Held::Null) | None if self.is_lost(number, key) => Held::Null,
            Some(held) => held,
            None => Held::Nothing,
        }
    }

    fn is_lost(&self, number: u32, key: &str) -> bool {
        !self.lost.is_empty() && self.lost.contains(&(number, key.into()))
    }

    fn write(&mut self, common: Option<&str>, out: &mut impl JsonSink) {
        let mut writer = Writer::new(out);

        for number in self.gone.drain(..) {
            writer.gone(number);
        }
        for index in 0..self.next.len() {
            let Some(place) = self.next[index] else { continue };

            writer.start_report(place.number, place.whole);
            if place.whole {
                self.write_whole(index, common, &mut writer);
            } else {
                self.write_gone(index, place.number, &mut writer);
                self.write_changed(index, place.number, common, &mut writer);
                self.write_renamed(index, &mut writer);
            }
            writer.end_report();
        }
        if let Some(common) = common {
            writer.timestamp(common);
        }
        writer.end();
    }

    fn write_whole(&self, index: usize, common: Option<&str>, writer: &mut Writer<'_, impl JsonSink>) {
        let next = &self.polls.next;

        for field in next.reports[index].fields.clone() {
            let (key, value) = (next.key(field), next.value(field));

            if key != TIMESTAMP || common != Some(value) {
                writer.field(key, value, Held::Nothing, &self.numbers);
            }
        }
    }

    fn write_gone(&mut self, index: usize, number: u32, writer: &mut Writer<'_, impl JsonSink>) {
        let Self { polls, lost, .. } = self;

        for field in polls.changes.gone(&polls.changes.reports[index]) {
            let (key, value) = (polls.previous.key(*field), polls.previous.value(*field));

            if sendable_key(key).is_some()
                && lost.insert((number, key.into()))
                && sent_as(key, value) != Held::Null
            {
                writer.null(key);
            }
        }
    }

    fn write_changed(
        &mut self,
        index: usize,
        number: u32,
        common: Option<&str>,
        writer: &mut Writer<'_, impl JsonSink>,
    ) {
        let Polls { previous, next, changes } = &self.polls;
        let (report, change) = (&next.reports[index], &changes.reports[index]);
        let base = &previous.reports[change.base.map_or(0, |base| base as usize)];

        for field in changes.sent(change) {
            let (key, value) = (next.key(*field), next.value(*field));

            if key != TIMESTAMP || common != Some(value) {
                // Only into an object anything is merged.
                let held = match value.as_bytes().first() {
                    Some(b'{') => self.held(base, number, key, *field - report.fields.start),
                    _ => Held::Nothing,
                };

                writer.field(key, value, held, &self.numbers);
            }
        }
        if !self.lost.is_empty() {
            changes.sent(change).iter().for_each(|field| {
                self.lost.remove(&(number, next.key(*field).into()));
            });
        }
    }

    /// Fields that did not change but name a report that has another number now.
    fn write_renamed(&self, index: usize, writer: &mut Writer<'_, impl JsonSink>) {
        if !self.numbers.has_new() {
            return;
        }
        let Polls { next, changes, .. } = &self.polls;
        let sent = changes.sent(&changes.reports[index]);
        let names_new = |field: &u32| {
            value::is_reference(next.key(*field))
                && self.numbers.is_new(next.value(*field))
                && !sent.contains(field)
        };

        for field in next.reports[index].fields.clone().filter(names_new) {
            writer.field(next.key(field), next.value(field), Held::Scalar, &self.numbers);
        }
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
        Self::rest(self);

        true
    }
}

/// What the reader has of a field after it was sent.
fn sent_as<'a>(key: &str, value: &'a str) -> Held<'a> {
    if key == TYPE && value::is_mistakable_type(value) { Held::Null } else { Held::of(value) }
}

/// A report's id as a value is written, with quotes.
fn without_colon(id: &str) -> &str {
    id.strip_suffix(':').unwrap_or(id)
}
