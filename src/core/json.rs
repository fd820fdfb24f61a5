//! JSON as text: checking it once, then walking, rewriting and re-encoding it without ever building values.
//!
//! Everything behind [`crate::core::event::Event::accept`] is *regular* JSON: no whitespace between tokens and every
//! string spelled the way `JSON.stringify` spells it (plus U+2028 and U+2029 escaped). One spelling per string is what
//! lets the rest of the core compare raw text where it means to compare values, and find a key by its bytes.
//!
//! Must never parse a number it does not have to, and never panic on text that was not checked.

mod encode;
mod scan;
mod text;
mod walk;

pub use encode::{JsonSink, Quoted, write_string};
pub use scan::{MAX_DEPTH, ScanError, Scanner, Unwatched, Watch};
pub use text::{regularise, unescape};
pub use walk::{elements, members, string_end, value_end};

/// One word of text, examined eight bytes at a time.
///
/// A mask has the high bit set in each matching byte. Bits above the lowest one may be false, so only the lowest counts.
#[derive(Clone, Copy)]
struct Word(u64);

impl Word {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

    fn at(bytes: &[u8], position: usize) -> Option<Self> {
        let chunk = bytes.get(position..)?.first_chunk::<8>()?;

        Some(Self(u64::from_le_bytes(*chunk)))
    }

    fn below(self, limit: u8) -> u64 {
        self.0.wrapping_sub(Self::ONES * u64::from(limit)) & !self.0 & Self::HIGHS
    }

    fn equal(self, byte: u8) -> u64 {
        Self(self.0 ^ (Self::ONES * u64::from(byte))).below(1)
    }
}

/// How many bytes lie before the lowest match of a non-zero mask.
fn offset(mask: u64) -> usize {
    (mask.trailing_zeros() / 8) as usize
}
