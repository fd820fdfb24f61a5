//! The folder all journals of an app share: names, bounds, and what earlier runs left in it.
//!
//! Files other than journals are never touched.

use std::fs::{self, File, OpenOptions};
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

    /// Bytes of all files of ours. A copy in the making does not count: it takes the place of a journal that does.
    pub(in crate::io) fn total_bytes(&self) -> u64 {
        self.files(&[EXTENSION, POSITION_EXTENSION, UNREADABLE_EXTENSION])
            .iter()
            .map(|path| bytes(path))
            .sum()
    }

    /// The journals no process owns. What is too old, or over the bound, is deleted, oldest first; but the newest is
    /// only shortened, by whoever delivers it.
    pub(in crate::io) fn take_orphans(&self) -> Orphans {
        self.delete_leftovers();
        let mut found: Vec<_> = self
            .files(&[EXTENSION])
            .into_iter()
            .filter_map(|path| Some((modified(&path), take(&path)?, path)))
            .collect();
        found.sort_by_key(|(modified, ..)| *modified);
        let mut excess = self.make_room();
        let mut orphans = Orphans::default();
        let newest = found.len().saturating_sub(1);
        for (index, (modified, file, path)) in found.into_iter().enumerate() {
            if self.is_too_old(modified) || (excess > 0 && index < newest) {
                excess = excess.saturating_sub(bytes(&path));
                delete(&path);
                orphans.discarded += 1;
            } else {
                // A crash while it was shortened left half a copy.
                let _ = fs::remove_file(Self::temporary_path(&path));
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

    /// What stands beside no journal: half a copy is of no use to anybody, the rest once it is too old.
    fn delete_leftovers(&self) {
        for path in self.files(&[POSITION_EXTENSION, UNREADABLE_EXTENSION, TEMPORARY_EXTENSION]) {
            let useless = has_extension(&path, TEMPORARY_EXTENSION) || self.is_too_old(modified(&path));
            if useless && !path.with_extension(EXTENSION).exists() {
                // Gone or not, there is nothing else to be done about it.
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Deletes what nobody can read, oldest first, while that helps to stay within the bound. Returns what is still over.
    fn make_room(&self) -> u64 {
        let mut excess = self.total_bytes().saturating_sub(self.options.max_bytes);
        let mut unreadable = self.files(&[UNREADABLE_EXTENSION]);
        unreadable.sort_by_key(|path| modified(path));
        for path in unreadable {
            if excess > 0 {
                excess = excess.saturating_sub(bytes(&path));
                let _ = fs::remove_file(path);
            }
        }
        excess
    }

    fn is_too_old(&self, modified: SystemTime) -> bool {
        SystemTime::now().duration_since(modified).is_ok_and(|age| age > self.options.max_age)
    }

    fn files(&self, extensions: &[&str]) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.options.directory) else { return Vec::new() };
        entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| extensions.iter().any(|extension| has_extension(path, extension)))
            .collect()
    }
}

/// Deletes a journal and what stands beside it.
pub(in crate::io) fn delete(journal: &Path) {
    // A file that is gone already is what was wanted.
    let _ = fs::remove_file(journal);
    let _ = fs::remove_file(Directory::position_path(journal));
    let _ = fs::remove_file(Directory::temporary_path(journal));
}

/// Opens a journal nobody else owns; one that its owner deleted or replaced meanwhile is nobody's.
pub(super) fn take(path: &Path) -> Option<File> {
    // Not to append: on Windows that right is too small to cut off a torn tail.
    let file = OpenOptions::new().read(true).write(true).open(path).ok()?;
    lock(&file).ok()?;
    is_still_there(&file, path).then_some(file)
}

#[cfg(unix)]
pub(super) fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let identity = |metadata: io::Result<fs::Metadata>| metadata.map(|known| (known.dev(), known.ino())).ok();
    identity(file.metadata()) == identity(fs::metadata(path))
}

/// Elsewhere nothing stable tells one file from another.
#[cfg(not(unix))]
fn is_still_there(_: &File, path: &Path) -> bool {
    path.exists()
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

/// Asks the file itself: on Windows its folder knows what was true when it was last closed.
fn bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}
