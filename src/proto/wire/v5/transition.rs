//! Which value the reader can put in the place of which.
//!
//! It only knows how to set a field. Where a field held an object, a list or `null`, it merges what comes into it, unless
//! that is a list: a number that follows `null` is read as `{}`. So such a field cannot be written over.

/// What the reader has of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held<'a> {
    /// It never saw the field.
    Nothing,
    /// A number, a text, a truth value.
    Scalar,
    /// `null`, which is what a field that went away is sent as, too.
    Null,
    /// An object, the raw JSON.
    Object(&'a str),
    /// A list.
    List,
}

impl<'a> Held<'a> {
    /// What a raw value is.
    pub(super) fn of(value: &'a str) -> Self {
        match value.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b'{') => Self::Object(value),
            Some(b'[') => Self::List,
            _ => Self::Scalar,
        }
    }

    /// Whether the reader has `next` after it was sent in the place of this.
    pub(super) fn can_become(self, next: Held<'_>) -> bool {
        match self {
            Self::Nothing | Self::Scalar => true,
            Self::Null => matches!(next, Held::Object(_) | Held::List),
            Self::Object(_) => matches!(next, Held::Object(_) | Held::List),
            Self::List => next == Held::List,
        }
    }
}
