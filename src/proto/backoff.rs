//! How long to wait before the next attempt: `2^attempt * base + random(0..jitter)`, within a budget.
//!
//! The formula is the one users of the JavaScript client know. It never sleeps and never draws its own
//! randomness: the caller hands both time and chance in.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::SmallRng;

/// The numbers of the backoff; every field can be set by the `reconnect` option.
#[derive(Debug, Clone, PartialEq)]
pub struct BackoffConfig {
    /// The delay of the first attempt before jitter; it doubles with every further one.
    pub base_delay: Duration,
    /// Upper end of the random part added to each delay.
    pub jitter: Duration,
    /// No single delay is longer than this.
    pub max_delay: Duration,
    /// Waiting time that may be spent in a row without progress before the channel stops trying.
    pub budget: Duration,
}

impl Default for BackoffConfig {
    fn default() -> Self {
        Self {
            base_delay: Duration::from_secs(1),
            jitter: Duration::from_secs(10),
            max_delay: Duration::from_secs(600),
            budget: Duration::from_secs(600),
        }
    }
}

/// Attempts made and waiting time spent since the last progress.
#[derive(Debug)]
pub struct Backoff {
    config: BackoffConfig,
    attempts: u32,
    spent: Duration,
}

impl Backoff {
    /// A backoff with nothing spent yet.
    #[must_use]
    pub fn new(config: BackoffConfig) -> Self {
        Self { config, attempts: 0, spent: Duration::ZERO }
    }

    /// The delay before the next attempt, or `None` when the budget is used up.
    ///
    /// The last delay is cut to what is left of the budget, so that the budget is spent exactly. `least` is what a server
    /// asked for, who gets it in any case; it is there and takes nothing from the budget.
    pub fn next_delay(&mut self, least: Option<Duration>, rng: &mut SmallRng) -> Option<Duration> {
        if let Some(least) = least {
            return Some(least);
        }
        let left = self.config.budget.saturating_sub(self.spent);
        if left.is_zero() {
            return None;
        }
        let doubled =
            self.config.base_delay.saturating_mul(1_u32.checked_shl(self.attempts).unwrap_or(u32::MAX));
        let delay = doubled.saturating_add(self.random_part(rng)).min(self.config.max_delay).min(left);
        self.attempts = self.attempts.saturating_add(1);
        self.spent += delay;
        Some(delay)
    }

    /// Attempts since the last progress.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Forgets what was spent: there was progress, or the app says the network is back.
    pub fn reset(&mut self) {
        self.attempts = 0;
        self.spent = Duration::ZERO;
    }

    fn random_part(&self, rng: &mut SmallRng) -> Duration {
        let jitter = u64::try_from(self.config.jitter.as_millis()).unwrap_or(u64::MAX);
        if jitter == 0 { Duration::ZERO } else { Duration::from_millis(rng.random_range(0..jitter)) }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn delays_follow_the_formula_and_spend_the_budget_exactly() {
        let mut rng = SmallRng::seed_from_u64(1);
        let mut backoff = Backoff::new(BackoffConfig::default());
        let mut total = Duration::ZERO;
        let mut attempt = 0;
        while let Some(delay) = backoff.next_delay(None, &mut rng) {
            total += delay;
            let floor = Duration::from_secs(1 << attempt);
            let within = delay >= floor && delay < floor + Duration::from_secs(10);
            assert!(within || total == Duration::from_secs(600), "attempt {attempt} waited {delay:?}");
            attempt += 1;
        }
        assert_eq!(total, Duration::from_secs(600));
        assert_eq!(backoff.attempts(), attempt);
    }

    #[test]
    fn a_reset_starts_over() {
        let mut rng = SmallRng::seed_from_u64(2);
        let config = BackoffConfig { jitter: Duration::ZERO, ..BackoffConfig::default() };
        let mut backoff = Backoff::new(config);
        assert_eq!(backoff.next_delay(None, &mut rng), Some(Duration::from_secs(1)));
        assert_eq!(backoff.next_delay(None, &mut rng), Some(Duration::from_secs(2)));
        backoff.reset();
        assert_eq!(backoff.next_delay(None, &mut rng), Some(Duration::from_secs(1)));
    }
}
