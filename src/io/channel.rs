//! The handle of a channel: what the JavaScript thread may do without ever waiting.
//!
//! Inputs are queued within bounds in number and bytes; what does not fit is counted, never waited for.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::actor::Actor;
use super::recovery::Recovery;
use super::shared::{ChannelOptions, Command, Completion, Listener, Shared, count_lines};
use super::thread::IoThread;
use super::transport::{Proxy, ProxySetting};
use crate::proto::config::Token;
use crate::proto::ledger::Stats;
use crate::proto::session::Input;

/// Inputs that may wait for the channel's thread.
const QUEUE_LENGTH: usize = 4096;
/// Bytes of events that may wait for the channel's thread.
const QUEUE_BYTES: usize = 32 * 1024 * 1024;

/// A channel as its owner sees it. Dropping it closes the channel without waiting.
pub struct Channel {
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
    runtime: Handle,
    proxy: ProxySetting,
    /// What earlier runs left is delivered once, when the channel is told to recover or to connect.
    recovery: Mutex<Option<Recovery>>,
}

impl Channel {
    /// Starts a channel on the shared thread. It stays idle until [`Channel::connect`].
    #[must_use]
    pub fn start(thread: &IoThread, options: ChannelOptions, listener: Listener) -> Self {
        let (commands, inbox) = mpsc::channel(QUEUE_LENGTH);
        let shared = Arc::new(Shared::default());
        let recovery = Recovery::of(&options, &listener);
        let proxy = options.transport.proxy.clone();
        let actor = Actor::new(options, inbox, Arc::clone(&shared), listener);
        thread.handle().spawn(actor.run());
        let runtime = thread.handle().clone();
        Self { commands, shared, runtime, proxy, recovery: Mutex::new(recovery) }
    }

    /// Connects, or moves to a breakout room's own session.
    pub fn connect(&self, breakout_room: bool) {
        self.recover();
        self.send_surely(Command::Input(Input::Connect { breakout_room }));
    }

    /// Delivers what earlier runs left in the journal's folder, in the background. Does nothing the second time.
    pub fn recover(&self) {
        let recovery = self.recovery.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(recovery) = recovery.filter(|_| !self.is_closed()) {
            self.runtime.spawn(recovery.run());
        }
    }

    /// Changes the way out, from the next attempt on.
    pub fn set_proxy(&self, proxy: Option<Proxy>) {
        self.proxy.set(proxy);
    }

    /// Changes what says to the server that we may deliver.
    pub fn set_token(&self, token: Option<Token>) {
        if let Some(recovery) = &mut *self.recovery.lock().unwrap_or_else(PoisonError::into_inner) {
            recovery.set_token(token.clone());
        }
        self.send_surely(Command::Input(Input::SetToken(token)));
    }

    /// Queues newline-separated events. What does not fit is counted as dropped, what comes too late as rejected.
    pub fn push(&self, batch: String) {
        let bytes = batch.len();
        if self.shared.enqueued(bytes) > QUEUE_BYTES {
            self.shared.dequeued(bytes);
            self.shared.overflowed(count_lines(&batch));
            return;
        }
        if let Err(error) = self.commands.try_send(Command::Input(Input::Push(batch))) {
            self.shared.dequeued(bytes);
            match error {
                TrySendError::Full(Command::Input(Input::Push(batch))) => {
                    self.shared.overflowed(count_lines(&batch));
                }
                TrySendError::Closed(Command::Input(Input::Push(batch))) => self.reject(count_lines(&batch)),
                TrySendError::Full(_) | TrySendError::Closed(_) => {}
            }
        }
    }

    /// Counts lines that never became events.
    pub fn reject(&self, lines: u64) {
        self.shared.rejected(lines);
    }

    /// Reconnects at once, or makes sure that the link is alive.
    pub fn reconnect_now(&self) {
        // A queue that is full has work enough to find out by itself.
        let _ = self.commands.try_send(Command::Input(Input::ReconnectNow));
    }

    /// Begins to close. `done` is called once, on any thread, when the channel is closed: at once where it is already.
    pub fn close(&self, done: impl FnOnce() + Send + 'static) {
        self.send_surely(Command::Close(Completion::new(done)));
    }

    /// Whether the server is ready for events.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.shared.is_connected()
    }

    /// Whether the channel is closed for good.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.is_closed()
    }

    /// The latest figures. Lines still queued are not captured yet; lines that found no room are.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Queues what must not be lost: behind what is there, when the queue is full.
    fn send_surely(&self, command: Command) {
        if let Err(TrySendError::Full(command)) = self.commands.try_send(command) {
            let commands = self.commands.clone();
            self.runtime.spawn(async move { commands.send(command).await });
        }
    }
}
