//! Session descriptions, line by line as `@jitsi/rtcstats` 9.7.1 rewrites them: trimmed, joined by CRLF, candidates masked,
//! `c=` and `a=rtcp:` replaced by the zero address. The `o=` line gets the zero address too, and what other lines
//! say in free text is searched for addresses.

use super::{candidate, text};

/// The masked description; an empty one stays empty.
pub(super) fn mask(sdp: &str) -> String {
    if sdp.is_empty() {
        return String::new();
    }
    let mut masked = String::with_capacity(sdp.len() + 2);

    for line in sdp.trim_matches(is_space).split('\n') {
        mask_line(line.trim_matches(is_space), &mut masked);
        masked.push_str("\r\n");
    }
    let end = masked.trim_end_matches(is_space).len();

    masked.truncate(end);
    masked.push_str("\r\n");

    masked
}

fn mask_line(line: &str, out: &mut String) {
    if line.starts_with("a=candidate:") {
        out.push_str("a=");
        out.push_str(&candidate::mask(line));
    } else if line.starts_with("c=") {
        out.push_str("c=IN IP4 0.0.0.0");
    } else if line.starts_with("a=rtcp:") {
        out.push_str("a=rtcp:9 IN IP4 0.0.0.0");
    } else if line.starts_with("o=") {
        mask_origin(line, out);
    } else {
        out.push_str(&text::mask(line));
    }
}

/// `o=<user> <id> <version> IN IP4 <address>`: everything but where it came from.
fn mask_origin(line: &str, out: &mut String) {
    let fields: Vec<&str> = line.split(' ').collect();

    match fields[..] {
        [user, id, version, _, _, _] => {
            out.push_str(&text::mask(&format!("{user} {id} {version}")));
            out.push_str(" IN IP4 0.0.0.0");
        }
        _ => out.push_str(&text::mask(line)),
    }
}

/// What JavaScript's `trim` takes away.
fn is_space(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}
