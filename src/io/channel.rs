//! The handle of a channel: what the JavaScript thread may do without ever waiting.
//!
//! Inputs are queued within bounds in number and bytes; what does not fit is counted, never waited for.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::actor::Actor;
use super::journal::JournalOptions;
use super::thread::IoThread;
use super::transport::TransportOptions;
use crate::core::config::Config;
use crate::core::notification::{ChannelEvent, Stats};
use crate::core::session::{Input, Session};

/// Inputs that may wait for the channel's thread.
const QUEUE_LENGTH: usize = 4096;
/// Bytes of events that may wait for the channel's thread.
const QUEUE_BYTES: usize = 32 * 1024 * 1024;

/// Where the channel's events go; called on the channel's thread and must not block.
pub type Listener = Arc<dyn Fn(ChannelEvent) + Send + Sync>;

/// Everything a channel is made of.
#[derive(Debug)]
pub struct ChannelOptions {
    /// What the session does.
    pub config: Config,
    /// How it gets out.
    pub transport: TransportOptions,
    /// Where it survives a crash, if it is to.
    pub journal: Option<JournalOptions>,
}

/// What handle and actor share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    published: Mutex<Published>,
    queued_bytes: AtomicUsize,
    /// Lines that did not fit into the queue and are not counted by the session yet.
    overflowed: AtomicU64,
    /// Lines the session never saw: not text, or after the end.
    rejected: AtomicU64,
}

fn count_lines(batch: &str) -> u64 {
    batch.split('\n').filter(|line| !line.is_empty()).count() as u64
}

#[derive(Debug, Default, Clone)]
struct Published {
    stats: Stats,
    connected: bool,
    closed: bool,
}

impl Shared {
    pub(super) fn publish(&self, session: &Session) {
        *self.lock() = Published {
            stats: session.stats(),
            connected: session.is_connected(),
            closed: session.is_closed(),
        };
    }

    /// The channel failed: nothing will be published any more.
    pub(super) fn mark_closed(&self) {
        let mut published = self.lock();
        published.connected = false;
        published.closed = true;
    }

    pub(super) fn dequeued(&self, bytes: usize) {
        self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn take_overflowed(&self) -> u64 {
        self.overflowed.swap(0, Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Published> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is sent to an actor.
#[derive(Debug)]
pub(super) enum Command {
    Input(Input),
    /// Close, and answer when that is done.
    Close(oneshot::Sender<()>),
}

/// A channel as its owner sees it. Dropping it closes the channel without waiting.
#[derive(Debug)]
pub struct Channel {
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
    runtime: Handle,
}

impl Channel {
    /// Starts a channel on the shared thread. It stays idle until [`Channel::connect`].
    #[must_use]
    pub fn start(thread: &IoThread, options: ChannelOptions, listener: Listener) -> Self {
        let (commands, inbox) = mpsc::channel(QUEUE_LENGTH);
        let shared = Arc::new(Shared::default());
        let actor = Actor::new(options, inbox, Arc::clone(&shared), listener);
        thread.handle().spawn(actor.run());
        Self { commands, shared, runtime: thread.handle().clone() }
    }

    /// Connects, or moves to a breakout room's own session.
    pub fn connect(&self, breakout_room: bool) {
        self.send(Input::Connect { breakout_room });
    }

    /// Queues newline-separated events. What does not fit is counted as dropped, what comes too late as rejected.
    pub fn push(&self, batch: String) {
        let bytes = batch.len();
        let queued = self.shared.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        if queued + bytes > QUEUE_BYTES {
            self.shared.dequeued(bytes);
            self.shared.overflowed.fetch_add(count_lines(&batch), Ordering::Relaxed);
            return;
        }
        if let Err(error) = self.commands.try_send(Command::Input(Input::Push(batch))) {
            self.shared.dequeued(bytes);
            match error {
                TrySendError::Full(Command::Input(Input::Push(batch))) => {
                    self.shared.overflowed.fetch_add(count_lines(&batch), Ordering::Relaxed);
                }
                TrySendError::Closed(Command::Input(Input::Push(batch))) => self.reject(count_lines(&batch)),
                TrySendError::Full(_) | TrySendError::Closed(_) => {}
            }
        }
    }

    /// Counts lines that never became events.
    pub fn reject(&self, lines: u64) {
        self.shared.rejected.fetch_add(lines, Ordering::Relaxed);
    }

    /// Reconnects at once, or makes sure that the link is alive.
    pub fn reconnect_now(&self) {
        self.send(Input::ReconnectNow);
    }

    /// Begins to close; the receiver ends (with or without a value) when the channel is closed.
    #[must_use]
    pub fn close(&self) -> oneshot::Receiver<()> {
        let (done, closed) = oneshot::channel();
        if let Err(TrySendError::Full(command)) = self.commands.try_send(Command::Close(done)) {
            // Behind what is queued, so that nothing pushed before is refused.
            let commands = self.commands.clone();
            self.runtime.spawn(async move { commands.send(command).await });
        }
        closed
    }

    /// Whether the server is ready for events.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.shared.lock().connected
    }

    /// Whether the channel is closed for good.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.lock().closed
    }

    /// The latest figures. Lines still queued are not captured yet; lines that found no room are.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let mut stats = self.shared.lock().stats.clone();
        let overflowed = self.shared.overflowed.load(Ordering::Relaxed);
        stats.captured += overflowed;
        stats.dropped += overflowed;
        stats.rejected += self.shared.rejected.load(Ordering::Relaxed);
        stats
    }

    fn send(&self, input: Input) {
        // A full queue holds pushes only if the thread is far behind; a lost hint does no harm then.
        let _ = self.commands.try_send(Command::Input(input));
    }
}
