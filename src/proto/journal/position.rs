//! How far a journal is delivered, as text that can be overwritten in place.

/// How far a journal's events are acknowledged, and which part names are used up. Stands beside the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// Everything up to this sequence number has arrived.
    pub acknowledged: u64,
    /// The highest part number the server may know.
    pub part: u32,
}

impl Position {
    /// Of fixed length, so that it can be overwritten in place even on a full disk; said twice, because a position that
    /// is damaged and believed loses events.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("acknowledged {:020} part {:010}\n", self.acknowledged, self.part).repeat(2)
    }

    /// Reads what [`Position::to_text`] wrote; `None` when it is damaged.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (once, again) = text.split_once('\n')?;
        if again.strip_suffix('\n') != Some(once) {
            return None;
        }
        let mut words = once.split_ascii_whitespace();
        let mut next = |name: &str| words.next().filter(|word| *word == name).and_then(|_| words.next());
        let acknowledged = next("acknowledged")?.parse().ok()?;
        let part = next("part")?.parse().ok()?;
        Some(Self { acknowledged, part })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_has_one_length() {
        let position = Position { acknowledged: u64::MAX, part: 7 };
        assert_eq!(Position::parse(&position.to_text()), Some(position));
        assert_eq!(position.to_text().len(), Position::default().to_text().len());
        assert_eq!(Position::parse(&position.to_text().replacen('7', "3", 1)), None);
        assert_eq!(Position::parse("acknowledged x part 1\nacknowledged x part 1\n"), None);
        assert_eq!(Position::parse(""), None);
    }
}
