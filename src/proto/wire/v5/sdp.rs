//! Session descriptions: a section that is the same as in the description before is only mentioned.
//!
//! The reader puts a created description together from the last one that was set, and one that is set from the last one
//! created of its type. What it knows of a connection is kept here, so that nothing is left out that it does not have.

use std::collections::VecDeque;

use crate::proto::json::{members, unescape, write_string};

/// How many connections are remembered; of others descriptions are sent in full.
const MAX_CONNECTIONS: usize = 32;
/// Longer descriptions are sent in full.
const MAX_LENGTH: usize = 256 * 1024;

/// What the reader knows of the descriptions of all connections.
#[derive(Default)]
pub(super) struct Descriptions {
    connections: VecDeque<(Box<str>, Known)>,
}

/// What the reader knows of one connection's.
#[derive(Default)]
struct Known {
    offer: Option<Description>,
    answer: Option<Description>,
    /// The last one that was set locally.
    local: Option<Description>,
}

struct Description {
    kind: Kind,
    sdp: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Offer,
    Answer,
}

impl Descriptions {
    /// How a description that was created is written.
    pub(super) fn created(&mut self, pc_id: &str, payload: &str) -> String {
        let known = self.of(pc_id);
        let Some(description) = parse(payload) else { return payload.to_owned() };
        let written = write(&description, known.local.as_ref(), payload);

        match description.kind {
            Kind::Offer => known.offer = Some(description),
            Kind::Answer => known.answer = Some(description),
        }

        written
    }

    /// How a description that is to be set locally is written.
    pub(super) fn set(&mut self, pc_id: &str, payload: &str) -> String {
        let known = self.of(pc_id);
        let description = parse(payload);
        let written = description.as_ref().map(|description| {
            let base = match description.kind {
                Kind::Offer => known.offer.as_ref(),
                Kind::Answer => known.answer.as_ref(),
            };

            write(description, base, payload)
        });

        known.local = description;

        written.unwrap_or_else(|| payload.to_owned())
    }

    /// Forgets a connection.
    pub(super) fn forget(&mut self, pc_id: &str) {
        self.connections.retain(|(known, _)| **known != *pc_id);
    }

    fn of(&mut self, pc_id: &str) -> &mut Known {
        let known = self.connections.iter().position(|(known, _)| **known == *pc_id);
        let known = known.and_then(|index| self.connections.remove(index));

        if self.connections.len() >= MAX_CONNECTIONS {
            self.connections.pop_front();
        }
        self.connections.push_back(known.unwrap_or_else(|| (pc_id.into(), Known::default())));

        &mut self.connections.back_mut().expect("just pushed").1
    }
}

/// An offer or an answer that has an SDP; nothing for any other value.
fn parse(payload: &str) -> Option<Description> {
    let member =
        |wanted: &str| members(payload).filter(|(name, _)| *name == wanted).last().map(|(_, value)| value);
    let kind = match member("\"type\"")? {
        "\"offer\"" => Kind::Offer,
        "\"answer\"" => Kind::Answer,
        _ => return None,
    };
    let sdp = member("\"sdp\"").filter(|sdp| sdp.starts_with('"') && sdp.len() <= MAX_LENGTH)?;

    // Half characters have no place in a description, and none in Rust's text.
    Some(Description { kind, sdp: unescape(sdp).into_owned() })
        .filter(|description| !description.sdp.contains('\u{fffd}'))
}

/// The description without what the base has, or as it is where the reader would not get it back.
fn write(description: &Description, base: Option<&Description>, payload: &str) -> String {
    let short = base
        .filter(|base| base.kind == description.kind && !base.sdp.is_empty())
        .and_then(|base| shortened(&description.sdp, &base.sdp));
    let Some(sdp) = short else { return payload.to_owned() };
    let kind = match description.kind {
        Kind::Offer => "offer",
        Kind::Answer => "answer",
    };
    let mut written = format!(r#"{{"type":"{kind}","sdp":"#);

    write_string(&sdp, &mut written);
    written.push('}');

    written
}

fn shortened(sdp: &str, base: &str) -> Option<String> {
    let sections = sections(sdp);
    let base = self::sections(base);

    if joined(&sections) != sdp || sections.iter().enumerate().any(|(index, section)| section == mark(index))
    {
        return None;
    }
    let is_known = |(index, section): (usize, &String)| base.get(index) == Some(section);
    let short: Vec<String> = sections
        .iter()
        .enumerate()
        .map(
            |(index, section)| {
                if is_known((index, section)) { mark(index).to_owned() } else { section.clone() }
            },
        )
        .collect();

    Some(joined(&short))
}

/// What stands for a section the reader has.
fn mark(index: usize) -> &'static str {
    if index == 0 { "v=" } else { "m=" }
}

fn sections(sdp: &str) -> Vec<String> {
    let mut sections = Vec::new();

    for (index, part) in sdp.split("\nm=").enumerate() {
        let section = if index == 0 { part.to_owned() } else { format!("m={part}") };

        sections.push(section.trim_matches(is_js_space).to_owned());
    }

    sections
}

fn joined(sections: &[String]) -> String {
    sections.join("\r\n") + "\r\n"
}

/// What JavaScript's `trim` takes away.
fn is_js_space(character: char) -> bool {
    character.is_whitespace() && character != '\u{85}' || character == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description(kind: &str, sdp: &str) -> String {
        serde_json::json!({ "type": kind, "sdp": sdp }).to_string()
    }

    const OFFER: &str = "v=0\r\ns=-\r\nm=audio 9\r\na=mid:0\r\nm=video 9\r\na=mid:1\r\n";

    #[test]
    fn what_is_set_as_it_was_created_is_only_mentioned() {
        let mut descriptions = Descriptions::default();
        let offer = description("offer", OFFER);

        assert_eq!(descriptions.created("PC_0", &offer), offer);
        let set: serde_json::Value = serde_json::from_str(&descriptions.set("PC_0", &offer)).unwrap();

        assert_eq!(set, serde_json::json!({ "type": "offer", "sdp": "v=\r\nm=\r\nm=\r\n" }));
        let next = OFFER.replace("a=mid:1", "a=mid:2");
        let created: serde_json::Value =
            serde_json::from_str(&descriptions.created("PC_0", &description("offer", &next))).unwrap();

        assert_eq!(created["sdp"], "v=\r\nm=\r\nm=video 9\r\na=mid:2\r\n");
    }

    #[test]
    fn what_the_reader_would_not_get_back_is_sent_in_full() {
        let mut descriptions = Descriptions::default();
        let odd = description("offer", &OFFER.replace("\r\n", "\n"));

        descriptions.created("PC_0", &description("offer", OFFER));
        assert_eq!(descriptions.set("PC_0", &odd), odd);
        let answer = description("answer", OFFER);

        assert_eq!(descriptions.set("PC_0", &answer), answer);
        assert_eq!(descriptions.set("PC_1", &answer), answer);
        assert_eq!(descriptions.set("PC_0", "null"), "null");
    }
}
