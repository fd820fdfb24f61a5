//! Getting out through an HTTP proxy: a CONNECT request, and a second one with basic credentials when the proxy asks.
//!
//! Credentials stay in here: neither the debug form nor any error shows them, and no proxy gets them unasked.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use percent_encoding::percent_decode_str;
use thiserror::Error;
use tokio::io::AsyncWriteExt;
use url::{Host, Url};

use super::http::{Head, read_head};
use super::{BoxedStream, ConnectError, TransportOptions, dial, unreachable};

/// The schemes a proxy may ask for that its operator would recognise; another one's name is not repeated.
const KNOWN_SCHEMES: [&str; 6] = ["Basic", "Digest", "NTLM", "Negotiate", "Kerberos", "Bearer"];

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
        let (stream, head) = self.ask(&request(host, port, None), options).await?;
        if head.status != 407 {
            return check(&head).map(|()| stream);
        }
        let authorization = self.answer(&challenges(&head))?;
        // Another connection: most proxies close the one they refused on.
        drop(stream);
        let (stream, head) = self.ask(&request(host, port, Some(authorization)), options).await?;
        if head.status == 407 {
            return Err(ConnectError::ProxyCredentials("the credentials are wrong".to_owned()));
        }
        check(&head).map(|()| stream)
    }

    async fn ask(
        &self,
        request: &str,
        options: &TransportOptions,
    ) -> Result<(BoxedStream, Head), ConnectError> {
        let host = borrowed(&self.host);
        let lost = |error| unreachable("proxy", &error);
        let mut stream = dial::dial(&host, self.port).await.map_err(lost)?;
        if self.secure {
            stream = options.trust.wrap(stream, &host, options).await?;
        }
        stream.write_all(request.as_bytes()).await.map_err(lost)?;
        stream.flush().await.map_err(lost)?;
        let head = read_head(&mut stream).await.map_err(ConnectError::Proxy)?;
        Ok((stream, head))
    }

    /// The credentials, where they are what the proxy asks for.
    fn answer(&self, schemes: &[String]) -> Result<&str, ConnectError> {
        let asked = if schemes.is_empty() { "nothing we know".to_owned() } else { schemes.join(", ") };
        let takes_basic = schemes.iter().any(|scheme| scheme == "Basic");
        match &self.authorization {
            Some(authorization) if takes_basic => Ok(authorization),
            None if takes_basic => Err(ConnectError::ProxyCredentials(format!(
                "it asks for credentials ({asked}) and there are none for it"
            ))),
            _ => Err(ConnectError::ProxyCredentials(format!(
                "it asks for {asked}, and only Basic is supported"
            ))),
        }
    }
}

fn request(host: &Host<&str>, port: u16, authorization: Option<&str>) -> String {
    let authorization =
        authorization.map(|value| format!("Proxy-Authorization: {value}\r\n")).unwrap_or_default();
    format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n")
}

fn check(head: &Head) -> Result<(), ConnectError> {
    match head.status {
        200..=299 => Ok(()),
        status => Err(ConnectError::Proxy(format!("HTTP {status}"))),
    }
}

/// The schemes of all challenges (RFC 9110, 11.6.1): several fields, or several in one, each with parameters.
fn challenges(head: &Head) -> Vec<String> {
    let mut schemes = Vec::new();
    for part in head.values("Proxy-Authenticate").flat_map(outside_quotes) {
        let (word, rest) = part.split_once(char::is_whitespace).unwrap_or((&part, ""));
        let is_parameter = word.contains('=') || rest.trim_start().starts_with('=');
        if !word.is_empty() && !is_parameter {
            let known = KNOWN_SCHEMES.iter().find(|known| known.eq_ignore_ascii_case(word));
            let scheme = known.unwrap_or(&"another scheme").to_string();
            if !schemes.contains(&scheme) {
                schemes.push(scheme);
            }
        }
    }
    schemes
}

/// The parts between commas that do not stand in quotes.
fn outside_quotes(value: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = value.split(|letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    });
    parts.map(|part| part.trim().to_owned()).collect()
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
    let mut credentials: Vec<u8> = percent_decode_str(url.username()).collect();
    credentials.push(b':');
    credentials.extend(percent_decode_str(url.password().unwrap_or_default()));
    Some(format!("Basic {}", data_encoding::BASE64.encode(&credentials)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_become_a_header_and_nothing_else() {
        let proxy = Proxy::parse("http://j%C3%B6rg:p%40ss@proxy.example:3128").unwrap();
        let encoded = data_encoding::BASE64.encode("jörg:p@ss".as_bytes());
        assert_eq!(proxy.authorization.as_deref(), Some(&*format!("Basic {encoded}")));
        assert!(!format!("{proxy:?}").contains("p@ss"));
        let request = request(&Host::Domain("stats.example"), 443, proxy.authorization.as_deref());
        assert!(request.starts_with("CONNECT stats.example:443 HTTP/1.1\r\nHost: stats.example:443\r\n"));
        assert!(request.contains(&format!("Proxy-Authorization: Basic {encoded}\r\n")));
    }

    /// What is said to a proxy that answers 407 with these fields.
    fn answer(proxy: &str, fields: &str) -> Result<String, String> {
        let head = Head::parse(format!("HTTP/1.1 407 No\r\n{fields}\r\n").as_bytes()).unwrap().unwrap();
        let proxy = Proxy::parse(proxy).unwrap();
        let answer = proxy.answer(&challenges(&head)).map(str::to_owned);
        answer.map_err(|error| error.to_string())
    }

    #[test]
    fn credentials_go_only_to_a_proxy_that_asks_for_a_scheme_we_can_do() {
        let ours = "http://user:pw@proxy";
        for fields in [
            "Proxy-Authenticate: Basic realm=\"a, Digest b\"\r\n",
            "Proxy-Authenticate: NTLM\r\nProxy-Authenticate: basic\r\n",
            "proxy-authenticate: Digest realm=\"x\", nonce = \"y\", Basic realm=\"x\"\r\n",
        ] {
            assert_eq!(answer(ours, fields).unwrap(), "Basic dXNlcjpwdw==", "{fields}");
        }
        for (fields, named) in [
            ("Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n", "NTLM, Negotiate"),
            ("Proxy-Authenticate: Digest realm=\"Basic\", qop=\"auth,Basic\"\r\n", "Digest"),
            ("Proxy-Authenticate: Hawk\r\n", "another scheme"),
            ("", "nothing we know"),
        ] {
            let error = answer(ours, fields).unwrap_err();
            assert!(
                error.contains("407") && error.contains(named) && error.contains("only Basic"),
                "{error}"
            );
        }
        assert!(
            answer("http://proxy", "Proxy-Authenticate: Basic\r\n").unwrap_err().contains("there are none")
        );
    }

    #[test]
    fn only_http_proxies_are_taken() {
        assert_eq!(Proxy::parse("socks5://proxy:1080").unwrap_err(), ProxyError::Scheme);
        assert_eq!(Proxy::parse("proxy").unwrap_err(), ProxyError::NotAUrl);
    }
}
