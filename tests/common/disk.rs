//! A disk in memory: does to a journal what a session says, line by line, and can fail at every command.
#![allow(dead_code, reason = "each user needs its own part")]

use rtcstats_native::proto::event::EventKind;
use rtcstats_native::proto::journal::{self, Header, Inheritance, Inherited, Position};
use rtcstats_native::proto::retention::Value;
use rtcstats_native::proto::session::{Input, JournalCommand};

/// Acknowledged lines that make a journal worth shortening.
const WORTH_SHORTENING: usize = 40;

pub struct Disk {
    max_bytes: usize,
    journal: Option<Journal>,
}

struct Journal {
    header: Header,
    lines: Vec<Line>,
    /// What the process knows.
    noted: Position,
    /// What the next one will.
    saved: Position,
}

/// A whole line; the merged identity of a shortened journal may have number 0.
#[derive(Clone)]
struct Line {
    number: u64,
    text: String,
}

impl Line {
    fn new(text: &str) -> Self {
        Self { number: journal::sequence_number(text).unwrap_or(0), text: text.to_owned() }
    }

    fn event_type(&self) -> &str {
        self.text.split('"').nth(1).unwrap_or_default()
    }

    fn summary(&self) -> (u64, String) {
        (self.number, self.event_type().to_owned())
    }
}

impl Disk {
    pub fn new(max_bytes: usize) -> Self {
        Self { max_bytes, journal: None }
    }

    pub fn has_journal(&self) -> bool {
        self.journal.is_some()
    }

    /// Carries out a command, or fails to; returns what there is to report.
    pub fn perform(&mut self, command: JournalCommand, fails: bool) -> Option<Input> {
        if let JournalCommand::Create(header) = command {
            if fails {
                return failed();
            }
            let (noted, saved) = Default::default();
            self.journal = Some(Journal { header, lines: Vec::new(), noted, saved });
            return None;
        }
        let journal = self.journal.as_mut()?;
        if fails {
            return journal.fail(command);
        }
        match command {
            JournalCommand::Create(_) => None,
            JournalCommand::Delete => {
                self.journal = None;
                None
            }
            command => journal.perform(command, self.max_bytes),
        }
    }

    /// The process is gone; what the next one finds.
    pub fn restart(&mut self) -> Option<Inherited> {
        let journal = self.journal.as_mut()?;
        journal.noted = journal.saved;
        let mut inheritance = Inheritance::new(&journal.header, journal.saved);
        for (index, line) in journal.lines.iter().enumerate() {
            assert_eq!(inheritance.take(line.text.as_bytes(), index as u64), None, "{}", line.text);
        }
        let (inherited, skipped) = inheritance.finish();
        assert_eq!(skipped, 0);
        Some(inherited)
    }

    /// The first lines are gone: number and type.
    pub fn lose(&mut self, count: usize) -> Vec<(u64, String)> {
        let lines = self.journal.as_mut().map(|journal| journal.lines.drain(..count));
        lines.into_iter().flatten().map(|line| line.summary()).collect()
    }

    /// How many of the events after a number are on it.
    pub fn pending_after(&self, number: u64) -> u64 {
        let Some(journal) = &self.journal else { return 0 };
        journal.lines.iter().filter(|line| line.number > number).count() as u64
    }

    pub fn line_count(&self) -> usize {
        self.journal.as_ref().map_or(0, |journal| journal.lines.len())
    }
}

impl Journal {
    fn perform(&mut self, command: JournalCommand, max_bytes: usize) -> Option<Input> {
        match command {
            JournalCommand::Append(text) => self.append(&text),
            JournalCommand::Position(position) => self.noted = position,
            JournalCommand::SavePosition => self.saved = self.noted,
            JournalCommand::Sync => {
                self.saved = self.noted;
                return self.is_overgrown(max_bytes).then_some(Input::JournalOvergrown);
            }
            JournalCommand::Rename { header, live_lines } => {
                self.header = header;
                self.replace(&live_lines, &[]);
                self.noted.part = 0;
                self.saved = self.noted;
            }
            JournalCommand::Shorten { live_lines } => {
                let dropped = self.choose_dropped(max_bytes.saturating_sub(live_lines.len()));
                self.replace(&live_lines, &dropped);
                return (!dropped.is_empty()).then_some(Input::JournalDropped(dropped));
            }
            JournalCommand::Read { after, max_bytes } => return Some(self.read(after, max_bytes)),
            JournalCommand::Create(_) | JournalCommand::Delete => {}
        }
        None
    }

    /// What is left of a command that fails half-way.
    fn fail(&mut self, command: JournalCommand) -> Option<Input> {
        match command {
            JournalCommand::Append(text) => {
                let text = std::str::from_utf8(&text).expect("a journal is text");
                let numbers: Vec<u64> = text.lines().filter_map(journal::sequence_number).collect();
                let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
                return Some(Input::JournalNotAppended {
                    reason: "the disk is full".to_owned(),
                    first,
                    last,
                });
            }
            JournalCommand::SavePosition | JournalCommand::Shorten { .. } => {
                return Some(Input::JournalUnsaved);
            }
            JournalCommand::Sync | JournalCommand::Delete => self.saved = self.noted,
            _ => {}
        }
        failed()
    }

    fn append(&mut self, text: &[u8]) {
        let text = std::str::from_utf8(text).expect("a journal is text");
        self.lines.extend(text.lines().map(Line::new));
        for line in text.lines() {
            assert!(journal::parse_line(line, self.header.protocol).is_some(), "{line} is not whole");
        }
    }

    fn pending(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.number > self.noted.acknowledged)
    }

    fn is_overgrown(&self, max_bytes: usize) -> bool {
        let acknowledged = self.lines.len() - self.pending().count();
        let bytes = self.lines.iter().map(|line| line.text.len()).sum::<usize>();
        bytes > max_bytes || (acknowledged > WORTH_SHORTENING && acknowledged > self.lines.len() / 2)
    }

    fn choose_dropped(&self, target: usize) -> Vec<(u64, String)> {
        let mut excess = self.pending().map(|line| line.text.len()).sum::<usize>().saturating_sub(target);
        let mut candidates: Vec<_> = self.pending().collect();
        candidates.sort_by_key(|line| Value::of(EventKind::of(line.event_type())));
        let mut dropped = Vec::new();
        for line in candidates {
            if excess == 0 {
                break;
            }
            excess = excess.saturating_sub(line.text.len());
            dropped.push(line.summary());
        }
        dropped
    }

    fn replace(&mut self, live_lines: &[u8], dropped: &[(u64, String)]) {
        let gone = |line: &Line| dropped.iter().any(|(number, _)| *number == line.number);
        let kept: Vec<_> = self.pending().filter(|line| !gone(line)).cloned().collect();
        self.lines.clear();
        self.append(live_lines);
        self.lines.extend(kept);
    }

    fn read(&self, after: u64, max_bytes: usize) -> Input {
        let mut bytes = 0;
        let mut entries = Vec::new();
        for line in self.lines.iter().filter(|line| line.number > after) {
            if bytes >= max_bytes {
                return Input::JournalRestored { entries, complete: false };
            }
            bytes += line.text.len();
            entries.extend(journal::parse_line(&line.text, self.header.protocol));
        }
        Input::JournalRestored { entries, complete: true }
    }
}

fn failed() -> Option<Input> {
    Some(Input::JournalFailed("the disk is broken".to_owned()))
}
