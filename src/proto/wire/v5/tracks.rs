//! Tracks: `"<kind>:<id> stream:<id>,…"` as the page writes them becomes `[kind, id, label, …stream ids]`.

use std::collections::VecDeque;

use crate::proto::json::{elements, members, unescape, write_string};

/// So many labels are remembered.
const MAX_LABELS: usize = 256;

/// The labels of tracks, which the page says only once.
#[derive(Default)]
pub(super) struct Labels {
    known: VecDeque<(String, String)>,
}

impl Labels {
    fn remember(&mut self, id: &str, label: &str) {
        self.known.retain(|(known, _)| known != id);
        if self.known.len() >= MAX_LABELS {
            self.known.pop_front();
        }
        self.known.push_back((id.to_owned(), label.to_owned()));
    }

    fn of(&self, id: &str) -> &str {
        self.known.iter().find(|(known, _)| known == id).map_or("", |(_, label)| label)
    }

    /// A track in text, with its streams. A list is one already.
    pub(super) fn track(&self, payload: &str) -> Option<String> {
        if payload.starts_with('[') {
            return is_track(payload).then(|| payload.to_owned());
        }
        self.parse(&text(payload)?)
    }

    /// `[kind or track, init]`, where the page says `"<kind>[:<id>][ <init>]"`.
    pub(super) fn transceiver(&self, payload: &str) -> Option<String> {
        if payload.starts_with('[') {
            let first = elements(payload).next()?;

            return (first.starts_with('"') || is_track(first)).then(|| payload.to_owned());
        }
        let text = text(payload)?;
        let (source, init) =
            text.split_once(' ').map_or((&*text, None), |(source, init)| (source, Some(init)));
        let source = if source.contains(':') { self.parse(source)? } else { quoted(source) };
        // What came inside a text was not checked with the line.
        let init = init.map(|init| {
            serde_json::from_str::<serde_json::Value>(init).map(|init| escaped(&init.to_string()))
        });

        Some(match init {
            None => format!("[{source}]"),
            Some(init) => format!("[{source},{}]", init.ok()?),
        })
    }

    /// `[old, new]`, of which the page says the new one.
    pub(super) fn replacement(&self, payload: &str) -> Option<String> {
        if payload.starts_with('[') {
            let mut tracks = elements(payload);
            let (_, new) = (tracks.next()?, tracks.next()?);

            return (new == "null" || is_track(new)).then(|| payload.to_owned());
        }
        match text(payload)?.as_str() {
            "null" => Some("[null,null]".to_owned()),
            track => Some(format!("[null,{}]", self.parse(track)?)),
        }
    }

    /// The tracks of a stream, from `{id, tracks: [{id, kind, label}]}`. A list of tracks is one already.
    pub(super) fn stream(&mut self, payload: &str) -> Option<String> {
        if payload.starts_with('[') {
            return elements(payload).all(is_track).then(|| payload.to_owned());
        }
        let stream = member(payload, "id")?;
        let mut tracks = Vec::new();

        for track in elements(member(payload, "tracks")?) {
            let (kind, id, label) = (member(track, "kind")?, member(track, "id")?, member(track, "label")?);

            self.remember(&unescape(id), &unescape(label));
            tracks.push(format!("[{kind},{id},{label},{stream}]"));
        }

        Some(format!("[{}]", tracks.join(",")))
    }

    fn parse(&self, text: &str) -> Option<String> {
        let (track, streams) = text.split_once(' ').unwrap_or((text, ""));
        let (kind, id) = track.split_once(':')?;
        let streams = streams.split([',', ';']).filter_map(|stream| stream.strip_prefix("stream:"));
        let texts: Vec<String> = [kind, id, self.of(id)].into_iter().chain(streams).map(quoted).collect();

        Some(format!("[{}]", texts.join(",")))
    }
}

/// The id of a track in text.
pub(super) fn id(payload: &str) -> Option<String> {
    let text = text(payload)?;
    let id = text.split_once(':').map_or(&*text, |(_, id)| id);

    Some(quoted(id.split_once(' ').map_or(id, |(id, _)| id)))
}

/// The text of a string.
pub(super) fn text(payload: &str) -> Option<String> {
    payload.starts_with('"').then(|| unescape(payload).into_owned())
}

/// A member of an object; the last one of its name.
pub(super) fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    members(object).filter(|(key, _)| key[1..key.len() - 1] == *name).last().map(|(_, value)| value)
}

/// JSON for a text.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);

    write_string(text, &mut out);

    out
}

fn is_track(value: &str) -> bool {
    value.starts_with('[')
        && elements(value).count() >= 3
        && elements(value).all(|text| text.starts_with('"'))
}

fn escaped(json: &str) -> String {
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
