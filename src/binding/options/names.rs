//! Which options there are, and which names the app has written: what it wrote in vain, and what it may have meant.
//!
//! Must never repeat a value, and no more of a name than a name needs.

use std::cell::RefCell;

/// So many names are told, and so much of each: whoever passes another object by mistake gets one line.
const MAX_TOLD: usize = 5;
const MAX_NAME_CHARACTERS: usize = 40;

/// The names asked for while options are read are those that exist.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: RefCell<Vec<String>>,
    given: RefCell<Vec<String>>,
}

impl Names {
    pub(super) fn know(&self, name: String) {
        self.known.borrow_mut().push(name);
    }

    pub(super) fn give(&self, name: String) {
        self.given.borrow_mut().push(name);
    }

    /// What was given and does not exist, in words.
    pub(super) fn unknown(&self) -> Option<String> {
        let known = self.known.borrow();
        let given = self.given.borrow();
        let unknown: Vec<&String> = given.iter().filter(|name| !known.contains(name)).collect();
        let mut words: Vec<String> =
            unknown.iter().take(MAX_TOLD).map(|name| describe(name, &known)).collect();
        if unknown.len() > MAX_TOLD {
            words.push(format!("and {} more", unknown.len() - MAX_TOLD));
        }
        (!words.is_empty()).then(|| words.join(", "))
    }
}

fn describe(name: &str, known: &[String]) -> String {
    let told: String = name.chars().take(MAX_NAME_CHARACTERS).collect();
    match nearest(name, known) {
        Some(meant) => format!("{told} (did you mean {meant}?)"),
        None => told,
    }
}

/// The name of the same section that differs by a slip, or the same name in the section it belongs to.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let (section, leaf) = split(name);
    let slip = known
        .iter()
        .filter(|known| split(known).0 == section)
        .map(|known| (distance(leaf, split(known).1), known))
        .filter(|(distance, known)| *distance <= split(known).1.len() / 3)
        .min_by_key(|(distance, _)| *distance);
    let misplaced = || known.iter().find(|known| split(known).1.eq_ignore_ascii_case(leaf));
    slip.map(|(_, known)| known).or_else(misplaced).map(String::as_str)
}

fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

/// Spelling, not case: `MeetingFQN` is one slip.
fn distance(given: &str, known: &str) -> usize {
    let cut: String = given.chars().take(MAX_NAME_CHARACTERS).collect();
    strsim::osa_distance(&cut.to_ascii_lowercase(), &known.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(given: &[&str]) -> Option<String> {
        let names = Names::default();
        for name in
            ["endpoint", "pongTimeout", "journal", "reconnect", "reconnect.budget", "reconnect.jitter"]
        {
            names.know(name.to_owned());
        }
        for name in given {
            names.give((*name).to_owned());
        }
        names.unknown()
    }

    #[test]
    fn says_what_may_have_been_meant() {
        let told = |name: &str| unknown(&[name]).unwrap();
        assert_eq!(unknown(&["endpoint", "reconnect.jitter"]), None);
        assert_eq!(told("pongTimout"), "pongTimout (did you mean pongTimeout?)");
        assert_eq!(told("pongtimeout"), "pongtimeout (did you mean pongTimeout?)");
        assert_eq!(told("reconnect.buget"), "reconnect.buget (did you mean reconnect.budget?)");
        assert_eq!(told("budget"), "budget (did you mean reconnect.budget?)");
        assert_eq!(told("colour"), "colour");
    }

    #[test]
    fn a_wrong_object_is_one_short_line() {
        let long = "x".repeat(1000);
        let given: Vec<String> = (0..100).map(|index| format!("{index}{long}")).collect();
        let told = unknown(&given.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        assert!(told.len() < 300 && told.ends_with("and 95 more"), "{told}");
    }
}
