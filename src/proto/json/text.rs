//! Strings of JSON as people mean them: escapes resolved, one spelling each.
//!
//! Works on text that was checked before; on other text it must not panic, whatever it gives back.

use std::borrow::Cow;

use super::encode::push_char;

/// What stands for half a character that lost its other half where text has to be decoded.
const LONE: char = char::REPLACEMENT_CHARACTER;

/// The UTF-16 unit of a `\uXXXX` at the start of `bytes`.
pub(super) fn unit(bytes: &[u8]) -> Option<u16> {
    let [b'\\', b'u', digits @ ..] = bytes.first_chunk::<6>()? else {
        return None;
    };

    digits.iter().try_fold(0, |unit, digit| {
        let value = char::from(*digit).to_digit(16)?;

        Some(unit << 4 | value as u16)
    })
}

/// The text of a raw string, quotes included in `raw`. Lone surrogates, which Rust text cannot hold, become U+FFFD.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();

    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut text = String::with_capacity(inner.len());

    decode(inner, |piece| match piece {
        Piece::Char(character) => text.push(character),
        Piece::Lone(_) => text.push(LONE),
    });

    Cow::Owned(text)
}

/// Valid JSON in any spelling, respelled the regular way: no whitespace, each string as `JSON.stringify` writes it.
pub fn regularise(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut position = 0;

    while let Some(byte) = text.as_bytes().get(position) {
        match byte {
            b'"' => {
                let end = super::string_end(text.as_bytes(), position);

                regularise_string(text.get(position + 1..end - 1).unwrap_or_default(), &mut out);
                position = end;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => out.push(char::from(*byte)),
        }
        position += 1;
    }

    out
}

fn regularise_string(inner: &str, out: &mut String) {
    out.push('"');
    decode(inner, |piece| match piece {
        Piece::Char(character) => push_char(character, out),
        Piece::Lone(unit) => out.push_str(&format!("\\u{unit:04x}")),
    });
    out.push('"');
}

enum Piece {
    Char(char),
    Lone(u16),
}

fn decode(inner: &str, mut each: impl FnMut(Piece)) {
    let mut rest = inner;

    while let Some(character) = rest.chars().next() {
        if character != '\\' {
            each(Piece::Char(character));
            rest = &rest[character.len_utf8()..];
            continue;
        }
        let (piece, length) = escape(rest);

        each(piece);
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// The escape at the start of `text`, and how many bytes it takes.
fn escape(text: &str) -> (Piece, usize) {
    let bytes = text.as_bytes();
    let character = match bytes.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes),
        Some(other) => char::from(*other),
        None => LONE,
    };

    (Piece::Char(character), 2)
}

fn unicode(bytes: &[u8]) -> (Piece, usize) {
    let first = unit(bytes).unwrap_or_default();
    let second = bytes.get(6..).and_then(unit).filter(|_| (0xd800..0xdc00).contains(&first));
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());

    match (pair, char::from_u32(first.into())) {
        (Some(character), _) => (Piece::Char(character), 12),
        (None, Some(character)) => (Piece::Char(character), 6),
        (None, None) => (Piece::Lone(first), 6),
    }
}
