//! Times as the reader adds them up: each entry says how long after the one before it happened.

/// Decimals of a millisecond beyond which a time is written as it is.
const MAX_DECIMALS: i32 = 4;

/// The sum the reader has.
#[derive(Default)]
pub(super) struct Clock {
    last: f64,
}

impl Clock {
    /// What brings the reader to this time, the JSON number; the shortest that does so exactly, if there is one.
    pub(super) fn step_to(&mut self, timestamp: &str) -> String {
        let time = timestamp.parse().unwrap_or(self.last);
        let step = time - self.last;
        let rounded = (0..=MAX_DECIMALS).map(|decimals| {
            let scale = 10f64.powi(decimals);

            (step * scale).round() / scale
        });
        let is_exact = |step: &f64| self.last + step == time;
        // Adding zero makes a negative zero a plain one.
        let step = rounded.into_iter().find(is_exact).unwrap_or(step) + 0.0;

        if (self.last + step).is_finite() {
            self.last += step;
        }

        step.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_adds_up_to_every_time() {
        // From a time of today to one of 1970 no step leads to a fraction of a millisecond.
        let times =
            ["0", "-5", "0.5", "1717000000000.1", "1717000000001", "1717000000000.9", "1717000000000.9"];
        let (mut clock, mut sum) = (Clock::default(), 0.0);

        for time in times {
            sum += clock.step_to(time).parse::<f64>().unwrap();
            assert_eq!(sum, time.parse::<f64>().unwrap(), "{time}");
        }
        assert_eq!(Clock { last: 1_717_000_000_000.5 }.step_to("1717000001000.75"), "1000.25");
        assert_eq!(Clock { last: 5.0 }.step_to("5"), "0");
    }
}
