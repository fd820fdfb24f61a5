//! One event of the page: checked, cleaned and owned.
//!
//! An [`Event`] is the line that is retained, journalled and sent. Nothing that could spoil a dump, and with obfuscation
//! no clear address, gets past [`Event::accept`]. Must never repeat the content of a line in an error.

use super::json::{ScanError, Scanner, Unwatched, regularise};
use super::obfuscate::{self, AddressedReports};
use super::shape;
use std::borrow::Cow;
use std::ops::Range;
use thiserror::Error;

/// The longest line that is accepted, in bytes. A poll of 50 participants is 160 KB.
pub const MAX_LINE: usize = 4 * 1024 * 1024;

/// The longest event type and connection id, in bytes.
pub const MAX_NAME: usize = 256;

/// What the channel has to know about an event to treat it right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Who and where: `identity`.
    Identity,
    /// A connection was made: `create`.
    Create,
    /// What it was made with: `constraints`.
    Constraints,
    /// A full report of a connection: `getstats`.
    GetStats,
    /// A connection changed state: signalling, ICE, gathering, connection, DTLS.
    State,
    /// A connection was closed: `close`.
    Close,
    /// Anything else.
    Other,
}

impl EventKind {
    fn of(event_type: &str) -> Self {
        match event_type {
            "identity" => Self::Identity,
            "create" => Self::Create,
            "constraints" => Self::Constraints,
            "getstats" => Self::GetStats,
            "close" => Self::Close,
            "onsignalingstatechange"
            | "oniceconnectionstatechange"
            | "onicegatheringstatechange"
            | "onconnectionstatechange"
            | "ondtlsstatechange" => Self::State,
            _ => Self::Other,
        }
    }
}

/// Why a line is not an event. Says nothing about what was in the line.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum EventError {
    /// Longer than [`MAX_LINE`].
    #[error("the line is longer than {MAX_LINE} bytes")]
    TooLong,
    /// Not one JSON value, a raw control character included.
    #[error("the line is not one valid JSON value")]
    Syntax,
    /// The payload nests too deep.
    #[error("the payload is nested too deep")]
    TooDeep,
    /// Not an array of exactly four elements.
    #[error("the line is not an array of type, connection id, payload and time stamp")]
    Layout,
    /// The type is empty, too long, or a name the server cannot look up.
    #[error("the event type is not usable")]
    Type,
    /// The connection id is missing where it is needed, empty, too long, or a name the server cannot look up.
    #[error("the connection id is not usable")]
    ConnectionId,
    /// The payload would make the server give up on the whole dump.
    #[error("the payload does not fit the event type")]
    Payload,
    /// The time stamp is not a finite number.
    #[error("the time stamp is not a finite number")]
    Timestamp,
}

impl EventError {
    /// A name that stays the same across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "EVENT_TOO_LONG",
            Self::Syntax => "EVENT_SYNTAX",
            Self::TooDeep => "EVENT_TOO_DEEP",
            Self::Layout => "EVENT_LAYOUT",
            Self::Type => "EVENT_TYPE",
            Self::ConnectionId => "EVENT_CONNECTION_ID",
            Self::Payload => "EVENT_PAYLOAD",
            Self::Timestamp => "EVENT_TIMESTAMP",
        }
    }
}

impl From<ScanError> for EventError {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Syntax => Self::Syntax,
            ScanError::Depth => Self::TooDeep,
        }
    }
}

/// One accepted event: the line `[type,pcId,payload,timestamp]`, regular JSON without its newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    line: Box<str>,
    layout: Layout,
    kind: EventKind,
}

impl Event {
    /// Checks a line from the page, drops what must not leave it, and masks addresses when `obfuscate` is set.
    ///
    /// Accepting the line of an accepted event again gives the same event.
    pub fn accept(line: &str, obfuscate: bool) -> Result<Self, EventError> {
        if line.len() > MAX_LINE {
            return Err(EventError::TooLong);
        }
        let mut reports = AddressedReports::default();
        let (line, layout) = match Layout::scan(line, obfuscate, &mut reports)? {
            (layout, true) => (Cow::Borrowed(line), layout),
            (_, false) => {
                let line = regularise(line);

                reports = AddressedReports::default();
                let (layout, _) = Layout::scan(&line, obfuscate, &mut reports)?;

                (Cow::Owned(line), layout)
            }
        };

        layout.check(&line)?;

        Ok(Self::clean(&line, layout, obfuscate, &reports))
    }

    /// Writes the line anew with a payload that may leave the page.
    fn clean(line: &str, layout: Layout, obfuscate: bool, reports: &AddressedReports) -> Self {
        let event_type = layout.event_type(line);
        let payload = layout.payload();
        let mut clean = String::with_capacity(line.len());

        clean.push_str(&line[..payload.start]);
        obfuscate::write_payload(event_type, &line[payload.clone()], obfuscate, reports, &mut clean);
        let layout = Layout { payload_end: clean.len() as u32, ..layout };

        clean.push_str(&line[payload.end..]);

        Self { kind: EventKind::of(event_type), line: clean.into_boxed_str(), layout }
    }

    /// What it is to the channel.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The type as it stands between the quotes; escapes, if any, are not resolved.
    pub fn event_type(&self) -> &str {
        self.layout.event_type(&self.line)
    }

    /// The connection id as it stands between the quotes.
    pub fn pc_id(&self) -> Option<&str> {
        self.layout.pc_id(&self.line)
    }

    /// The payload, raw JSON.
    pub fn payload(&self) -> &str {
        &self.line[self.layout.payload()]
    }

    /// When it happened, the raw JSON number: milliseconds since the epoch.
    pub fn timestamp(&self) -> &str {
        self.layout.timestamp(&self.line)
    }

    /// The whole line, without a newline.
    pub fn line(&self) -> &str {
        &self.line
    }
}

/// Where the elements of a regular line lie. What stands between them is known, so three ends say it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    type_end: u32,
    payload_start: u32,
    payload_end: u32,
}

impl Layout {
    /// Where the type starts: after `["`.
    const TYPE: usize = 2;

    /// Reads a line; true when it is regular, otherwise the layout means nothing yet.
    fn scan(line: &str, obfuscate: bool, reports: &mut AddressedReports) -> Result<(Self, bool), EventError> {
        let mut scanner = Scanner::new(line);

        if scanner.peek() != Some(b'[') {
            // Tells what is no JSON at all from what is merely no event.
            scanner.value(&mut Unwatched)?;

            return Err(EventError::Layout);
        }
        scanner.expect(b"[")?;
        if scanner.peek() != Some(b'"') {
            return Err(EventError::Type);
        }
        let type_start = scanner.position() + 1;

        scanner.string()?;
        let type_end = scanner.position() - 1;

        separator(&mut scanner)?;
        match scanner.peek() {
            Some(b'"') => scanner.string()?,
            Some(b'n') => scanner.expect(b"null")?,
            _ => return Err(EventError::ConnectionId),
        }
        separator(&mut scanner)?;
        scanner.peek();
        let payload_start = scanner.position();

        if obfuscate && obfuscate::is_stats(&line[type_start..type_end]) {
            reports.start(payload_start);
            scanner.value(reports)?;
        } else {
            scanner.value(&mut Unwatched)?;
        }
        let payload_end = scanner.position();

        separator(&mut scanner)?;
        if !matches!(scanner.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(EventError::Timestamp);
        }
        scanner.number()?;
        if scanner.peek() == Some(b',') {
            return Err(EventError::Layout);
        }
        scanner.expect(b"]")?;
        if scanner.peek().is_some() {
            return Err(EventError::Syntax);
        }
        let layout = Self {
            type_end: type_end as u32,
            payload_start: payload_start as u32,
            payload_end: payload_end as u32,
        };

        Ok((layout, scanner.is_regular()))
    }

    fn check(self, line: &str) -> Result<(), EventError> {
        let event_type = self.event_type(line);

        if !is_name(event_type) {
            return Err(EventError::Type);
        }
        match self.pc_id(line) {
            Some(pc_id) if !is_name(pc_id) => return Err(EventError::ConnectionId),
            None if shape::needs_connection(event_type) => return Err(EventError::ConnectionId),
            _ => {}
        }
        let timestamp = self
            .timestamp(line)
            .parse()
            .ok()
            .filter(|time: &f64| time.is_finite())
            .ok_or(EventError::Timestamp)?;

        if shape::is_survivable(event_type, &line[self.payload()], timestamp) {
            Ok(())
        } else {
            Err(EventError::Payload)
        }
    }

    fn event_type(self, line: &str) -> &str {
        &line[Self::TYPE..self.type_end as usize]
    }

    fn pc_id(self, line: &str) -> Option<&str> {
        let raw = &line[self.type_end as usize + 2..self.payload_start as usize - 1];

        raw.strip_prefix('"')?.strip_suffix('"')
    }

    fn payload(self) -> Range<usize> {
        self.payload_start as usize..self.payload_end as usize
    }

    fn timestamp(self, line: &str) -> &str {
        &line[self.payload_end as usize + 1..line.len() - 1]
    }
}

fn separator(scanner: &mut Scanner<'_>) -> Result<(), EventError> {
    match scanner.peek() {
        Some(b']') => Err(EventError::Layout),
        _ => Ok(scanner.expect(b",")?),
    }
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len()) && !shape::is_inherited(name)
}
