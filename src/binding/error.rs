//! Native failures as JavaScript errors, each with a stable `code`. The one place where that happens.

use napi::{Env, Error, Result, Status};

/// An option that cannot be used.
#[derive(Debug)]
pub(super) struct OptionError {
    /// As the app wrote it: `batch.maxDelay`.
    pub(super) option: String,
    /// What it has to be, without the value: that may be a secret.
    pub(super) problem: String,
}

impl OptionError {
    pub(super) fn new(option: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { option: option.into(), problem: problem.into() }
    }

    /// `batch.maxDelay` becomes `ERR_RTCSTATS_OPTION_BATCH_MAX_DELAY`.
    fn code(&self) -> String {
        let mut code = "ERR_RTCSTATS_OPTION_".to_owned();
        for letter in self.option.chars() {
            match letter {
                '.' => code.push('_'),
                upper if upper.is_ascii_uppercase() => code.extend(['_', upper]),
                other => code.push(other.to_ascii_uppercase()),
            }
        }
        code
    }

    /// Throws a `TypeError` and returns what tells napi that an exception is pending.
    pub(super) fn throw(&self, env: &Env) -> Error {
        let message = format!("option {} {}", self.option, self.problem);
        pending(env.throw_type_error(&message, Some(&self.code())), message)
    }
}

/// The class was not used as one.
pub(super) fn throw_type_error(env: &Env, message: &str) -> Error {
    pending(env.throw_type_error(message, None), message.to_owned())
}

/// The channel's thread could not be started.
pub(super) fn throw_start_error(env: &Env, message: &str) -> Error {
    pending(env.throw_error(message, Some("ERR_RTCSTATS_THREAD")), message.to_owned())
}

/// What tells napi that an exception is pending.
fn pending(thrown: Result<()>, message: String) -> Error {
    match thrown {
        Ok(()) => Error::new(Status::PendingException, message),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_the_option() {
        assert_eq!(OptionError::new("endpoint", "").code(), "ERR_RTCSTATS_OPTION_ENDPOINT");
        assert_eq!(OptionError::new("meetingFqn", "").code(), "ERR_RTCSTATS_OPTION_MEETING_FQN");
        assert_eq!(OptionError::new("batch.maxDelay", "").code(), "ERR_RTCSTATS_OPTION_BATCH_MAX_DELAY");
    }
}
