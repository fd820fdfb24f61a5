//! The journal's text: whatever is in a file, reading it never fails, and what it accepts is what was written.

use std::sync::Arc;

use proptest::prelude::*;
use rtcstats_native::proto::journal::{self, Header, Position};
use rtcstats_native::proto::retention::Retained;
use rtcstats_native::proto::wire::Dialect;

fn entry() -> impl Strategy<Value = Retained> {
    let payload = prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| number.to_string()),
        proptest::collection::vec(any::<String>(), 0..4)
            .prop_map(|texts| serde_json::to_string(&texts).unwrap()),
        Just("null".to_owned()),
    ];
    ("[a-zA-Z]{1,12}", payload, any::<u32>(), 1..u64::MAX).prop_filter_map(
        "an acceptable event",
        |(name, payload, timestamp, sequence_number)| {
            let line = format!(r#"["x{name}",null,{payload},{timestamp}]"#);
            let event = Arc::new(Dialect::V3.accept(&line, false).ok()?);
            Some(Retained { event, sequence_number })
        },
    )
}

fn line_of(entry: &Retained) -> String {
    let mut text = Vec::new();
    journal::write_line(&mut text, entry);
    String::from_utf8(text).unwrap()
}

proptest! {
    #[test]
    fn what_was_written_is_read(entry in entry()) {
        let text = line_of(&entry);
        let line = text.strip_suffix('\n').unwrap();
        prop_assert!(!line.contains('\n'));
        let read = journal::parse_line(line, Dialect::V3).unwrap();
        prop_assert_eq!(&*read.event, &*entry.event);
        prop_assert_eq!(read.sequence_number, entry.sequence_number);
    }

    #[test]
    fn any_text_is_read_or_skipped(text in any::<String>()) {
        let _ = journal::parse_line(&text, Dialect::V3);
        let _ = journal::sequence_number(&text);
        let _ = Header::parse(&text);
        let _ = Position::parse(&text);
    }

    #[test]
    fn a_damaged_line_is_skipped_or_still_an_event(
        entry in entry(),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..=255,
    ) {
        let mut bytes = line_of(&entry).trim_end().as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let read = std::str::from_utf8(&bytes).ok().and_then(|line| journal::parse_line(line, Dialect::V3));
        if let Some(read) = read {
            prop_assert!(Dialect::V3.accept(read.event.line(), false).is_ok());
            prop_assert!(read.sequence_number > 0);
        }
    }

    #[test]
    fn a_torn_line_is_never_taken_for_another_event(entry in entry(), cut in any::<prop::sample::Index>()) {
        let text = line_of(&entry);
        let line = text.trim_end();
        let boundary = (0..cut.index(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        if let Some(read) = journal::parse_line(&line[..boundary], Dialect::V3) {
            prop_assert_ne!(read.event.line(), entry.event.line());
        }
    }

    #[test]
    fn positions_come_back(acknowledged in any::<u64>(), part in any::<u32>()) {
        let position = Position { acknowledged, part };
        prop_assert_eq!(Position::parse(&position.to_text()), Some(position));
    }
}
