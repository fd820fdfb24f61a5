//! The one thread all channels of a process share, with a runtime of its own.
//!
//! It starts with the first lease and is joined when the last one is returned, so an idle process has no thread of
//! ours, and no code of ours runs after the addon's environment is gone.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use thiserror::Error;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The thread could not be started: the system is out of threads or file descriptors.
#[derive(Debug, Error)]
#[error("cannot start the channel thread: {0}")]
pub struct StartError(#[from] std::io::Error);

static CURRENT: Mutex<Weak<IoThread>> = Mutex::new(Weak::new());

/// A running thread. Dropping the last lease stops and joins it.
#[derive(Debug)]
pub struct IoThread {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
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
        let thread = std::thread::Builder::new().name("rtcstats".into()).spawn(move || {
            // Ends with a message or when the sender is gone; both mean stop.
            let _ = runtime.block_on(stopped);
            // A name lookup cannot be interrupted; nothing waits for it.
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        // The last lease may be returned on the thread itself, when an environment went while a channel was closing.
        let is_current = |thread: &JoinHandle<()>| thread.thread().id() == std::thread::current().id();
        if let Some(thread) = self.thread.take_if(|thread| !is_current(thread)) {
            // An error means that the thread panicked: there is nothing left to stop.
            let _ = thread.join();
        }
    }
}
