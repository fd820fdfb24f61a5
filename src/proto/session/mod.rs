//! The state machine of one channel: inputs and the time go in, outputs and a deadline come out.
//!
//! It decides what is kept, written, acknowledged, repeated and given up, and when to connect again. It never touches
//! a socket, a clock or a file, so whatever a network can do to us is a unit test on virtual time.
//!
//! ```text
//! Idle ─connect─▶ Opening ─opened─▶ Handshaking ─sn─▶ Streaming ─close─▶ Closing ─▶ Closed
//!                   ▲  ▲                 │ lost            │ lost
//!                   │  └──── Waiting ◀───┴─────────────────┘
//!                   └─ reconnectNow ── Exhausted (budget spent, or a terminal error)
//! ```

mod agenda;
mod delivery;
mod ids;
mod intake;
mod journaling;
mod lifecycle;
mod messages;
mod rooms;

use std::collections::VecDeque;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::backoff::Backoff;
use super::config::Config;
use super::ledger::{Ledger, Stats, Untold};
use super::link::{Flow, Link};
use super::notification::ChannelEvent;
use super::preamble::LiveState;
use super::retention::Retention;
use ids::SessionIds;
use journaling::Journaling;
use rooms::Room;

pub use super::journal::Inherited;
pub use super::link::Fragment;
pub use messages::{CLOSE_ABNORMAL, Input, JournalCommand, Output, Terminal};

/// Where a session stands.
enum Phase {
    Idle,
    Opening {
        deadline: Duration,
    },
    Handshaking {
        deadline: Duration,
    },
    Streaming(Box<Link>),
    Waiting {
        until: Duration,
    },
    Exhausted,
    /// The close frame is sent; the server's answer ends it, or the deadline.
    Closing {
        deadline: Duration,
    },
    Closed,
}

/// What is to happen once everything pending is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Intent {
    Stay,
    Close { deadline: Duration },
}

impl Intent {
    fn deadline(self) -> Option<Duration> {
        match self {
            Self::Stay => None,
            Self::Close { deadline } => Some(deadline),
        }
    }
}

/// One channel's state.
pub struct Session {
    config: Config,
    rng: SmallRng,
    ids: SessionIds,
    phase: Phase,
    intent: Intent,
    retention: Retention,
    live: LiveState,
    /// Where to go when everything said so far has arrived, in this order.
    rooms: VecDeque<Room>,
    in_breakout_room: bool,
    backoff: Backoff,
    ledger: Ledger,
    next_sequence_number: u64,
    /// When what is waiting for company is written anyway.
    batch_deadline: Option<Duration>,
    /// The id of the last link the server was ready on.
    streamed_as: Option<String>,
    flow: Flow,
    warned: Warned,
    /// The app has asked whether the link is alive, and there was no answer yet.
    is_probing: bool,
    /// The server wants to be left alone for so long.
    leave_alone_for: Option<Duration>,
    journal: Journaling,
    outbox: VecDeque<Output>,
}

/// Warnings that are worth saying once.
#[derive(Debug, Default)]
struct Warned {
    legacy: bool,
    certificate: bool,
    journal: bool,
    server_message: bool,
}

impl Session {
    /// A session that waits for `connect`. `seed` decides its id and its jitter.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        Self {
            ids: SessionIds::new(config.dialect, &mut rng),
            rng,
            phase: Phase::Idle,
            intent: Intent::Stay,
            retention: Retention::new(config.max_buffered_bytes),
            live: LiveState::default(),
            rooms: VecDeque::new(),
            in_breakout_room: false,
            backoff: Backoff::new(config.backoff.clone()),
            ledger: Ledger::default(),
            next_sequence_number: 1,
            batch_deadline: None,
            streamed_as: None,
            flow: Flow::new(config.flow),
            warned: Warned::default(),
            is_probing: false,
            leave_alone_for: None,
            journal: Journaling::default(),
            outbox: VecDeque::new(),
            config,
        }
    }

    /// Takes in what happened. `now` is the time since any fixed moment and never runs backwards.
    pub fn handle(&mut self, input: Input, now: Duration) {
        match input {
            Input::Push(batch) => self.push(&batch, now),
            Input::Overflowed(lines) => self.ledger.overflow(lines),
            Input::Connect { breakout_room } => self.connect(breakout_room, now),
            Input::ReconnectNow => self.reconnect_now(now),
            Input::SetToken(token) => self.set_token(token, now),
            Input::Close => self.close(now),
            Input::LinkOpened => self.link_opened(now),
            Input::LinkFailed { reason, terminal, retry_after } => {
                self.link_failed(reason, terminal, retry_after, now);
            }
            Input::LinkClosed { code, reason } => self.link_closed(code, reason, now),
            Input::LinkFlushed => self.link_flushed(),
            Input::LinkMessage(text) => self.link_message(&text, now),
            Input::LinkBinary => self.warn_server_message("a binary message"),
            Input::LinkPong(payload) => self.link_pong(&payload, now),
            Input::JournalRestored { entries, complete } => self.journal_restored(entries, complete, now),
            Input::JournalDropped(dropped) => self.journal_dropped(&dropped),
            Input::JournalOvergrown => self.journal_overgrown(),
            Input::JournalUnsaved => self.journal_unsaved(now),
            Input::JournalNotAppended { reason, first, last } => {
                self.journal_not_appended(&reason, first, last)
            }
            Input::JournalFailed(reason) => self.journal_failed(&reason, now),
        }
        self.update_journal(now);
    }

    /// The next thing to do at this time, if any. Call until `None`, then wait for an input or the deadline.
    pub fn poll(&mut self, now: Duration) -> Option<Output> {
        if self.outbox.is_empty() && !self.is_closed() {
            self.act(now);
            self.update_journal(now);
        }
        self.outbox.pop_front()
    }

    /// The figures at this moment.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.ledger.stats(self.retention.len(), self.retention.bytes(), self.ids.current())
    }

    /// Whether the server is ready for events.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Streaming(_))
    }

    /// Whether the session is over.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// Whether the session has stopped trying.
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        matches!(self.phase, Phase::Exhausted)
    }

    /// Whether the session is being closed, or is.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        matches!(self.intent, Intent::Close { .. })
            || matches!(self.phase, Phase::Closing { .. } | Phase::Closed)
    }

    /// Nothing follows the end: what is noticed later is told to nobody.
    fn notify(&mut self, event: ChannelEvent) {
        if !self.is_closed() {
            self.outbox.push_back(Output::Notify(event));
        }
    }

    fn warn(&mut self, code: &'static str, message: &str) {
        self.notify(ChannelEvent::Warning { code, message: message.to_owned() });
    }

    fn tell(&mut self, Untold { dropped, rejected }: Untold) {
        if let Some((count, types)) = dropped {
            self.notify(ChannelEvent::Dropped { count, types });
        }
        if let Some((count, reasons)) = rejected {
            self.notify(ChannelEvent::Rejected { count, reasons });
        }
    }
}
