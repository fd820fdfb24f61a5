//! The folder all journals of an app share: names, bounds, and what earlier runs left in it.
//!
//! Files other than journals are never touched.

use std::fs::{self, DirEntry, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{JournalOptions, lock};

const EXTENSION: &str = "journal";
const POSITION_EXTENSION: &str = "position";
const UNREADABLE_EXTENSION: &str = "unreadable";
const TEMPORARY_EXTENSION: &str = "shortened";

/// The journal folder of an app.
#[derive(Debug, Clone)]
pub struct Directory {
    options: JournalOptions,
}

/// What earlier runs left.
#[derive(Debug, Default)]
pub(in crate::io) struct Orphans {
    /// Oldest first, each locked for us.
    pub(in crate::io) journals: Vec<(PathBuf, File)>,
    /// How many had to be deleted.
    pub(in crate::io) discarded: usize,
}

impl Directory {
    /// Nothing is touched before a journal is created or looked for.
    #[must_use]
    pub fn new(options: JournalOptions) -> Self {
        Self { options }
    }

    pub(in crate::io) fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.options.directory)
    }

    pub(in crate::io) fn journal_path(&self, stats_session_id: &str) -> PathBuf {
        self.options.directory.join(stats_session_id).with_extension(EXTENSION)
    }

    pub(in crate::io) fn position_path(journal: &Path) -> PathBuf {
        journal.with_extension(POSITION_EXTENSION)
    }

    pub(in crate::io) fn temporary_path(journal: &Path) -> PathBuf {
        journal.with_extension(TEMPORARY_EXTENSION)
    }

    pub(in crate::io) fn max_bytes(&self) -> u64 {
        self.options.max_bytes
    }

    /// Bytes of all files of ours.
    pub(in crate::io) fn total_bytes(&self) -> u64 {
        self.files().iter().filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
    }

    /// The journals no process owns. What is too old, or over the bound, is deleted, oldest first.
    pub(in crate::io) fn take_orphans(&self) -> Orphans {
        self.delete_leftovers();
        let mut found: Vec<_> = self
            .files()
            .into_iter()
            .filter(|entry| has_extension(&entry.path(), EXTENSION))
            .filter_map(|entry| Some((modified(&entry), entry.path(), take(&entry.path())?)))
            .collect();
        found.sort_by_key(|(modified, ..)| *modified);
        let mut orphans = Orphans::default();
        let mut total = self.total_bytes();
        for (modified, path, file) in found {
            if total > self.options.max_bytes || self.is_too_old(modified) {
                total = total.saturating_sub(file.metadata().map_or(0, |metadata| metadata.len()));
                delete(&path);
                orphans.discarded += 1;
            } else {
                orphans.journals.push((path, file));
            }
        }
        orphans
    }

    /// Sets a file aside that cannot be understood, so that it is neither retried nor in the way.
    pub(in crate::io) fn set_aside(path: &Path) {
        // Where even that fails the file stays, and is tried again at the next start.
        let _ = fs::rename(path, path.with_extension(UNREADABLE_EXTENSION));
        let _ = fs::remove_file(Self::position_path(path));
    }

    /// Files beside journals that are gone, once they are too old to be of use to anybody.
    fn delete_leftovers(&self) {
        for entry in self.files() {
            let path = entry.path();
            if self.is_too_old(modified(&entry)) && !path.with_extension(EXTENSION).exists() {
                // Gone or not, there is nothing else to be done about it.
                let _ = fs::remove_file(path);
            }
        }
    }

    fn is_too_old(&self, modified: SystemTime) -> bool {
        SystemTime::now().duration_since(modified).is_ok_and(|age| age > self.options.max_age)
    }

    fn files(&self) -> Vec<DirEntry> {
        let ours = [EXTENSION, POSITION_EXTENSION, UNREADABLE_EXTENSION, TEMPORARY_EXTENSION];
        let Ok(entries) = fs::read_dir(&self.options.directory) else { return Vec::new() };
        entries
            .flatten()
            .filter(|entry| ours.iter().any(|extension| has_extension(&entry.path(), extension)))
            .collect()
    }
}

/// Deletes a journal and what stands beside it.
pub(in crate::io) fn delete(journal: &Path) {
    // A file that is gone already is what was wanted.
    let _ = fs::remove_file(journal);
    let _ = fs::remove_file(Directory::position_path(journal));
}

/// Opens a journal nobody else owns; one that its owner deleted meanwhile is nobody's.
fn take(path: &Path) -> Option<File> {
    let file = OpenOptions::new().read(true).append(true).open(path).ok()?;
    lock(&file).ok()?;
    path.exists().then_some(file)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

fn modified(entry: &DirEntry) -> SystemTime {
    entry.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}
