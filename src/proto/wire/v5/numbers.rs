//! The numbers that stand for the ids of a connection's reports on one link.
//!
//! A number is given once: a report that went away and comes back has its old one, no other report ever gets it.

use std::collections::{BTreeMap, BTreeSet};

/// Ids of reports that are gone are forgotten when there are more of them than this, and than of others.
const MAX_GONE: usize = 1024;

/// Ids as they stand in the text, quotes included, and their numbers.
#[derive(Default)]
pub(super) struct Numbers {
    by_id: BTreeMap<Box<str>, Number>,
    next: u32,
    poll: u32,
    has_new: bool,
}

#[derive(Clone, Copy)]
struct Number {
    number: u32,
    /// The poll it was given in.
    since: u32,
}

impl Numbers {
    /// What was given so far was not given in this poll.
    pub(super) fn begin_poll(&mut self) {
        self.poll += 1;
        self.has_new = false;
    }

    /// The number of a report, its first one or the one it had.
    pub(super) fn of(&mut self, id: &str) -> u32 {
        self.find(id).unwrap_or_else(|| self.renew(id))
    }

    /// Another number for a report.
    pub(super) fn renew(&mut self, id: &str) -> u32 {
        let number = self.next;

        self.next += 1;
        self.has_new = true;
        self.by_id.insert(id.into(), Number { number, since: self.poll });

        number
    }

    /// The number of the report a field names, if there ever was that report.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).map(|known| known.number)
    }

    /// Whether the report a field names got its number in this poll.
    pub(super) fn is_new(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|known| known.since == self.poll)
    }

    /// Whether any report got its number in this poll.
    pub(super) fn has_new(&self) -> bool {
        self.has_new
    }

    /// Forgets ids that are gone if there are too many; of `present` there are `count`.
    pub(super) fn prune<'a>(&mut self, count: usize, present: impl Iterator<Item = &'a str>) {
        if self.by_id.len() > 2 * count + MAX_GONE {
            let present: BTreeSet<&str> = present.collect();

            self.by_id.retain(|id, _| present.contains(&**id));
        }
    }

    /// Forgets all ids; numbers go on where they were.
    pub(super) fn forget(&mut self) {
        self.by_id.clear();
    }

    /// How much memory the ids take, in bytes.
    pub(super) fn size(&self) -> usize {
        // A usual id has some twenty characters.
        self.by_id.len() * 64
    }
}
