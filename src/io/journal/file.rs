//! One session's journal file: appended to, read back, deleted. How it is rewritten is in [`super::rewrite`].
//!
//! All reading and writing goes through the one handle that holds the lock: on Windows no other may touch the bytes.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::Directory;
use super::directory::{create_locked, private_file};
use super::lines::Lines;
use crate::proto::journal::{self, Header, Position};
use crate::proto::retention::Retained;

/// A line number-to-offset mark every so many bytes makes reading back cheap.
pub(super) const MARK_INTERVAL: u64 = 256 * 1024;

/// An open journal, owned by this process alone.
#[derive(Debug)]
pub(in crate::io) struct Journal {
    pub(super) directory: Directory,
    pub(super) path: PathBuf,
    pub(super) file: File,
    position_file: File,
    pub(super) header: Header,
    /// Where the next line goes. What is behind it, a write failed half-way.
    pub(super) size: u64,
    /// `(sequence number, offset of its line)`, ascending.
    pub(super) marks: Vec<(u64, u64)>,
    pub(super) position: Position,
    saved: Position,
    unsynced: bool,
}

impl Journal {
    /// Starts the journal of a new session.
    pub(in crate::io) fn create(
        directory: &Directory,
        header: Header,
        live_lines: &[u8],
    ) -> io::Result<Self> {
        directory.prepare()?;
        let path = directory.journal_path(&header.stats_session_id);
        let mut file = create_locked(&path)?;
        let start = [header.to_line().as_bytes(), live_lines].concat();
        file.write_all(&start)?;
        let mut journal = Self::over(directory.clone(), path, file, header, Position::default())?;
        journal.size = start.len() as u64;
        // Once it has its place on the disk it can be overwritten even when the disk is full.
        journal.save_position()?;
        directory.sync();
        Ok(journal)
    }

    /// Takes over a journal an earlier run left, whose lines were scanned.
    pub(in crate::io) fn adopt(
        directory: Directory,
        path: PathBuf,
        file: File,
        header: Header,
        position: Position,
    ) -> io::Result<Self> {
        let mut journal = Self::over(directory, path, file, header, position)?;
        journal.size = journal.file.metadata()?.len();
        Ok(journal)
    }

    pub(super) fn over(
        directory: Directory,
        path: PathBuf,
        file: File,
        header: Header,
        position: Position,
    ) -> io::Result<Self> {
        let position_path = Directory::position_path(&path);
        let position_file = private_file().create(true).truncate(false).open(position_path)?;
        Ok(Self {
            directory,
            path,
            file,
            position_file,
            header,
            size: 0,
            marks: Vec::new(),
            position,
            saved: Position { acknowledged: u64::MAX, ..position },
            unsynced: true,
        })
    }

    /// Appends whole lines.
    pub(in crate::io) fn append(&mut self, text: &[u8]) -> io::Result<()> {
        let due = self.marks.last().is_none_or(|(_, offset)| self.size - offset >= MARK_INTERVAL);
        if due && let Some(number) = first_sequence_number(text) {
            self.marks.push((number, self.size));
        }
        // Reading moves the handle.
        self.file.seek(SeekFrom::Start(self.size))?;
        self.file.write_all(text).inspect_err(|_| {
            // What got in of it would be read as if it were kept.
            let _ = self.file.set_len(self.size);
        })?;
        self.size += text.len() as u64;
        self.unsynced = true;
        Ok(())
    }

    /// Notes how far delivery is; [`Journal::sync`] saves it.
    pub(in crate::io) fn set_position(&mut self, position: Position) {
        self.position = position;
    }

    /// Whether [`Journal::save_position`] has anything to do.
    fn is_position_unsaved(&self) -> bool {
        self.position != self.saved
    }

    /// Makes what was written survive the machine. To be called about once a second.
    pub(in crate::io) fn sync(&mut self) -> io::Result<()> {
        self.save_position()?;
        if std::mem::take(&mut self.unsynced) {
            self.file.sync_data()?;
            if !self.path.exists() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the journal was removed"));
            }
        }
        Ok(())
    }

    /// Writes down how far delivery is, in place.
    pub(in crate::io) fn save_position(&mut self) -> io::Result<()> {
        if self.is_position_unsaved() {
            self.position_file.seek(SeekFrom::Start(0))?;
            self.position_file.write_all(self.position.to_text().as_bytes())?;
            self.saved = self.position;
        }
        Ok(())
    }

    /// The events after a sequence number, about `max_bytes` of them, and whether that is all. Damaged lines are skipped.
    pub(in crate::io) fn read_after(
        &self,
        after: u64,
        max_bytes: usize,
    ) -> io::Result<(Vec<Retained>, bool)> {
        let mut lines = self.lines_after(after)?;
        let mut entries = Vec::new();
        let mut bytes = 0;
        while bytes < max_bytes {
            let Some(line) = lines.next()? else { return Ok((entries, true)) };
            let Some(entry) = std::str::from_utf8(line)
                .ok()
                .filter(|line| journal::sequence_number(line).is_some_and(|number| number > after))
                .and_then(|line| journal::parse_line(line, self.header.protocol))
            else {
                continue;
            };
            bytes += line.len();
            entries.push(entry);
        }
        Ok((entries, false))
    }

    /// Everything has arrived: nothing is left behind. Where the file cannot be deleted, at least its position says so.
    pub(in crate::io) fn delete(mut self) -> io::Result<()> {
        // Deleting is what matters; a position that could not be saved is no reason not to.
        let _ = self.save_position();
        std::fs::remove_file(&self.path)?;
        std::fs::remove_file(Directory::position_path(&self.path))
    }

    /// Where the lines after a sequence number begin, or a little before.
    pub(super) fn offset_of(&self, sequence_number: u64) -> u64 {
        let index = self.marks.partition_point(|(number, _)| *number <= sequence_number);
        index.checked_sub(1).map_or(0, |index| self.marks[index].1)
    }

    /// The lines after a sequence number, and perhaps a few before.
    pub(super) fn lines_after(&self, sequence_number: u64) -> io::Result<Lines> {
        Lines::open(&self.file, self.offset_of(sequence_number))
    }
}

impl Drop for Journal {
    /// However it ends: what has arrived must not be delivered again at the next start.
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = self.save_position();
    }
}

fn first_sequence_number(text: &[u8]) -> Option<u64> {
    let end = memchr::memchr(b'\n', text)?;
    journal::sequence_number(std::str::from_utf8(&text[..end]).ok()?)
}
