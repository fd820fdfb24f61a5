//! What has been accepted and not yet acknowledged, in order, within a bound in bytes.
//!
//! The oldest events are in memory; with a journal, those that do not fit wait behind them on disk until there is room.
//! Over the bound the oldest `getstats` go first; identity, lifecycle and app events go only when no `getstats` is
//! left. Nothing leaves silently: every removal is returned to the caller, who counts it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::{Event, EventKind};

/// Bookkeeping a retained event costs beside its text, so that many tiny events are bounded too.
const ENTRY_OVERHEAD: usize = 96;

/// What an event is worth when not all can be kept; what is worth least goes first, and of that the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The next report says most of what this one does.
    Repeated,
    /// Nothing else says it: identity, lifecycle, what the app sends.
    Singular,
}

impl Value {
    /// What an event of this kind is worth: the only place that knows, for memory and journal.
    #[must_use]
    pub fn of(kind: EventKind) -> Self {
        if kind == EventKind::GetStats { Self::Repeated } else { Self::Singular }
    }
}

/// An accepted event with the sequence number it keeps for ever.
#[derive(Debug, Clone)]
pub struct Retained {
    /// The event, obfuscated if that was asked for.
    pub event: Arc<Event>,
    /// Starts at 1 and never repeats within a session.
    pub sequence_number: u64,
}

impl Retained {
    fn cost(&self) -> usize {
        self.event.line().len() + ENTRY_OVERHEAD
    }
}

/// An event in memory.
#[derive(Debug)]
struct Held {
    entry: Retained,
    /// Bytes of all lines held up to and with this one, so that those between two are known without a look at each.
    end: u64,
}

/// Events that are in the journal only: all of them come after those in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spilled {
    /// How many.
    pub count: u64,
    /// The sequence number of the first.
    pub first: u64,
}

/// The unacknowledged events of a session, oldest first.
#[derive(Debug)]
pub struct Retention {
    entries: VecDeque<Held>,
    /// Bytes of all lines that were ever held.
    held_bytes: u64,
    spilled: Spilled,
    /// The numbers of those that go first.
    repeated: VecDeque<u64>,
    bytes: usize,
    max_bytes: usize,
}

impl Retention {
    /// An empty retention that holds at most `max_bytes`.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            held_bytes: 0,
            spilled: Spilled::default(),
            repeated: VecDeque::new(),
            bytes: 0,
            max_bytes,
        }
    }

    /// Keeps an event and returns what had to go for it, oldest first; that can be the event itself.
    pub fn push(&mut self, entry: Retained) -> Vec<Retained> {
        self.hold(entry);
        let mut removed = Vec::new();
        while self.bytes > self.max_bytes {
            removed.extend(self.remove_least_valuable());
        }
        removed
    }

    /// Whether an event of this length belongs into memory: it fits, and nothing older waits on disk.
    #[must_use]
    pub fn has_room_for(&self, line_bytes: usize) -> bool {
        self.spilled.count == 0 && self.bytes + line_bytes + ENTRY_OVERHEAD <= self.max_bytes
    }

    /// Notes that an event is in the journal only.
    pub fn spill(&mut self, sequence_number: u64, count: u64) {
        if self.spilled.count == 0 {
            self.spilled.first = sequence_number;
        }
        self.spilled.count += count;
    }

    /// What is in the journal only.
    #[must_use]
    pub fn spilled(&self) -> Spilled {
        self.spilled
    }

    /// How many bytes may be read back from the journal; worth it once half of the memory is free.
    #[must_use]
    pub fn room_to_restore(&self) -> Option<usize> {
        let worth_it = self.spilled.count > 0 && self.bytes <= self.max_bytes / 2;
        worth_it.then(|| ((self.max_bytes - self.bytes) / 2).max(1))
    }

    /// Takes back what was read from the journal. Returns how many are missing when nothing more is to come.
    pub fn restore(&mut self, entries: Vec<Retained>, complete: bool) -> u64 {
        let mut restored = 0;
        for entry in entries {
            if self.last().is_some_and(|last| last.sequence_number >= entry.sequence_number) {
                continue;
            }
            restored += 1;
            self.spilled.first = entry.sequence_number + 1;
            self.hold(entry);
        }
        self.spilled.count = self.spilled.count.saturating_sub(restored);
        if complete { std::mem::take(&mut self.spilled).count } else { 0 }
    }

    /// The journal has not got these; returns how many of them are nowhere else.
    pub fn lose_spilled(&mut self, first: u64, last: u64) -> u64 {
        let awaited = (last + 1).saturating_sub(first.max(self.spilled.first));
        let lost = awaited.min(self.spilled.count);
        self.spilled.count -= lost;
        lost
    }

    /// Forgets everything up to and including `sequence_number`; returns how many events that were.
    pub fn acknowledge(&mut self, sequence_number: u64) -> u64 {
        let position = self.position_after(sequence_number);
        self.bytes -= self.entries.drain(..position).map(|held| held.entry.cost()).sum::<usize>();
        let first_repeated = self.repeated.partition_point(|number| *number <= sequence_number);
        self.repeated.drain(..first_repeated);
        position as u64
    }

    /// The events after `sequence_number`, oldest first.
    pub fn after(&self, sequence_number: u64) -> impl Iterator<Item = &Retained> {
        self.entries.range(self.position_after(sequence_number)..).map(|held| &held.entry)
    }

    /// About how many bytes of lines come after `sequence_number` in memory; none only where there is no event.
    #[must_use]
    pub fn bytes_after(&self, sequence_number: u64) -> usize {
        let position = self.position_after(sequence_number);
        let Some(next) = self.entries.get(position) else { return 0 };
        let begin = next.end - next.entry.event.line().len() as u64;
        usize::try_from(self.held_bytes - begin).unwrap_or(usize::MAX)
    }

    /// What follows a number, up to another one, in order.
    pub fn between(&self, sequence_number: u64, end: u64) -> impl Iterator<Item = &Retained> {
        self.after(sequence_number).take_while(move |entry| entry.sequence_number < end)
    }

    /// What was in the journal only is lost; returns how many.
    pub fn forget_spilled(&mut self) -> u64 {
        std::mem::take(&mut self.spilled).count
    }

    /// The sequence number of the oldest event held.
    #[must_use]
    pub fn first_sequence_number(&self) -> Option<u64> {
        let spilled = (self.spilled.count > 0).then_some(self.spilled.first);
        self.first().map(|entry| entry.sequence_number).or(spilled)
    }

    /// The oldest event in memory.
    #[must_use]
    pub fn first(&self) -> Option<&Retained> {
        self.entries.front().map(|held| &held.entry)
    }

    /// The newest event in memory.
    #[must_use]
    pub fn last(&self) -> Option<&Retained> {
        self.entries.back().map(|held| &held.entry)
    }

    /// How many events are held, in memory and on disk.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.entries.len() as u64 + self.spilled.count
    }

    /// Whether everything is acknowledged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes held, bookkeeping included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives up some of what is in memory, for the caller to count.
    pub fn take(&mut self, is_wanted: impl Fn(u64) -> bool) -> Vec<Retained> {
        let mut taken = Vec::new();
        self.entries.retain(|held| {
            let wanted = is_wanted(held.entry.sequence_number);
            taken.extend(wanted.then(|| held.entry.clone()));
            !wanted
        });
        self.repeated.retain(|number| !is_wanted(*number));
        self.bytes -= taken.iter().map(Retained::cost).sum::<usize>();
        taken
    }

    /// Gives everything up, for the caller to count.
    pub fn drain(&mut self) -> Vec<Retained> {
        self.bytes = 0;
        self.repeated.clear();
        self.entries.drain(..).map(|held| held.entry).collect()
    }

    fn hold(&mut self, entry: Retained) {
        if Value::of(entry.event.kind()) == Value::Repeated {
            self.repeated.push_back(entry.sequence_number);
        }
        self.bytes += entry.cost();
        self.held_bytes += entry.event.line().len() as u64;
        self.entries.push_back(Held { entry, end: self.held_bytes });
    }

    fn position_after(&self, sequence_number: u64) -> usize {
        self.entries.partition_point(|held| held.entry.sequence_number <= sequence_number)
    }

    fn remove_least_valuable(&mut self) -> Option<Retained> {
        let removed = match self.repeated.pop_front() {
            Some(number) => {
                let position = self.entries.partition_point(|held| held.entry.sequence_number < number);
                self.entries.remove(position)
            }
            None => self.entries.pop_front(),
        }?
        .entry;
        self.bytes -= removed.cost();
        Some(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(sequence_number: u64, line: &str) -> Retained {
        Retained { event: Arc::new(Event::accept(line, false).unwrap()), sequence_number }
    }

    fn stats(sequence_number: u64) -> Retained {
        entry(sequence_number, r#"["getstats","PC_0",{},1]"#)
    }

    fn log(sequence_number: u64) -> Retained {
        entry(sequence_number, r#"["logs",null,"a",1]"#)
    }

    fn numbers(entries: &[Retained]) -> Vec<u64> {
        entries.iter().map(|entry| entry.sequence_number).collect()
    }

    #[test]
    fn over_the_bound_the_oldest_getstats_go_first_and_others_only_after_them() {
        let room = log(1).cost() * 2 + stats(1).cost();
        let mut retention = Retention::new(room);
        assert!(retention.push(log(1)).is_empty());
        assert!(retention.push(stats(2)).is_empty());
        assert!(retention.push(log(3)).is_empty());
        assert_eq!(numbers(&retention.push(log(4))), [2]);
        assert_eq!(numbers(&retention.push(stats(5))), [5]);
        assert_eq!(numbers(&retention.push(log(6))), [1]);
        assert!(retention.bytes() <= room);
    }

    #[test]
    fn an_acknowledgement_frees_everything_up_to_it() {
        let mut retention = Retention::new(10_000);
        for number in [1, 2, 4] {
            retention.push(stats(number));
        }
        assert_eq!(retention.acknowledge(3), 2);
        assert_eq!(retention.after(0).map(|entry| entry.sequence_number).collect::<Vec<_>>(), [4]);
        assert_eq!(retention.acknowledge(9), 1);
        assert_eq!(retention.bytes(), 0);
    }

    #[test]
    fn an_event_larger_than_the_bound_is_returned_at_once() {
        let mut retention = Retention::new(8);
        assert_eq!(numbers(&retention.push(log(1))), [1]);
        assert!(retention.is_empty());
    }
}
