//! What a channel was asked to do: endpoint, meeting, bounds and times. Plain data with the defaults in one place.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use super::backoff::BackoffConfig;

/// The protocol a server speaks. What that means is answered in [`crate::proto::wire`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dialect {
    /// rtcstats 3.1, jitsi/rtcstats-server.
    #[default]
    #[serde(rename = "3.1")]
    V3,
    /// rtcstats 5.0, rtcstats/rtcstats' server.
    #[serde(rename = "5.0")]
    V5,
}

/// A secret of the app's: it goes into the URL of a link and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes the text as it is; what it means is between the app and its server.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token")
    }
}

/// How sending gives way, as far as the app may set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowConfig {
    /// What our sending may add to the delay of others, as far as fragments can be that small.
    pub delay_target: Duration,
    /// Bytes a second that are never exceeded.
    pub max_rate: Option<u64>,
}

impl Default for FlowConfig {
    fn default() -> Self {
        Self { delay_target: Duration::from_millis(25), max_rate: None }
    }
}

/// Everything the session needs to know, already checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the server is and which meeting this is about.
    pub target: Target,
    /// What the server there speaks.
    pub dialect: Dialect,
    /// What says to the server that this client may deliver, where the protocol knows of such a thing.
    pub token: Option<Token>,
    /// Speak `3.1_LEGACY` instead of `3.1_STANDARD`; today's server counts that as unsupported.
    pub use_legacy: bool,
    /// Mask IP addresses before an event is retained.
    pub obfuscate: bool,
    /// A link without a message for this long gets a `keepalive`; the server gives up after 60 s.
    pub keepalive_interval: Duration,
    /// Bound of what is retained in memory, in bytes of event text.
    pub max_buffered_bytes: usize,
    /// How long an event may wait for company before it is written.
    pub batch_max_delay: Duration,
    /// Bytes of messages that are written at once.
    pub batch_max_bytes: usize,
    /// How sending gives way.
    pub flow: FlowConfig,
    /// Waiting between attempts.
    pub backoff: BackoffConfig,
    /// Ask the server to continue the same session (`isReconnect=true`) instead of starting a new part.
    pub resume_session: bool,
    /// How long `close()` may wait for acknowledgement.
    pub close_timeout: Duration,
    /// How long the handshake and the server's first `sn` may take, each.
    pub connect_timeout: Duration,
    /// A ping unanswered for this long means that the link is dead.
    pub pong_timeout: Duration,
}

impl Config {
    /// The defaults for one endpoint and meeting.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self {
            target,
            dialect: Dialect::default(),
            token: None,
            use_legacy: false,
            obfuscate: true,
            keepalive_interval: Duration::from_secs(30),
            max_buffered_bytes: 8 * 1024 * 1024,
            batch_max_delay: Duration::from_millis(100),
            batch_max_bytes: 64 * 1024,
            flow: FlowConfig::default(),
            backoff: BackoffConfig::default(),
            resume_session: false,
            close_timeout: Duration::from_secs(3),
            connect_timeout: Duration::from_secs(10),
            pong_timeout: Duration::from_secs(10),
        }
    }
}

/// Why an endpoint or meeting name cannot be dialled. The text never repeats the value: it may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Not a URL at all.
    #[error("is not a valid URL")]
    NotAUrl,
    /// A URL, but not a websocket one.
    #[error("must be a ws: or wss: URL")]
    Scheme,
    /// A user name or password in the URL.
    #[error("must not carry credentials")]
    Credentials,
    /// A query or fragment: the session's own query could not follow.
    #[error("must not have a query or a fragment")]
    Query,
    /// An empty meeting name.
    #[error("must not be empty")]
    EmptyMeeting,
    /// `.` and `..` would climb out of the endpoint's path.
    #[error("must not contain a . or .. path segment")]
    DotSegment,
}

/// An endpoint and a meeting name that make a valid URL together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    endpoint: String,
    meeting_path: String,
}

impl Target {
    /// Checks both parts; the error's first member says which option is at fault.
    ///
    /// # Errors
    /// `("endpoint", _)` or `("meetingFqn", _)` with the reason.
    pub fn new(endpoint: &str, meeting_fqn: &str) -> Result<Self, (&'static str, TargetError)> {
        let endpoint = check_endpoint(endpoint).map_err(|error| ("endpoint", error))?;
        let meeting_path = encode_meeting(meeting_fqn).map_err(|error| ("meetingFqn", error))?;
        Ok(Self { endpoint, meeting_path })
    }

    /// The endpoint without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The meeting name as it stands in the URL's path.
    #[must_use]
    pub fn meeting_path(&self) -> &str {
        &self.meeting_path
    }
}

fn check_endpoint(endpoint: &str) -> Result<String, TargetError> {
    let url = Url::parse(endpoint).map_err(|_| TargetError::NotAUrl)?;
    if !matches!(url.scheme(), "ws" | "wss") {
        return Err(TargetError::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(TargetError::Query);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Encodes a meeting name as the path it becomes in the JavaScript client's URL: `/` separates, what is percent-encoded
/// already stays, and whatever would end the path or leave it is encoded.
fn encode_meeting(meeting_fqn: &str) -> Result<String, TargetError> {
    let trimmed = meeting_fqn.trim().trim_matches('/');
    if trimmed.is_empty() {
        return Err(TargetError::EmptyMeeting);
    }
    if trimmed.split(['/', '\\']).any(is_dot_segment) {
        return Err(TargetError::DotSegment);
    }
    let mut path = String::with_capacity(trimmed.len());
    for (index, byte) in trimmed.bytes().enumerate() {
        let keep = match byte {
            b'%' => is_percent_encoded(&trimmed.as_bytes()[index..]),
            b'/' => true,
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@|".contains(&byte),
        };
        if keep {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(path)
}

fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

fn is_percent_encoded(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_name_cannot_leave_its_path() {
        let encode =
            |name| Target::new("ws://localhost", name).map(|target| target.meeting_path().to_owned());
        assert_eq!(encode("a?b#c").unwrap(), "a%3Fb%23c");
        assert_eq!(encode("50%").unwrap(), "50%25");
        assert_eq!(encode("caf%C3%A9").unwrap(), "caf%C3%A9");
        assert_eq!(encode("café").unwrap(), "caf%C3%A9");
        assert_eq!(encode("a/../b"), Err(("meetingFqn", TargetError::DotSegment)));
        assert_eq!(encode("a/%2E%2e"), Err(("meetingFqn", TargetError::DotSegment)));
        assert_eq!(encode(" /"), Err(("meetingFqn", TargetError::EmptyMeeting)));
    }

    #[test]
    fn endpoints_that_cannot_be_dialled_are_refused() {
        let error = |endpoint| Target::new(endpoint, "m").unwrap_err();
        assert_eq!(error("nonsense"), ("endpoint", TargetError::NotAUrl));
        assert_eq!(error("https://example.com"), ("endpoint", TargetError::Scheme));
        assert_eq!(error("wss://user:secret@example.com"), ("endpoint", TargetError::Credentials));
        assert_eq!(error("wss://example.com/?a=b"), ("endpoint", TargetError::Query));
        assert_eq!(error("wss://"), ("endpoint", TargetError::NotAUrl));
    }
}
