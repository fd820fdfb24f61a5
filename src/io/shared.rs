//! What a channel's handle and its actor have in common: the options, the inbox, the published figures.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::journal::JournalOptions;
use super::transport::TransportOptions;
use crate::proto::config::Config;
use crate::proto::ledger::Stats;
use crate::proto::notification::ChannelEvent;
use crate::proto::session::{Input, Session};

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

    /// Returns how many bytes are queued now.
    pub(super) fn enqueued(&self, bytes: usize) -> usize {
        self.queued_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes
    }

    pub(super) fn dequeued(&self, bytes: usize) {
        self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn overflowed(&self, lines: u64) {
        self.overflowed.fetch_add(lines, Ordering::Relaxed);
    }

    pub(super) fn rejected(&self, lines: u64) {
        self.rejected.fetch_add(lines, Ordering::Relaxed);
    }

    pub(super) fn is_connected(&self) -> bool {
        self.lock().connected
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The published figures, with what the session does not know yet.
    pub(super) fn stats(&self) -> Stats {
        let stats = self.lock().stats.clone();
        stats.with_unseen(self.overflowed.load(Ordering::Relaxed), self.rejected.load(Ordering::Relaxed))
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
    /// Close, and let go of this when that is done.
    Close(Completion),
}

/// What is done when a channel is closed, or when nothing can close it any more: wherever this is dropped. So it needs
/// nobody who is still there to answer.
pub(super) struct Completion(Option<Box<dyn FnOnce() + Send>>);

impl Completion {
    pub(super) fn new(done: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(done)))
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(done) = self.0.take() {
            done();
        }
    }
}

impl std::fmt::Debug for Completion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Completion")
    }
}

/// How many lines a batch has that could be events.
pub(super) fn count_lines(batch: &str) -> u64 {
    batch.split('\n').filter(|line| !line.is_empty()).count() as u64
}
