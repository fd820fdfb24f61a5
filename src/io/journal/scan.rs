//! Reads a journal an earlier run left, once, line by line, and repairs what a crash or a bad disk did to it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::directory::Directory;
use super::lines::Lines;
use crate::proto::journal::{Header, Inheritance, Inherited, Position};

/// What a scan of a journal found.
pub(in crate::io) struct Scan {
    pub(in crate::io) header: Header,
    pub(in crate::io) inherited: Inherited,
    pub(in crate::io) skipped: u64,
}

/// Whose journal it is, without reading or repairing the rest. `None` when it has no header of ours.
pub(in crate::io) fn read_header(file: &File) -> io::Result<Option<Header>> {
    next_header(&mut Lines::open(file, 0)?)
}

/// Reads a journal once, line by line. `None` when it has no header of ours.
pub(in crate::io) fn scan(path: &Path, file: &File) -> io::Result<Option<Scan>> {
    cut_torn_tail(file)?;
    let position = std::fs::read_to_string(Directory::position_path(path))
        .ok()
        .and_then(|text| Position::parse(&text))
        .unwrap_or_default();
    let mut lines = Lines::open(file, 0)?;
    let Some(header) = next_header(&mut lines)? else { return Ok(None) };
    let mut inheritance = Inheritance::new(&header, position);
    loop {
        let offset = lines.offset();
        let Some(line) = lines.next()? else { break };
        if let Some(damaged) = inheritance.take(line, offset) {
            strike(file, damaged)?;
        }
    }
    let (inherited, skipped) = inheritance.finish();
    Ok(Some(Scan { header, inherited, skipped }))
}

fn next_header(lines: &mut Lines) -> io::Result<Option<Header>> {
    Ok(lines.next()?.and_then(|line| Header::parse(std::str::from_utf8(line).ok()?)))
}

/// Makes a line unreadable. By the handle that
/// holds the lock, since on Windows no other may; whoever reads the lines by it finds it where it was.
fn strike(mut file: &File, offset: u64) -> io::Result<()> {
    let read_to = file.stream_position()?;
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(b"#")?;
    file.seek(SeekFrom::Start(read_to)).map(drop)
}

/// A crash in the middle of a write leaves a line without an end; what is appended later must not join it.
fn cut_torn_tail(file: &File) -> io::Result<()> {
    let mut whole = 0;
    let mut lines = Lines::open(file, 0)?;
    while lines.next()?.is_some() {
        whole = lines.offset();
    }
    if whole < file.metadata()?.len() { file.set_len(whole) } else { Ok(()) }
}
