//! Where the elements of a line lie, and whether they can be what an event is made of.
//!
//! Must never copy or keep text.

use std::ops::Range;

use super::{EventError, MAX_NAME, is_inherited, kind};
use crate::proto::json::{Scanner, Unwatched};
use crate::proto::obfuscate::{AddressedReports, Content};

/// Where the elements of a regular line lie. What stands between them is known, so three ends say it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    type_end: u32,
    payload_start: u32,
    payload_end: u32,
}

impl Layout {
    /// Where the type starts: after `["`.
    const TYPE: usize = 2;

    /// Reads a line; true when it is regular, otherwise the layout means nothing yet.
    pub(super) fn scan(
        line: &str,
        obfuscate: bool,
        reports: &mut AddressedReports,
    ) -> Result<(Self, bool), EventError> {
        let mut scanner = Scanner::new(line);

        if scanner.peek() != Some(b'[') {
            // Tells what is no JSON at all from what is merely no event.
            scanner.value(&mut Unwatched)?;

            return Err(EventError::Layout);
        }
        scanner.expect(b"[")?;
        let event_type = scan_type(&mut scanner)?;

        separator(&mut scanner)?;
        scan_pc_id(&mut scanner)?;
        separator(&mut scanner)?;
        scanner.peek();
        let payload_start = scanner.position();

        if obfuscate && kind::of(&line[event_type.clone()]).1 == Content::Report {
            reports.start(payload_start);
            scanner.value(reports)?;
        } else {
            scanner.value(&mut Unwatched)?;
        }
        let payload_end = scanner.position();

        separator(&mut scanner)?;
        scan_timestamp(&mut scanner)?;
        let layout = Self {
            type_end: event_type.end as u32,
            payload_start: payload_start as u32,
            payload_end: payload_end as u32,
        };

        Ok((layout, scanner.is_regular()))
    }

    /// The layout of the same line with another payload.
    pub(super) fn with_payload_end(self, payload_end: usize) -> Self {
        Self { payload_end: payload_end as u32, ..self }
    }

    /// Whether what the line says can be sent.
    pub(super) fn check(self, line: &str) -> Result<(), EventError> {
        let event_type = self.event_type(line);

        if !is_name(event_type) {
            return Err(EventError::Type);
        }
        match self.pc_id(line) {
            Some(pc_id) if !is_name(pc_id) => return Err(EventError::ConnectionId),
            _ => {}
        }
        let is_finite = self.timestamp(line).parse().is_ok_and(f64::is_finite);

        if is_finite { Ok(()) } else { Err(EventError::Timestamp) }
    }

    pub(super) fn event_type(self, line: &str) -> &str {
        &line[Self::TYPE..self.type_end as usize]
    }

    pub(super) fn pc_id(self, line: &str) -> Option<&str> {
        let raw = &line[self.type_end as usize + 2..self.payload_start as usize - 1];

        raw.strip_prefix('"')?.strip_suffix('"')
    }

    pub(super) fn payload(self) -> Range<usize> {
        self.payload_start as usize..self.payload_end as usize
    }

    pub(super) fn timestamp(self, line: &str) -> &str {
        &line[self.payload_end as usize + 1..line.len() - 1]
    }
}

/// Where the type stands, without its quotes.
fn scan_type(scanner: &mut Scanner<'_>) -> Result<Range<usize>, EventError> {
    if scanner.peek() != Some(b'"') {
        return Err(EventError::Type);
    }
    let start = scanner.position() + 1;

    scanner.string()?;

    Ok(start..scanner.position() - 1)
}

fn scan_pc_id(scanner: &mut Scanner<'_>) -> Result<(), EventError> {
    match scanner.peek() {
        Some(b'"') => Ok(scanner.string()?),
        Some(b'n') => Ok(scanner.expect(b"null")?),
        _ => Err(EventError::ConnectionId),
    }
}

/// The time stamp and the end of the line.
fn scan_timestamp(scanner: &mut Scanner<'_>) -> Result<(), EventError> {
    if !matches!(scanner.peek(), Some(b'-' | b'0'..=b'9')) {
        return Err(EventError::Timestamp);
    }
    scanner.number()?;
    if scanner.peek() == Some(b',') {
        return Err(EventError::Layout);
    }
    scanner.expect(b"]")?;

    scanner.peek().map_or(Ok(()), |_| Err(EventError::Syntax))
}

fn separator(scanner: &mut Scanner<'_>) -> Result<(), EventError> {
    match scanner.peek() {
        Some(b']') => Err(EventError::Layout),
        _ => Ok(scanner.expect(b",")?),
    }
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len()) && !is_inherited(name)
}
