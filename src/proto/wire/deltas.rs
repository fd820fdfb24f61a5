//! The delta encoders of one link, within bounds in number and memory: a page may make connections without end.

use std::collections::VecDeque;

use crate::proto::json::JsonSink;

/// How many connections keep a previous report. A page has a handful.
pub const MAX_CONNECTIONS: usize = 64;

/// How much memory the previous reports of all connections may take, in bytes. A large call takes one megabyte.
pub const MAX_MEMORY: usize = 64 * 1024 * 1024;

/// How many more are remembered without a report, where a protocol needs that.
const MAX_RESTING: usize = 4096;

/// Encodes the polls of one connection on one link.
pub trait PollEncoder: Default {
    /// Writes a report, an object of reports by id, as the difference to the one before.
    fn encode(&mut self, report: &str, out: &mut impl JsonSink);

    /// How much memory the previous report takes, in bytes.
    fn size(&self) -> usize;

    /// Gives that memory back: the next report, if any, is sent in full. False if nothing needs to be remembered for it.
    fn rest(&mut self) -> bool;
}

/// The delta encoders of one link to the server, one per connection of the page.
#[derive(Default)]
pub struct Deltas<E> {
    /// The one used last is at the back.
    encoders: VecDeque<(Box<str>, E)>,
    /// What has no previous report any more, but something to remember.
    resting: VecDeque<(Box<str>, E)>,
}

impl<E: PollEncoder> Deltas<E> {
    /// Gives back what is kept for a connection that was closed. Its next report, if any, is sent in full.
    pub fn forget(&mut self, pc_id: &str) {
        if let Some(encoder) = take(&mut self.encoders, pc_id) {
            self.rest(pc_id.into(), encoder);
        }
    }

    /// Writes a report of a connection. Over a bound those that were not used for the longest time make room; they only
    /// start with a full report again.
    pub(super) fn encode(&mut self, pc_id: &str, report: &str, out: &mut impl JsonSink) {
        let known = take(&mut self.encoders, pc_id).or_else(|| take(&mut self.resting, pc_id));
        let mut encoder = known.unwrap_or_default();

        encoder.encode(report, out);
        self.encoders.push_back((pc_id.into(), encoder));
        while self.encoders.len() > MAX_CONNECTIONS || self.encoders.len() > 1 && self.size() > MAX_MEMORY {
            if let Some((pc_id, encoder)) = self.encoders.pop_front() {
                self.rest(pc_id, encoder);
            }
        }
    }

    fn rest(&mut self, pc_id: Box<str>, mut encoder: E) {
        if encoder.rest() {
            self.resting.push_back((pc_id, encoder));
        }
        if self.resting.len() > MAX_RESTING {
            self.resting.pop_front();
        }
    }

    fn size(&self) -> usize {
        self.encoders.iter().map(|(_, encoder)| encoder.size()).sum()
    }
}

fn take<E>(encoders: &mut VecDeque<(Box<str>, E)>, pc_id: &str) -> Option<E> {
    let index = encoders.iter().position(|(known, _)| **known == *pc_id)?;

    encoders.remove(index).map(|(_, encoder)| encoder)
}
