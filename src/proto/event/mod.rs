//! One event of the page: checked, cleaned and owned.
//!
//! An [`Event`] is the line that is retained, journalled and sent. Nothing that is no event, and with obfuscation no
//! clear address, gets past [`Event::accept`]. Must never repeat the content of a line in an error.

mod kind;
mod layout;
mod names;

use std::borrow::Cow;

use thiserror::Error;

use super::json::{ScanError, regularise};
use super::obfuscate::{self, AddressedReports};
use layout::Layout;

pub use kind::EventKind;
pub(in crate::proto) use names::is_inherited;

/// The longest line that is accepted, in bytes. A poll of 50 participants is 160 KB.
pub const MAX_LINE: usize = 4 * 1024 * 1024;

/// The longest event type and connection id, in bytes.
pub const MAX_NAME: usize = 256;

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
    line: String,
    layout: Layout,
    kind: EventKind,
}

impl Event {
    /// Checks a line from the page, drops what must not leave it, and masks addresses when `obfuscate` is set.
    ///
    /// The line of an accepted event, read back from a journal, gives the same event with `obfuscate` off.
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
        let (kind, content) = kind::of(layout.event_type(line));
        let payload = layout.payload();
        let mut clean = String::with_capacity(line.len());

        clean.push_str(&line[..payload.start]);
        obfuscate::write_payload(content, &line[payload.clone()], obfuscate, reports, &mut clean);
        let layout = layout.with_payload_end(clean.len());

        clean.push_str(&line[payload.end..]);

        Self { kind, line: clean, layout }
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
