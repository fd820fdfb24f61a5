//! Writing JSON text: as it is, inside another JSON string, or from plain text.
//!
//! Must never write a raw control character, U+2028 or U+2029: the server keeps one event a line.

use super::{Word, offset};

/// Where JSON text goes. Lets an encoder write the same text plainly or into a string of an enclosing document.
pub trait JsonSink {
    /// Appends a piece of regular JSON text.
    fn json(&mut self, text: &str);
}

impl JsonSink for Vec<u8> {
    fn json(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }
}

/// Writes JSON text as the content of a JSON string.
///
/// Regular JSON has no control characters, so quotes and backslashes are all there is to escape.
pub struct Quoted<'a>(pub &'a mut Vec<u8>);

impl JsonSink for Quoted<'_> {
    fn json(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut position = 0;
        let mut copied = 0;

        self.0.reserve(bytes.len() + bytes.len() / 2);
        while let Some(word) = Word::at(bytes, position) {
            let mask = word.quote();

            if mask == 0 {
                position += 8;
                continue;
            }
            position += offset(mask);
            self.0.extend_from_slice(&bytes[copied..position]);
            self.0.push(b'\\');
            copied = position;
            position += 1;
        }
        for (index, byte) in bytes.iter().enumerate().skip(position) {
            if matches!(byte, b'"' | b'\\') {
                self.0.extend_from_slice(&bytes[copied..index]);
                self.0.push(b'\\');
                copied = index;
            }
        }
        self.0.extend_from_slice(&bytes[copied..]);
    }
}

/// Appends `text` as a JSON string, quotes included.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    text.chars().for_each(|character| push_char(character, out));
    out.push('"');
}

/// Appends one character of a string the way `JSON.stringify` spells it, and the two line separators escaped.
pub(super) fn push_char(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..' ' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
        _ => out.push(character),
    }
}
