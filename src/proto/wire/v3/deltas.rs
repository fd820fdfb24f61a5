//! The delta encoders of one link, within bounds in number and memory: a page may make connections without end.

use std::collections::VecDeque;

use super::delta::DeltaEncoder;
use crate::proto::json::JsonSink;

/// How many connections keep a previous report. A page has a handful.
pub const MAX_CONNECTIONS: usize = 64;

/// How much memory the previous reports of all connections may take, in bytes. A large call takes one megabyte.
pub const MAX_MEMORY: usize = 64 * 1024 * 1024;

/// The delta encoders of one link to the server, one per connection of the page.
#[derive(Default)]
pub struct Deltas {
    /// The one used last is at the back.
    encoders: VecDeque<(Box<str>, DeltaEncoder)>,
}

impl Deltas {
    /// Drops what is kept for a connection that was closed. Its next report, if any, is sent in full.
    pub fn forget(&mut self, pc_id: &str) {
        self.encoders.retain(|(known, _)| **known != *pc_id);
    }

    /// Writes a report of a connection. Over a bound those that were not used for the longest time make room; they only
    /// start with a full report again.
    pub(super) fn encode(&mut self, pc_id: &str, report: &str, out: &mut impl JsonSink) {
        let known = self.encoders.iter().position(|(known, _)| **known == *pc_id);
        let (pc_id, mut encoder) = known
            .and_then(|index| self.encoders.remove(index))
            .unwrap_or_else(|| (pc_id.into(), DeltaEncoder::default()));

        encoder.encode(report, out);
        self.encoders.push_back((pc_id, encoder));
        while self.encoders.len() > MAX_CONNECTIONS || self.encoders.len() > 1 && self.size() > MAX_MEMORY {
            self.encoders.pop_front();
        }
    }

    fn size(&self) -> usize {
        self.encoders.iter().map(|(_, encoder)| encoder.size()).sum()
    }
}
