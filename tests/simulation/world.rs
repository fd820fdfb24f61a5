//! One seeded schedule: a page that makes events, a session, a network that fails, a server that restarts, a machine that
//! crashes and sleeps.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};
use rtcstats_native::proto::config::{Config, Dialect, Target};
use rtcstats_native::proto::session::{Fragment, Input, JournalCommand, Output, Session};
use serde_json::{Value, json};

use crate::disk::Disk;
use crate::messages::Reassembly;
use crate::path::Path;
use crate::server::Server;
use crate::server_v5;

const READY: &str = r#"{"type":"sn","body":{"value":0,"state":"initial"}}"#;

/// What travels on the link, with the time it arrives.
enum Travelling {
    Frame(Fragment),
    Ping(Vec<u8>),
    Close,
    Opened,
    Ready,
    Refused,
    Failed,
    Pong(Vec<u8>),
}

struct Link {
    id: String,
    is_reconnect: bool,
    /// What was acknowledged when it was opened.
    acknowledged: u64,
    /// Nothing gets through any more, and nobody says so.
    half_open: bool,
    path: Path,
    reassembly: Reassembly,
    in_flight: VecDeque<(Duration, Travelling)>,
}

pub struct World {
    rng: SmallRng,
    now: Duration,
    session: Session,
    config: Config,
    disk: Option<Disk>,
    server: Server,
    /// The one that is asked where the session speaks protocol 5.0.
    server_v5: server_v5::Server,
    link: Option<Link>,
    faults: bool,
    clock: f64,
    reports: HashMap<String, u64>,
    /// What the page handed over and the session took, by sequence number.
    accepted: HashMap<u64, Value>,
    dropped_before: u64,
    /// The number of the next event.
    next_number: u64,
    /// The highest number a pong made delivered.
    acknowledged: u64,
    /// The next command to the disk will fail.
    disk_fails: bool,
    /// The disk failed since the last start: some events are in memory only.
    disk_failed: bool,
    /// The last ping the server has answered.
    answered: Option<Vec<u8>>,
    finished: bool,
    leaving: bool,
    /// The session delivers what an earlier one left.
    inherits: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let mut config = Config::new(Target::new("wss://stats.example", "room").expect("valid"));
        config.dialect = if seed.is_multiple_of(2) { Dialect::V3 } else { Dialect::V5 };
        config.max_buffered_bytes = if rng.random_bool(0.3) { 20_000 } else { 8 << 20 };
        config.batch_max_bytes = rng.random_range(200..70_000);
        config.resume_session = rng.random_bool(0.1);
        let disk =
            rng.random_bool(0.5).then(|| Disk::new(if rng.random_bool(0.3) { 60_000 } else { 64 << 20 }));
        let mut session = Session::new(config.clone(), rng.next_u64());
        if disk.is_some() {
            session.start_journal();
        }
        Self {
            rng,
            now: Duration::ZERO,
            session,
            config,
            disk,
            server: Server::default(),
            server_v5: server_v5::Server::default(),
            link: None,
            faults: true,
            clock: 1_700_000_000_000.0,
            reports: HashMap::new(),
            accepted: HashMap::new(),
            dropped_before: 0,
            next_number: 1,
            acknowledged: 0,
            disk_fails: false,
            disk_failed: false,
            answered: None,
            finished: false,
            leaving: false,
            inherits: false,
        }
    }

    /// Runs the schedule and checks what must always hold.
    pub fn run(mut self) {
        let connect_at = self.rng.random_range(0..5);
        let steps = self.rng.random_range(20..120);
        for step in 0..steps {
            if step == connect_at {
                self.input(Input::Connect { breakout_room: false });
            }
            self.page();
            self.misfortune();
            let pause = self.rng.random_range(1..1500);
            self.advance(Duration::from_millis(pause));
        }
        if steps <= connect_at {
            self.input(Input::Connect { breakout_room: false });
        }
        self.heal();
        self.check();
    }

    /// Everything works from now on; whatever can be delivered is.
    fn heal(&mut self) {
        self.faults = false;
        self.disk_fails = false;
        if let Some(link) = self.link.take_if(|link| link.half_open) {
            drop(link);
            self.input(Input::LinkFailed { reason: "reset".into(), terminal: None, retry_after: None });
        }
        for _ in 0..40 {
            self.input(Input::ReconnectNow);
            self.advance(Duration::from_secs(5));
            if self.session.stats().pending == 0 {
                break;
            }
        }
        assert_eq!(
            self.session.stats().pending,
            0,
            "everything is delivered in the end: {:?}",
            self.session.stats()
        );
        self.leaving = true;
        self.input(Input::Close);
        self.advance(Duration::from_secs(10));
        assert!(self.finished, "a closed session ends");
        assert!(self.disk.as_ref().is_none_or(|disk| !disk.has_journal()), "what arrived is not kept");
    }

    fn page(&mut self) {
        for _ in 0..self.rng.random_range(0..6) {
            self.clock += if self.rng.random_bool(0.02) {
                f64::from(self.rng.random_range(-10_000_000..10_000_000))
            } else {
                50.0
            };
            // Every event has a time of its own, by which it is known again.
            self.clock = self.clock.floor() + (self.next_number % 8) as f64 / 8.0;
            let pc = format!("PC_{}", self.rng.random_range(0..3));
            let event = match self.rng.random_range(0..10) {
                0 => json!(["identity", null, { "n": self.rng.random_range(0..9) }, self.clock]),
                1 => json!(["create", pc, { "iceServers": [] }, self.clock]),
                2 => json!(["onconnectionstatechange", pc, "connected", self.clock]),
                3 => json!(["close", pc, {}, self.clock]),
                4..=7 => json!(["getstats", pc, self.report(&pc), self.clock]),
                _ => json!(["logs", null, "x".repeat(self.rng.random_range(0..400)), self.clock]),
            };
            self.push(&event);
        }
    }

    fn report(&mut self, pc: &str) -> Value {
        let count = self.reports.entry(pc.to_owned()).or_default();
        *count += 1;
        let (count, size) = (*count, self.rng.random_range(1..6));
        let report = |index: u64| {
            let timestamp = self.clock + (index / 2) as f64 * 0.25;
            let packets = count / (index + 1);
            json!({ "type": "inbound-rtp", "timestamp": timestamp, "packets": packets, "mid": index, "own": format!("R{index}") })
        };
        Value::Object((0..size).map(|index| (format!("R{index}"), report(index))).collect())
    }

    fn push(&mut self, event: &Value) {
        let before = self.session.stats().captured;
        self.accepted.insert(self.next_number, event.clone());
        self.next_number += 1;
        self.session.handle(Input::Push(event.to_string()), self.now);
        assert_eq!(self.session.stats().captured, before + 1);
        self.settle();
    }

    fn misfortune(&mut self) {
        match self.rng.random_range(0..40) {
            0 | 1 => self.cut(),
            2 | 3 => {
                if let Some(link) = &mut self.link {
                    link.half_open = true;
                }
            }
            4 => self.close_by_server(),
            5 if self.disk.is_some() => self.crash(),
            6 => {
                let sleep = self.rng.random_range(1..7200);
                self.now += Duration::from_secs(sleep);
            }
            7 => self.input(Input::ReconnectNow),
            8 => {
                // A pong the server sent long ago, once more.
                if let Some(payload) = self.answered.clone() {
                    self.pong_arrives(payload);
                }
            }
            9 => self.disk_fails = self.disk.is_some(),
            10..=13 => self.trouble(),
            _ => {}
        }
    }

    /// Does what the session says to the journal. What an earlier run left and cannot be used is no reason to give
    /// anything up: its delivery stops, and the next start goes on.
    fn journal(&mut self, command: JournalCommand) {
        let disk = self.disk.as_mut().expect("there is a journal");
        let fails = !matches!(command, JournalCommand::Position(_)) && std::mem::take(&mut self.disk_fails);
        self.disk_failed |= fails;
        let Some(input) = disk.perform(command, fails) else { return };
        let before = self.session.stats();
        let ends = self.inherits && matches!(input, Input::JournalFailed(_));
        self.session.handle(input, self.now);
        let after = self.session.stats();
        assert!(!ends || (before.pending, before.dropped) == (after.pending, after.dropped));
    }

    fn pong_arrives(&mut self, payload: Vec<u8>) {
        let delivered = self.session.stats().delivered;
        let text = std::str::from_utf8(&payload).expect("a ping is text");
        let number = text.split('.').next().and_then(|number| number.parse().ok()).expect("a number");
        self.session.handle(Input::LinkPong(payload), self.now);
        if self.session.stats().delivered > delivered {
            self.acknowledged = number;
        }
        self.settle();
    }

    /// The socket breaks; what is in flight is lost from some point on.
    fn cut(&mut self) {
        if let Some(mut link) = self.link.take() {
            let reach = self.rng.random_range(0..=link.in_flight.len());
            link.in_flight.truncate(reach);
            for (_, travelling) in link.in_flight {
                if let Travelling::Frame(fragment) = travelling
                    && let Some(message) = link.reassembly.add(&fragment)
                {
                    self.receive(&link.id, &message, link.acknowledged);
                }
            }
            self.input(Input::LinkFailed { reason: "reset".into(), terminal: None, retry_after: None });
        }
    }

    fn speaks_v5(&self) -> bool {
        self.config.dialect == Dialect::V5
    }

    fn receive(&mut self, id: &str, frame: &[u8], acknowledged: u64) {
        if self.speaks_v5() {
            self.server_v5.receive(id, frame);
        } else {
            self.server.receive(frame, acknowledged);
        }
    }

    /// A restart, or the server's own wish.
    fn close_by_server(&mut self) {
        if self.link.take().is_some() {
            let code = if self.rng.random_bool(0.5) { 1001 } else { 3001 };
            self.input(Input::LinkClosed { code, reason: String::new() });
        }
    }

    /// The process dies; the next one finds the journal as it was last written.
    fn crash(&mut self) {
        let Some(inherited) = self.disk.as_mut().and_then(Disk::restart) else {
            if self.finished {
                self.start_over();
            }
            return;
        };
        self.link = None;
        self.finished = false;
        self.dropped_before += self.session.stats().dropped + self.in_memory_only();
        self.acknowledged = inherited.position.acknowledged;
        self.next_number = inherited.last_sequence_number + 1;
        self.forget_what_was_in_memory_only();
        let seed = self.rng.next_u64();
        self.session = Session::inherit(self.config.clone(), seed, inherited);
        self.inherits = true;
        self.disk_failed = false;
        self.input(Input::Connect { breakout_room: false });
    }

    /// Everything an earlier run left has arrived: whatever follows is a session of its own.
    fn start_over(&mut self) {
        self.check();
        self.accepted.clear();
        self.server.arrived.clear();
        self.server_v5.forget_all();
        (self.dropped_before, self.next_number, self.acknowledged) = (0, 1, 0);
        self.session = Session::new(self.config.clone(), self.rng.next_u64());
        self.session.start_journal();
        (self.link, self.finished, self.inherits, self.disk_failed) = (None, false, false, false);
        self.input(Input::Connect { breakout_room: false });
    }

    /// What a disk did not take, or gave up over its bound, dies with the process.
    fn in_memory_only(&self) -> u64 {
        let on_disk = self.disk.as_ref().map_or(0, |disk| disk.pending_after(self.acknowledged));
        self.session.stats().pending.saturating_sub(on_disk)
    }

    /// No more can be asked of a broken disk: what it did not take is gone with the process, and its numbers are free.
    fn forget_what_was_in_memory_only(&mut self) {
        let lost: Vec<u64> =
            self.accepted.keys().copied().filter(|number| *number >= self.next_number).collect();
        assert!(lost.is_empty() || self.disk_failed, "{lost:?} are not on a disk that works");
        for number in lost {
            self.server.arrived.remove(&number);
            if let Some(event) = self.accepted.remove(&number) {
                self.server_v5.forget(&event);
            }
        }
    }

    fn advance(&mut self, by: Duration) {
        let end = self.now + by;
        loop {
            let arrival = self.link.as_ref().and_then(|link| link.in_flight.front()).map(|(at, _)| *at);
            let next = [arrival, self.session.deadline()].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else { break };
            self.now = self.now.max(next);
            if arrival.is_some_and(|at| at <= self.now) {
                self.arrive();
            } else {
                self.settle();
            }
        }
        self.now = end;
        self.settle();
    }

    fn input(&mut self, input: Input) {
        self.session.handle(input, self.now);
        self.settle();
    }

    fn settle(&mut self) {
        self.perform();
        let stats = self.session.stats();
        assert_eq!(stats.captured, stats.delivered + stats.pending + stats.dropped, "{stats:?}");
        if self.finished && !self.leaving {
            assert!(self.inherits && self.disk_failed, "nobody asked it to end");
            self.crash();
        }
    }

    fn perform(&mut self) {
        while let Some(output) = self.session.poll(self.now) {
            match output {
                Output::Open { url, .. } => self.open(&url),
                Output::Write(frame) => {
                    self.travel(Travelling::Frame(frame));
                    self.session.handle(Input::LinkFlushed, self.now);
                }
                Output::Ping(payload) => self.travel(Travelling::Ping(payload)),
                Output::Disconnect(Some(_)) => self.travel(Travelling::Close),
                Output::Disconnect(None) => self.link = None,
                Output::Journal(command) => self.journal(command),
                Output::Notify(_) => {}
                Output::Finished => self.finished = true,
            }
        }
        let deadline = self.session.deadline();
        assert!(
            deadline.is_none_or(|at| at > self.now),
            "{deadline:?} is due at {:?}, nothing was done",
            self.now
        );
    }

    fn open(&mut self, url: &str) {
        let query = url.split_once("statsSessionId=").expect("a session").1;
        let (id, is_reconnect) = query.split_once("&isReconnect=").unwrap_or((query, "false"));
        let half_open = self.faults && self.rng.random_bool(0.1);
        let is_reconnect = is_reconnect == "true";
        let acknowledged = self.acknowledged;
        let in_flight = VecDeque::new();
        let (path, reassembly) = (self.path(), Reassembly::default());
        self.link = Some(Link {
            id: id.to_owned(),
            is_reconnect,
            acknowledged,
            half_open,
            path,
            reassembly,
            in_flight,
        });
        let refused = is_reconnect || self.server.dumps.contains_key(id);
        if self.faults && self.rng.random_bool(0.2) {
            return self.travel(Travelling::Failed);
        }
        self.travel(Travelling::Opened);
        if self.speaks_v5() {
            return self.server_v5.open();
        }
        self.travel(if refused { Travelling::Refused } else { Travelling::Ready });
    }

    /// As fast as can be, or with a bottleneck of some kind.
    fn path(&mut self) -> Path {
        let rates = [64_000, 256_000, 1_000_000, 20_000_000];
        let rate = self.rng.random_bool(0.5).then(|| rates[self.rng.random_range(0..rates.len())]);
        Path::new(rate, Duration::from_millis(self.rng.random_range(0..150)))
    }

    /// Puts something on the link; it keeps its place behind what is there.
    fn travel(&mut self, travelling: Travelling) {
        let jitter = Duration::from_millis(self.rng.random_range(1..100));
        let now = self.now;
        if let Some(link) = self.link.as_mut().filter(|link| !link.half_open) {
            let arrival = match &travelling {
                Travelling::Frame(fragment) => link.path.carry(fragment.bytes.len(), now),
                Travelling::Ping(_) => link.path.carry_ping(now),
                _ => now + link.path.latency,
            };
            let last = link.in_flight.back().map_or(now, |(at, _)| *at);
            link.in_flight.push_back((last.max(arrival + jitter), travelling));
        }
    }

    /// Others use the bottleneck, it stands still for a while, the way becomes another.
    fn trouble(&mut self) {
        let (now, rng) = (self.now, &mut self.rng);
        let Some(link) = &mut self.link else { return };
        match rng.random_range(0..3) {
            0 => link.path.occupy(rng.random_range(1..50_000), now),
            1 => link.path.stall(Duration::from_millis(rng.random_range(1..8_000)), now),
            _ => link.path.latency = Duration::from_millis(rng.random_range(0..300)),
        }
    }

    fn arrive(&mut self) {
        let link = self.link.as_mut().expect("something arrives on a link");
        let (_, travelling) = link.in_flight.pop_front().expect("something arrives");
        match travelling {
            Travelling::Frame(fragment) => {
                if let Some(message) = link.reassembly.add(&fragment) {
                    let (id, acknowledged) = (link.id.clone(), link.acknowledged);
                    self.receive(&id, &message, acknowledged);
                }
            }
            Travelling::Ping(payload) => self.pong(payload),
            Travelling::Pong(payload) => self.pong_arrives(payload),
            Travelling::Opened => self.input(Input::LinkOpened),
            Travelling::Ready => {
                assert!(!link.is_reconnect && !self.server.dumps.contains_key(&link.id));
                self.input(Input::LinkMessage(READY.into()));
            }
            Travelling::Failed => {
                self.link = None;
                self.input(Input::LinkFailed { reason: "refused".into(), terminal: None, retry_after: None });
            }
            Travelling::Refused | Travelling::Close => {
                self.link = None;
                self.input(Input::LinkClosed { code: 3001, reason: String::new() });
            }
        }
    }

    /// Sometimes late, sometimes twice, sometimes never.
    fn pong(&mut self, payload: Vec<u8>) {
        self.answered = Some(payload.clone());
        let copies = match self.rng.random_range(0..20) {
            0 if self.faults => 0,
            1 => 2,
            _ => 1,
        };
        for _ in 0..copies {
            self.travel(Travelling::Pong(payload.clone()));
        }
    }

    /// Every accepted event is in a dump as it was, or counted as dropped; every later dump says whose it is.
    fn check(&self) {
        let missing = if self.speaks_v5() { self.missing_v5() } else { self.missing() };
        let dropped = self.dropped_before + self.session.stats().dropped;
        assert!(missing <= dropped, "{missing} events are missing, {dropped} are counted as dropped");
        self.server_v5.check();
        for (id, dump) in &self.server.dumps {
            let later_part = id.contains('_');
            assert!(!later_part || dump.order[0].1 == "identity", "{id} does not say whose it is");
        }
    }

    fn missing_v5(&self) -> u64 {
        self.accepted.values().filter(|event| !self.server_v5.has(event)).count() as u64
    }

    fn missing(&self) -> u64 {
        let mut missing = 0;
        for (number, event) in &self.accepted {
            match self.server.arrived.get(number) {
                None => missing += 1,
                Some(entry) => {
                    let same = (0..4).all(|index| entry[index] == event[index]);
                    assert!(same, "entry {number} changed: {entry} instead of {event}");
                }
            }
        }
        missing
    }
}
