//! Reads a journal an earlier run left, once, line by line, and repairs what a crash or a bad disk did to it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::directory::Directory;
use super::lines::Lines;
use crate::proto::journal::{self, Header, Position};
use crate::proto::preamble::LiveState;
use crate::proto::retention::Retained;
use crate::proto::session::Inherited;

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

/// Reads a journal once, line by line, keeping what a preamble needs. `None` when it has no header of ours.
pub(in crate::io) fn scan(path: &Path, file: &File) -> io::Result<Option<Scan>> {
    cut_torn_tail(file)?;
    let position = std::fs::read_to_string(Directory::position_path(path))
        .ok()
        .and_then(|text| Position::parse(&text))
        .unwrap_or_default();
    let mut lines = Lines::open(file, 0)?;
    let Some(header) = next_header(&mut lines)? else { return Ok(None) };
    let mut scan = Scan {
        inherited: Inherited {
            stats_session_id: header.stats_session_id.clone(),
            parent_stats_session_id: header.parent_stats_session_id.clone(),
            position,
            live: LiveState::default(),
            pending: 0,
            last_sequence_number: position.acknowledged,
        },
        header,
        skipped: 0,
    };
    let mut order = Order::default();
    loop {
        let offset = lines.offset();
        let Some(line) = lines.next()? else { break };
        let entry =
            std::str::from_utf8(line).ok().and_then(|line| journal::parse_line(line, scan.header.protocol));
        match entry.map(|entry| order.next(Some(Found { entry, offset }))) {
            None => scan.skipped += 1,
            Some(in_order) => scan.take(file, in_order)?,
        }
    }
    let last = order.next(None);
    scan.take(file, last)?;
    scan.inherited.live.acknowledge(position.acknowledged);
    Ok(Some(scan))
}

impl Scan {
    fn take(&mut self, file: &File, Verdict { accepted, damaged }: Verdict) -> io::Result<()> {
        if let Some(Found { entry, .. }) = accepted {
            self.inherited.live.observe(&entry);
            if entry.sequence_number > self.inherited.last_sequence_number {
                self.inherited.last_sequence_number = entry.sequence_number;
                self.inherited.pending += 1;
            }
        }
        if let Some(Found { offset, .. }) = damaged {
            self.skipped += 1;
            strike(file, offset)?;
        }
        Ok(())
    }
}

/// A line and where it begins.
struct Found {
    entry: Retained,
    offset: u64,
}

#[derive(Default)]
struct Verdict {
    accepted: Option<Found>,
    damaged: Option<Found>,
}

/// Tells lines whose number is damaged from the others: numbers only ever grow. One that is too high would make
/// everything behind it look old, so a line is judged by the one that follows.
#[derive(Default)]
struct Order {
    before: Option<u64>,
    held: Option<Found>,
}

impl Order {
    /// What is known about the line before, now that this one follows, and about this one.
    fn next(&mut self, found: Option<Found>) -> Verdict {
        let number = |found: &Found| found.entry.sequence_number;
        let (next, held) = (found.as_ref().map(number), self.held.as_ref().map(number));
        if next.is_none() || next > held {
            self.before = held.or(self.before);
            Verdict { accepted: std::mem::replace(&mut self.held, found), damaged: None }
        } else if next > self.before {
            Verdict { accepted: None, damaged: std::mem::replace(&mut self.held, found) }
        } else {
            Verdict { accepted: None, damaged: found }
        }
    }
}

fn next_header(lines: &mut Lines) -> io::Result<Option<Header>> {
    Ok(lines.next()?.and_then(|line| Header::parse(std::str::from_utf8(line).ok()?)))
}

/// Makes a line unreadable, so that nobody takes its number for true when the journal is read back. By the handle that
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::proto::event::Event;

    /// The numbers that are accepted and those that are damaged.
    fn judge(numbers: &[u64]) -> (Vec<u64>, Vec<u64>) {
        let event = Arc::new(Event::accept(r#"["logs",null,"a",1]"#, false).unwrap());
        let found = |sequence_number| Found {
            entry: Retained { event: Arc::clone(&event), sequence_number },
            offset: sequence_number,
        };
        let mut order = Order::default();
        let mut verdicts: Vec<_> = numbers.iter().map(|number| order.next(Some(found(*number)))).collect();
        verdicts.push(order.next(None));
        let offsets = |found: &Option<Found>| found.as_ref().map(|found| found.offset);
        (
            verdicts.iter().filter_map(|verdict| offsets(&verdict.accepted)).collect(),
            verdicts.iter().filter_map(|verdict| offsets(&verdict.damaged)).collect(),
        )
    }

    #[test]
    fn a_damaged_number_costs_its_own_line_only() {
        assert_eq!(judge(&[]), (vec![], vec![]));
        assert_eq!(judge(&[0, 1, 2, 7]), (vec![0, 1, 2, 7], vec![]));
        assert_eq!(judge(&[1, 2, 83, 4, 5]), (vec![1, 2, 4, 5], vec![83]));
        assert_eq!(judge(&[91, 2, 3]), (vec![2, 3], vec![91]));
        assert_eq!(judge(&[1, 2, 3, 1, 5]), (vec![1, 2, 3, 5], vec![1]));
        assert_eq!(judge(&[1, 2, 2, 3]), (vec![1, 2, 3], vec![2]));
    }
}
