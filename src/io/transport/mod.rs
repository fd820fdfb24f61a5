//! From a URL to an open websocket: name lookup, proxy, TLS, handshake.
//!
//! One attempt makes one connection or one error. It never retries: when to try again is the session's decision. No
//! error text repeats a credential, a URL or an address of this machine; that of a certificate names the server.

mod dial;
mod handshake;
mod http;
mod nist;
mod plain;
mod proxy;
mod tls;
mod websocket;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use url::Url;

use crate::proto::session::Terminal;

pub(crate) use plain::io_error as in_plain_words;
pub use proxy::{Proxy, ProxySetting};
pub use tls::ServerTrust;
pub use websocket::WebSocket;

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
    Unreachable(&'static str, String),
    /// The proxy said no.
    #[error("the proxy refused: {0}")]
    Proxy(String),
    /// The proxy wants credentials that it did not get, or cannot get.
    #[error("the proxy answered HTTP 407: {0}")]
    ProxyCredentials(String),
    /// The server's certificate is not trusted. Terminal: trying again does not change it.
    #[error("the server's certificate is not trusted: {0}")]
    Certificate(String),
    /// The trust settings are unusable.
    #[error("the trust settings are unusable: {0}")]
    Trust(String),
    /// TLS failed for another reason.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The server answered, but not with a websocket.
    #[error("the server answered HTTP {status}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// The other side does not speak websocket.
    #[error("the websocket handshake failed: {0}")]
    Handshake(String),
}

impl ConnectError {
    /// How long the server wants to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What trying again cannot mend until something changes.
    #[must_use]
    pub fn terminal(&self) -> Option<Terminal> {
        match self {
            Self::Certificate(_) => Some(Terminal::Certificate),
            Self::Trust(_) => Some(Terminal::Trust),
            Self::ProxyCredentials(_) => Some(Terminal::ProxyCredentials),
            Self::Unreachable(..)
            | Self::Proxy(_)
            | Self::Tls(_)
            | Self::Refused { .. }
            | Self::Handshake(_) => None,
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
        let url = Url::parse(&url).map_err(|_| ConnectError::Handshake("the URL is invalid".to_owned()))?;
        let stream = open_stream(&url, &options).await?;
        handshake::open(stream, &url, subprotocol, &options).await.map(WebSocket::new)
    })
}

async fn open_stream(url: &Url, options: &TransportOptions) -> Result<BoxedStream, ConnectError> {
    let host = url.host().ok_or_else(|| ConnectError::Handshake("the URL has no host".to_owned()))?;
    let port = url.port_or_known_default().unwrap_or(443);
    let stream = match options.proxy.get() {
        Some(proxy) => proxy.tunnel(&host, port, options).await?,
        None => dial::dial(&host, port).await.map_err(|error| unreachable("server", &error))?,
    };
    if url.scheme() == "wss" { options.trust.wrap(stream, &host, options).await } else { Ok(stream) }
}

fn unreachable(who: &'static str, error: &std::io::Error) -> ConnectError {
    ConnectError::Unreachable(who, plain::io_error(error))
}
