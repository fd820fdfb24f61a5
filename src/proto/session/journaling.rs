//! The session's side of the journal: what is to be written, what may be read back, what the disk could not keep.
//!
//! The journal holds the same accepted events as the memory, and those that do not fit there. Without a working journal
//! the session carries on with what memory can hold; one that delivers what an earlier run left ends instead. A journal
//! that failed once is left as it is; only how far delivery is goes on being saved, so that the next start does not
//! deliver again what has arrived. A text that does not fit costs that text only.

use std::time::Duration;

use super::{Intent, JournalCommand, Output, Session};
use crate::proto::config::Config;
use crate::proto::journal::{self, Header, Inherited, Position};
use crate::proto::ledger::Ledger;
use crate::proto::preamble::Continuation;
use crate::proto::retention::Retained;

/// How much a crash of the machine may cost at most; a crash of the process costs nothing that was written.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// Whose events the journal holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// There is none.
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
    /// A command was not carried out.
    failed: bool,
    /// The session it is filed under, once it exists.
    owner: Option<String>,
    /// Lines the disk has not got yet.
    text: Vec<u8>,
    /// The highest number that may be in it.
    last_sequence_number: u64,
    /// How far delivery was when it was last noted.
    position: Position,
    /// From number to number: what is not in it, and in memory at most.
    missing: Vec<(u64, u64)>,
    /// When what was written or noted is to be made safe.
    sync_at: Option<Duration>,
    reading: bool,
}

impl Journaling {
    fn is_usable(&self) -> bool {
        self.source != Source::None && !self.failed
    }

    fn miss(&mut self, first: u64, last: u64, acknowledged: u64) {
        self.missing.retain(|(_, last)| *last > acknowledged);
        match self.missing.last_mut().filter(|(_, end)| *end + 1 == first) {
            Some((_, end)) => *end = last,
            None => self.missing.push((first, last)),
        }
    }

    fn is_missing(&self, number: u64) -> bool {
        self.missing.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }

    pub(super) fn sync_at(&self) -> Option<Duration> {
        self.sync_at
    }

    fn sync_soon(&mut self, now: Duration) {
        self.sync_at.get_or_insert(now + SYNC_INTERVAL);
    }
}

impl Session {
    /// A session that delivers what an earlier run left; its events are in the journal.
    #[must_use]
    pub fn inherit(config: Config, seed: u64, inherited: Inherited) -> Self {
        let mut session = Self::new(config, seed);
        session.journal = Journaling {
            source: Source::Inherited,
            owner: Some(inherited.stats_session_id.clone()),
            last_sequence_number: inherited.last_sequence_number,
            position: inherited.position,
            ..Journaling::default()
        };
        session.ids.inherit(
            inherited.stats_session_id,
            inherited.position.part,
            inherited.parent_stats_session_id,
        );
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

    /// Keeps an accepted event where there is room; returns what had to go for it.
    pub(super) fn keep(&mut self, entry: Retained) -> Vec<Retained> {
        if !self.journal.is_usable() {
            return self.retention.push(entry);
        }
        journal::write_line(&mut self.journal.text, &entry);
        if self.retention.has_room_for(entry.event.line().len()) {
            return self.retention.push(entry);
        }
        self.retention.spill(entry.sequence_number, 1);
        Vec::new()
    }

    /// Says what the journal has to follow of what just happened.
    pub(super) fn update_journal(&mut self, now: Duration) {
        if self.is_closed() || self.journal.source == Source::None {
            return;
        }
        if self.journal.is_usable() {
            self.follow_session();
            self.append(now);
        }
        if self.journal.owner.is_some() && self.journal_position() != self.journal.position {
            self.journal.sync_soon(now);
        }
    }

    pub(super) fn sync_journal(&mut self) {
        self.journal.sync_at = None;
        self.note_position();
        let command = if self.journal.failed { JournalCommand::SavePosition } else { JournalCommand::Sync };
        self.command(command);
    }

    /// The session is over: what arrived is deleted, what did not stays for the next start, and what is not in it is lost.
    pub(super) fn close_journal(&mut self) {
        if self.leaves_a_journal() {
            let journal = &self.journal;
            let lost = self.retention.take(|number| journal.is_missing(number));
            self.count_dropped(&lost);
        }
        if self.journal.owner.is_none() {
            return;
        }
        self.note_position();
        let arrived = if self.journal.failed {
            self.journal.position.acknowledged >= self.journal.last_sequence_number
        } else {
            self.retention.is_empty()
        };
        let kept = if self.journal.failed { JournalCommand::SavePosition } else { JournalCommand::Sync };
        self.command(if arrived { JournalCommand::Delete } else { kept });
    }

    /// How much may be read back from disk now.
    pub(super) fn room_to_read_back(&self) -> Option<usize> {
        let may_ask = self.journal.is_usable() && !self.journal.reading;
        may_ask.then(|| self.retention.room_to_restore())?
    }

    /// Asks for the next events from disk.
    pub(super) fn read_back(&mut self) {
        let Some(max_bytes) = self.room_to_read_back() else { return };
        self.journal.reading = true;
        let after = self.retention.last().map_or(0, |entry| entry.sequence_number);
        let after = after.max(self.retention.spilled().first - 1);
        self.command(JournalCommand::Read { after, max_bytes });
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

    pub(super) fn journal_overgrown(&mut self) {
        if self.journal.is_usable() && !self.is_closed() {
            self.note_position();
            let live_lines = self.live_lines();
            self.command(JournalCommand::Shorten { live_lines });
        }
    }

    /// What memory holds is only less safe than before.
    pub(super) fn journal_dropped(&mut self, dropped: &[(u64, String)]) {
        for (sequence_number, event_type) in dropped {
            if self.retention.lose_spilled(*sequence_number, *sequence_number) > 0 {
                self.ledger.drop(event_type, 1);
            } else {
                self.journal.miss(*sequence_number, *sequence_number, self.acknowledged_to());
            }
        }
    }

    /// Its place is on the disk already, so that it can be overwritten even on a full one.
    pub(super) fn journal_unsaved(&mut self, now: Duration) {
        if !self.is_closed() {
            self.journal.sync_soon(now);
        }
    }

    /// What memory holds of them is safe there; the rest is lost. The next ones may fit again.
    pub(super) fn journal_not_appended(&mut self, reason: &str, first: u64, last: u64) {
        if !self.journal.is_usable() || self.is_closed() {
            return;
        }
        let lost = self.retention.lose_spilled(first, last);
        self.ledger.drop("journal", lost);
        self.journal.miss(first, last, self.acknowledged_to());
        if !std::mem::replace(&mut self.warned.journal, true) {
            let message = format!("the journal cannot take everything, what is in it stays: {reason}");
            self.warn("ERR_RTCSTATS_JOURNAL", &message);
        }
    }

    pub(super) fn journal_failed(&mut self, reason: &str, now: Duration) {
        if !self.journal.is_usable() || self.is_closed() {
            // It is known already, or there is nobody left to tell: the next start finds whatever there is.
            return;
        }
        self.journal.failed = true;
        self.journal.reading = false;
        self.journal.text = Vec::new();
        self.outbox.retain(|output| !matches!(output, Output::Journal(_)));
        self.journal.sync_soon(now);
        match self.journal.source {
            Source::None => {}
            Source::Own => self.carry_on_in_memory(reason),
            Source::Inherited => self.leave_the_rest(reason),
        }
    }

    /// Whether this is the delivery of an earlier run's journal.
    pub(super) fn delivers_what_was_left(&self) -> bool {
        self.journal.source == Source::Inherited
    }

    /// Whether what is pending at the end stays on disk for the next start.
    pub(super) fn leaves_a_journal(&self) -> bool {
        match self.journal.source {
            Source::None => false,
            Source::Own => !self.journal.failed,
            Source::Inherited => true,
        }
    }

    fn command(&mut self, command: JournalCommand) {
        self.outbox.push_back(Output::Journal(command));
    }

    /// Another room has a journal of its own name, which begins with what is left of this one's.
    fn follow_session(&mut self) {
        let Some(owner) = &self.journal.owner else { return };
        if owner == self.ids.uuid() {
            return;
        }
        self.note_position();
        let (header, live_lines) = (self.header(), self.live_lines());
        self.command(JournalCommand::Rename { header, live_lines });
        self.journal.owner = Some(self.ids.uuid().to_owned());
        self.journal.position.part = 0;
    }

    fn append(&mut self, now: Duration) {
        self.journal.last_sequence_number = self.next_sequence_number - 1;
        let text = std::mem::take(&mut self.journal.text);
        if text.is_empty() {
            return;
        }
        if self.journal.owner.is_none() {
            self.journal.owner = Some(self.ids.uuid().to_owned());
            self.command(JournalCommand::Create(self.header()));
        }
        self.command(JournalCommand::Append(text));
        self.journal.sync_soon(now);
    }

    fn note_position(&mut self) {
        let position = self.journal_position();
        self.journal.position = position;
        self.command(JournalCommand::Position(position));
    }

    /// How far the journal is delivered. It may be that of a room the session has left, which counts its own parts.
    fn journal_position(&self) -> Position {
        let is_own = self.journal.owner.as_deref() == Some(self.ids.uuid());
        let part = if is_own { self.ids.part() } else { self.journal.position.part };
        Position { acknowledged: self.acknowledged_to(), part }
    }

    fn header(&self) -> Header {
        let target = &self.config.target;
        let mut header = Header::new(
            self.ids.uuid().to_owned(),
            target.endpoint().to_owned(),
            target.meeting_path().to_owned(),
            String::new(),
        );
        header.parent_stats_session_id = self.ids.parent().map(str::to_owned);
        header.protocol = self.config.dialect;
        header
    }

    /// The acknowledged lines a shortened journal must keep: what the next part's preamble is made of.
    fn live_lines(&self) -> Vec<u8> {
        let continuation = Continuation {
            is_first: false,
            join: None,
            parent: None,
            pending_from: self.retention.first_sequence_number(),
            first_pending: self.retention.first(),
        };
        let mut text = Vec::new();
        for entry in self.config.dialect.preamble(&self.live, &continuation) {
            journal::write_line(&mut text, &entry);
        }
        text
    }

    fn carry_on_in_memory(&mut self, reason: &str) {
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
