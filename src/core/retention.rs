//! What has been accepted and not yet acknowledged, in order, within a bound in bytes.
//!
//! Over the bound the oldest `getstats` go first; identity, lifecycle and app events go only when no `getstats` is
//! left. Nothing leaves silently: every removal is returned to the caller, who counts it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::{Event, EventKind};

/// Bookkeeping a retained event costs beside its text, so that many tiny events are bounded too.
const ENTRY_OVERHEAD: usize = 96;

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

/// The unacknowledged events of a session, oldest first.
#[derive(Debug)]
pub struct Retention {
    entries: VecDeque<Retained>,
    getstats: VecDeque<u64>,
    bytes: usize,
    max_bytes: usize,
}

impl Retention {
    /// An empty retention that holds at most `max_bytes`.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self { entries: VecDeque::new(), getstats: VecDeque::new(), bytes: 0, max_bytes }
    }

    /// Keeps an event and returns what had to go for it, oldest first; that can be the event itself.
    pub fn push(&mut self, entry: Retained) -> Vec<Retained> {
        if entry.event.kind() == EventKind::GetStats {
            self.getstats.push_back(entry.sequence_number);
        }
        self.bytes += entry.cost();
        self.entries.push_back(entry);
        let mut removed = Vec::new();
        while self.bytes > self.max_bytes {
            removed.extend(self.remove_least_valuable());
        }
        removed
    }

    /// Whether one more event of this length fits without anything having to go.
    #[must_use]
    pub fn has_room_for(&self, line_bytes: usize) -> bool {
        self.bytes + line_bytes + ENTRY_OVERHEAD <= self.max_bytes
    }

    /// Forgets everything up to and including `sequence_number`; returns how many events that were.
    pub fn acknowledge(&mut self, sequence_number: u64) -> u64 {
        let position = self.position_after(sequence_number);
        self.bytes -= self.entries.drain(..position).map(|entry| entry.cost()).sum::<usize>();
        let first_getstats = self.getstats.partition_point(|number| *number <= sequence_number);
        self.getstats.drain(..first_getstats);
        position as u64
    }

    /// The events after `sequence_number`, oldest first.
    pub fn after(&self, sequence_number: u64) -> impl Iterator<Item = &Retained> {
        self.entries.range(self.position_after(sequence_number)..)
    }

    /// Whether this very event is still held.
    #[must_use]
    pub fn contains(&self, sequence_number: u64) -> bool {
        let position = self.entries.partition_point(|entry| entry.sequence_number < sequence_number);
        self.entries.get(position).is_some_and(|entry| entry.sequence_number == sequence_number)
    }

    /// The oldest event held.
    #[must_use]
    pub fn first(&self) -> Option<&Retained> {
        self.entries.front()
    }

    /// How many events are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether everything is acknowledged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes held, bookkeeping included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives everything up, for the caller to count.
    pub fn drain(&mut self) -> Vec<Retained> {
        self.bytes = 0;
        self.getstats.clear();
        self.entries.drain(..).collect()
    }

    fn position_after(&self, sequence_number: u64) -> usize {
        self.entries.partition_point(|entry| entry.sequence_number <= sequence_number)
    }

    fn remove_least_valuable(&mut self) -> Option<Retained> {
        let removed = match self.getstats.pop_front() {
            Some(number) => {
                let position = self.entries.partition_point(|entry| entry.sequence_number < number);
                self.entries.remove(position)
            }
            None => self.entries.pop_front(),
        }?;
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
        assert!(retention.contains(4) && !retention.contains(2));
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
