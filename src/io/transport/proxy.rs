//! Getting out through an HTTP proxy: one CONNECT request, basic credentials, over TCP or TLS.
//!
//! Credentials stay in here: neither the debug form nor any error shows them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::{Host, Url};

use super::{BoxedStream, ConnectError, TransportOptions, dial};

/// No proxy answers a CONNECT with more than this.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Why a proxy URL cannot be used. The text never repeats the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProxyError {
    /// Not a URL with a host.
    #[error("is not a valid URL")]
    NotAUrl,
    /// Only HTTP proxies are supported.
    #[error("must be an http: or https: URL")]
    Scheme,
}

/// An HTTP proxy.
#[derive(Clone)]
pub struct Proxy {
    host: Host<String>,
    port: u16,
    secure: bool,
    authorization: Option<String>,
}

impl Proxy {
    /// From `http://[user:password@]host[:port]`, or `https:` for TLS to the proxy itself.
    ///
    /// # Errors
    /// [`ProxyError`] when it is not such a URL.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        let url = Url::parse(text).map_err(|_| ProxyError::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ProxyError::Scheme);
        }
        let host = url.host().ok_or(ProxyError::NotAUrl)?.to_owned();
        let port = url.port_or_known_default().ok_or(ProxyError::NotAUrl)?;
        Ok(Self { host, port, secure: url.scheme() == "https", authorization: authorization(&url) })
    }

    /// A stream to `host:port` through this proxy.
    pub(super) async fn tunnel(
        &self,
        host: &Host<&str>,
        port: u16,
        options: &TransportOptions,
    ) -> Result<BoxedStream, ConnectError> {
        let proxy_host = borrowed(&self.host);
        let unreachable = |error| ConnectError::Unreachable("proxy", error);
        let mut stream = dial::dial(&proxy_host, self.port).await.map_err(unreachable)?;
        if self.secure {
            stream = options.trust.wrap(stream, &proxy_host, options).await?;
        }
        stream.write_all(self.request(host, port).as_bytes()).await.map_err(unreachable)?;
        stream.flush().await.map_err(unreachable)?;
        let answer = read_answer(&mut stream).await?;
        check_answer(&answer)?;
        Ok(stream)
    }

    fn request(&self, host: &Host<&str>, port: u16) -> String {
        let authorization = self
            .authorization
            .as_ref()
            .map(|value| format!("Proxy-Authorization: {value}\r\n"))
            .unwrap_or_default();
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n")
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Proxy").field("secure", &self.secure).finish_non_exhaustive()
    }
}

/// The proxy the next attempt goes through. All clones are the same setting, so that it can be changed while a channel
/// and what it recovers are under way: a laptop leaves one network for another.
#[derive(Debug, Clone, Default)]
pub struct ProxySetting(Arc<Mutex<Option<Proxy>>>);

impl ProxySetting {
    /// Changes it; `None` connects directly.
    pub fn set(&self, proxy: Option<Proxy>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = proxy;
    }

    pub(super) fn get(&self) -> Option<Proxy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl From<Option<Proxy>> for ProxySetting {
    fn from(proxy: Option<Proxy>) -> Self {
        Self(Arc::new(Mutex::new(proxy)))
    }
}

fn borrowed(host: &Host<String>) -> Host<&str> {
    match host {
        Host::Domain(name) => Host::Domain(name),
        Host::Ipv4(address) => Host::Ipv4(*address),
        Host::Ipv6(address) => Host::Ipv6(*address),
    }
}

fn authorization(url: &Url) -> Option<String> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut credentials = percent_decode(url.username());
    credentials.push(b':');
    credentials.extend(percent_decode(url.password().unwrap_or_default()));
    Some(format!("Basic {}", data_encoding::BASE64.encode(&credentials)))
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let escaped = after.first_chunk::<2>().filter(|_| *byte == b'%').and_then(hex_byte);
        decoded.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    decoded
}

fn hex_byte(digits: &[u8; 2]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Reads up to the empty line, byte by byte: what follows belongs to the tunnel.
async fn read_answer(stream: &mut BoxedStream) -> Result<Vec<u8>, ConnectError> {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() >= MAX_ANSWER_BYTES {
            return Err(ConnectError::Proxy("its answer is too long".to_owned()));
        }
        match stream.read_u8().await {
            Ok(byte) => answer.push(byte),
            Err(_) => return Err(ConnectError::Proxy("it closed the connection".to_owned())),
        }
    }
    Ok(answer)
}

fn check_answer(answer: &[u8]) -> Result<(), ConnectError> {
    let mut words = answer.split(|byte| byte.is_ascii_whitespace());
    let version = words.next().unwrap_or_default();
    let status = words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse::<u16>().ok());
    match status {
        Some(200..=299) if version.starts_with(b"HTTP/1.") => Ok(()),
        Some(407) => Err(ConnectError::ProxyCredentials),
        Some(status) => Err(ConnectError::Proxy(format!("HTTP {status}"))),
        None => Err(ConnectError::Proxy("its answer is not HTTP".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_become_a_header_and_nothing_else() {
        let proxy = Proxy::parse("http://j%C3%B6rg:p%40ss@proxy.example:3128").unwrap();
        let request = proxy.request(&Host::Domain("stats.example"), 443);
        let encoded = data_encoding::BASE64.encode("jörg:p@ss".as_bytes());
        assert!(request.starts_with("CONNECT stats.example:443 HTTP/1.1\r\nHost: stats.example:443\r\n"));
        assert!(request.contains(&format!("Proxy-Authorization: Basic {encoded}\r\n")));
        assert!(!format!("{proxy:?}").contains("p@ss"));
    }

    #[test]
    fn a_refusal_is_told_apart_from_wrong_credentials() {
        assert!(check_answer(b"HTTP/1.1 200 Connection established\r\n\r\n").is_ok());
        assert!(matches!(check_answer(b"HTTP/1.1 407 No\r\n\r\n"), Err(ConnectError::ProxyCredentials)));
        assert!(matches!(check_answer(b"HTTP/1.1 503 No\r\n\r\n"), Err(ConnectError::Proxy(_))));
        assert!(matches!(check_answer(b"SSH-2.0\r\n\r\n"), Err(ConnectError::Proxy(_))));
    }

    #[test]
    fn only_http_proxies_are_taken() {
        assert_eq!(Proxy::parse("socks5://proxy:1080").unwrap_err(), ProxyError::Scheme);
        assert_eq!(Proxy::parse("proxy").unwrap_err(), ProxyError::NotAUrl);
    }
}
