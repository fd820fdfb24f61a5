//! How much may be under way, how fast, and for how long without an answer: sending that gives way to whatever else the
//! machine has to say, first of all to its call (LEDBAT, RFC 6817).
//!
//! What we queue ourselves shows in the round trips of barriers: the time above the least one seen is the queue. While
//! there is none the window grows fast; when it nears the target the window grows slowly; above it shrinks. The measure
//! needs no clock but ours, and the least round trip is looked for over the last minute only, so that another route is
//! believed. A session has one flow, which outlives its links; every number by which sending gives way is here.

mod delay;

use std::time::Duration;

use super::Acked;
use crate::proto::config::FlowConfig;
use delay::Delays;

/// What goes out at once on a path that is slow: with its ping it fills one packet, so that nobody waits for long behind
/// it, and the rest of the packets is not headers.
const FRAGMENT_BYTES: usize = 1_400;
/// For a server that says by itself what it has and answers no ping: there is nothing to go by.
const BLIND_WINDOW: usize = 256 * 1024;
/// So long without the first answer, and there will be none; or the link is dead, where it does not matter.
const BLIND_AFTER: Duration = Duration::from_secs(5);
/// Fragments that share a message, about: the last of them is seldom a full one.
const MESSAGE_FRAGMENTS: usize = 4;
/// Two fragments: while one is answered the other is on its way, so that even the slowest path is never idle.
const MIN_WINDOW: usize = 2 * FRAGMENT_BYTES;
/// After a pause, on a path that was fast: four fragments at once are felt by nobody there.
const RESTART_WINDOW: usize = 4 * FRAGMENT_BYTES;
/// Enough for 80 Mbit/s at 100 ms.
const MAX_WINDOW: usize = 1024 * 1024;
/// Even on the fastest path, a fragment is not more.
const MAX_FRAGMENT_BYTES: usize = 64 * 1024;
/// A fragment takes about this long on the path it is made for.
const FRAGMENT_TIME: Duration = Duration::from_millis(6);
/// A pause of this long, and the path may be another.
const IDLE: Duration = Duration::from_millis(500);
/// The least round trip is measured anew, with nothing of ours under way, after so long.
const MEASURE_INTERVAL: Duration = Duration::from_secs(20);
/// Timers are late by as much: sending catches up with that.
const TIMER_SLACK: Duration = Duration::from_millis(2);
/// Below, noise is taken for a queue.
const MIN_TARGET: Duration = Duration::from_millis(1);
/// A path on which a fragment takes longer than this carries nothing else anyway.
const MAX_TARGET: Duration = Duration::from_secs(1);
/// Between two fragments; on slower paths what is confirmed says when the next one goes.
const MAX_PACE: Duration = Duration::from_millis(200);
/// However slow a link has been: whoever asks whether it is alive wants to know now.
const MAX_USUAL_ANSWER: Duration = Duration::from_secs(2);
/// For small messages a barrier a second is enough.
const BARRIER_INTERVAL: Duration = Duration::from_secs(1);
/// Beyond, a link too slow for its event is as good as dead.
const MAX_DOUBLINGS: u32 = 4;

/// What links did so far, and what may be sent now.
#[derive(Debug)]
pub(in crate::proto) struct Flow {
    config: FlowConfig,
    /// Bytes that may be unconfirmed.
    window: usize,
    /// Bytes written and not confirmed.
    in_flight: usize,
    /// What this round trip and the one before saw.
    round: Round,
    /// The window grows fast as long as no queue shows.
    is_starting: bool,
    delays: Delays,
    /// When the path was last measured with nothing of ours under way; `None` at first.
    measured_at: Option<Duration>,
    /// That has to be done again: what is under way is left to run out.
    is_measure_due: bool,
    next_write_at: Duration,
    last_write_at: Duration,
    /// Links in a row that were given up as silent before anything was acknowledged.
    silent_links: u32,
}

/// From one barrier to its answer.
#[derive(Debug, Default)]
struct Round {
    since: Duration,
    /// The most bytes under way, in this round and in the one before: a window that is not used does not grow.
    peak: usize,
    peak_before: usize,
    /// The longest queue.
    queue: Duration,
}

impl Flow {
    pub(in crate::proto) fn new(config: FlowConfig) -> Self {
        Self {
            config,
            window: MIN_WINDOW,
            in_flight: 0,
            round: Round::default(),
            is_starting: true,
            delays: Delays::default(),
            measured_at: None,
            is_measure_due: true,
            next_write_at: Duration::ZERO,
            last_write_at: Duration::ZERO,
            silent_links: 0,
        }
    }

    /// The server is ready on a new link: nothing is under way, and nothing is known about the path.
    pub(in crate::proto) fn on_open(&mut self, now: Duration) {
        *self = Self { silent_links: self.silent_links, next_write_at: now, ..Self::new(self.config) };
    }

    /// Something is about to be written. After a pause what was learned counts little: a poll alone must not be a burst.
    pub(in crate::proto) fn on_start(&mut self, now: Duration) {
        if self.blind_at().is_some_and(|at| at <= now) {
            self.window = BLIND_WINDOW;
        }
        if self.in_flight == 0 && now.saturating_sub(self.last_write_at) >= IDLE {
            let felt_by_nobody =
                self.bytes_in(self.config.delay_target / 2).clamp(MIN_WINDOW, RESTART_WINDOW);
            self.window = self.window.min(felt_by_nobody);
            self.is_starting = true;
            self.round = Round { since: now, ..Round::default() };
        }
    }

    /// Whether the path is to be measured by a ping before anything else is written.
    pub(in crate::proto) fn wants_measure(&self, now: Duration) -> bool {
        self.in_flight == 0 && self.must_measure(now)
    }

    /// A ping went out with nothing under way.
    pub(in crate::proto) fn on_measure(&mut self, now: Duration) {
        self.measured_at = Some(now);
        self.is_measure_due = false;
    }

    /// Bytes went out at a time.
    pub(in crate::proto) fn on_sent(&mut self, bytes: usize, now: Duration) {
        self.in_flight += bytes;
        self.round.peak = self.round.peak.max(self.in_flight);
        self.is_measure_due = self.must_measure(now);
        self.last_write_at = now;
        let from = self.next_write_at.max(now.saturating_sub(TIMER_SLACK));
        self.next_write_at = from + self.time_for(bytes);
    }

    /// Bytes have arrived; where a barrier was answered it is known how long that took.
    pub(in crate::proto) fn on_acked(&mut self, acked: Acked, now: Duration) {
        self.in_flight = self.in_flight.saturating_sub(acked.bytes);
        let Some(round_trip) = acked.round_trip else {
            return if self.is_blind() {
                self.window = BLIND_WINDOW
            };
        };
        let queue = self.delays.observe(round_trip, now);
        self.round.queue = self.round.queue.max(queue);
        if acked.bytes > 0 {
            self.adapt(acked.bytes, queue);
        }
        if now.saturating_sub(round_trip) >= self.round.since {
            self.end_round(now);
        }
    }

    /// A link was given up because nothing was confirmed on it.
    pub(in crate::proto) fn on_silence(&mut self) {
        self.silent_links = self.silent_links.saturating_add(1);
    }

    /// Events have arrived that had not before.
    pub(in crate::proto) fn on_progress(&mut self) {
        self.silent_links = 0;
    }

    /// From when more may be written; `None` as long as something has to be confirmed first.
    pub(in crate::proto) fn next_write_at(&self) -> Option<Duration> {
        // To the nearest fragment, and not the one below: it makes a difference where few are under way.
        let is_open = self.room() >= self.fragment_bytes() / 2 && !self.is_measure_due;
        let open_at = (self.in_flight == 0 || is_open).then_some(Duration::ZERO).or(self.blind_at());
        open_at.map(|at| at.max(self.next_write_at))
    }

    /// How much may be written at once, when anything may: what takes so long on this path that others wait no longer
    /// behind it than they must, and no shorter.
    pub(in crate::proto) fn fragment_bytes(&self) -> usize {
        self.bytes_in(FRAGMENT_TIME).clamp(FRAGMENT_BYTES, MAX_FRAGMENT_BYTES).min(self.window)
    }

    /// When to ask what has arrived, with so many bytes written behind the last barrier. `is_urgent` when somebody waits
    /// for the answer.
    pub(in crate::proto) fn barrier_at(
        &self,
        bytes: usize,
        last_barrier_at: Option<Duration>,
        under_way: usize,
        is_urgent: bool,
    ) -> Option<Duration> {
        let is_waited_for = is_urgent || self.is_measure_due;
        if bytes >= FRAGMENT_BYTES || (is_waited_for && under_way == 0) {
            return Some(Duration::ZERO);
        }
        (under_way == 0).then(|| last_barrier_at.map_or(Duration::ZERO, |at| at + BARRIER_INTERVAL))
    }

    /// An answer that takes much longer than this will not come.
    pub(in crate::proto) fn usual_answer(&self) -> Duration {
        let queued = self.rate().map_or(0.0, |rate| self.in_flight as f64 / rate);
        let usual = 3 * self.delays.current().unwrap_or_default() + Duration::from_secs_f64(queued);
        usual.min(MAX_USUAL_ANSWER)
    }

    /// How long a link may leave a barrier unanswered: what is unconfirmed takes its time on a slow path.
    ///
    /// Where nothing is known, a slow link looks like a dead one. So each link in a row that is given up as silent doubles
    /// the patience with the next; otherwise what it is too slow for would be sent again and again for ever.
    pub(in crate::proto) fn patience(&self, pong_timeout: Duration) -> Duration {
        let known = self.rate().map_or(0.0, |rate| 2.0 * self.in_flight as f64 / rate);
        let known = Duration::from_secs_f64(known).min(8 * pong_timeout);
        pong_timeout.saturating_mul(1 << self.silent_links.min(MAX_DOUBLINGS)) + known
    }

    /// Room in the window.
    fn room(&self) -> usize {
        self.window.saturating_sub(self.in_flight)
    }

    /// How much may share a message. A server reads whole ones only, so one of which nothing is known gets small ones.
    pub(in crate::proto) fn message_bytes(&self) -> usize {
        if self.is_blind() { self.fragment_bytes() } else { MESSAGE_FRAGMENTS * self.fragment_bytes() }
    }

    /// Whether no ping of this link was answered yet.
    fn is_blind(&self) -> bool {
        self.delays.current().is_none()
    }

    /// When it has to go without.
    fn blind_at(&self) -> Option<Duration> {
        let waits = self.is_blind() && self.window < BLIND_WINDOW;
        self.measured_at.filter(|_| waits).map(|at| at + BLIND_AFTER)
    }

    fn must_measure(&self, now: Duration) -> bool {
        self.measured_at.is_none_or(|at| now.saturating_sub(at) >= MEASURE_INTERVAL)
    }

    /// Opens or closes the window by what has arrived and the queue it met.
    fn adapt(&mut self, bytes: usize, queue: Duration) {
        let target = self.target().as_secs_f64();
        // From -1, where the queue is twice as long as it may be, to 1, where there is none.
        let off_target = (1.0 - queue.as_secs_f64() / target).max(-1.0);
        let (window, bytes) = (self.window as f64, bytes as f64);
        let change = if self.is_starting && off_target > 0.875 {
            3.0 * bytes
        } else if self.is_starting && off_target > 0.5 {
            bytes
        } else if self.is_starting {
            self.is_starting = false;
            self.overshoot(queue)
        } else if off_target >= 0.0 {
            off_target * bytes * self.fragment_bytes() as f64 / window
        } else {
            off_target * bytes / 2.0
        };
        let limit = if change > 0.0 { self.growth_limit() } else { MAX_WINDOW };
        self.window = ((window + change) as usize).min(limit.max(self.window)).clamp(MIN_WINDOW, MAX_WINDOW);
    }

    /// The queue to aim at. A fragment takes its own time, which no window makes shorter: on a path where that is more
    /// than the target the next one must still be there when it has gone.
    fn target(&self) -> Duration {
        let own =
            self.rate().map_or(0.0, |rate| 1.6 * FRAGMENT_BYTES as f64 / rate).min(MAX_TARGET.as_secs_f64());
        self.config.delay_target.max(Duration::from_secs_f64(own)).max(MIN_TARGET)
    }

    /// What is too much once the fast growth has met a queue: the window belongs to the rate and the delay there should be.
    fn overshoot(&self, queue: Duration) -> f64 {
        let least = self.delays.least().unwrap_or_default();
        let ratio = (least + self.target()).as_secs_f64() / (least + queue).as_secs_f64().max(1e-6);
        self.window as f64 * (ratio.min(1.0) - 1.0)
    }

    fn growth_limit(&self) -> usize {
        4 * self.round.peak.max(self.round.peak_before)
    }

    /// When a whole round met nearly no queue the path has more to give than slow growth would find out soon.
    fn end_round(&mut self, now: Duration) {
        if self.round.queue < self.target() / 4 {
            self.is_starting = true;
        }
        self.round =
            Round { since: now, peak: self.in_flight, peak_before: self.round.peak, queue: Duration::ZERO };
    }

    /// Bytes a second that the path has shown it can do; `None` while nothing is known.
    fn rate(&self) -> Option<f64> {
        self.delays.current().map(|round_trip| self.window as f64 / round_trip.as_secs_f64().max(1e-6))
    }

    fn bytes_in(&self, time: Duration) -> usize {
        self.rate().map_or(0, |rate| (rate * time.as_secs_f64()) as usize)
    }

    /// How long to wait after so many bytes, so that a window goes out evenly and not at once: a little faster than the
    /// path, as acknowledgements hold it back anyway.
    fn time_for(&self, bytes: usize) -> Duration {
        let ahead = if self.is_starting { 2.0 } else { 1.25 };
        let evenly = self.rate().map_or(0.0, |rate| bytes as f64 / (rate * ahead));
        // A round trip with a sleep in it is no measure of the path.
        let evenly = evenly.min(MAX_PACE.as_secs_f64());
        let allowed = self.config.max_rate.map_or(0.0, |rate| bytes as f64 / rate.max(1) as f64);
        Duration::from_secs_f64(evenly.max(allowed))
    }
}
