//! Does to a journal's files what the session says, and reports what came of it. Decides nothing.
//!
//! A journal that failed stays open, so that nobody delivers it beside us.

use std::io;
use std::sync::Arc;

use super::{Directory, Journal};
use crate::io::transport::{TransportOptions, in_plain_words};
use crate::proto::journal::{self, Header};
use crate::proto::session::{Input, JournalCommand};

pub(in crate::io) struct Keeper {
    /// `None` where the channel has no journal.
    directory: Option<Directory>,
    journal: Option<Journal>,
    transport: Arc<TransportOptions>,
}

impl Keeper {
    pub(in crate::io) fn new(directory: Option<Directory>, transport: Arc<TransportOptions>) -> Self {
        Self { directory, journal: None, transport }
    }

    /// Goes on with a journal that exists.
    pub(in crate::io) fn adopting(journal: Journal, transport: Arc<TransportOptions>) -> Self {
        Self { directory: None, journal: Some(journal), transport }
    }

    /// Carries out a command; returns what there is to report.
    pub(in crate::io) fn perform(&mut self, command: JournalCommand) -> Option<Input> {
        self.try_perform(command).unwrap_or_else(|error| Some(Input::JournalFailed(in_plain_words(&error))))
    }

    fn try_perform(&mut self, command: JournalCommand) -> io::Result<Option<Input>> {
        if let JournalCommand::Create(header) = command {
            return self.create(header);
        }
        let Some(journal) = &mut self.journal else { return Ok(None) };
        match command {
            JournalCommand::Create(_) => {}
            JournalCommand::Append(text) => {
                return Ok(journal.append(&text).err().map(|error| not_appended(&text, &error)));
            }
            JournalCommand::Position(position) => journal.set_position(position),
            JournalCommand::Sync => {
                // Without a place for it what arrives would be delivered again.
                journal.save_position()?;
                if let Err(error) = journal.sync() {
                    let is_gone = error.kind() == io::ErrorKind::NotFound;
                    return if is_gone { Err(error) } else { Ok(Some(Input::JournalUnsaved)) };
                }
                return Ok(journal.should_shorten().then_some(Input::JournalOvergrown));
            }
            JournalCommand::SavePosition => {
                return Ok(journal.save_position().is_err().then_some(Input::JournalUnsaved));
            }
            JournalCommand::Rename { header, live_lines } => {
                journal.rename_session(signed(header, &self.transport), &live_lines)?;
            }
            JournalCommand::Shorten { live_lines } => {
                // Where there is no room for the copy the journal is what it was.
                let Ok(dropped) = journal.shorten(&live_lines) else {
                    return Ok(Some(Input::JournalUnsaved));
                };
                return Ok((!dropped.is_empty()).then_some(Input::JournalDropped(dropped)));
            }
            JournalCommand::Read { after, max_bytes } => {
                let (entries, complete) = journal.read_after(after, max_bytes)?;
                return Ok(Some(Input::JournalRestored { entries, complete }));
            }
            JournalCommand::Delete => self.journal.take().map_or(Ok(()), Journal::delete)?,
        }
        Ok(None)
    }

    fn create(&mut self, header: Header) -> io::Result<Option<Input>> {
        if let Some(directory) = &self.directory {
            self.journal = Some(Journal::create(directory, signed(header, &self.transport), &[])?);
        }
        Ok(None)
    }
}

/// What did not get in.
fn not_appended(text: &[u8], error: &io::Error) -> Input {
    let numbers: Vec<u64> = text
        .split(|byte| *byte == b'\n')
        .filter_map(|line| journal::sequence_number(std::str::from_utf8(line).ok()?))
        .collect();
    let (first, last) = (numbers.first().copied().unwrap_or(1), numbers.last().copied().unwrap_or(0));
    Input::JournalNotAppended { reason: in_plain_words(error), first, last }
}

/// With who sends, so that a later delivery looks like the first.
fn signed(mut header: Header, transport: &TransportOptions) -> Header {
    header.user_agent.clone_from(&transport.user_agent);
    header.origin.clone_from(&transport.origin);
    header
}
