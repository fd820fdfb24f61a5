//! The head of an HTTP answer, from a proxy or a server.
//!
//! It is read byte by byte, so that what follows stays in the stream: that belongs to the tunnel or the websocket.

use tokio::io::AsyncReadExt;

use super::{BoxedStream, plain};

/// No answer that is of use to us has a longer head.
const MAX_HEAD_BYTES: usize = 16 * 1024;
const MAX_HEADERS: usize = 128;

/// Status and header fields.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Every value of a header field; the field may be there several times.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// Whether a field that is a list of tokens holds this one (RFC 9110, 5.6.1).
    pub(super) fn has_token(&self, name: &str, token: &str) -> bool {
        self.values(name).flat_map(|value| value.split(',')).any(|own| own.trim().eq_ignore_ascii_case(token))
    }

    /// Reads a whole head; `None` while it is not all there. The error says that it is none.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>, String> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = lenient().parse_response(&mut response, bytes);
        match parsed.map_err(|_| "its answer is not HTTP".to_owned())? {
            httparse::Status::Partial => Ok(None),
            httparse::Status::Complete(_) => Ok(Some(Self {
                status: response.code.unwrap_or_default(),
                headers: response
                    .headers
                    .iter()
                    .map(|field| (field.name.to_owned(), String::from_utf8_lossy(field.value).into_owned()))
                    .collect(),
            })),
        }
    }
}

/// As forgiving as a browser.
fn lenient() -> httparse::ParserConfig {
    let mut config = httparse::ParserConfig::default();
    config
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    config
}

/// Reads up to the empty line. The error is a sentence about who should have answered.
pub(super) async fn read_head(stream: &mut BoxedStream) -> Result<Head, String> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_HEAD_BYTES {
        bytes.push(stream.read_u8().await.map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "it closed the connection without an answer".to_owned(),
            _ => plain::io_error(&error),
        })?);
        if bytes.ends_with(b"\n")
            && let Some(head) = Head::parse(&bytes)?
        {
            return Ok(head);
        }
    }
    Err("its answer is too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_browsers_read_it() {
        let parse = |text: &str| Head::parse(text.as_bytes());
        let head = parse("HTTP/1.1 101 Switching Protocols\r\nConnection: keep-alive, Upgrade\r\nX: 1\r\nconnection: x\r\n\r\n")
            .unwrap()
            .unwrap();
        assert_eq!((head.status, head.values("x").collect::<Vec<_>>()), (101, vec!["1"]));
        assert!(head.has_token("Connection", "upgrade") && head.has_token("connection", "X"));
        assert!(!head.has_token("Connection", "keep"));
        for whole in
            ["HTTP/1.1 200 OK\n\n", "HTTP/1.0 200\r\nbad header\r\n\r\n", "HTTP/1.1  200  OK\r\n\r\n"]
        {
            assert_eq!(parse(whole).unwrap().map(|head| head.status), Some(200), "{whole:?}");
        }
        assert!(parse("HTTP/1.1 200 OK\r\n").unwrap().is_none());
        assert!(parse("SSH-2.0\r\n").is_err());
    }
}
