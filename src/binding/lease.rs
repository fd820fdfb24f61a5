//! Who holds the channel thread: each channel until it is closed, and none longer than its environment lives.
//!
//! There is one cleanup hook for each environment, not for each channel: Node keeps hooks until the end.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use napi::{Env, Result};

use super::error::throw_start_error;
use crate::io::thread::IoThread;

thread_local! {
    /// The leases of each environment of this thread; several documents of one process can share a thread.
    static ENVIRONMENTS: RefCell<HashMap<usize, Leases>> = RefCell::default();
}

/// A channel's hold on the thread.
pub(super) struct Lease(Mutex<Option<Arc<IoThread>>>);

impl Lease {
    /// Returns it; may be called again.
    pub(super) fn release(&self) {
        let thread = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(thread);
    }
}

#[derive(Default)]
struct Leases {
    held: Vec<Weak<Lease>>,
    /// At this many, those that were returned are forgotten.
    prune_at: usize,
}

impl Leases {
    const FEW: usize = 16;

    fn add(&mut self, lease: &Arc<Lease>) {
        if self.held.len() >= self.prune_at {
            self.held.retain(|lease| lease.strong_count() > 0);
            self.prune_at = (self.held.len() * 2).max(Self::FEW);
        }
        self.held.push(Arc::downgrade(lease));
    }
}

/// A lease for a channel of this environment, and the thread it holds. When the environment goes, the thread goes first:
/// nothing of ours runs in an unloaded library.
pub(super) fn lease(env: &Env) -> Result<(Arc<IoThread>, Arc<Lease>)> {
    let thread = IoThread::lease().map_err(|error| throw_start_error(env, &error.to_string()))?;
    let key = env.raw() as usize;
    if !ENVIRONMENTS.with_borrow(|environments| environments.contains_key(&key)) {
        env.add_env_cleanup_hook(key, end)?;
    }
    let lease = Arc::new(Lease(Mutex::new(Some(Arc::clone(&thread)))));
    ENVIRONMENTS.with_borrow_mut(|environments| environments.entry(key).or_default().add(&lease));
    Ok((thread, lease))
}

fn end(key: usize) {
    let leases = ENVIRONMENTS.with_borrow_mut(|environments| environments.remove(&key));
    for lease in leases.into_iter().flat_map(|leases| leases.held).filter_map(|lease| lease.upgrade()) {
        lease.release();
    }
}
