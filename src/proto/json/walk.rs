//! Walking over JSON that was checked before: where things end, and what objects and arrays hold.
//!
//! Trusts the text to be valid and regular. On other text the answers are meaningless, but there is no panic and no
//! endless loop.

use std::ops::Range;

use super::{Word, offset};

/// The end of the string whose opening quote stands at `start`.
pub fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut position = start + 1;

    loop {
        position = next_quote(bytes, position);
        match bytes.get(position) {
            Some(b'\\') => position += 2,
            Some(_) => return position + 1,
            None => return bytes.len(),
        }
    }
}

/// The end of the value that starts at `start`.
pub fn value_end(bytes: &[u8], start: usize) -> usize {
    match bytes.get(start) {
        Some(b'"') => string_end(bytes, start),
        Some(b'{' | b'[') => container_end(bytes, start),
        _ => scalar_end(bytes, start),
    }
}

/// The members of an object as raw key (with quotes) and raw value; nothing for any other value.
pub fn members(object: &str) -> impl Iterator<Item = (&str, &str)> {
    member_ranges(object).map_while(|(key, value)| Some((object.get(key)?, object.get(value)?)))
}

/// Where the keys (with quotes) and values of an object stand.
pub fn member_ranges(object: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let bytes = object.as_bytes();
    let mut position = if bytes.first() == Some(&b'{') { 1 } else { bytes.len() };

    std::iter::from_fn(move || {
        (bytes.get(position) == Some(&b'"')).then_some(())?;
        let key = position..string_end(bytes, position);
        let value = key.end + 1..value_end(bytes, key.end + 1);

        position = value.end + 1;

        Some((key, value))
    })
}

/// The elements of an array as raw values; nothing for any other value.
pub fn elements(array: &str) -> impl Iterator<Item = &str> {
    let bytes = array.as_bytes();
    let mut position = if bytes.first() == Some(&b'[') { 1 } else { bytes.len() };

    std::iter::from_fn(move || {
        (!matches!(bytes.get(position), None | Some(b']'))).then_some(())?;
        let value = position..value_end(bytes, position);

        position = value.end + 1;

        array.get(value)
    })
}

fn container_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    let mut position = start;

    while let Some(byte) = bytes.get(position) {
        match byte {
            b'"' => {
                position = string_end(bytes, position);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        position += 1;
        if depth == 0 {
            return position;
        }
    }

    bytes.len()
}

fn scalar_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();

    start + rest.iter().take_while(|byte| !matches!(byte, b',' | b'}' | b']')).count()
}

fn next_quote(bytes: &[u8], mut position: usize) -> usize {
    while let Some(word) = Word::at(bytes, position) {
        let mask = word.quote();

        if mask != 0 {
            return position + offset(mask);
        }
        position += 8;
    }
    while bytes.get(position).is_some_and(|byte| !matches!(byte, b'"' | b'\\')) {
        position += 1;
    }

    position
}
