//! Addresses in free text: error messages, lines nobody parses, candidates that are none.
//!
//! Finds too much rather than too little (a four-part version number goes too) but leaves fingerprints, MAC addresses,
//! times and names with colons alone.

use std::borrow::Cow;

use super::mask as mask_address;

/// How mDNS names end.
const SUFFIX: &str = ".local";

/// The text with every address masked: IPv4, IPv6 (mapped and scoped too), both as Chrome half masks them, and mDNS names.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut position = 0;

    while position < text.len() {
        let run = run_length(text, position, is_address_byte);

        if run == 0 {
            position += 1;
            continue;
        }
        let end = position + run;

        for (start, end) in addresses(text, position, end) {
            out.push_str(&text[copied..start]);
            out.push_str(mask_address(&text[start..end]));
            copied = end;
        }
        position = end.max(copied);
    }
    if copied == 0 {
        return mask_names(text.into());
    }
    out.push_str(&text[copied..]);

    mask_names(out.into())
}

/// The addresses in one run of bytes that addresses are made of.
fn addresses(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    match ipv6(text, start, end) {
        Some(address) => vec![address],
        None => ipv4s(text, start, end),
    }
}

/// What a run holds if it looks like IPv6: `::` with something beside it, or eight groups, and no word around.
fn ipv6(text: &str, mut start: usize, end: usize) -> Option<(usize, usize)> {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);

    if start > 0 && is_word(text.as_bytes().get(start - 1)) || text[start..end].starts_with(':') {
        // The run began inside a word that a single colon may end: `address:fe80::1`.
        let colon = text[start..end].find(':')?;
        let rest = &text[start + colon..end];

        // Of three colons the first belongs to the word: `address:::1`.
        if !rest.starts_with("::") || rest.starts_with(":::") {
            start += colon + 1;
        } else if colon > 0 || start > 0 && is_word(text.as_bytes().get(start - 1)) {
            return None;
        }
    }
    let address = text[start..end].trim_end_matches('.');
    let colons = address.matches(':').count();
    let is_address = address.contains("::") && address != "::" || (7..=8).contains(&colons);

    if !is_address || is_word(text.as_bytes().get(end)) {
        return None;
    }
    let end = start + address.len();
    let zone = match text.as_bytes().get(end) {
        Some(b'%') => {
            1 + run_length(text, end + 1, |byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
        }
        _ => 0,
    };

    Some((start, end + zone))
}

/// Every dotted quad in a run.
fn ipv4s(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut position = start;

    while position < end {
        let digits = run_length(&text[..end], position, |byte| byte.is_ascii_digit());

        if digits == 0 {
            position += 1;
            continue;
        }
        match ipv4_end(&text[..end], position) {
            Some(end) => {
                found.push((position, end));
                position = end;
            }
            None => position += digits,
        }
    }

    found
}

/// The end of a dotted quad whose last parts may be `x`.
fn ipv4_end(text: &str, start: usize) -> Option<usize> {
    let mut position = start;

    for part in 0..4 {
        if part > 0 {
            position += usize::from(text.as_bytes().get(position) == Some(&b'.'));
        }
        let length = run_length(text, position, |byte| byte.is_ascii_digit() || byte == b'x');

        if !(1..=3).contains(&length) {
            return None;
        }
        position += length;
        if part < 3 && text.as_bytes().get(position) != Some(&b'.') {
            return None;
        }
    }

    Some(position)
}

/// Masks mDNS names, which stand for the address of a host.
fn mask_names(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = &*text;

    while let Some(found) = find_suffix(rest) {
        let (head, tail) = (&rest[..found], &rest[found + SUFFIX.len()..]);
        let kept = head.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let is_name =
            kept.len() < head.len() && !tail.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');

        out.push_str(if is_name { kept } else { &rest[..found + SUFFIX.len()] });
        out.push_str(if is_name { "x.x.x.x" } else { "" });
        rest = tail;
    }
    if rest.len() == text.len() {
        return text;
    }
    out.push_str(rest);

    out.into()
}

/// Where the first `.local` is; host names know no case.
fn find_suffix(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();

    memchr::memchr_iter(b'.', bytes).find(|at| {
        bytes.get(*at..at + SUFFIX.len()).is_some_and(|end| end.eq_ignore_ascii_case(SUFFIX.as_bytes()))
    })
}

fn is_address_byte(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'x')
}

fn run_length(text: &str, start: usize, belongs: impl Fn(u8) -> bool) -> usize {
    text.as_bytes().get(start..).unwrap_or_default().iter().take_while(|byte| belongs(**byte)).count()
}
