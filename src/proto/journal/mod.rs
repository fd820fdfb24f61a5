//! The text of a journal: what one session accepted, a line an event, readable with `cat`.
//!
//! ```text
//! ["rtcstatsJournal",null,{"version":1,"statsSessionId":"…","endpoint":"…",…}]
//! ["create","PC_0",{…},1717000000000,1]
//! ["getstats","PC_0",{…full report…},1717000001000,2]
//! ```
//! Only text is made and read here; where it is kept is another room's matter. A line is either whole and valid or
//! it is skipped, and nothing is taken on trust: what is read passes the same checks as what the page sends.

mod inheritance;
mod position;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::retention::Retained;
use super::wire::Dialect;

pub use inheritance::{Inheritance, Inherited};
pub use position::Position;

const HEADER_TYPE: &str = "rtcstatsJournal";
const VERSION: u32 = 1;

/// The first line: whose events these are and where they were going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    version: u32,
    /// The id of the session's first part.
    pub stats_session_id: String,
    /// The session this one is a breakout room of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_stats_session_id: Option<String>,
    /// The server's URL.
    pub endpoint: String,
    /// The meeting name as it stands in the URL's path.
    pub meeting_path: String,
    /// What the server there speaks, and the lines are written for.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub protocol: Dialect,
    /// The page's `User-Agent`, so that a later delivery looks like the first.
    pub user_agent: String,
    /// The page's origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl Header {
    /// A header of the current version.
    #[must_use]
    pub fn new(stats_session_id: String, endpoint: String, meeting_path: String, user_agent: String) -> Self {
        Self {
            version: VERSION,
            stats_session_id,
            parent_stats_session_id: None,
            endpoint,
            meeting_path,
            protocol: Dialect::default(),
            user_agent,
            origin: None,
        }
    }

    /// The header's line, newline included.
    #[must_use]
    pub fn to_line(&self) -> String {
        // A struct of strings always serialises.
        serde_json::to_string(&(HEADER_TYPE, (), self)).unwrap_or_default() + "\n"
    }

    /// Reads a header line; `None` when it is not one of ours.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (kind, (), header): (String, (), Self) = serde_json::from_str(line).ok()?;
        let id_is_safe =
            |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let valid = kind == HEADER_TYPE
            && header.version == VERSION
            && id_is_safe(&header.stats_session_id)
            && header.parent_stats_session_id.as_deref().is_none_or(id_is_safe);
        valid.then_some(header)
    }
}

/// Journals say their protocol only since there is more than one.
fn is_usual(protocol: &Dialect) -> bool {
    *protocol == Dialect::default()
}

/// Appends an event's line: `[type,pcId,payload,ts,sn]` and a newline.
pub fn write_line(out: &mut Vec<u8>, entry: &Retained) {
    let line = entry.event.line();
    out.extend_from_slice(line.strip_suffix(']').unwrap_or(line).as_bytes());
    out.extend_from_slice(format!(",{}]\n", entry.sequence_number).as_bytes());
}

/// The sequence number of a line, without looking at the rest.
#[must_use]
pub fn sequence_number(line: &str) -> Option<u64> {
    let (_, number) = line.strip_suffix(']')?.rsplit_once(',')?;
    number.parse().ok().filter(|number| *number > 0)
}

/// The little of a line that leaving it out needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary<'a> {
    /// The type as it stands between the quotes.
    pub event_type: &'a str,
    /// From 1.
    pub sequence_number: u64,
}

/// What a line says of itself at its two ends, without a look at what lies between; `None` when it was struck out.
#[must_use]
pub fn summary(line: &str) -> Option<Summary<'_>> {
    let event_type = line.strip_prefix("[\"")?.split('"').next()?;
    Some(Summary { event_type, sequence_number: sequence_number(line)? })
}

/// Reads an event's line; `None` when it is damaged. Number 0 is the merged identity of a shortened journal.
#[must_use]
pub fn parse_line(line: &str, dialect: Dialect) -> Option<Retained> {
    let (event, number) = line.strip_suffix(']')?.rsplit_once(',')?;
    let sequence_number = number.parse().ok()?;
    let event = dialect.accept(&format!("{event}]"), false).ok()?;
    Some(Retained { event: Arc::new(event), sequence_number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::Event;

    #[test]
    fn a_line_comes_back_as_it_was() {
        let event = Event::accept(r#"["logs",null,["a,]","b"],1.5]"#, true).unwrap();
        let mut text = Vec::new();
        write_line(&mut text, &Retained { event: Arc::new(event.clone()), sequence_number: 42 });
        let line = String::from_utf8(text).unwrap();
        let line = line.strip_suffix('\n').unwrap();
        let entry = parse_line(line, Dialect::V3).unwrap();
        assert_eq!((&*entry.event, entry.sequence_number), (&event, 42));
        assert_eq!(sequence_number(line), Some(42));
    }

    #[test]
    fn a_header_comes_back_and_nothing_else_passes_for_one() {
        let mut header = Header::new("a-1".into(), "wss://s".into(), "m".into(), "UA".into());
        header.origin = Some("https://meet".into());
        assert_eq!(Header::parse(header.to_line().trim_end()), Some(header.clone()));
        header.stats_session_id = "../../etc".into();
        assert_eq!(Header::parse(header.to_line().trim_end()), None);
        assert_eq!(Header::parse(r#"["create","PC_0",{},1,2]"#), None);
    }
}
