//! What payloads look like, where the readers of more than one protocol depend on it.

use crate::proto::json::{elements, members, unescape};

pub(super) fn is_object(value: &str) -> bool {
    value.starts_with('{')
}

pub(super) fn is_text(value: &str) -> bool {
    value.starts_with('"')
}

/// Whether `check` holds for a member, where the object has it.
pub(super) fn each_member(object: &str, name: &str, check: fn(&str) -> bool) -> bool {
    members(object).filter(|(key, _)| unescape(key) == name).all(|(_, value)| check(value))
}

pub(super) fn is_list_of(value: &str, check: fn(&str) -> bool) -> bool {
    value.starts_with('[') && elements(value).all(check)
}

/// Whether this is the configuration of a connection: every reader walks over its servers and looks into their URLs.
pub(super) fn is_configuration(payload: &str) -> bool {
    is_object(payload)
        && each_member(payload, "iceServers", |servers| servers == "null" || is_list_of(servers, is_server))
}

fn is_server(server: &str) -> bool {
    is_object(server) && each_member(server, "urls", |urls| is_text(urls) || is_list_of(urls, is_text))
}
