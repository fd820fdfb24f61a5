//! A session's journal on disk: appended to, read back, shortened, and deleted when everything has arrived.
//!
//! It is written by the channel's own thread and never by the app's. Every failure is returned, none is retried here:
//! the session then carries on in memory.

mod directory;
mod file;
mod keeper;
mod lines;
mod rewrite;
mod scan;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

pub use directory::Directory;
pub(in crate::io) use directory::{delete, take};
pub(in crate::io) use file::Journal;
pub(in crate::io) use keeper::Keeper;
pub(in crate::io) use scan::{Scan, read_header, scan};

/// How the journal may use the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalOptions {
    /// Where the files are; it is created when missing.
    pub directory: PathBuf,
    /// Bound of all journals together.
    pub max_bytes: u64,
    /// What is older is deleted.
    pub max_age: Duration,
}

impl JournalOptions {
    /// The defaults for a directory: 64 MiB and 7 days.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory, max_bytes: 64 * 1024 * 1024, max_age: Duration::from_secs(7 * 24 * 60 * 60) }
    }
}

/// Keeps other processes, and other channels of this one, away from a file.
pub(super) fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(io::Error::from)
}
