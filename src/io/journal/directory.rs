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
const ALL_EXTENSIONS: [&str; 4] = [EXTENSION, POSITION_EXTENSION, UNREADABLE_EXTENSION, TEMPORARY_EXTENSION];

/// Somebody who looks at a file that has just been made is quickly done with it.
const CREATE_ATTEMPTS: usize = 8;

/// The journal folder of an app.
#[derive(Debug, Clone)]
pub struct Directory {
    options: JournalOptions,
}

/// What earlier runs left.
#[derive(Debug, Default)]
pub(in crate::io) struct Orphans {
    /// Oldest first; whether they are nobody's shows when they are [taken](take), one by one: there may be more of them
    /// than files that may be open.
    pub(in crate::io) journals: Vec<PathBuf>,
    /// How many had to be deleted.
    pub(in crate::io) discarded: usize,
}

impl Directory {
    /// Nothing is touched before a journal is created or looked for.
    #[must_use]
    pub fn new(options: JournalOptions) -> Self {
        Self { options }
    }

    /// Makes the folder if there is none, for this user alone.
    pub(in crate::io) fn prepare(&self) -> io::Result<()> {
        private_folder().recursive(true).create(&self.options.directory)
    }

    /// Makes what is there private: earlier versions did not, or somebody changed it.
    fn make_private(&self) {
        for path in self.files(&ALL_EXTENSIONS) {
            restrict(&path, 0o600);
        }
        // One that holds other things, too, is the app's: only what is ours may be changed.
        let is_ours = fs::read_dir(&self.options.directory)
            .is_ok_and(|entries| entries.flatten().all(|entry| is_one_of(&entry.path(), &ALL_EXTENSIONS)));
        if is_ours {
            restrict(&self.options.directory, 0o700);
        }
    }

    /// Makes new and renamed files survive the machine, where the file system can do that for a folder.
    pub(in crate::io) fn sync(&self) {
        sync_folder(&self.options.directory);
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

    /// The journals that may be nobody's. What is too old, or over the bound, is deleted, oldest first; but the newest is
    /// only shortened, by whoever delivers it.
    pub(in crate::io) fn orphans(&self) -> Orphans {
        self.make_private();
        self.delete_leftovers();
        let mut found: Vec<_> =
            self.files(&[EXTENSION]).into_iter().map(|path| (modified(&path), path)).collect();
        found.sort();
        let mut excess = self.make_room();
        let mut orphans = Orphans::default();
        let newest = found.iter().rposition(|(_, path)| take(path).is_some());
        for (index, (modified, path)) in found.into_iter().enumerate() {
            let over_the_bound = excess > 0 && Some(index) != newest;
            if (self.is_too_old(modified) || over_the_bound)
                && let Some(file) = take(&path)
            {
                excess = excess.saturating_sub(bytes(&path));
                delete(&path);
                drop(file);
                orphans.discarded += 1;
            } else {
                orphans.journals.push(path);
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

    /// Plain files only: what else has such a name, a folder or a pipe, is none of ours.
    fn files(&self, extensions: &[&str]) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.options.directory) else { return Vec::new() };
        entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .map(|entry| entry.path())
            .filter(|path| is_one_of(path, extensions))
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
pub(in crate::io) fn take(path: &Path) -> Option<File> {
    // Not to append: on Windows that right is too small to cut off a torn tail.
    let file = OpenOptions::new().read(true).write(true).open(path).ok()?;
    lock(&file).ok()?;
    is_still_there(&file, path).then_some(file)
}

/// Makes a file that is ours from the beginning. Between its birth and its lock another process may take it for left
/// over, and delete it as it is empty; then another one is made.
pub(super) fn create_locked(path: &Path) -> io::Result<File> {
    for _ in 0..CREATE_ATTEMPTS {
        let file = private_file().read(true).create_new(true).open(path)?;
        file.lock()?;
        if is_still_there(&file, path) {
            return Ok(file);
        }
    }
    Err(io::Error::other("another process deletes the journal again and again"))
}

/// How files are made: for this user alone.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn private_folder() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Takes rights from others, as far as the system lets us.
#[cfg(unix)]
fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    let is_open = |metadata: fs::Metadata| metadata.permissions().mode() & 0o077 != 0;
    if fs::symlink_metadata(path).is_ok_and(is_open) {
        // Another user's stays as it is.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
    }
}

/// Elsewhere a user's folders are that user's already.
#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) {}

#[cfg(unix)]
fn sync_folder(folder: &Path) {
    // Some cannot; a broken disk shows at the files themselves.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Elsewhere a folder cannot be opened, and the file system sees to it.
#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

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

fn is_one_of(path: &Path, extensions: &[&str]) -> bool {
    extensions.iter().any(|extension| has_extension(path, extension))
}

/// Asks the file itself: on Windows its folder knows what was true when it was last closed.
fn bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}
