//! Finding out what changed between two polls, in one walk over the new one.
//!
//! The previous poll is an expectation: the next report should be the next report, its next field the next field, and
//! the whole field the same bytes. Where that fails the walk looks a little ahead, for what went away, and only
//! then sorts the keys and searches. Sorting keeps a page from making the walk quadratic.

use std::ops::Range;

use super::sorted::Sorted;
use super::{Change, Changes, Field, Report, Snapshot, TIMESTAMP, range};
use crate::proto::event::is_inherited;
use crate::proto::json::{string_end, value_end};

const ID: &str = "\"id\":";
const PROTO: &str = "\"__proto__\":";

/// How many reports or fields may have gone away in a row before sorting is cheaper than looking ahead.
const LOOKAHEAD: usize = 16;

/// One walk over the text of the next poll.
pub(super) struct Comparison<'a> {
    previous: &'a Snapshot,
    next: &'a mut Snapshot,
    changes: &'a mut Changes,
    text: &'a str,
    position: usize,
    /// The previous reports by id, sorted once they are needed.
    sorted: Option<Sorted>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(
        previous: &'a Snapshot,
        next: &'a mut Snapshot,
        changes: &'a mut Changes,
        text: &'a str,
    ) -> Self {
        Self { previous, next, changes, text, position: 1, sorted: None }
    }

    /// Fills the index of the next snapshot and the changes.
    pub(super) fn run(mut self) {
        let mut expected = 0;
        let mut in_order = true;

        while self.rest().first() == Some(&b'"') {
            let found = self.look_ahead(expected);
            let id = self.position
                ..found.map_or_else(|| string_end(self.text.as_bytes(), self.position) + 1, |(_, end)| end);
            let base = found.map(|(index, _)| index).or_else(|| self.search(&id));

            in_order &= found.is_some();
            expected = base.map_or(expected, |index| index + 1);
            self.position = id.end;
            if self.rest().first() == Some(&b'{') && is_sendable(&self.text[id.clone()]) {
                self.report(id, base);
            } else {
                self.position = value_end(self.text.as_bytes(), self.position);
            }
            self.position += 1;
        }
        if !in_order {
            self.drop_repeated();
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.position..).unwrap_or_default()
    }

    /// The previous report with the id at hand, if it is one of the next few, and where the id ends.
    fn look_ahead(&self, expected: usize) -> Option<(usize, usize)> {
        let candidates = self.previous.reports.iter().enumerate().skip(expected).take(LOOKAHEAD);

        candidates
            .map(|(index, report)| (index, report.id(&self.previous.text)))
            .find(|(_, id)| self.rest().starts_with(id.as_bytes()))
            .map(|(index, id)| (index, self.position + id.len()))
    }

    fn search(&mut self, id: &Range<usize>) -> Option<usize> {
        let previous = self.previous;
        let key = |index| previous.reports[index as usize].id(&previous.text);
        let sorted = self.sorted.get_or_insert_with(|| Sorted::new(0..previous.reports.len() as u32, key));

        sorted.find(&self.text[id.clone()], key).map(|index| index as usize)
    }

    /// Reads one report; the position is at its opening brace.
    fn report(&mut self, id: Range<usize>, base: Option<usize>) {
        let start = self.next.fields.len() as u32;
        let (sent, gone) = (self.changes.sent.len(), self.changes.gone.len());
        let base_index = base;
        let base = base.map(|index| &self.previous.reports[index]);
        let mut report = Report {
            id: id.start as u32..id.end as u32,
            fields: start..start,
            timestamp: None,
            distinct: true,
        };

        self.position += 1;
        let in_step = base.is_some_and(|base| base.distinct && self.lockstep(base, &mut report));

        if !in_step {
            self.changes.sent.truncate(sent);
            self.changes.gone.truncate(gone);
            while self.rest().first() == Some(&b'"') {
                self.any_field(&mut report);
            }
            report.fields.end = self.next.fields.len() as u32;
            self.compare_by_key(base, &mut report);
        }
        report.fields.end = self.next.fields.len() as u32;
        self.position += usize::from(self.rest().first() == Some(&b'}'));
        self.changes.reports.push(Change {
            base: base_index.map(|index| index as u32),
            sent: sent as u32..self.changes.sent.len() as u32,
            gone: gone as u32..self.changes.gone.len() as u32,
        });
        self.next.reports.push(report);
    }

    /// Reads fields as long as they come in the order of the previous report; false when one does not.
    fn lockstep(&mut self, base: &Report, report: &mut Report) -> bool {
        let mut expected = base.fields.start;

        loop {
            expected += self.skip_unchanged(expected..base.fields.end, base, report);
            if self.rest().first() != Some(&b'"') {
                break;
            }
            let Some((index, field)) = self.expected_field(expected..base.fields.end) else {
                return false;
            };

            if index > expected {
                // Fields have vanished; what follows them may be unchanged again.
                (expected..index).for_each(|field| self.lose(field));
                expected = index;
                continue;
            }
            expected = index + 1;
            let is_timestamp = base.timestamp == Some(index);
            let known = self.previous.fields[index as usize].value(&self.previous.text);
            // What only changed its neighbour, being the last field now or no longer, is not sent.
            let is_same = known == field.value(self.text) && !is_timestamp;
            let index = self.add(field, is_timestamp, report);

            if !is_same {
                self.send(index);
            }
        }
        (expected..base.fields.end).for_each(|field| self.lose(field));

        true
    }

    /// Steps over all fields that are the same bytes as before, as one piece, and gives back how many they were.
    fn skip_unchanged(&mut self, expected: Range<u32>, base: &Report, report: &mut Report) -> u32 {
        let fields = &self.previous.fields[range(&expected)];
        let (Some(first), Some(last)) = (fields.first(), fields.last()) else {
            return 0;
        };
        let known = &self.previous.text.as_bytes()[first.key as usize..=last.end as usize];
        let same = common_prefix(known, self.rest());
        // A value may only begin like the known one: the comma or brace after it has to be the same too.
        let is_same = |field: &&Field| ((field.end - first.key) as usize) < same;
        let count = fields.iter().take_while(is_same).count();
        let start = self.next.fields.len() as u32;
        let position = self.position as u32;
        let moved = fields[..count].iter().map(|field| field.at(position + (field.key - first.key)));

        self.next.fields.extend(moved);
        if let Some(end) = self.next.fields[start as usize..].last().map(|field| field.end) {
            self.step_over(end);
        }
        // A missing time stamp means something else than an unchanged one.
        let timestamp = base.timestamp.and_then(|field| field.checked_sub(expected.start));

        if let Some(offset) = timestamp.filter(|offset| *offset < count as u32) {
            report.timestamp = Some(start + offset);
            self.send(start + offset);
        }

        count as u32
    }

    /// The field at hand, if it is one of the next few expected: which one, and where it lies now.
    fn expected_field(&self, expected: Range<u32>) -> Option<(u32, Field)> {
        let Snapshot { text, fields, .. } = self.previous;
        let rest = self.rest();
        let index = expected
            .take(LOOKAHEAD)
            .find(|index| rest.starts_with(fields[*index as usize].key(text).as_bytes()))?;
        let mut field = fields[index as usize].at(self.position as u32);

        field.end = value_end(self.text.as_bytes(), field.value as usize) as u32;

        Some((index, field))
    }

    /// Reads a field nothing is known about; what changed is found out later.
    fn any_field(&mut self, report: &mut Report) {
        let bytes = self.text.as_bytes();
        let value = string_end(bytes, self.position) + 1;
        let field =
            Field { key: self.position as u32, value: value as u32, end: value_end(bytes, value) as u32 };

        self.add(field, field.key(self.text) == TIMESTAMP, report);
    }

    /// Notes a field of the next report and steps over it.
    fn add(&mut self, field: Field, is_timestamp: bool, report: &mut Report) -> u32 {
        let index = self.next.fields.len() as u32;

        self.next.fields.push(field);
        self.step_over(field.end);
        if is_timestamp {
            report.timestamp = Some(index);
        }

        index
    }

    /// Moves to what follows a field that ends at `end`.
    fn step_over(&mut self, end: u32) {
        self.position = end as usize;
        self.position += usize::from(self.rest().first() == Some(&b','));
    }

    fn send(&mut self, index: u32) {
        if !matches!(self.next.fields[index as usize].key(self.text), ID | PROTO) {
            self.changes.sent.push(index);
        }
    }

    /// Notes that a field of the previous report is not there any more.
    fn lose(&mut self, index: u32) {
        if !matches!(self.previous.key(index), ID | PROTO) {
            self.changes.gone.push(index);
        }
    }

    /// Compares fields in whatever order they come. With a key that occurs twice, everything is sent: the last one counts.
    fn compare_by_key(&mut self, base: Option<&Report>, report: &mut Report) {
        let text = self.text;
        let Snapshot { text: old_text, fields: old_fields, .. } = self.previous;
        let old_key = |index: u32| old_fields[index as usize].key(old_text);
        let old = Sorted::new(base.map_or(0..0, |base| base.fields.clone()), old_key);
        let new = Sorted::new(report.fields.clone(), |index| self.next.fields[index as usize].key(text));

        report.distinct = new.twins(|index| self.next.fields[index as usize].key(text)).next().is_none();
        let comparable = report.distinct && base.is_none_or(|base| base.distinct);

        for index in report.fields.clone() {
            let field = self.next.fields[index as usize];
            let known =
                old.find(field.key(text), old_key).map(|index| old_fields[index as usize].value(old_text));

            if !comparable || report.timestamp == Some(index) || known != Some(field.value(text)) {
                self.send(index);
            }
        }
        for index in old.indices() {
            if new.find(old_key(index), |index| self.next.fields[index as usize].key(text)).is_none() {
                self.lose(index);
            }
        }
    }

    /// Of reports with one id the last counts, as in any JSON object.
    fn drop_repeated(&mut self) {
        let Snapshot { reports, .. } = &mut *self.next;
        let key = |index: u32| reports[index as usize].id(self.text);
        let sorted = Sorted::new(0..reports.len() as u32, key);
        let mut is_kept = vec![true; reports.len()];

        for index in sorted.twins(key) {
            is_kept[index as usize] = false;
        }
        let mut kept = is_kept.iter();

        reports.retain(|_| kept.next() == Some(&true));
        let mut kept = is_kept.iter();

        self.changes.reports.retain(|_| kept.next() == Some(&true));
    }
}

/// Whether the server can file a report under this id, given with quotes and colon.
fn is_sendable(id: &str) -> bool {
    id != TIMESTAMP && !is_inherited(id[1..].trim_end_matches(':').trim_end_matches('"'))
}

/// How many bytes two texts begin with in common.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.as_chunks::<16>().0.iter().zip(other.as_chunks::<16>().0);
    let start = blocks.take_while(|(one, other)| one == other).count() * 16;
    let rest = one[start..].iter().zip(&other[start..]);

    start + rest.take_while(|(one, other)| one == other).count()
}
