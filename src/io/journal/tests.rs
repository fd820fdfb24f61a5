//! Journals on a real disk: what a failure leaves behind.

use std::fs;
use std::path::PathBuf;

#[cfg(unix)]
use super::directory::is_still_there;
use super::{Directory, Journal, JournalOptions};
use crate::proto::journal::{Header, Position};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("rtcstats-journal-{:016x}", rand::random::<u64>()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn directory(&self) -> Directory {
        Directory::new(JournalOptions::new(self.0.clone()))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn position(&self, id: &str) -> Option<Position> {
        Position::parse(&fs::read_to_string(self.0.join(format!("{id}.position"))).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn header(id: &str) -> Header {
    Header::new(id.to_owned(), "wss://s".to_owned(), "room".to_owned(), "UA".to_owned())
}

fn lines(numbers: std::ops::RangeInclusive<u64>) -> Vec<u8> {
    numbers.flat_map(|number| format!("[\"logs\",null,\"a\",1,{number}]\n").into_bytes()).collect()
}

/// A journal of `old` that holds 1 to 5, of which 2 have arrived.
fn journal(folder: &Folder) -> Journal {
    let mut journal = Journal::create(&folder.directory(), header("old"), &[]).unwrap();
    journal.append(&lines(1..=5)).unwrap();
    journal.set_position(Position { acknowledged: 2, part: 3 });
    journal
}

fn numbers(journal: &Journal, after: u64) -> Vec<u64> {
    let (entries, complete) = journal.read_after(after, usize::MAX).unwrap();
    assert!(complete);
    entries.iter().map(|entry| entry.sequence_number).collect()
}

#[test]
fn what_is_appended_after_reading_goes_to_the_end() {
    let folder = Folder::new();
    let mut journal = journal(&folder);
    let mut text = lines(6..=6);
    assert_eq!(journal.read_after(0, 1).unwrap().0.len(), 1);
    journal.append(&text).unwrap();
    journal.shorten(b"").unwrap();
    assert_eq!(numbers(&journal, 0), [3, 4, 5, 6]);
    text = lines(7..=8);
    journal.append(&text).unwrap();
    assert_eq!(numbers(&journal, 3), [4, 5, 6, 7, 8]);
}

#[test]
fn under_another_name_it_has_what_is_pending_and_says_how_far_it_got() {
    let folder = Folder::new();
    let mut journal = journal(&folder);
    journal.rename_session(header("new"), b"").unwrap();
    assert_eq!((journal.header.stats_session_id.as_str(), numbers(&journal, 0)), ("new", vec![3, 4, 5]));
    assert_eq!(folder.names(), ["new.journal", "new.position"]);
    assert_eq!(folder.position("new"), Some(Position { acknowledged: 2, part: 0 }));
    journal.append(&lines(6..=6)).unwrap();
    assert_eq!(numbers(&journal, 4), [5, 6]);
}

#[test]
fn when_it_cannot_get_another_name_it_is_what_it_was() {
    // Its new place is taken; or that of its position.
    for taken in ["new.journal", "new.position"] {
        let folder = Folder::new();
        let mut journal = journal(&folder);
        fs::create_dir(folder.0.join(taken)).unwrap();
        journal.rename_session(header("new"), b"").unwrap_err();
        assert_eq!(folder.names(), [taken, "old.journal", "old.position"]);
        assert_eq!((journal.header.stats_session_id.as_str(), journal.position.part), ("old", 3));
        journal.append(&lines(6..=6)).unwrap();
        assert_eq!(numbers(&journal, 2), [3, 4, 5, 6]);
    }
}

#[test]
fn what_a_crash_left_of_a_copy_is_not_in_the_way_of_the_next() {
    let folder = Folder::new();
    let mut journal = journal(&folder);
    fs::write(folder.0.join("old.shortened"), "torn").unwrap();
    assert!(journal.shorten(b"").unwrap().is_empty());
    assert_eq!(numbers(&journal, 0), [3, 4, 5]);
    assert_eq!(folder.names(), ["old.journal", "old.position"]);
}

// Elsewhere a name is free only when its file is closed.
#[cfg(unix)]
#[test]
fn one_that_cannot_be_deleted_says_that_everything_arrived() {
    let folder = Folder::new();
    let mut journal = journal(&folder);
    journal.set_position(Position { acknowledged: 5, part: 3 });
    // No file can be deleted by the name of a folder.
    fs::remove_file(folder.0.join("old.journal")).unwrap();
    fs::create_dir(folder.0.join("old.journal")).unwrap();
    journal.delete().unwrap_err();
    assert_eq!(folder.position("old"), Some(Position { acknowledged: 5, part: 3 }));
}

#[cfg(unix)]
#[test]
fn one_that_its_owner_shortened_while_it_was_looked_at_is_not_taken() {
    let folder = Folder::new();
    let mut journal = journal(&folder);
    let path = folder.0.join("old.journal");
    let looked_at = fs::File::open(&path).unwrap();
    assert!(is_still_there(&looked_at, &path));
    journal.shorten(b"").unwrap();
    assert!(!is_still_there(&looked_at, &path));
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn what_is_made_is_for_its_user_alone_and_what_was_not_becomes_so() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let inner = Folder(folder.0.join("journals"));
    drop(journal(&inner));
    let [file, position] = ["old.journal", "old.position"].map(|name| inner.0.join(name));
    assert_eq!([mode(&inner.0), mode(&file), mode(&position)], [0o700, 0o600, 0o600]);
    fs::set_permissions(&inner.0, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(inner.directory().orphans().journals, std::slice::from_ref(&file));
    assert_eq!([mode(&inner.0), mode(&file)], [0o700, 0o600]);

    // A folder in which the app keeps other things is the app's.
    fs::write(inner.0.join("notes.txt"), "").unwrap();
    fs::set_permissions(&inner.0, fs::Permissions::from_mode(0o755)).unwrap();
    inner.directory().orphans();
    assert_eq!([mode(&inner.0), mode(&inner.0.join("notes.txt")) & 0o044], [0o755, 0o044]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_no_journal_whatever_its_name() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.0.join("pipe.journal")).status().unwrap();
    assert!(made.success());
    fs::create_dir(folder.0.join("folder.journal")).unwrap();
    drop(journal(&folder));
    assert_eq!(folder.directory().orphans().journals, [folder.0.join("old.journal")]);
    assert_eq!(folder.names(), ["folder.journal", "old.journal", "old.position", "pipe.journal"]);
}

#[test]
fn a_journal_that_somebody_looks_at_while_it_is_made_is_made_all_the_same() {
    let folder = Folder::new();
    let path = folder.0.join("old.journal");
    let looking = {
        let path = path.clone();
        std::thread::spawn(move || {
            let mut seen = 0;
            while seen < 20 {
                if let Some(file) = super::take(&path) {
                    if file.metadata().unwrap().len() == 0 {
                        super::delete(&path);
                        seen += 1;
                    } else {
                        break;
                    }
                }
            }
        })
    };
    for _ in 0..200 {
        let journal = journal(&folder);
        assert_eq!(numbers(&journal, 0), [1, 2, 3, 4, 5]);
        assert!(super::take(&path).is_none(), "it is ours");
        journal.delete().unwrap();
    }
    drop(journal(&folder));
    looking.join().unwrap();
}

#[test]
fn how_far_it_got_is_saved_however_it_ends() {
    let folder = Folder::new();
    drop(journal(&folder));
    assert_eq!(folder.position("old"), Some(Position { acknowledged: 2, part: 3 }));
}
