//! The house keeps its floors: the deciding half knows neither the world nor Node-API, and within it imports run one way.
#![allow(clippy::disallowed_methods, reason = "reads the sources")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src/proto/`, lowest first: a room may know those of lower floors, and those of its own.
const FLOORS: [&[&str]; 6] = [
    &["json", "backoff", "ledger"],
    &["obfuscate", "config", "notification"],
    &["event"],
    &["retention", "preamble"],
    &["wire"],
    &["journal", "link"],
];
/// Above them all.
const TOP: &str = "session";

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The room a file of `src/proto/` belongs to; `None` for `mod.rs`, which lists them all.
fn room(path: &Path, proto: &Path) -> Option<String> {
    let first = path.strip_prefix(proto).unwrap().components().next()?.as_os_str().to_str()?.to_owned();
    Some(first.trim_end_matches(".rs").to_owned()).filter(|room| room != "mod")
}

fn floor(room: &str) -> usize {
    let found = FLOORS.iter().position(|floor| floor.contains(&room));
    found.unwrap_or_else(|| if room == TOP { FLOORS.len() } else { panic!("{room} has no floor") })
}

/// The code of a file: no comments, and not what only its tests know.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    lines.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms a file of `proto` names: `crate::proto::room`, or `super::room` of as many levels as lead there.
fn rooms_named(path: &Path, proto: &Path) -> Vec<String> {
    let depth = path.strip_prefix(proto).unwrap().components().count();
    // `mod.rs` is its folder's own level.
    let levels = if path.ends_with("mod.rs") { depth - 1 } else { depth };
    let code = code(path);
    let prefixes = ["crate::proto::".to_owned(), "super::".repeat(levels)];
    let named = prefixes.iter().flat_map(|prefix| {
        code.match_indices(prefix.as_str()).filter_map(|(at, _)| {
            let before = code[..at].chars().next_back();
            let starts = before.is_none_or(|letter| !letter.is_alphanumeric() && letter != ':');
            let name: String = code[at + prefix.len()..]
                .chars()
                .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
                .collect();
            (starts && !name.is_empty() && name != "super").then_some(name)
        })
    });
    named.collect()
}

#[test]
fn the_deciding_half_knows_neither_the_world_nor_node() {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/proto");
    for path in sources(&proto) {
        let code = code(&path);
        for stranger in ["crate::io", "crate::binding", "tokio", "napi", "std::fs", "std::net", "std::env"] {
            assert!(!code.contains(stranger), "{} knows {stranger}", path.display());
        }
    }
    let io = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/io");
    for path in sources(&io) {
        assert!(!code(&path).contains("crate::binding"), "{} knows the binding", path.display());
    }
}

#[test]
fn no_room_knows_one_above_it() {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/proto");
    let mut arrows = 0;
    for path in sources(&proto) {
        let Some(own) = room(&path, &proto) else { continue };
        for named in rooms_named(&path, &proto) {
            arrows += usize::from(named != own);
            assert!(floor(&named) <= floor(&own), "{} knows {named}", path.display());
        }
    }
    assert!(arrows > 50, "the imports were not found: {arrows}");
}

#[test]
fn a_dialect_does_not_know_another() {
    let wire = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/proto/wire");
    for path in sources(&wire) {
        for (own, other) in [("v3", "v5"), ("v5", "v3")] {
            let is_own = path.starts_with(wire.join(own));
            assert!(
                !is_own || !code(&path).contains(&format!("{other}::")),
                "{} knows {other}",
                path.display()
            );
        }
    }
}

/// The crates the two packages depend on, as they are imported, and this one as its tests import it.
fn crates(root: &Path) -> Vec<String> {
    let manifests =
        ["Cargo.toml", "fuzz/Cargo.toml"].map(|file| fs::read_to_string(root.join(file)).unwrap());
    let names = manifests.iter().flat_map(|text| text.lines()).filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.replace('-', "_")).chain(["rtcstats_native".to_owned()]).collect()
}

/// `std`, other crates, this one, what is passed on.
fn group(import: &str, crates: &[String]) -> usize {
    let Some(path) = import.strip_prefix("use ") else { return 3 };
    let root = path.split(':').next().unwrap();
    if root == "std" { 0 } else { 2 - usize::from(crates.iter().any(|name| name == root)) }
}

#[test]
fn imports_stand_in_one_order_each_group_behind_a_blank_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = crates(root);
    let folders = ["src", "tests", "fuzz/src", "bench"].map(|folder| sources(&root.join(folder)));
    for path in folders.into_iter().flatten().filter(|path| path.extension().is_some_and(|own| own == "rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let mut last = (0, 0);
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("use ") || (line.starts_with("pub") && line.contains(" use ")) {
                let group = group(line, &crates);
                let before = text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
                let follows = !before.is_empty() && !before.starts_with("#[");
                let place = format!("{}:{}", path.display(), number + 1);
                assert!(group >= last.0, "{place}: this import belongs further up");
                assert!(!follows || group == last.0 || last.1 == 0, "{place}: a blank line is missing");
                last = (group, number);
            }
        }
    }
}
