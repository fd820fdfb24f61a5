//! What delivery does to others on a path with a bottleneck, and how well it uses the path: the oracle for delay and
//! utilisation. The production session, on virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

use rtcstats_native::proto::config::{Config, Target};
use rtcstats_native::proto::session::{Input, Output, Session};
use serde_json::json;

use crate::path::Path;

const READY: &str = r#"{"type":"sn","body":{"value":0,"state":"initial"}}"#;
const SAMPLE: Duration = Duration::from_millis(1);

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// A session that is connected by a path, and what a bystander feels there.
struct Call {
    session: Session,
    path: Path,
    now: Duration,
    /// What arrives at the session, by time and order.
    arrivals: BTreeMap<(Duration, u64), Input>,
    order: u64,
    /// Queue of every sample in which ours was under way.
    delays: Vec<Duration>,
    /// What others put into the queue, at a time.
    others: Box<dyn FnMut(Duration) -> usize>,
    /// How often something was to be done.
    wake_ups: u32,
    pings: u32,
}

impl Call {
    fn new(bits_per_second: u64, latency: Duration) -> Self {
        let mut config = Config::new(Target::new("wss://stats.example", "room").expect("valid"));
        config.max_buffered_bytes = 64 << 20;
        let mut call = Self {
            session: Session::new(config, 7),
            path: Path::new(Some(bits_per_second), latency),
            now: Duration::ZERO,
            arrivals: BTreeMap::new(),
            order: 0,
            delays: Vec::new(),
            others: Box::new(|_| 0),
            wake_ups: 0,
            pings: 0,
        };
        for input in
            [Input::Connect { breakout_room: false }, Input::LinkOpened, Input::LinkMessage(READY.to_owned())]
        {
            call.input(input);
        }
        call
    }

    /// A poll of about so many bytes.
    fn poll(&mut self, bytes: usize) {
        let event = json!(["logs", null, "x".repeat(bytes), 1_700_000_000_000_u64]);
        self.input(Input::Push(event.to_string()));
    }

    fn arrive_at(&mut self, at: Duration, input: Input) {
        self.order += 1;
        self.arrivals.insert((at, self.order), input);
    }

    fn input(&mut self, input: Input) {
        self.session.handle(input, self.now);
        self.perform();
    }

    fn perform(&mut self) {
        while let Some(output) = self.session.poll(self.now) {
            match output {
                Output::Write(fragment) => {
                    self.path.carry(fragment.bytes.len(), self.now);
                    self.session.handle(Input::LinkFlushed, self.now);
                }
                Output::Ping(payload) => {
                    let there = self.path.carry_ping(self.now);
                    self.pings += 1;
                    self.arrive_at(there + self.path.latency, Input::LinkPong(payload));
                }
                Output::Open { .. } | Output::Notify(_) | Output::Finished => {}
                Output::Disconnect(_) => panic!("the link was given up at {:?}", self.now),
                Output::Journal(_) => unreachable!("there is no journal"),
            }
        }
    }

    fn pending(&self) -> u64 {
        self.session.stats().pending
    }

    /// Goes on for so long, or until everything is delivered when `until_empty`. Returns how long that took.
    fn run(&mut self, at_most: Duration, until_empty: bool) -> Duration {
        let (begin, end) = (self.now, self.now + at_most);
        while self.now < end && !(until_empty && self.pending() == 0) {
            let sample = self.now + SAMPLE;
            loop {
                let arrival = self.arrivals.first_key_value().map(|((at, _), _)| *at);
                let next = [arrival, self.session.deadline()].into_iter().flatten().min();
                let Some(next) = next.filter(|next| *next <= sample) else { break };
                self.now = self.now.max(next);
                self.wake_ups += 1;
                if arrival.is_some_and(|at| at <= self.now) {
                    let (_, input) = self.arrivals.pop_first().expect("something arrives");
                    self.input(input);
                } else {
                    self.perform();
                }
            }
            self.now = sample;
            let bytes = (self.others)(self.now);
            self.path.occupy(bytes, self.now);
            if self.pending() > 0 {
                self.delays.push(self.path.queue(self.now));
            }
        }
        self.now - begin
    }

    /// The delay that all but so many of a hundred felt at most.
    fn percentile(&mut self, percent: usize) -> Duration {
        self.delays.sort_unstable();
        let index = self.delays.len() * percent / 100;
        self.delays.get(index.min(self.delays.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Drains a backlog; returns the delay others felt and how much of the path's rate was used.
fn drain(bits_per_second: u64, latency: Duration, polls: usize, poll_bytes: usize) -> (Duration, f64) {
    let mut call = Call::new(bits_per_second, latency);
    for _ in 0..polls {
        call.poll(poll_bytes);
    }
    let took = call.run(Duration::from_secs(600), true);
    assert_eq!(call.pending(), 0, "everything arrives");
    let used = call.path.carried as f64 / took.as_secs_f64() / (bits_per_second as f64 / 8.0);
    let delay = call.percentile(95);
    println!("{bits_per_second} bit/s, {latency:?}: {delay:?} at p95, {:.0} % used, {took:?}", used * 100.0);
    (delay, used)
}

#[test]
fn a_backlog_gives_way_and_uses_the_path() {
    for (bits, latency, most, least_used) in [
        (128_000, ms(10), ms(200), 0.9),
        (256_000, ms(10), ms(100), 0.9),
        (256_000, ms(40), ms(100), 0.9),
        (1_000_000, ms(5), ms(50), 0.9),
        (1_000_000, ms(50), ms(50), 0.9),
        (5_000_000, ms(20), ms(50), 0.9),
        (20_000_000, ms(25), ms(50), 0.8),
        (20_000_000, ms(1), ms(50), 0.8),
    ] {
        let seconds = 40;
        let polls = (bits / 8 * seconds / 110_000).max(10) as usize;
        let (delay, used) = drain(bits, latency, polls, 110_000);
        assert!(delay <= most, "{bits} bit/s, {latency:?}: {delay:?}");
        assert!(used >= least_used, "{bits} bit/s, {latency:?}: {used}");
    }
}

#[test]
fn a_steady_call_is_not_felt() {
    for (bits, poll, most) in
        [(256_000, 20_000, ms(100)), (1_000_000, 47_000, ms(50)), (20_000_000, 160_000, ms(50))]
    {
        let mut call = Call::new(bits, ms(20));
        for _ in 0..30 {
            call.poll(poll);
            call.run(Duration::from_secs(10), false);
            assert_eq!(call.pending(), 0, "a poll is delivered before the next");
        }
        let delay = call.percentile(95);
        println!("{bits} bit/s steady: {delay:?} at p95, most {:?}", call.percentile(100));
        assert!(delay <= most, "{bits} bit/s: {delay:?}");
    }
}
