//! What becomes of a journal an earlier run left: its lines, one after the other, make the state a session goes on from.
//!
//! Must never believe a number that is out of order: it would make others look old.

use super::{Header, Position, parse_line};
use crate::proto::preamble::LiveState;
use crate::proto::retention::Retained;
use crate::proto::wire::Dialect;

/// What an earlier run left behind in a journal.
#[derive(Debug)]
pub struct Inherited {
    /// The id of the session's first part.
    pub stats_session_id: String,
    /// The session it was a breakout room of.
    pub parent_stats_session_id: Option<String>,
    /// How far it got.
    pub position: Position,
    /// Its identity and connections.
    pub live: LiveState,
    /// How many events were not acknowledged.
    pub pending: u64,
    /// The highest sequence number in the journal.
    pub last_sequence_number: u64,
}

/// A journal being read, line by line, keeping what a preamble needs.
pub struct Inheritance {
    dialect: Dialect,
    inherited: Inherited,
    skipped: u64,
    order: Order,
}

impl Inheritance {
    /// Before the first line behind the header.
    #[must_use]
    pub fn new(header: &Header, position: Position) -> Self {
        Self {
            dialect: header.protocol,
            inherited: Inherited {
                stats_session_id: header.stats_session_id.clone(),
                parent_stats_session_id: header.parent_stats_session_id.clone(),
                position,
                live: LiveState::default(),
                pending: 0,
                last_sequence_number: position.acknowledged,
            },
            skipped: 0,
            order: Order::default(),
        }
    }

    /// Takes the next line, which begins at `offset`. Returns where a line begins whose number is damaged: it is to be
    /// made unreadable, so that nobody takes the number for true when the journal is read back.
    pub fn take(&mut self, line: &[u8], offset: u64) -> Option<u64> {
        match std::str::from_utf8(line).ok().and_then(|line| parse_line(line, self.dialect)) {
            Some(entry) => self.judge(Some(Found { entry, offset })),
            None => {
                self.skipped += 1;
                None
            }
        }
    }

    /// There are no more lines: what is inherited, and how many lines were of no use.
    #[must_use]
    pub fn finish(mut self) -> (Inherited, u64) {
        self.judge(None);
        self.inherited.live.acknowledge(self.inherited.position.acknowledged);
        (self.inherited, self.skipped)
    }

    fn judge(&mut self, found: Option<Found>) -> Option<u64> {
        let Verdict { accepted, damaged } = self.order.next(found);
        if let Some(Found { entry, .. }) = accepted {
            self.inherited.live.observe(&entry);
            if entry.sequence_number > self.inherited.last_sequence_number {
                self.inherited.last_sequence_number = entry.sequence_number;
                self.inherited.pending += 1;
            }
        }
        damaged.map(|found| {
            self.skipped += 1;
            found.offset
        })
    }
}

/// A line and where it begins.
struct Found {
    entry: Retained,
    offset: u64,
}

#[derive(Default)]
struct Verdict {
    accepted: Option<Found>,
    damaged: Option<Found>,
}

/// Tells lines whose number is damaged from the others: numbers only ever grow. One that is too high would make
/// everything behind it look old, so a line is judged by the one that follows.
#[derive(Default)]
struct Order {
    before: Option<u64>,
    held: Option<Found>,
}

impl Order {
    /// What is known about the line before, now that this one follows, and about this one.
    fn next(&mut self, found: Option<Found>) -> Verdict {
        let number = |found: &Found| found.entry.sequence_number;
        let (next, held) = (found.as_ref().map(number), self.held.as_ref().map(number));
        if next.is_none() || next > held {
            self.before = held.or(self.before);
            Verdict { accepted: std::mem::replace(&mut self.held, found), damaged: None }
        } else if next > self.before {
            Verdict { accepted: None, damaged: std::mem::replace(&mut self.held, found) }
        } else {
            Verdict { accepted: None, damaged: found }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::proto::event::Event;

    /// The numbers that are accepted and those that are damaged.
    fn judge(numbers: &[u64]) -> (Vec<u64>, Vec<u64>) {
        let event = Arc::new(Event::accept(r#"["logs",null,"a",1]"#, false).unwrap());
        let found = |sequence_number| Found {
            entry: Retained { event: Arc::clone(&event), sequence_number },
            offset: sequence_number,
        };
        let mut order = Order::default();
        let mut verdicts: Vec<_> = numbers.iter().map(|number| order.next(Some(found(*number)))).collect();
        verdicts.push(order.next(None));
        let offsets = |found: &Option<Found>| found.as_ref().map(|found| found.offset);
        (
            verdicts.iter().filter_map(|verdict| offsets(&verdict.accepted)).collect(),
            verdicts.iter().filter_map(|verdict| offsets(&verdict.damaged)).collect(),
        )
    }

    #[test]
    fn a_damaged_number_costs_its_own_line_only() {
        assert_eq!(judge(&[]), (vec![], vec![]));
        assert_eq!(judge(&[0, 1, 2, 7]), (vec![0, 1, 2, 7], vec![]));
        assert_eq!(judge(&[1, 2, 83, 4, 5]), (vec![1, 2, 4, 5], vec![83]));
        assert_eq!(judge(&[91, 2, 3]), (vec![2, 3], vec![91]));
        assert_eq!(judge(&[1, 2, 3, 1, 5]), (vec![1, 2, 3, 5], vec![1]));
        assert_eq!(judge(&[1, 2, 2, 3]), (vec![1, 2, 3], vec![2]));
    }
}
