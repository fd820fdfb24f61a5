//! JSON as text: checking it once, then walking, rewriting and re-encoding it without ever building values.
//!
//! Everything behind [`crate::proto::event::Event::accept`] is *regular* JSON: no whitespace between tokens and every
//! string spelled the way `JSON.stringify` spells it (plus U+2028 and U+2029 escaped). One spelling per string is what
//! lets the rest of this half compare raw text where it means to compare values, and find a key by its bytes.
//!
//! Why not `serde_json`'s `RawValue`: it checks a poll of 150 KB just as fast (measured with `cargo bench`: 0.15 ms either
//! way), but a delta needs the fields too, and taking the reports apart into raw fields costs it 0.64 ms and a
//! map of each report. The scanner here notes on its one pass what the rest needs, and text that was checked is walked
//! by comparing it with the poll before: 0.12 ms, double encoding included.
//!
//! Must never parse a number it does not have to, and never panic on text that was not checked.

mod encode;
mod scan;
mod text;
mod walk;

pub use encode::{JsonSink, Quoted, write_string};
pub use scan::{MAX_DEPTH, ScanError, Scanner, Unwatched, Watch};
pub use text::{regularise, unescape};
pub use walk::{elements, member_ranges, members, string_end, value_end};

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

    /// A quote or a backslash, in text without control characters.
    fn quote(self) -> u64 {
        (self.quote_or_control() | self.backslash()) & !self.0 & Self::HIGHS
    }

    /// A quote, a backslash, a control character or anything that is not ASCII.
    fn special(self) -> u64 {
        (self.quote_or_control() | self.backslash() | self.0) & Self::HIGHS
    }

    /// Flipping one bit trades the quote for the space, the first byte above the control characters.
    fn quote_or_control(self) -> u64 {
        (self.0 ^ (Self::ONES * 0x02)).wrapping_sub(Self::ONES * 0x21)
    }

    fn backslash(self) -> u64 {
        (self.0 ^ (Self::ONES * u64::from(b'\\'))).wrapping_sub(Self::ONES)
    }
}

/// How many bytes lie before the lowest match of a non-zero mask.
fn offset(mask: u64) -> usize {
    (mask.trailing_zeros() / 8) as usize
}
