//! Reads the options object, with defaults, and says which option is wrong.
//!
//! The names, units and defaults here are those of `types.d.ts` beside it.

use std::path::PathBuf;
use std::time::Duration;

use napi::bindgen_prelude::{FromNapiValue, JsObjectValue, Object, Unknown};
use napi::{Env, ValueType};

use super::error::OptionError;
use crate::io::journal::JournalOptions;
use crate::io::shared::ChannelOptions;
use crate::io::transport::{Proxy, TransportOptions};
use crate::proto::config::{Config, Target};

/// Milliseconds beyond this are a mistake: ten days.
const MAX_MILLISECONDS: f64 = 864_000_000.0;
/// Bytes beyond this are a mistake: 4 GiB.
const MAX_BYTES: f64 = 4_294_967_296.0;
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

/// Reads and checks all options.
pub(super) fn read(options: &Unknown) -> Result<ChannelOptions, ReadError> {
    let Some(options) = as_object(options)? else {
        return Err(OptionError::new("options", "must be an object").into());
    };
    let top = Section { name: "", object: Some(options) };
    Ok(ChannelOptions {
        config: read_config(&top)?,
        transport: read_transport(&top)?,
        journal: read_journal(&top)?,
    })
}

fn read_config(top: &Section) -> Result<Config, ReadError> {
    let endpoint = top.required_string("endpoint")?;
    let meeting_fqn = top.required_string("meetingFqn")?;
    let target = Target::new(&endpoint, &meeting_fqn)
        .map_err(|(option, problem)| OptionError::new(option, problem.to_string()))?;
    let mut config = Config::new(target);
    top.boolean("useLegacy", &mut config.use_legacy)?;
    top.boolean("obfuscate", &mut config.obfuscate)?;
    top.milliseconds("pingInterval", 1.0, &mut config.keepalive_interval)?;
    top.bytes("maxBufferedBytes", &mut config.max_buffered_bytes)?;
    top.milliseconds("closeTimeout", 0.0, &mut config.close_timeout)?;
    top.milliseconds("connectTimeout", 1.0, &mut config.connect_timeout)?;
    top.milliseconds("pongTimeout", 1.0, &mut config.pong_timeout)?;
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

fn parse_proxy(text: &str) -> Result<Proxy, OptionError> {
    Proxy::parse(text).map_err(|problem| OptionError::new("proxy", problem.to_string()))
}

fn read_journal(top: &Section) -> Result<Option<JournalOptions>, ReadError> {
    let journal = top.section("journal")?;
    if journal.object.is_none() {
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

/// The options object or one nested in it; absent means all defaults.
struct Section<'env> {
    name: &'static str,
    object: Option<Object<'env>>,
}

impl<'env> Section<'env> {
    fn section(&self, name: &'static str) -> Result<Section<'env>, ReadError> {
        let Some(value) = self.get(name)? else { return Ok(Section { name, object: None }) };
        match as_object(&value)? {
            Some(object) => Ok(Section { name, object: Some(object) }),
            None => Err(self.wrong(name, "must be an object").into()),
        }
    }

    fn required_string(&self, name: &str) -> Result<String, ReadError> {
        self.string(name)?.ok_or_else(|| self.wrong(name, "is required and must be a string").into())
    }

    fn string(&self, name: &str) -> Result<Option<String>, ReadError> {
        self.typed(name, ValueType::String, "must be a string")
    }

    /// A string that can stand in an HTTP header.
    fn header(&self, name: &str) -> Result<Option<String>, ReadError> {
        self.string(name)?
            .map(|text| match text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                true => Ok(text),
                false => Err(self.wrong(name, "must be printable ASCII").into()),
            })
            .transpose()
    }

    /// One that an app's name can be part of: what is not ASCII goes as UTF-8, as browsers send it.
    fn user_agent(&self, name: &str) -> Result<Option<String>, ReadError> {
        self.string(name)?
            .map(|text| match text.bytes().any(|byte| byte.is_ascii_control()) {
                true => Err(self.wrong(name, "must not contain control characters").into()),
                false => Ok(text),
            })
            .transpose()
    }

    fn boolean(&self, name: &str, value: &mut bool) -> Result<(), ReadError> {
        if let Some(given) = self.typed(name, ValueType::Boolean, "must be a boolean")? {
            *value = given;
        }
        Ok(())
    }

    fn milliseconds(&self, name: &str, least: f64, value: &mut Duration) -> Result<(), ReadError> {
        let range = format!("must be a number of milliseconds from {least} to {MAX_MILLISECONDS}");
        if let Some(given) = self.number(name, least..=MAX_MILLISECONDS, &range)? {
            *value = Duration::from_secs_f64(given / 1000.0);
        }
        Ok(())
    }

    fn bytes<T: TryFrom<u64>>(&self, name: &str, value: &mut T) -> Result<(), ReadError> {
        self.bytes_up_to(MAX_BYTES, name, value)
    }

    fn bytes_up_to<T: TryFrom<u64>>(&self, most: f64, name: &str, value: &mut T) -> Result<(), ReadError> {
        let range = format!("must be a number of bytes from 1 to {most}");
        if let Some(given) = self.number(name, 1.0..=most, &range)? {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked range")]
            let bytes = given as u64;
            *value = T::try_from(bytes).map_err(|_| self.wrong(name, "is too large for this machine"))?;
        }
        Ok(())
    }

    fn number(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<f64>,
        problem: &str,
    ) -> Result<Option<f64>, ReadError> {
        match self.typed(name, ValueType::Number, problem)? {
            Some(number) if !range.contains(&number) => Err(self.wrong(name, problem).into()),
            number => Ok(number),
        }
    }

    fn typed<T: FromNapiValue>(
        &self,
        name: &str,
        expected: ValueType,
        problem: &str,
    ) -> Result<Option<T>, ReadError> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        if value.get_type()? != expected {
            return Err(self.wrong(name, problem).into());
        }
        // SAFETY: the value's type was just checked.
        Ok(Some(unsafe { value.cast::<T>()? }))
    }

    /// A property that is there; `undefined` and `null` count as absent.
    fn get(&self, name: &str) -> Result<Option<Unknown<'env>>, ReadError> {
        let Some(object) = &self.object else { return Ok(None) };
        let value: Unknown = object.get_named_property_unchecked(name)?;
        let absent = matches!(value.get_type()?, ValueType::Undefined | ValueType::Null);
        Ok((!absent).then_some(value))
    }

    fn wrong(&self, name: &str, problem: &str) -> OptionError {
        let option = if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) };
        OptionError::new(option, problem)
    }
}

fn as_object<'env>(value: &Unknown<'env>) -> napi::Result<Option<Object<'env>>> {
    if value.get_type()? != ValueType::Object {
        return Ok(None);
    }
    // SAFETY: the value's type was just checked.
    Ok(Some(unsafe { value.cast::<Object>()? }))
}
