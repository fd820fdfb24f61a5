//! What is said on a link, a folder for each protocol. [`Dialect`] is every question the rest of the house asks one.
//!
//! A new protocol is a folder with the same names and an arm in each `match` here. Must never decide when something is
//! said, or what becomes of an event.

mod comparison;
mod deltas;
mod identity;
mod shapes;
pub mod v3;
pub mod v5;

use super::config::Target;
use super::event::{Event, EventError};
use super::preamble::{Continuation, LiveState};
use super::retention::Retained;

pub use super::config::Dialect;

/// What a server can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage {
    /// It has everything up to `value`; `initial` opens the session, before it nothing may be sent.
    SequenceNumber {
        /// The last sequence number the server has.
        value: u64,
        /// Whether this is the greeting after the handshake.
        initial: bool,
    },
    /// A message of a type this client does not know.
    Unknown {
        /// The type, cut to 64 characters.
        kind: String,
    },
    /// Not a message.
    Malformed,
}

/// What it means that a server closed a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has a dump of this name, or will not continue one: the next part is welcome.
    TakenId,
    /// Trying again cannot help until something changes.
    Terminal {
        /// Stable, for programs.
        code: &'static str,
    },
    /// Nothing in particular: the link is gone.
    Lost,
}

/// Why a link is closed by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The session leaves, for good or for another room.
    Leave,
    /// What the server is missing is gone.
    Ordering,
}

impl Dialect {
    /// Where a link for this part of a session goes; `continues` asks the server to go on with a part it has, `token`
    /// says that we may.
    #[must_use]
    pub fn url(
        self,
        target: &Target,
        stats_session_id: &str,
        continues: bool,
        token: Option<&str>,
    ) -> String {
        match self {
            Self::V3 => v3::url(target, stats_session_id, continues),
            Self::V5 => v5::url(target, stats_session_id, token),
        }
    }

    /// The websocket subprotocol, which carries the protocol's version.
    #[must_use]
    pub fn subprotocol(self, use_legacy: bool) -> &'static str {
        match self {
            Self::V3 => v3::subprotocol(use_legacy),
            Self::V5 => v5::subprotocol(),
        }
    }

    /// What an app should know that asks for this, in words.
    #[must_use]
    pub fn caveat(self, use_legacy: bool) -> Option<&'static str> {
        match self {
            Self::V3 => v3::caveat(use_legacy),
            Self::V5 => v5::caveat(use_legacy),
        }
    }

    /// Whether the server says when it is ready; otherwise it is as soon as the link is open.
    #[must_use]
    pub fn greets(self) -> bool {
        match self {
            Self::V3 => true,
            Self::V5 => false,
        }
    }

    /// Whether a server may be asked to go on with a part it has.
    #[must_use]
    pub fn continues(self) -> bool {
        match self {
            Self::V3 => true,
            Self::V5 => false,
        }
    }

    /// The name of a session's part.
    #[must_use]
    pub fn part_name(self, uuid: &str, part: u32) -> String {
        match self {
            Self::V3 => v3::part_name(uuid, part),
            Self::V5 => v5::part_name(uuid, part),
        }
    }

    /// Checks a line from the page or a journal, see [`Event::accept`], and whether it can be said at all.
    ///
    /// # Errors
    /// Why the line is no event, or one that would spoil the server's dump.
    pub fn accept(self, line: &str, obfuscate: bool) -> Result<Event, EventError> {
        let event = Event::accept(line, obfuscate)?;
        match self {
            Self::V3 => v3::check(&event)?,
            Self::V5 => v5::check(&event)?,
        }
        Ok(event)
    }

    /// An identity that names the session its room was entered from.
    #[must_use]
    pub fn with_parent(self, identity: Event, parent: &str) -> Event {
        match self {
            Self::V3 | Self::V5 => identity::with_parent(identity, parent),
        }
    }

    /// What a part starts with so that its dump stands alone.
    #[must_use]
    pub fn preamble(self, live: &LiveState, continuation: &Continuation<'_>) -> Vec<Retained> {
        match self {
            Self::V3 => v3::preamble(live, continuation),
            Self::V5 => v5::preamble(live, continuation),
        }
    }

    /// The encoder of one link; it starts with full reports.
    #[must_use]
    pub fn encoder(self, stats_session_id: String) -> Encoder {
        match self {
            Self::V3 => Encoder::V3(Box::new(v3::Encoder::new(stats_session_id))),
            Self::V5 => Encoder::V5(Box::default()),
        }
    }

    /// Reads a text message of the server.
    #[must_use]
    pub fn read(self, text: &str) -> ServerMessage {
        match self {
            Self::V3 => v3::parse_server_message(text),
            // It has nothing to say.
            Self::V5 => ServerMessage::Unknown { kind: String::new() },
        }
    }

    /// What the server's close code means; `is_ready` once it was ready on this link.
    #[must_use]
    pub fn refusal(self, code: u16, is_ready: bool) -> Refusal {
        match self {
            Self::V3 => v3::refusal(code, is_ready),
            Self::V5 => v5::refusal(code),
        }
    }

    /// The code we close a link with.
    #[must_use]
    pub fn close_code(self, reason: CloseReason) -> u16 {
        match self {
            Self::V3 => v3::close_code(reason),
            Self::V5 => v5::close_code(reason),
        }
    }
}

/// Writes the messages of one link, and knows what the server has seen on it.
pub enum Encoder {
    /// Protocol 3.1.
    V3(Box<v3::Encoder>),
    /// Protocol 5.0.
    V5(Box<v5::Encoder>),
}

impl Encoder {
    /// Appends what carries one event.
    pub fn write(&mut self, out: &mut Vec<u8>, entry: &Retained) {
        match self {
            Self::V3(encoder) => encoder.write(out, entry),
            Self::V5(encoder) => encoder.write(out, entry),
        }
    }

    /// What keeps a server from giving up an idle link; nothing where a ping is enough for that.
    #[must_use]
    pub fn keepalive(&self) -> Option<Vec<u8>> {
        match self {
            Self::V3(encoder) => {
                let mut out = Vec::new();
                encoder.write_keepalive(&mut out);
                Some(out)
            }
            Self::V5(_) => None,
        }
    }
}
