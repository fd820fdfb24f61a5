//! Lines of events, from the page and from a journal.

use std::sync::Arc;

use rtcstats_native::proto::event::Event;
use rtcstats_native::proto::journal::{self, Header, Position};
use rtcstats_native::proto::retention::Retained;
use rtcstats_native::proto::wire::Dialect;
use rtcstats_native::proto::wire::v3::{Deltas, write_entry};
use serde_json::Value;

use crate::messages::entry_of;

/// What is accepted is one line of regular JSON that says what the page said, survives being read again, and makes one
/// message; what is no JSON is not accepted.
pub fn event_line(data: &[u8]) {
    let Ok(line) = std::str::from_utf8(data) else { return };
    let Ok(event) = Dialect::V3.accept(line, false) else { return };
    let text = event.line();

    assert!(!text.contains(['\n', '\r', '\u{2028}', '\u{2029}']));
    assert_eq!(Dialect::V3.accept(text, false).as_ref(), Ok(&event), "reading it again");
    // The oracle knows neither half characters nor numbers beyond a float.
    if let (Ok(before), Ok(after)) =
        (serde_json::from_str::<Value>(line), serde_json::from_str::<Value>(text))
    {
        assert!(event.event_type() == "create" || before == after, "{before} became {after}");
        let mut out = Vec::new();

        write_entry(&mut out, "id", &event, 1, &mut Deltas::default());
        check_message(&out, &after);
    }
}

/// One message, with the event in it.
fn check_message(out: &[u8], event: &Value) {
    let message: Value = serde_json::from_slice(out).expect("one message");
    let entry = entry_of(&message).expect("an entry");

    assert!(!out.contains(&b'\n'));
    assert_eq!((&entry[0], &entry[1], &entry[3]), (&event[0], &event[1], &event[3]));
    assert_eq!(entry[4], 1);
    if event[0] != "getstats" {
        assert_eq!(entry[2], event[2]);
    }
}

/// Whatever a file holds is read or skipped, and what is read comes back as it was written.
pub fn journal_line(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };

    if let Some(position) = Position::parse(text) {
        assert_eq!(Position::parse(&position.to_text()), Some(position));
    }
    if let Some(header) = Header::parse(text) {
        assert_eq!(Header::parse(header.to_line().trim_end_matches('\n')), Some(header));
    }
    let Some(entry) = journal::parse_line(text, Dialect::V3) else { return };
    let number = Some(entry.sequence_number).filter(|number| *number > 0);

    assert_eq!(journal::sequence_number(text), number);
    let mut written = Vec::new();

    journal::write_line(&mut written, &entry);
    let written = String::from_utf8(written).expect("UTF-8");
    let line = written.strip_suffix('\n').expect("a line");
    let again: Retained = journal::parse_line(line, Dialect::V3).expect("reading it again");

    assert!(!line.contains('\n'));
    assert_eq!(
        (Arc::unwrap_or_clone(again.event), again.sequence_number),
        (Event::clone(&entry.event), entry.sequence_number)
    );
}
