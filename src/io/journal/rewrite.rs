//! Copies of a journal that take its place: shortened, or under the name of another session.
//!
//! A copy is whole before the original goes, and a copy that fails is removed: whatever happens, one of them is there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::directory::{create_locked, take};
use super::file::{Journal, MARK_INTERVAL};
use super::{Directory, delete};
use crate::proto::event::EventKind;
use crate::proto::journal::{self, Header, Position, Summary};
use crate::proto::retention::Value;

/// Acknowledged lines are dropped from the file once there is this much of them, and more than half of the file.
const WORTH_SHORTENING: u64 = 4 * 1024 * 1024;

impl Journal {
    /// Whether enough of the file is acknowledged, or it is over its bound, so that it should be rewritten.
    pub(in crate::io) fn should_shorten(&self) -> bool {
        let acknowledged = self.offset_of(self.position.acknowledged);
        (acknowledged > WORTH_SHORTENING && acknowledged > self.size / 2) || self.size > self.budget()
    }

    /// Rewrites the file: header, `live_lines`, then what is not acknowledged. While that is over the bound the oldest
    /// `getstats` are left out, and only when there is none the oldest others; returns what was left out.
    pub(in crate::io) fn shorten(&mut self, live_lines: &[u8]) -> io::Result<Vec<(u64, String)>> {
        let budget = self.budget();
        // Room to grow, so that it is not rewritten again at once.
        let target = budget - budget / 8;
        let dropped = self.choose_dropped(target.saturating_sub(live_lines.len() as u64))?;
        let shortened = Directory::temporary_path(&self.path);
        // What a crash left of an earlier attempt is in the way; it is ours as the journal is.
        let _ = fs::remove_file(&shortened);
        let copy = self.copy_pending(&shortened, &self.header, live_lines, &dropped)?;
        self.put_in_place(&shortened, &copy).inspect_err(|_| {
            let _ = fs::remove_file(&shortened);
        })?;
        (self.file, self.marks, self.size) = (copy.file, copy.marks, copy.size);
        self.directory.sync();
        Ok(dropped)
    }

    fn put_in_place(&mut self, shortened: &Path, copy: &Copy) -> io::Result<()> {
        fs::rename(shortened, &self.path).or_else(|error| {
            if !cfg!(windows) {
                return Err(error);
            }
            // There only NTFS gives up the name of a file that is open; network folders want it closed.
            self.file = copy.file.try_clone()?;
            fs::rename(shortened, &self.path).inspect_err(|_| {
                if let Some(original) = take(&self.path) {
                    self.file = original;
                }
            })
        })
    }

    /// Goes on under the name of another session, with everything that is not acknowledged. When that fails the journal
    /// is what it was.
    pub(in crate::io) fn rename_session(&mut self, header: Header, live_lines: &[u8]) -> io::Result<()> {
        let path = self.directory.journal_path(&header.stats_session_id);
        let copy = self.copy_pending(&path, &header, live_lines, &[])?;
        *self = self.replace_by(copy, path.clone(), header).inspect_err(|_| delete(&path))?;
        Ok(())
    }

    fn replace_by(&self, copy: Copy, path: PathBuf, header: Header) -> io::Result<Self> {
        let position = Position { acknowledged: self.position.acknowledged, part: 0 };
        let mut journal = Self::over(self.directory.clone(), path, copy.file, header, position)?;
        (journal.size, journal.marks) = (copy.size, copy.marks);
        journal.save_position()?;
        self.directory.sync();
        fs::remove_file(&self.path)?;
        // Without its journal it says nothing; it goes when it is too old.
        let _ = fs::remove_file(Directory::position_path(&self.path));
        Ok(journal)
    }

    /// What this journal may take of the directory's bound.
    fn budget(&self) -> u64 {
        let others = self.directory.total_bytes().saturating_sub(self.size);
        self.directory.max_bytes().saturating_sub(others).max(self.directory.max_bytes() / 16)
    }

    fn choose_dropped(&self, target: u64) -> io::Result<Vec<(u64, String)>> {
        let mut lines = self.lines_after(self.position.acknowledged)?;
        let mut pending = Vec::new();
        let mut total = 0;
        while let Some(line) = lines.next()? {
            let Some(entry) = Candidate::of(line) else { continue };
            if entry.sequence_number > self.position.acknowledged {
                total += entry.bytes;
                pending.push(entry);
            }
        }
        let excess = total.saturating_sub(target);
        Ok(oldest_of_least_value(pending, excess))
    }

    /// A new file with what is not acknowledged; when that fails nothing is left of it.
    fn copy_pending(
        &self,
        to: &Path,
        header: &Header,
        live_lines: &[u8],
        dropped: &[(u64, String)],
    ) -> io::Result<Copy> {
        let start = [header.to_line().as_bytes(), live_lines].concat();
        let file = create_locked(to)?;
        self.copy_lines(&file, &start, dropped).map(|(marks, size)| Copy { file, marks, size }).inspect_err(
            |_| {
                // Half a copy is of no use, and the original is still there.
                let _ = fs::remove_file(to);
            },
        )
    }

    fn copy_lines(
        &self,
        file: &File,
        start: &[u8],
        dropped: &[(u64, String)],
    ) -> io::Result<(Vec<(u64, u64)>, u64)> {
        let mut out = BufWriter::new(file);
        let mut marks: Vec<(u64, u64)> = Vec::new();
        let mut size = start.len() as u64;
        out.write_all(start)?;
        let mut lines = self.lines_after(self.position.acknowledged)?;
        while let Some(line) = lines.next()? {
            let number = pending_number(line).filter(|number| *number > self.position.acknowledged);
            let Some(number) = number else { continue };
            if dropped.binary_search_by_key(&number, |(number, _)| *number).is_ok() {
                continue;
            }
            if marks.last().is_none_or(|(_, offset)| size - offset >= MARK_INTERVAL) {
                marks.push((number, size));
            }
            out.write_all(line)?;
            out.write_all(b"\n")?;
            size += line.len() as u64 + 1;
        }
        out.flush()?;
        file.sync_data()?;
        Ok((marks, size))
    }
}

/// A file with the pending lines of another.
struct Copy {
    file: File,
    marks: Vec<(u64, u64)>,
    size: u64,
}

/// The number of a line that was not struck out: a damaged number would lead astray who looks for others.
fn pending_number(line: &[u8]) -> Option<u64> {
    journal::summary(std::str::from_utf8(line).ok()?).map(|summary| summary.sequence_number)
}

/// A line that may have to go.
struct Candidate {
    sequence_number: u64,
    event_type: String,
    bytes: u64,
}

impl Candidate {
    fn of(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let Summary { event_type, sequence_number } = journal::summary(line)?;
        Some(Self { sequence_number, event_type: event_type.to_owned(), bytes: line.len() as u64 + 1 })
    }
}

/// At least `excess` bytes of events, those worth least first and of these the oldest, sorted by sequence number.
fn oldest_of_least_value(mut pending: Vec<Candidate>, excess: u64) -> Vec<(u64, String)> {
    pending.sort_by_key(|entry| Value::of(EventKind::of(&entry.event_type)));
    let mut freed = 0;
    let mut dropped: Vec<_> = pending
        .into_iter()
        .take_while(|entry| {
            let wanted = freed < excess;
            freed += entry.bytes;
            wanted
        })
        .map(|entry| (entry.sequence_number, entry.event_type))
        .collect();
    dropped.sort_unstable_by_key(|(number, _)| *number);
    dropped
}
