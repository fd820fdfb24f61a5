//! Reading a journal line by line, within bounds in memory however damaged the file is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use crate::proto::event::MAX_LINE;

/// A line can be a little longer than an event: the sequence number.
const MAX_JOURNAL_LINE: usize = MAX_LINE + 64;

/// The lines of a file within bounds in memory: a longer one comes out empty, a torn tail not at all.
pub(super) struct Lines {
    reader: BufReader<File>,
    line: Vec<u8>,
    offset: u64,
}

impl Lines {
    pub(super) fn open(file: &File, offset: u64) -> io::Result<Self> {
        // A duplicate shares its position with the original: who writes meanwhile goes back, who writes later seeks.
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self { reader: BufReader::with_capacity(64 * 1024, file), line: Vec::new(), offset })
    }

    /// The next line without its newline.
    pub(super) fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let limit = MAX_JOURNAL_LINE as u64;
        self.offset += self.reader.by_ref().take(limit).read_until(b'\n', &mut self.line)? as u64;
        if self.line.pop_if(|byte| *byte == b'\n').is_some() {
            return Ok(Some(&self.line));
        }
        if self.line.len() < MAX_JOURNAL_LINE {
            return Ok(None);
        }
        self.line.clear();
        let ended = self.skip_line()?;
        Ok(ended.then_some(&self.line[..]))
    }

    /// Where the next line begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    fn skip_line(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let end = memchr::memchr(b'\n', buffer);
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.reader.consume(used);
            self.offset += used as u64;
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}
