//! The session's side of the journal: what is to be written, what may be read back, what the disk could not keep.
//!
//! The journal holds the same accepted events as the memory, and those that do not fit there. Without a working journal
//! the session carries on with what memory can hold; one that delivers what an earlier run left ends instead.

use std::time::Duration;

use super::{Intent, Output, Session};
use crate::proto::config::Config;
use crate::proto::journal::{self, Position};
use crate::proto::ledger::Ledger;
use crate::proto::preamble::{Continuation, LiveState};
use crate::proto::retention::Retained;

/// Whose events the journal holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// There is none, or it failed.
    #[default]
    None,
    /// This session's own.
    Own,
    /// Those an earlier run left: they are nowhere else, so they stay there until they have arrived.
    Inherited,
}

/// Where the session's journal stands.
#[derive(Debug, Default)]
pub(super) struct Journaling {
    source: Source,
    /// Lines the disk has not got yet.
    text: Vec<u8>,
    reading: bool,
}

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

impl Session {
    /// A session that delivers what an earlier run left; its events are in the journal.
    #[must_use]
    pub fn inherit(config: Config, seed: u64, inherited: Inherited) -> Self {
        let mut session = Self::new(config, seed);
        session.ids.inherit(
            inherited.stats_session_id,
            inherited.position.part,
            inherited.parent_stats_session_id,
        );
        session.journal.source = Source::Inherited;
        session.live = inherited.live;
        session.next_sequence_number = inherited.last_sequence_number + 1;
        session.ledger = Ledger::inherit(inherited.pending);
        if inherited.pending > 0 {
            session.retention.spill(inherited.position.acknowledged + 1, inherited.pending);
        }
        session
    }

    /// From now on accepted events are to be written to a journal.
    pub fn start_journal(&mut self) {
        self.journal.source = Source::Own;
    }

    /// The lines to append to the journal, oldest first.
    pub fn take_journal_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.journal.text)
    }

    /// How far the journal is delivered.
    #[must_use]
    pub fn journal_position(&self) -> Position {
        Position { acknowledged: self.acknowledged_to(), part: self.ids.part() }
    }

    /// Whose journal it is: the id of the first part and the parent's.
    #[must_use]
    pub fn journal_owner(&self) -> (&str, Option<&str>) {
        (self.ids.uuid(), self.ids.parent())
    }

    /// The acknowledged lines a shortened journal must keep: what the next part's preamble is made of.
    #[must_use]
    pub fn live_lines(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let continuation = Continuation {
            is_first: false,
            join: None,
            parent: None,
            pending_from: self.retention.first_sequence_number(),
            first_pending: self.retention.first(),
        };
        for entry in self.config.dialect.preamble(&self.live, &continuation) {
            journal::write_line(&mut text, &entry);
        }
        text
    }

    /// Keeps an accepted event where there is room; returns what had to go for it.
    pub(super) fn keep(&mut self, entry: Retained) -> Vec<Retained> {
        if self.journal.source == Source::None {
            return self.retention.push(entry);
        }
        journal::write_line(&mut self.journal.text, &entry);
        if self.retention.has_room_for(entry.event.line().len()) {
            return self.retention.push(entry);
        }
        self.retention.spill(entry.sequence_number, 1);
        Vec::new()
    }

    /// How much may be read back from disk now.
    pub(super) fn room_to_read_back(&self) -> Option<usize> {
        let may_ask = self.journal.source != Source::None && !self.journal.reading;
        may_ask.then(|| self.retention.room_to_restore())?
    }

    /// Asks for the next events from disk.
    pub(super) fn read_back(&mut self) {
        let Some(max_bytes) = self.room_to_read_back() else { return };
        self.journal.reading = true;
        let after = self.retention.last().map_or(0, |entry| entry.sequence_number);
        let after = after.max(self.retention.spilled().first - 1);
        self.outbox.push_back(Output::ReadJournal { after, max_bytes });
    }

    pub(super) fn journal_restored(&mut self, entries: Vec<Retained>, complete: bool, now: Duration) {
        if !std::mem::take(&mut self.journal.reading) {
            // Nobody asked, or the journal failed meanwhile and what was in it is counted as lost.
            return;
        }
        let missing = self.retention.restore(entries, complete);
        self.ledger.drop("journal", missing);
        self.batch_deadline = Some(now);
    }

    pub(super) fn journal_dropped(&mut self, dropped: &[(u64, String)]) {
        for (sequence_number, event_type) in dropped {
            if self.retention.remove(*sequence_number) {
                self.ledger.drop(event_type, 1);
            }
        }
    }

    pub(super) fn journal_failed(&mut self, reason: &str) {
        self.journal.text = Vec::new();
        self.journal.reading = false;
        match self.journal.source {
            Source::None => {}
            Source::Own => self.carry_on_in_memory(reason),
            Source::Inherited => self.leave_the_rest(reason),
        }
    }

    /// Whether what is pending at the end stays on disk for the next start.
    pub(super) fn leaves_a_journal(&self) -> bool {
        self.journal.source != Source::None
    }

    fn carry_on_in_memory(&mut self, reason: &str) {
        self.journal.source = Source::None;
        let lost = self.retention.forget_spilled();
        self.ledger.drop("journal", lost);
        let message = format!("the journal cannot be used, events are kept in memory only: {reason}");
        self.warn("ERR_RTCSTATS_JOURNAL", &message);
    }

    /// Nothing is given up: what has not arrived is still in the journal, and the next start tries again.
    fn leave_the_rest(&mut self, reason: &str) {
        let message = format!("the journal of an earlier run cannot be used, it is left as it is: {reason}");
        self.warn("ERR_RTCSTATS_JOURNAL", &message);
        self.intent = Intent::Close { deadline: Duration::ZERO };
    }
}
