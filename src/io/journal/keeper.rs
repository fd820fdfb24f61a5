//! Keeps a session's journal up to date: creates it, appends to it, syncs it about once a second, deletes it at the end.
//!
//! Any failure is told to the session once. The file stays ours and is left as it is; only how far delivery is goes on
//! being saved beside it, so that the next start does not deliver again what has arrived.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Directory, Journal};
use crate::io::transport::TransportOptions;
use crate::proto::journal::{Header, Position};
use crate::proto::session::{Input, Session};

/// How much a crash of the machine may cost at most; a crash of the process costs nothing that was written.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

pub(in crate::io) struct Keeper {
    /// `None` without a journal, or after it failed.
    directory: Option<Directory>,
    journal: Option<Journal>,
    /// One that cannot be used any more. It stays ours, so that nobody delivers it beside us.
    failed: Option<Journal>,
    /// The highest number that may be in it.
    last_sequence_number: u64,
    transport: Arc<TransportOptions>,
    sync_at: Option<Instant>,
}

impl Keeper {
    pub(in crate::io) fn new(directory: Option<Directory>, transport: Arc<TransportOptions>) -> Self {
        Self { directory, journal: None, failed: None, last_sequence_number: 0, transport, sync_at: None }
    }

    /// Goes on with a journal that exists.
    pub(in crate::io) fn adopting(journal: Journal, transport: Arc<TransportOptions>) -> Self {
        let directory = Some(journal.directory().clone());
        Self { journal: Some(journal), ..Self::new(directory, transport) }
    }

    /// When [`Keeper::sync`] is due; never while there is nothing to do.
    pub(in crate::io) fn sync_at(&self) -> Option<Instant> {
        self.sync_at
    }

    /// Writes what the session accepted since the last time.
    pub(in crate::io) fn keep(&mut self, session: &mut Session, now: Duration) {
        let text = session.take_journal_text();
        if let Err(error) = self.write(session, &text) {
            self.fail(session, &error, now);
        }
        // What is given up at the end was not acknowledged.
        if let Some(failed) = self.failed.as_mut().filter(|_| !session.is_closed()) {
            failed.set_position(position_in(failed, session));
        }
        let unsaved = self.journal.as_ref().is_some_and(Journal::needs_sync)
            || self.failed.as_ref().is_some_and(Journal::is_position_unsaved);
        if unsaved && self.sync_at.is_none() {
            self.sync_at = Some(Instant::now() + SYNC_INTERVAL);
        }
    }

    /// Makes it survive the machine, and shortens it where that is worth it.
    pub(in crate::io) fn sync(&mut self, session: &mut Session, now: Duration) {
        self.sync_at = None;
        if let Some(failed) = &mut self.failed {
            // It is overwritten in place, which a full disk allows; and what fails is tried again.
            let _ = failed.save_position();
        }
        let Some(journal) = &mut self.journal else { return };
        let result = journal.sync().and_then(|()| {
            if !journal.should_shorten() {
                return Ok(Vec::new());
            }
            journal.shorten(&session.live_lines())
        });
        match result {
            Ok(dropped) if dropped.is_empty() => {}
            Ok(dropped) => session.handle(Input::JournalDropped(dropped), now),
            Err(error) => self.fail(session, &error, now),
        }
    }

    /// The answer to [`crate::proto::session::Output::ReadJournal`].
    pub(in crate::io) fn read(&mut self, after: u64, max_bytes: usize) -> Input {
        let Some(journal) = &self.journal else {
            return Input::JournalRestored { entries: Vec::new(), complete: true };
        };
        match journal.read_after(after, max_bytes) {
            Ok((entries, complete)) => Input::JournalRestored { entries, complete },
            Err(error) => {
                self.set_aside();
                Input::JournalFailed(error.to_string())
            }
        }
    }

    /// The session is over: what arrived is deleted, what did not stays for the next start.
    pub(in crate::io) fn finish(&mut self, session: &mut Session) {
        self.leave_failed();
        let Some(mut journal) = self.journal.take() else { return };
        journal.set_position(session.journal_position());
        let result = if session.stats().pending == 0 { journal.delete() } else { journal.sync() };
        // There is nobody left to tell; the next start finds whatever there is.
        drop(result);
    }

    fn write(&mut self, session: &Session, text: &[u8]) -> io::Result<()> {
        let Some(directory) = &self.directory else { return Ok(()) };
        self.last_sequence_number = session.next_sequence_number() - 1;
        let (owner, _) = session.journal_owner();
        match &mut self.journal {
            Some(journal) if journal.owner() == owner => {}
            Some(journal) => {
                journal.rename_session(header(session, &self.transport), &session.live_lines())?
            }
            None if text.is_empty() => {}
            None => self.journal = Some(Journal::create(directory, header(session, &self.transport), &[])?),
        }
        let Some(journal) = &mut self.journal else { return Ok(()) };
        if !text.is_empty() {
            journal.append(text)?;
        }
        journal.set_position(session.journal_position());
        Ok(())
    }

    /// What has arrived all the same must not be delivered again at the next start.
    fn leave_failed(&mut self) {
        let Some(mut journal) = self.failed.take() else { return };
        let arrived = journal.position().acknowledged >= self.last_sequence_number;
        let result = if arrived { journal.delete() } else { journal.save_position() };
        // The disk is broken already, and the app knows.
        drop(result);
    }

    fn fail(&mut self, session: &mut Session, error: &io::Error, now: Duration) {
        self.set_aside();
        session.handle(Input::JournalFailed(error.to_string()), now);
    }

    fn set_aside(&mut self) {
        self.directory = None;
        self.failed = self.journal.take();
    }
}

fn header(session: &Session, transport: &TransportOptions) -> Header {
    let (owner, parent) = session.journal_owner();
    let target = session.target();
    let mut header = Header::new(
        owner.to_owned(),
        target.endpoint().to_owned(),
        target.meeting_path().to_owned(),
        transport.user_agent.clone(),
    );
    header.parent_stats_session_id = parent.map(str::to_owned);
    header.protocol = session.dialect();
    header.origin = transport.origin.clone();
    header
}

/// How far delivery is in a journal the session may have left for that of another room, which counts its own parts.
fn position_in(journal: &Journal, session: &Session) -> Position {
    let position = session.journal_position();
    let is_its_own = journal.owner() == session.journal_owner().0;
    Position { part: if is_its_own { position.part } else { journal.position().part }, ..position }
}
