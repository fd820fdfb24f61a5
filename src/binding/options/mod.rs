//! Reads the options object, with defaults, and says which option is wrong and which is none.
//!
//! The names, units and defaults here are those of `types.d.ts` in the folder above.

mod names;
mod section;

use std::path::PathBuf;

use napi::bindgen_prelude::Unknown;
use napi::{Env, ValueType};

use super::error::OptionError;
use crate::io::journal::JournalOptions;
use crate::io::shared::ChannelOptions;
use crate::io::transport::{Proxy, TransportOptions};
use crate::proto::config::{Config, Dialect, Target, Token};
use crate::proto::notification::ChannelEvent;
use names::Names;
use section::{Section, as_object};

/// A batch beyond this, 8 MiB, would not fit into a connection's buffer once it is encoded.
const MAX_BATCH_BYTES: f64 = 8_388_608.0;

/// Either the app's mistake or an exception that one of its getters threw.
pub(super) enum ReadError {
    Option(OptionError),
    Napi(napi::Error),
}

impl ReadError {
    /// The error that JavaScript sees.
    pub(super) fn throw(self, env: &Env) -> napi::Error {
        match self {
            Self::Option(error) => error.throw(env),
            Self::Napi(error) => error,
        }
    }
}

impl From<OptionError> for ReadError {
    fn from(error: OptionError) -> Self {
        Self::Option(error)
    }
}

impl From<napi::Error> for ReadError {
    fn from(error: napi::Error) -> Self {
        Self::Napi(error)
    }
}

/// Options that can be used, and what the app should know about them all the same.
pub(super) struct Checked {
    pub(super) options: ChannelOptions,
    pub(super) warnings: Vec<ChannelEvent>,
}

/// Reads and checks all options.
pub(super) fn read(options: &Unknown) -> Result<Checked, ReadError> {
    let Some(object) = as_object(options)? else {
        return Err(OptionError::new("options", "must be an object").into());
    };
    let names = Names::default();
    let top = Section::top(object, &names)?;
    let options = ChannelOptions {
        config: read_config(&top)?,
        transport: read_transport(&top)?,
        journal: read_journal(&top)?,
    };
    let warnings = names.unknown().map(unknown_options).into_iter().collect();
    Ok(Checked { options, warnings })
}

fn unknown_options(names: String) -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_OPTION_UNKNOWN",
        message: format!("options that do not exist are ignored: {names}"),
    }
}

fn read_config(top: &Section) -> Result<Config, ReadError> {
    let endpoint = top.required_string("endpoint")?;
    let meeting_fqn = top.required_string("meetingFqn")?;
    let target = Target::new(&endpoint, &meeting_fqn)
        .map_err(|(option, problem)| OptionError::new(option, problem.to_string()))?;
    let mut config = Config::new(target);
    config.dialect = read_dialect(top)?;
    config.token = top.string_or_function("token")?.map(Token::new);
    top.boolean("useLegacy", &mut config.use_legacy)?;
    top.boolean("obfuscate", &mut config.obfuscate)?;
    top.milliseconds("pingInterval", 1.0, &mut config.keepalive_interval)?;
    top.bytes("maxBufferedBytes", &mut config.max_buffered_bytes)?;
    top.milliseconds("closeTimeout", 0.0, &mut config.close_timeout)?;
    top.milliseconds("connectTimeout", 1.0, &mut config.connect_timeout)?;
    top.milliseconds("pongTimeout", 1.0, &mut config.pong_timeout)?;
    top.milliseconds("delayTarget", 1.0, &mut config.flow.delay_target)?;
    let mut max_rate = config.flow.max_rate.unwrap_or_default();
    top.bytes("maxSendRate", &mut max_rate)?;
    config.flow.max_rate = Some(max_rate).filter(|rate| *rate > 0);
    let batch = top.section("batch")?;
    batch.milliseconds("maxDelay", 0.0, &mut config.batch_max_delay)?;
    batch.bytes_up_to(MAX_BATCH_BYTES, "maxBytes", &mut config.batch_max_bytes)?;
    let reconnect = top.section("reconnect")?;
    reconnect.milliseconds("baseDelay", 1.0, &mut config.backoff.base_delay)?;
    reconnect.milliseconds("jitter", 0.0, &mut config.backoff.jitter)?;
    reconnect.milliseconds("maxDelay", 1.0, &mut config.backoff.max_delay)?;
    reconnect.milliseconds("budget", 0.0, &mut config.backoff.budget)?;
    reconnect.boolean("resumeSession", &mut config.resume_session)?;
    Ok(config)
}

fn read_dialect(top: &Section) -> Result<Dialect, ReadError> {
    match top.string("protocol")?.as_deref() {
        None | Some("jitsi-3.1") => Ok(Dialect::V3),
        Some("rtcstats-5.0") => Ok(Dialect::V5),
        Some(_) => Err(top.wrong("protocol", "must be jitsi-3.1 or rtcstats-5.0").into()),
    }
}

fn read_transport(top: &Section) -> Result<TransportOptions, ReadError> {
    let user_agent = top
        .user_agent("userAgent")?
        .unwrap_or_else(|| format!("@jitsi/rtcstats-native/{}", env!("CARGO_PKG_VERSION")));
    let proxy = top.string("proxy")?.map(|text| parse_proxy(&text)).transpose()?.into();
    let ca_file = top.section("tls")?.string("caFile")?.map(PathBuf::from);
    Ok(TransportOptions { user_agent, origin: top.header("origin")?, proxy, ca_file, ..Default::default() })
}

/// Reads a proxy by itself; `undefined` and `null` mean none.
pub(super) fn read_proxy(value: &Unknown) -> Result<Option<Proxy>, ReadError> {
    match value.get_type()? {
        ValueType::Undefined | ValueType::Null => Ok(None),
        // SAFETY: the value's type was just checked.
        ValueType::String => Ok(Some(parse_proxy(&unsafe { value.cast::<String>()? })?)),
        _ => Err(OptionError::new("proxy", "must be a string").into()),
    }
}

/// Reads a token by itself; `undefined` and `null` mean none.
pub(super) fn read_token(value: &Unknown) -> Result<Option<Token>, ReadError> {
    match value.get_type()? {
        ValueType::Undefined | ValueType::Null => Ok(None),
        // SAFETY: the value's type was just checked.
        ValueType::String => Ok(Some(Token::new(unsafe { value.cast::<String>()? }))),
        _ => Err(OptionError::new("token", "must be a string").into()),
    }
}

fn parse_proxy(text: &str) -> Result<Proxy, OptionError> {
    Proxy::parse(text).map_err(|problem| OptionError::new("proxy", problem.to_string()))
}

fn read_journal(top: &Section) -> Result<Option<JournalOptions>, ReadError> {
    let journal = top.section("journal")?;
    if journal.is_absent() {
        return Ok(None);
    }
    let directory = journal.required_string("directory")?;
    if directory.is_empty() {
        return Err(journal.wrong("directory", "must not be empty").into());
    }
    let mut options = JournalOptions::new(PathBuf::from(directory));
    journal.bytes("maxBytes", &mut options.max_bytes)?;
    journal.milliseconds("maxAge", 1.0, &mut options.max_age)?;
    Ok(Some(options))
}
