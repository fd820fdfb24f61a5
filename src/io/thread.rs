//! The one thread all channels of a process share, with a runtime of its own.
//!
//! It starts with the first lease and is joined when the last one is returned, so an idle process has no thread of
//! ours, and none of our channels goes on after the addon's environment is gone. Whoever returns it is the JavaScript
//! thread, so the wait is bounded: a thread that the system holds up (a network folder, a certificate's revocation list)
//! is left to end by itself.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The thread could not be started: the system is out of threads or file descriptors.
#[derive(Debug, Error)]
#[error("cannot start the channel thread: {0}")]
pub struct StartError(#[from] std::io::Error);

/// How long the JavaScript thread may be held up by the end of ours.
const JOIN_TIMEOUT: Duration = Duration::from_secs(2);

static CURRENT: Mutex<Weak<IoThread>> = Mutex::new(Weak::new());

/// A running thread. Dropping the last lease stops and joins it.
#[derive(Debug)]
pub struct IoThread {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    /// Ends, without a message, when the thread has nothing left to do.
    ended: Mutex<Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl IoThread {
    /// A lease of the running thread, or of a new one.
    ///
    /// # Errors
    /// [`StartError`] when the system refuses a thread.
    pub fn lease() -> Result<Arc<Self>, StartError> {
        let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = current.upgrade() {
            return Ok(thread);
        }
        let thread = Arc::new(Self::start()?);
        *current = Arc::downgrade(&thread);
        Ok(thread)
    }

    /// Where a channel's actor is spawned.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    fn start() -> Result<Self, StartError> {
        let runtime =
            Builder::new_current_thread().enable_io().enable_time().max_blocking_threads(4).build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = channel();
        let thread = std::thread::Builder::new().name("rtcstats".into()).spawn(move || {
            // Ends with a message or when the sender is gone; both mean stop.
            let _ = runtime.block_on(stopped);
            // A name lookup cannot be interrupted; nothing waits for it.
            runtime.shutdown_background();
            drop(end);
        })?;
        Ok(Self { handle, stop: Some(stop), ended: Mutex::new(ended), thread: Some(thread) })
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        // The last lease may be returned on the thread itself, when an environment went while a channel was closing.
        let is_current = |thread: &JoinHandle<()>| thread.thread().id() == std::thread::current().id();
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = self.thread.take_if(|thread| !is_current(thread))
            && ended.recv_timeout(JOIN_TIMEOUT) != Err(RecvTimeoutError::Timeout)
        {
            // An error means that the thread panicked: there is nothing left to stop.
            let _ = thread.join();
        }
    }
}
