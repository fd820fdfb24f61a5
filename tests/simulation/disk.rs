//! A model of the journal: whole lines, a position that may be stale, a bound.

use rtcstats_native::proto::journal::{self, Position};
use rtcstats_native::proto::preamble::LiveState;
use rtcstats_native::proto::retention::Retained;
use rtcstats_native::proto::session::{Inherited, Session};
use rtcstats_native::proto::wire::Dialect;

/// What is on disk for one session.
pub struct Disk {
    lines: Vec<Retained>,
    bytes: usize,
    max_bytes: usize,
    owner: String,
    position: Position,
}

impl Disk {
    pub fn new(max_bytes: usize) -> Self {
        Self { lines: Vec::new(), bytes: 0, max_bytes, owner: String::new(), position: Position::default() }
    }

    /// Appends what the session accepted.
    pub fn keep(&mut self, session: &mut Session) {
        let text = String::from_utf8(session.take_journal_text()).expect("a journal is text");
        for line in text.lines() {
            self.bytes += line.len();
            self.lines.push(journal::parse_line(line, Dialect::V3).expect("a line is whole"));
        }
        session.journal_owner().0.clone_into(&mut self.owner);
    }

    /// The position is saved.
    pub fn save(&mut self, session: &Session) {
        self.position = session.journal_position();
    }

    /// Once in a while the position is saved and the bound enforced.
    pub fn sync(&mut self, session: &Session) -> Vec<(u64, String)> {
        self.save(session);
        let mut dropped = Vec::new();
        let pending = |line: &Retained| line.sequence_number > self.position.acknowledged;
        let pending_bytes = |lines: &[Retained]| -> usize {
            lines.iter().filter(|line| pending(line)).map(|line| line.event.line().len()).sum()
        };
        let mut total = pending_bytes(&self.lines);
        while total > self.max_bytes {
            let stats = |line: &Retained| pending(line) && line.event.event_type() == "getstats";
            let index = self.lines.iter().position(stats).or_else(|| self.lines.iter().position(pending));
            let Some(index) = index else { break };
            let line = self.lines.remove(index);
            total -= line.event.line().len();
            dropped.push((line.sequence_number, line.event.event_type().to_owned()));
        }
        dropped
    }

    pub fn read(&self, after: u64, max_bytes: usize) -> (Vec<Retained>, bool) {
        let mut bytes = 0;
        let mut entries = Vec::new();
        for line in self.lines.iter().filter(|line| line.sequence_number > after) {
            if bytes >= max_bytes {
                return (entries, false);
            }
            bytes += line.event.line().len();
            entries.push(line.clone());
        }
        (entries, true)
    }

    /// What the next start finds.
    pub fn inherit(&self) -> Inherited {
        let mut live = LiveState::default();
        for line in &self.lines {
            live.observe(line);
        }
        live.acknowledge(self.position.acknowledged);
        let pending = self.lines.iter().filter(|line| line.sequence_number > self.position.acknowledged);
        Inherited {
            stats_session_id: self.owner.clone(),
            parent_stats_session_id: None,
            position: self.position,
            live,
            pending: pending.count() as u64,
            last_sequence_number: self.lines.last().map_or(0, |line| line.sequence_number),
        }
    }

    /// Numbers handed out so far.
    pub fn last_sequence_number(&self) -> u64 {
        self.lines.last().map_or(0, |line| line.sequence_number)
    }
}
