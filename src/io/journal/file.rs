//! One session's journal file: appended to, read back, shortened, deleted.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::lines::Lines;
use super::{Directory, lock};
use crate::core::journal::{self, Header, Position};
use crate::core::retention::Retained;

/// A line number-to-offset mark every so many bytes makes reading back cheap.
const MARK_INTERVAL: u64 = 256 * 1024;
/// Acknowledged lines are dropped from the file once there is this much of them, and more than half of the file.
const WORTH_SHORTENING: u64 = 4 * 1024 * 1024;
/// An open journal, owned by this process alone.
#[derive(Debug)]
pub(in crate::io) struct Journal {
    directory: Directory,
    path: PathBuf,
    file: File,
    position_file: File,
    header: Header,
    size: u64,
    /// `(sequence number, offset of its line)`, ascending.
    marks: Vec<(u64, u64)>,
    position: Position,
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
        let mut file = OpenOptions::new().read(true).append(true).create_new(true).open(&path)?;
        lock(&file)?;
        let start = [header.to_line().as_bytes(), live_lines].concat();
        file.write_all(&start)?;
        let mut journal = Self::over(directory.clone(), path, file, header, Position::default())?;
        journal.size = start.len() as u64;
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

    fn over(
        directory: Directory,
        path: PathBuf,
        file: File,
        header: Header,
        position: Position,
    ) -> io::Result<Self> {
        let position_path = Directory::position_path(&path);
        let position_file =
            OpenOptions::new().write(true).create(true).truncate(false).open(position_path)?;
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

    pub(in crate::io) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The session this is the journal of.
    pub(in crate::io) fn owner(&self) -> &str {
        &self.header.stats_session_id
    }

    /// Appends whole lines.
    pub(in crate::io) fn append(&mut self, text: &[u8]) -> io::Result<()> {
        let due = self.marks.last().is_none_or(|(_, offset)| self.size - offset >= MARK_INTERVAL);
        if due && let Some(number) = first_sequence_number(text) {
            self.marks.push((number, self.size));
        }
        self.file.write_all(text)?;
        self.size += text.len() as u64;
        self.unsynced = true;
        Ok(())
    }

    /// Notes how far delivery is; [`Journal::sync`] saves it.
    pub(in crate::io) fn set_position(&mut self, position: Position) {
        self.position = position;
    }

    /// How far delivery is.
    pub(in crate::io) fn position(&self) -> Position {
        self.position
    }

    /// Whether [`Journal::sync`] has anything to do.
    pub(in crate::io) fn needs_sync(&self) -> bool {
        self.unsynced || self.position != self.saved
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
        if self.position != self.saved {
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
        let mut lines = self.lines_from(self.offset_of(after))?;
        let mut entries = Vec::new();
        let mut bytes = 0;
        while bytes < max_bytes {
            let Some(line) = lines.next()? else { return Ok((entries, true)) };
            let Some(entry) = std::str::from_utf8(line)
                .ok()
                .filter(|line| journal::sequence_number(line).is_some_and(|number| number > after))
                .and_then(journal::parse_line)
            else {
                continue;
            };
            bytes += line.len();
            entries.push(entry);
        }
        Ok((entries, false))
    }

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
        let copy = self.copy_pending(&shortened, &self.header, live_lines, &dropped)?;
        std::fs::rename(&shortened, &self.path)?;
        (self.file, self.marks, self.size) = (copy.file, copy.marks, copy.size);
        Ok(dropped)
    }

    /// Goes on under the name of another session, with everything that is not acknowledged.
    pub(in crate::io) fn rename_session(self, header: Header, live_lines: &[u8]) -> io::Result<Self> {
        let path = self.directory.journal_path(&header.stats_session_id);
        let Copy { file, marks, size } = self.copy_pending(&path, &header, live_lines, &[])?;
        let directory = self.directory.clone();
        let position = Position { acknowledged: self.position.acknowledged, part: 0 };
        self.delete()?;
        Ok(Self { size, marks, ..Self::over(directory, path, file, header, position)? })
    }

    /// Everything has arrived: nothing is left behind.
    pub(in crate::io) fn delete(self) -> io::Result<()> {
        std::fs::remove_file(&self.path)?;
        std::fs::remove_file(Directory::position_path(&self.path))
    }

    /// What this journal may take of the directory's bound.
    fn budget(&self) -> u64 {
        let others = self.directory.total_bytes().saturating_sub(self.size);
        self.directory.max_bytes().saturating_sub(others).max(self.directory.max_bytes() / 16)
    }

    fn choose_dropped(&self, target: u64) -> io::Result<Vec<(u64, String)>> {
        let mut lines = self.lines_from(self.offset_of(self.position.acknowledged))?;
        let mut pending = Vec::new();
        let mut total = 0;
        while let Some(line) = lines.next()? {
            let Some(entry) = std::str::from_utf8(line).ok().and_then(summary) else { continue };
            if entry.sequence_number > self.position.acknowledged {
                total += line.len() as u64 + 1;
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
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(to)?;
        self.copy_lines(&file, &start, dropped).map(|(marks, size)| Copy { file, marks, size }).inspect_err(
            |_| {
                // Half a copy is of no use, and the original is still there.
                let _ = std::fs::remove_file(to);
            },
        )
    }

    fn copy_lines(
        &self,
        file: &File,
        start: &[u8],
        dropped: &[(u64, String)],
    ) -> io::Result<(Vec<(u64, u64)>, u64)> {
        lock(file)?;
        let mut out = BufWriter::new(file);
        let mut marks: Vec<(u64, u64)> = Vec::new();
        let mut size = start.len() as u64;
        out.write_all(start)?;
        let mut lines = self.lines_from(self.offset_of(self.position.acknowledged))?;
        while let Some(line) = lines.next()? {
            let number = std::str::from_utf8(line).ok().and_then(journal::sequence_number);
            let Some(number) = number.filter(|number| *number > self.position.acknowledged) else { continue };
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

    /// Where the lines after a sequence number begin, or a little before.
    fn offset_of(&self, sequence_number: u64) -> u64 {
        let index = self.marks.partition_point(|(number, _)| *number <= sequence_number);
        index.checked_sub(1).map_or(0, |index| self.marks[index].1)
    }

    fn lines_from(&self, offset: u64) -> io::Result<Lines> {
        Lines::open(&self.file, offset)
    }
}

/// A file with the pending lines of another.
struct Copy {
    file: File,
    marks: Vec<(u64, u64)>,
    size: u64,
}

struct Summary {
    sequence_number: u64,
    event_type: String,
    bytes: u64,
}

/// The little of a line that dropping it needs, without parsing the rest.
fn summary(line: &str) -> Option<Summary> {
    let event_type = line.strip_prefix("[\"")?.split('"').next()?.to_owned();
    let sequence_number = journal::sequence_number(line)?;
    Some(Summary { sequence_number, event_type, bytes: line.len() as u64 + 1 })
}

/// At least `excess` bytes of events, oldest `getstats` first, sorted by sequence number.
fn oldest_of_least_value(pending: Vec<Summary>, excess: u64) -> Vec<(u64, String)> {
    let (stats, others): (Vec<_>, Vec<_>) =
        pending.into_iter().partition(|entry| entry.event_type == "getstats");
    let mut freed = 0;
    let mut dropped: Vec<_> = stats
        .into_iter()
        .chain(others)
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

fn first_sequence_number(text: &[u8]) -> Option<u64> {
    let end = memchr::memchr(b'\n', text)?;
    journal::sequence_number(std::str::from_utf8(&text[..end]).ok()?)
}
