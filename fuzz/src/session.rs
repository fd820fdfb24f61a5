//! A session whose inputs, in any order and at any time, are bytes.

use std::num::NonZeroU8;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use rtcstats_native::proto::config::{Config, Target};
use rtcstats_native::proto::notification::ChannelEvent;
use rtcstats_native::proto::session::{Input, JournalCommand, Output, Session, Terminal};

use crate::disk::Disk;
use crate::messages::{Reassembly, entry_of};

const LINES: [&str; 10] = [
    r#"["identity",null,{"a":1,"deploymentInfo":{"b":2}},1]"#,
    r#"["create","PC_0",{},2]"#,
    r#"["constraints","PC_0",{"optional":[]},2]"#,
    r#"["onconnectionstatechange","PC_0","connected",3]"#,
    r#"["getstats","PC_0",{"T":{"id":"T","timestamp":1.5,"a":1}},4]"#,
    r#"["getstats","PC_1",{"T":{"id":"T","timestamp":2.5,"a":1}},5]"#,
    r#"["close","PC_0",[],6]"#,
    r#"["logs",null,"text",7]"#,
    r#"["getstats","PC_0",null,8]"#,
    "no event",
];
const STEPS: [u64; 8] = [0, 1, 99, 1000, 5000, 31_000, 601_000, 3_600_000];
const MAX_ROUNDS: usize = 10_000;

/// Whatever happens in whatever order: no panic, it comes to rest, everything accepted is accounted for at any time, numbers
/// rise on every link, and nothing follows the end.
pub fn session(data: &[u8]) {
    let mut bytes = Unstructured::new(data);
    let Ok(mut run) = Run::new(&mut bytes) else { return };

    while !bytes.is_empty() && run.step(&mut bytes).is_ok() {}
}

struct Run {
    session: Session,
    now: Duration,
    disk: Disk,
    /// The next command to the disk will fail.
    disk_fails: bool,
    reads: u8,
    /// Every how many reads an event is damaged.
    damage_every: Option<NonZeroU8>,
    pings: Vec<Vec<u8>>,
    unflushed: bool,
    flushes_at_once: bool,
    last_written: u64,
    reassembly: Reassembly,
    delivered: u64,
    finished: bool,
}

impl Run {
    fn new(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let mut config = Config::new(Target::new("wss://s", "m").expect("a target"));

        config.max_buffered_bytes = *bytes.choose(&[0, 300, 2000, 1 << 20])?;
        config.batch_max_bytes = *bytes.choose(&[1, 200, 1 << 16])?;
        config.resume_session = bytes.arbitrary()?;
        config.use_legacy = bytes.arbitrary()?;
        let journalled = bytes.arbitrary()?;
        let mut session = Session::new(config, bytes.arbitrary()?);

        if journalled {
            session.start_journal();
        }

        Ok(Self {
            session,
            now: Duration::ZERO,
            disk: Disk::new(4000),
            disk_fails: false,
            reads: 0,
            damage_every: bytes.arbitrary::<Option<NonZeroU8>>()?,
            pings: Vec::new(),
            unflushed: false,
            flushes_at_once: bytes.arbitrary()?,
            last_written: 0,
            reassembly: Reassembly::default(),
            delivered: 0,
            finished: false,
        })
    }

    fn step(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        match bytes.int_in_range(0..=20_u8)? {
            0..=3 => self.pass(*bytes.choose(&STEPS)?),
            4 => {
                if let Some(deadline) = self.session.deadline() {
                    self.now = self.now.max(deadline);
                }
            }
            _ => {
                let input = self.choose(bytes)?;

                self.input(input);
            }
        }
        self.settle();

        Ok(())
    }

    fn pass(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
    }

    fn choose(&mut self, bytes: &mut Unstructured<'_>) -> Result<Input> {
        let reason = || "reset".to_owned();

        Ok(match bytes.int_in_range(0..=20_u8)? {
            0..=5 => Input::Push(lines(bytes)?),
            6 => Input::Overflowed(bytes.arbitrary::<u8>()?.into()),
            7 => Input::Connect { breakout_room: false },
            8 => Input::Connect { breakout_room: true },
            9 => Input::ReconnectNow,
            10 if bytes.ratio(1_u8, 8_u8)? => Input::Close,
            10 | 11 => Input::LinkOpened,
            12 => Input::LinkMessage(format!(
                r#"{{"type":"sn","body":{{"value":{},"state":"initial"}}}}"#,
                if bytes.arbitrary()? { 0 } else { bytes.arbitrary::<u8>()? }
            )),
            13 => Input::LinkMessage(format!(
                r#"{{"type":"sn","body":{{"value":{}}}}}"#,
                bytes.choose(&[0_u64, 1, 2, 3, 7, 20, u64::MAX])?
            )),
            14 => Input::LinkFailed {
                reason: reason(),
                terminal: bytes.arbitrary::<bool>()?.then_some(Terminal::Certificate),
                retry_after: bytes.arbitrary::<Option<u16>>()?.map(|wait| Duration::from_secs(wait.into())),
            },
            15 => Input::LinkClosed { code: bytes.arbitrary()?, reason: reason() },
            16 => Input::LinkFlushed,
            17 => Input::LinkPong(bytes.arbitrary::<u8>()?.to_string().into()),
            18 | 19 => self.pong(bytes)?,
            _ => self.fail_disk(bytes)?,
        })
    }

    /// The server's pong, if one is due.
    fn pong(&mut self, bytes: &mut Unstructured<'_>) -> Result<Input> {
        let index = bytes.choose_index(self.pings.len().max(1))?;

        Ok(self.pings.get(index).map_or(Input::LinkBinary, |ping| Input::LinkPong(ping.clone())))
    }

    /// Does it, or fails to; now and then an event that is read back is damaged.
    fn journal(&mut self, command: JournalCommand) {
        let fails = !matches!(command, JournalCommand::Position(_)) && std::mem::take(&mut self.disk_fails);
        let Some(mut input) = self.disk.perform(command, fails) else { return };

        if let Input::JournalRestored { entries, .. } = &mut input {
            self.reads = self.reads.wrapping_add(1);
            let damaged = self.damage_every.is_some_and(|every| self.reads % every == 0);

            entries.drain(..usize::from(damaged && !entries.is_empty()));
        }
        self.input(input);
    }

    /// The disk fails now, at the next command, or it has lost something.
    fn fail_disk(&mut self, bytes: &mut Unstructured<'_>) -> Result<Input> {
        if bytes.ratio(1_u8, 8_u8)? {
            self.disk_fails = bytes.arbitrary()?;

            return Ok(Input::JournalFailed("the disk is full".to_owned()));
        }
        if bytes.ratio(1_u8, 4_u8)? {
            self.disk_fails = true;

            return Ok(if bytes.arbitrary()? { Input::JournalOvergrown } else { Input::JournalUnsaved });
        }
        let count = bytes.int_in_range(0..=self.disk.line_count().min(4))?;

        Ok(Input::JournalDropped(self.disk.lose(count)))
    }

    fn input(&mut self, input: Input) {
        if matches!(input, Input::LinkFailed { .. } | Input::LinkClosed { .. }) {
            self.forget_link();
        }
        self.session.handle(input, self.now);
        self.check();
    }

    fn forget_link(&mut self) {
        self.last_written = 0;
        self.reassembly = Reassembly::default();
        self.pings.clear();
        self.unflushed = false;
    }

    /// Does what the session says until it has nothing more to say.
    fn settle(&mut self) {
        let mut rounds = 0;

        while let Some(output) = self.session.poll(self.now) {
            assert!(!self.finished, "{output:?} after the end");
            rounds += 1;
            assert!(rounds < MAX_ROUNDS, "it does not come to rest");
            self.perform(output);
            self.check();
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Open { url, .. } => {
                assert!(url.starts_with("wss://s/m?statsSessionId="));
                self.forget_link();
            }
            Output::Write(fragment) => {
                if let Some(message) = self.reassembly.add(&fragment) {
                    self.check_message(&message);
                }
                self.unflushed = true;
                if self.flushes_at_once {
                    self.session.handle(Input::LinkFlushed, self.now);
                }
            }
            Output::Ping(payload) => self.pings.push(payload),
            Output::Journal(command) => self.journal(command),
            Output::Disconnect(None) => self.forget_link(),
            Output::Disconnect(Some(_)) => {}
            Output::Notify(event) => check_event(&event),
            Output::Finished => {
                self.finished = true;
                assert!(self.session.is_closed());
            }
        }
    }

    /// Numbers rise from message to message of one link.
    fn check_message(&mut self, message: &[u8]) {
        for message in serde_json::Deserializer::from_slice(message).into_iter::<serde_json::Value>() {
            let entry = entry_of(&message.expect("a message"));

            if let Some(number) = entry.and_then(|entry| entry[4].as_u64()) {
                assert!(number > self.last_written || number == 0, "{number} after {}", self.last_written);
                self.last_written = number;
            }
        }
    }

    fn check(&mut self) {
        let stats = self.session.stats();

        assert_eq!(stats.captured, stats.delivered + stats.pending + stats.dropped, "{stats:?}");
        assert!(stats.delivered >= self.delivered);
        self.delivered = stats.delivered;
    }
}

fn check_event(event: &ChannelEvent) {
    if let ChannelEvent::Dropped { count, types: names } | ChannelEvent::Rejected { count, reasons: names } =
        event
    {
        assert_eq!(*count, names.values().sum::<u64>());
    }
}

fn lines(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut lines = Vec::new();

    for _ in 0..=bytes.int_in_range(0..=5)? {
        lines.push(*bytes.choose(&LINES)?);
    }

    Ok(lines.join("\n"))
}
