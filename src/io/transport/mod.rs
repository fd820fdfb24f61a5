//! From a URL to an open websocket: name lookup, proxy, TLS, handshake.
//!
//! One attempt makes one connection or one error. It never retries: when to try again is the session's decision. No
//! error text repeats a credential, a URL or an address of this machine; that of a certificate names the server.

mod dial;
mod proxy;
mod tls;
mod websocket;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Error as WebSocketError};
use url::Url;

use crate::proto::session::Terminal;

pub use proxy::{Proxy, ProxySetting};
pub use tls::ServerTrust;
pub use websocket::WebSocket;

/// The largest message a server may send us; the protocol's own are under 100 bytes.
const MAX_INCOMING_BYTES: usize = 1024 * 1024;
/// What may wait in the websocket's own buffer beside the one batch that is being written.
const MAX_WRITE_BUFFER_BYTES: usize = 32 * 1024 * 1024;

/// What a connection looks like from outside, and how it gets out.
#[derive(Debug, Clone, Default)]
pub struct TransportOptions {
    /// The page's real `User-Agent`: the server derives the stats format from it.
    pub user_agent: String,
    /// The page's origin.
    pub origin: Option<String>,
    /// An HTTP proxy to go through.
    pub proxy: ProxySetting,
    /// A PEM file of certificate authorities trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Made on first use and kept: reading the system's store is not cheap.
    pub trust: ServerTrust,
}

/// Why there is no connection.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// Name lookup or TCP.
    #[error("cannot reach the {0}: {1}")]
    Unreachable(&'static str, std::io::Error),
    /// The proxy said no.
    #[error("the proxy refused: {0}")]
    Proxy(String),
    /// The proxy wants other credentials.
    #[error("the proxy requires other credentials (HTTP 407)")]
    ProxyCredentials,
    /// The server's certificate is not trusted. Terminal: trying again does not change it.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// The trust settings are unusable.
    #[error("the trust settings are unusable: {0}")]
    Trust(String),
    /// TLS failed for another reason.
    #[error("TLS failed: {0}")]
    Tls(std::io::Error),
    /// The other side does not speak websocket, or refused.
    #[error("the websocket handshake failed: {0}")]
    Handshake(String),
}

impl ConnectError {
    /// What trying again cannot mend until something changes.
    #[must_use]
    pub fn terminal(&self) -> Option<Terminal> {
        match self {
            Self::Certificate(_) => Some(Terminal::Certificate),
            Self::Trust(_) => Some(Terminal::Trust),
            Self::ProxyCredentials => Some(Terminal::ProxyCredentials),
            Self::Unreachable(..) | Self::Proxy(_) | Self::Tls(_) | Self::Handshake(_) => None,
        }
    }
}

/// A byte stream to the server, whatever is underneath.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}
pub(crate) type BoxedStream = Box<dyn Stream>;

/// An attempt under way; dropping it abandons it.
pub type Attempt = Pin<Box<dyn Future<Output = Result<WebSocket, ConnectError>> + Send>>;

/// Starts one attempt.
pub fn connect(url: String, subprotocol: &'static str, options: Arc<TransportOptions>) -> Attempt {
    Box::pin(async move {
        let handshake = |what: &str| ConnectError::Handshake(what.to_owned());
        let parsed = Url::parse(&url).map_err(|_| handshake("the URL is invalid"))?;
        let stream = open_stream(&parsed, &options).await?;
        let uri: Uri = parsed.as_str().parse().map_err(|_| handshake("the URL is invalid"))?;
        let mut request = ClientRequestBuilder::new(uri)
            .with_sub_protocol(subprotocol)
            .with_header("User-Agent", &options.user_agent);
        if let Some(origin) = &options.origin {
            request = request.with_header("Origin", origin);
        }
        let (socket, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(websocket_config()))
                .await
                .map_err(|error| ConnectError::Handshake(describe(&error)))?;
        Ok(WebSocket::new(socket))
    })
}

async fn open_stream(url: &Url, options: &TransportOptions) -> Result<BoxedStream, ConnectError> {
    let host = url.host().ok_or_else(|| ConnectError::Handshake("the URL has no host".to_owned()))?;
    let port = url.port_or_known_default().unwrap_or(443);
    let stream = match options.proxy.get() {
        Some(proxy) => proxy.tunnel(&host, port, options).await?,
        None => dial::dial(&host, port).await.map_err(|error| ConnectError::Unreachable("server", error))?,
    };
    if url.scheme() == "wss" { options.trust.wrap(stream, &host, options).await } else { Ok(stream) }
}

fn websocket_config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .max_message_size(Some(MAX_INCOMING_BYTES))
        .max_frame_size(Some(MAX_INCOMING_BYTES))
}

/// In words, without the addresses and URLs some of the library's texts hold.
fn describe(error: &WebSocketError) -> String {
    match error {
        WebSocketError::Http(response) => format!("the server answered HTTP {}", response.status().as_u16()),
        WebSocketError::Protocol(error) => error.to_string(),
        WebSocketError::Io(error) => error.to_string(),
        WebSocketError::ConnectionClosed | WebSocketError::AlreadyClosed => "the link closed".to_owned(),
        WebSocketError::Capacity(_) => "the server's message is too large".to_owned(),
        WebSocketError::Utf8(_) => "the server's text is not UTF-8".to_owned(),
        tungstenite::Error::HttpFormat(_) | tungstenite::Error::Url(_) => "the request is invalid".to_owned(),
        _ => "the websocket failed".to_owned(),
    }
}
