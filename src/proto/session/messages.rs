//! What goes into a session and what comes out: the whole of its connection to the world.

use std::time::Duration;

use crate::proto::config::Token;
use crate::proto::journal::{Header, Position};
use crate::proto::link::Fragment;
use crate::proto::notification::ChannelEvent;
use crate::proto::retention::Retained;

/// RFC 6455: there was no close frame.
pub const CLOSE_ABNORMAL: u16 = 1006;

/// What cannot get better by trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// The server's certificate is not trusted.
    Certificate,
    /// The trust settings are unusable.
    Trust,
    /// The proxy wants other credentials.
    ProxyCredentials,
}

impl Terminal {
    /// Stable, for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Certificate => "ERR_RTCSTATS_CERTIFICATE",
            Self::Trust => "ERR_RTCSTATS_TRUST",
            Self::ProxyCredentials => "ERR_RTCSTATS_PROXY_CREDENTIALS",
        }
    }
}

/// What the outside world tells a session.
#[derive(Debug)]
pub enum Input {
    /// Newline-separated events from the page.
    Push(String),
    /// That many lines could not even be queued.
    Overflowed(u64),
    /// The app wants to be connected, possibly to a breakout room.
    Connect {
        /// Start a session of its own whose parent is this one.
        breakout_room: bool,
    },
    /// The network came back or the machine woke up.
    ReconnectNow,
    /// The app has another token, or none any more.
    SetToken(Option<Token>),
    /// Deliver what is there, then leave.
    Close,
    /// The websocket handshake succeeded.
    LinkOpened,
    /// The attempt failed, or the link broke without a close frame.
    LinkFailed {
        /// Without secrets and addresses.
        reason: String,
        /// Why trying again cannot help until something changes.
        terminal: Option<Terminal>,
        /// How long the server wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server closed the link.
    LinkClosed {
        /// RFC 6455 close code.
        code: u16,
        /// The server's words.
        reason: String,
    },
    /// Everything written so far has been handed to the socket.
    LinkFlushed,
    /// A text message of the server.
    LinkMessage(String),
    /// A binary message, which the protocol does not know.
    LinkBinary,
    /// A pong with its payload.
    LinkPong(Vec<u8>),
    /// The answer to [`JournalCommand::Read`].
    JournalRestored {
        /// In order.
        entries: Vec<Retained>,
        /// There is nothing behind them.
        complete: bool,
    },
    /// The journal reached its bound and gave these up: sequence number and event type.
    JournalDropped(Vec<(u64, String)>),
    /// So much of the journal is acknowledged, or it is so large, that it should be shortened.
    JournalOvergrown,
    /// The journal's position could not be saved this time.
    JournalUnsaved,
    /// The disk did not take these events, from number to number; what is in the journal can be read all the same.
    JournalNotAppended {
        /// Why.
        reason: String,
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// A command was not carried out: the disk is read-only or gone.
    JournalFailed(String),
}

/// What a session wants done, in this order.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a new link; an old one is gone or was disconnected before.
    Open {
        /// With the session's query.
        url: String,
        /// With the protocol's version.
        subprotocol: &'static str,
    },
    /// Send a message, or a fragment of one, and report [`Input::LinkFlushed`].
    Write(Fragment),
    /// Send a ping with this payload, behind everything written before.
    Ping(Vec<u8>),
    /// Do this to the session's journal. What comes of it is reported before anything else is.
    Journal(JournalCommand),
    /// End the link: with a close frame, or at once when there is no code.
    Disconnect(Option<u16>),
    /// Tell the app.
    Notify(ChannelEvent),
    /// The session is over; nothing will follow.
    Finished,
}

/// What is to be done with the session's journal. Whatever fails is reported as [`Input::JournalFailed`].
#[derive(Debug, PartialEq, Eq)]
pub enum JournalCommand {
    /// Start it. Who sends, `userAgent` and `origin`, is for the executor to add.
    Create(Header),
    /// Append whole lines.
    Append(Vec<u8>),
    /// Note how far delivery is.
    Position(Position),
    /// Make what was appended survive the machine, and save the position noted last. Report [`Input::JournalOvergrown`]
    /// where that is so.
    Sync,
    /// Save the position noted last, and leave the rest alone. Report [`Input::JournalUnsaved`] where that fails.
    SavePosition,
    /// Go on under the name of another session, with these lines and what is behind the position.
    Rename {
        /// As in `Create`.
        header: Header,
        /// What the next part's preamble is made of.
        live_lines: Vec<u8>,
    },
    /// Keep these lines and what is behind the position; of that, only what fits. Report [`Input::JournalDropped`] for
    /// what does not.
    Shorten {
        /// What the next part's preamble is made of.
        live_lines: Vec<u8>,
    },
    /// Read events back and report [`Input::JournalRestored`].
    Read {
        /// Only what comes after this sequence number.
        after: u64,
        /// About as much.
        max_bytes: usize,
    },
    /// Nothing in it is needed any more.
    Delete,
}
