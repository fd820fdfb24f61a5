//! Round trips: the least of the last minute, which is the empty path, and what stands above it now.

use std::collections::VecDeque;
use std::time::Duration;

/// The least round trip is remembered for each of so many intervals (RFC 6817, `BASE_HISTORY`), together a minute: a
/// machine moves more often than a server in a rack.
const INTERVALS: usize = 6;
const INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Delays {
    /// `(begin of the interval, least round trip in it)`.
    least: VecDeque<(Duration, Duration)>,
    /// `(when, how long)`: the last few, of which one that is late by chance does not count.
    recent: VecDeque<(Duration, Duration)>,
}

impl Delays {
    /// Takes in a round trip; returns how long the queue is.
    pub(super) fn observe(&mut self, round_trip: Duration, now: Duration) -> Duration {
        self.least.retain(|(begin, _)| now.saturating_sub(*begin) < INTERVAL * INTERVALS as u32);
        match self.least.back_mut().filter(|(begin, _)| now.saturating_sub(*begin) < INTERVAL) {
            Some((_, least)) => *least = round_trip.min(*least),
            None => self.least.push_back((now, round_trip)),
        }
        self.recent.push_back((now, round_trip));
        let window = round_trip / 4;
        self.recent.retain(|(at, _)| *at + window >= now);
        self.queue()
    }

    /// What a round trip takes at the moment.
    pub(super) fn current(&self) -> Option<Duration> {
        self.recent.iter().map(|(_, round_trip)| *round_trip).min()
    }

    /// What it takes when nothing is in the way.
    pub(super) fn least(&self) -> Option<Duration> {
        self.least.iter().map(|(_, least)| *least).min()
    }

    fn queue(&self) -> Duration {
        self.current().unwrap_or_default().saturating_sub(self.least().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn the_queue_is_what_stands_above_the_least_round_trip_of_the_last_minute() {
        let mut delays = Delays::default();
        assert_eq!(delays.observe(ms(40), ms(0)), ms(0));
        assert_eq!(delays.observe(ms(65), ms(1_000)), ms(25));
        assert_eq!(delays.observe(ms(30), ms(2_000)), ms(0));
        assert_eq!(delays.observe(ms(90), ms(59_000)), ms(60));
        // Another route: after a minute it is believed.
        assert_eq!(delays.observe(ms(90), ms(63_000)), ms(0));
    }

    #[test]
    fn one_that_is_late_by_chance_does_not_count() {
        let mut delays = Delays::default();
        delays.observe(ms(40), ms(0));
        assert_eq!(delays.observe(ms(42), ms(1_000)), ms(2));
        assert_eq!(delays.observe(ms(80), ms(1_005)), ms(2));
        assert_eq!(delays.observe(ms(80), ms(1_050)), ms(40));
    }
}
