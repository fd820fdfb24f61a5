//! The websocket's opening handshake (RFC 6455, section 4), on a stream that is open.
//!
//! The library's own takes a single `Connection` value only, while proxies and load balancers write lists; so its pieces
//! are used here with a judgement of the answer that follows the RFC.

use std::time::{Duration, SystemTime};

use tokio::io::AsyncWriteExt;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::{Request, generate_request};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, header};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use url::Url;

use super::http::{Head, read_head};
use super::{BoxedStream, ConnectError, TransportOptions, plain};

/// The largest message a server may send us; the protocol's own are under 100 bytes.
const MAX_INCOMING_BYTES: usize = 1024 * 1024;
/// What is collected before it is handed to the system without being flushed.
const WRITE_BUFFER_BYTES: usize = 128 * 1024;
/// What may wait in the websocket's own buffer beside the one batch that is being written.
const MAX_WRITE_BUFFER_BYTES: usize = 32 * 1024 * 1024;

/// Asks for a websocket and checks the answer.
pub(super) async fn open(
    mut stream: BoxedStream,
    url: &Url,
    subprotocol: &str,
    options: &TransportOptions,
) -> Result<WebSocketStream<BoxedStream>, ConnectError> {
    let lost = |error: std::io::Error| ConnectError::Handshake(plain::io_error(&error));
    let invalid = || ConnectError::Handshake("the request is invalid".to_owned());
    let request = request(url, subprotocol, options).ok_or_else(invalid)?;
    let (bytes, key) = generate_request(request).map_err(|_| invalid())?;
    stream.write_all(&bytes).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    let head = read_head(&mut stream).await.map_err(ConnectError::Handshake)?;
    check(&head, &derive_accept_key(key.as_bytes()), subprotocol)?;
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(config())).await)
}

fn request(url: &Url, subprotocol: &str, options: &TransportOptions) -> Option<Request> {
    let mut request = url.as_str().into_client_request().ok()?;
    let headers = request.headers_mut();
    let mut add = |name: HeaderName, value: &str| {
        // As Chromium sends it: what is not ASCII goes as UTF-8.
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        Some(())
    };
    add(header::USER_AGENT, &options.user_agent)?;
    add(header::SEC_WEBSOCKET_PROTOCOL, subprotocol)?;
    if let Some(origin) = &options.origin {
        add(header::ORIGIN, origin)?;
    }
    Some(request)
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        // A fragment and its ping go out together, in one packet where they fit: what is written is flushed anyway.
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(Some(MAX_INCOMING_BYTES))
        .max_frame_size(Some(MAX_INCOMING_BYTES))
}

/// RFC 6455, section 4.1: what the answer has to be.
fn check(head: &Head, accept: &str, subprotocol: &str) -> Result<(), ConnectError> {
    let refuse = |what: &str| Err(ConnectError::Handshake(what.to_owned()));
    if head.status != 101 {
        return Err(ConnectError::Refused { status: head.status, retry_after: retry_after(head) });
    }
    if !head.has_token("Upgrade", "websocket") || !head.has_token("Connection", "Upgrade") {
        return refuse("the server does not upgrade to a websocket");
    }
    if head.values("Sec-WebSocket-Accept").map(str::trim).collect::<Vec<_>>() != [accept] {
        return refuse("the server's accept key is wrong");
    }
    if head.values("Sec-WebSocket-Extensions").any(|value| !value.trim().is_empty()) {
        return refuse("the server wants an extension that was not offered");
    }
    match head.values("Sec-WebSocket-Protocol").map(str::trim).collect::<Vec<_>>()[..] {
        [chosen] if chosen == subprotocol => Ok(()),
        [] => refuse("the server does not speak the subprotocol"),
        _ => refuse("the server chose another subprotocol"),
    }
}

/// How long a server that is too busy (429, 503) wants to be left alone: in seconds, or until a date.
fn retry_after(head: &Head) -> Option<Duration> {
    if !matches!(head.status, 429 | 503) {
        return None;
    }
    let value = head.values("Retry-After").next()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(value).ok()?.duration_since(SystemTime::now()).ok()
}
