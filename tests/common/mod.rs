//! A session on virtual time, and a server that answers it: no socket, no clock, no chance that is not seeded.
#![allow(dead_code, reason = "each test file uses its own part")]

mod messages;

use std::time::Duration;

use rtcstats_native::proto::config::{Config, Target};
use rtcstats_native::proto::ledger::Stats;
use rtcstats_native::proto::notification::ChannelEvent;
use rtcstats_native::proto::session::{Input, Output, Session};

use messages::Reassembly;

/// The defaults, without jitter so that tests can tell when the next attempt is.
pub fn config() -> Config {
    let mut config = Config::new(Target::new("wss://stats.example", "room").unwrap());
    config.backoff.jitter = Duration::ZERO;
    config
}

pub fn log(text: &str) -> String {
    format!(r#"["logs",null,"{text}",1]"#)
}

/// A session under test with everything it asked for.
pub struct Bench {
    pub session: Session,
    pub now: Duration,
    pub outputs: Vec<Output>,
}

impl Bench {
    pub fn new(config: Config) -> Self {
        Self { session: Session::new(config, 7), now: Duration::ZERO, outputs: Vec::new() }
    }

    /// A session whose server is ready.
    pub fn streaming(config: Config) -> Self {
        let mut bench = Self::new(config);
        bench.input(Input::Connect { breakout_room: false });
        bench.ready();
        bench.outputs.clear();
        bench
    }

    pub fn input(&mut self, input: Input) -> &mut Self {
        self.session.handle(input, self.now);
        self.poll();
        self.check_accounts();
        self
    }

    /// Lets time pass, deadline by deadline.
    pub fn advance(&mut self, by: Duration) -> &mut Self {
        let end = self.now + by;
        while let Some(deadline) = self.session.deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            self.poll();
        }
        self.now = end;
        self.poll();
        self.check_accounts();
        self
    }

    pub fn push(&mut self, lines: &[String]) -> &mut Self {
        self.input(Input::Push(lines.join("\n")))
    }

    /// The attempt succeeds and the server says that it is ready.
    pub fn ready(&mut self) -> &mut Self {
        self.input(Input::LinkOpened);
        self.input(Input::LinkMessage(r#"{"type":"sn","body":{"value":0,"state":"initial"}}"#.into()))
    }

    pub fn lose(&mut self) -> &mut Self {
        self.input(Input::LinkFailed { reason: "reset".into(), terminal: None, retry_after: None })
    }

    /// Answers the latest ping.
    pub fn pong(&mut self) -> &mut Self {
        let payload = self.pings().last().expect("a ping was sent").clone();
        self.input(Input::LinkPong(payload))
    }

    /// Answers every ping a while after it was sent, until there have been none for a second.
    pub fn pong_all(&mut self) -> &mut Self {
        let (mut answered, mut quiet) = (0, 0);
        while quiet < 50 {
            self.advance(Duration::from_millis(20));
            quiet += 1;
            if self.pings().len() > answered {
                (answered, quiet) = (self.pings().len(), 0);
                self.pong();
            }
        }
        self
    }

    pub fn stats(&self) -> Stats {
        self.session.stats()
    }

    pub fn pings(&self) -> Vec<Vec<u8>> {
        self.collect(|output| match output {
            Output::Ping(payload) => Some(payload.clone()),
            _ => None,
        })
    }

    pub fn urls(&self) -> Vec<String> {
        self.collect(|output| match output {
            Output::Open { url, .. } => Some(url.clone()),
            _ => None,
        })
    }

    pub fn events(&self) -> Vec<ChannelEvent> {
        self.collect(|output| match output {
            Output::Notify(event) => Some(event.clone()),
            _ => None,
        })
    }

    /// The entries written, as `[type, pcId, payload, ts, sn]`.
    pub fn written(&self) -> Vec<serde_json::Value> {
        let mut reassembly = Reassembly::default();
        let mut written = Vec::new();
        for output in &self.outputs {
            match output {
                Output::Open { .. } => reassembly = Reassembly::default(),
                Output::Write(fragment) => {
                    written.extend(reassembly.add(fragment).iter().flat_map(|message| entries(message)));
                }
                _ => {}
            }
        }
        written
    }

    pub fn written_types(&self) -> Vec<String> {
        self.written().iter().map(|entry| entry[0].as_str().unwrap().to_owned()).collect()
    }

    pub fn disconnects(&self) -> Vec<Option<u16>> {
        self.collect(|output| match output {
            Output::Disconnect(code) => Some(*code),
            _ => None,
        })
    }

    pub fn is_finished(&self) -> bool {
        self.outputs.contains(&Output::Finished)
    }

    fn poll(&mut self) {
        let mut rounds = 0;
        while let Some(output) = self.session.poll(self.now) {
            let flushed = matches!(output, Output::Write(_));
            self.outputs.push(output);
            if flushed {
                self.session.handle(Input::LinkFlushed, self.now);
            }
            rounds += 1;
            assert!(rounds < 100_000, "the session does not come to rest");
        }
    }

    fn check_accounts(&self) {
        let stats = self.stats();
        assert_eq!(stats.captured, stats.delivered + stats.pending + stats.dropped, "{stats:?}");
    }

    fn collect<T>(&self, pick: impl Fn(&Output) -> Option<T>) -> Vec<T> {
        self.outputs.iter().filter_map(pick).collect()
    }
}

/// The entries in a frame of concatenated messages; a keepalive has none.
pub fn entries(frame: &[u8]) -> Vec<serde_json::Value> {
    serde_json::Deserializer::from_slice(frame)
        .into_iter::<serde_json::Value>()
        .map(|message| message.expect("every message is JSON"))
        .filter_map(|message| messages::entry_of(&message))
        .collect()
}
