//! One channel's actor: feeds the session what happens, does what the session says, and nothing else.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::journal::{Directory, Journal, Keeper};
use super::shared::{ChannelOptions, Command, Completion, Listener, Shared, count_lines};
use super::transport::{self, Attempt, TransportOptions, WebSocket};
use crate::proto::ledger::Stats;
use crate::proto::notification::ChannelEvent;
use crate::proto::session::{Input, Output, Session};

/// How long a socket that was told to close may take to say so.
const LINGER: Duration = Duration::from_secs(2);

/// What is taken in before a deadline counts, at most: a server that floods us must not keep it from counting.
const CATCH_UP: usize = 64;

/// The socket, or the attempt to get one. Never both, never two.
enum Link {
    None,
    Connecting(Attempt),
    Open(Box<WebSocket>),
}

impl Link {
    /// What happens next on the link; waits for ever when there is none.
    async fn next(&mut self) -> Input {
        match self {
            Self::None => std::future::pending().await,
            Self::Open(socket) => socket.next().await,
            Self::Connecting(attempt) => match attempt.await {
                Ok(socket) => {
                    *self = Self::Open(Box::new(socket));
                    Input::LinkOpened
                }
                Err(error) => Input::LinkFailed {
                    terminal: error.terminal(),
                    retry_after: error.retry_after(),
                    reason: error.to_string(),
                },
            },
        }
    }
}

pub(super) struct Actor {
    session: Session,
    transport: Arc<TransportOptions>,
    /// `None` once the owner is gone.
    inbox: Option<mpsc::Receiver<Command>>,
    shared: Arc<Shared>,
    listener: Listener,
    link: Link,
    keeper: Keeper,
    closing: Vec<Completion>,
    started: Instant,
}

impl Actor {
    pub(super) fn new(
        options: ChannelOptions,
        inbox: mpsc::Receiver<Command>,
        shared: Arc<Shared>,
        listener: Listener,
    ) -> Self {
        let ChannelOptions { config, transport, journal } = options;
        let directory = journal.map(Directory::new);
        let mut session = Session::new(config, rand::random());
        if directory.is_some() {
            session.start_journal();
        }
        shared.publish(&session);
        let transport = Arc::new(transport);
        let keeper = Keeper::new(directory, Arc::clone(&transport));
        Self { inbox: Some(inbox), ..Self::over(session, transport, shared, listener, keeper) }
    }

    /// An actor for what an earlier run left; see [`Actor::recover`].
    pub(super) fn recovering(
        session: Session,
        transport: TransportOptions,
        journal: Journal,
        listener: Listener,
    ) -> Self {
        let transport = Arc::new(transport);
        let keeper = Keeper::adopting(journal, Arc::clone(&transport));
        Self::over(session, transport, Arc::default(), listener, keeper)
    }

    fn over(
        session: Session,
        transport: Arc<TransportOptions>,
        shared: Arc<Shared>,
        listener: Listener,
        keeper: Keeper,
    ) -> Self {
        Self {
            session,
            transport,
            inbox: None,
            shared,
            listener,
            link: Link::None,
            keeper,
            closing: Vec::new(),
            started: Instant::now(),
        }
    }

    /// Runs until the session is over. A panic ends this channel with an error event, and nothing else.
    pub(super) async fn run(mut self) {
        let listener = Arc::clone(&self.listener);
        let shared = Arc::clone(&self.shared);
        let work = async {
            while !self.perform() {
                self.step().await;
            }
            self.refuse_what_came_too_late();
            self.closing.clear();
        };
        if AssertUnwindSafe(work).catch_unwind().await.is_err() {
            shared.mark_closed();
            listener(ChannelEvent::Error {
                code: "ERR_RTCSTATS_INTERNAL",
                message: "the channel failed and is closed; this is a bug".to_owned(),
            });
        }
    }

    /// Delivers everything inherited, or as much as the reconnection budget and the disk allow. Returns the figures at the
    /// end; what is pending then is still in the journal.
    pub(super) async fn recover(mut self) -> Stats {
        self.input(Input::Connect { breakout_room: false });
        while !self.perform() {
            let done = self.session.stats().pending == 0 || self.session.is_exhausted();
            if done && !self.session.is_leaving() {
                self.input(Input::Close);
            } else {
                self.step().await;
            }
        }
        self.session.stats()
    }

    /// Waits for the next thing that happens.
    async fn step(&mut self) {
        self.shared.publish(&self.session);
        let deadline = self.session.deadline().map(|deadline| self.started + deadline);
        tokio::select! {
            command = receive(&mut self.inbox) => self.command(command),
            input = self.link.next() => self.input(input),
            () = sleep_until(deadline) => {}
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            self.catch_up();
        }
    }

    /// Takes in what has arrived: after a stall of this thread a pong must count before its deadline does.
    fn catch_up(&mut self) {
        for _ in 0..CATCH_UP {
            let Some(input) = self.link.next().now_or_never() else { break };
            self.input(input);
        }
    }

    fn command(&mut self, command: Option<Command>) {
        match command {
            Some(Command::Input(input)) => {
                if let Input::Push(batch) = &input {
                    self.shared.dequeued(batch.len());
                }
                self.input(input);
            }
            Some(Command::Close(done)) => {
                self.closing.push(done);
                self.input(Input::Close);
            }
            // The owner is gone without closing: do what is left to do.
            None => {
                self.inbox = None;
                self.input(Input::Close);
            }
        }
    }

    /// What was queued behind the end is rejected, as everything later is.
    fn refuse_what_came_too_late(&mut self) {
        let Some(mut inbox) = self.inbox.take() else { return };
        inbox.close();
        while let Ok(command) = inbox.try_recv() {
            match command {
                Command::Input(Input::Push(batch)) => {
                    self.shared.dequeued(batch.len());
                    self.shared.rejected(count_lines(&batch));
                }
                Command::Input(_) => {}
                Command::Close(done) => self.closing.push(done),
            }
        }
    }

    fn input(&mut self, input: Input) {
        let now = self.started.elapsed();
        let overflowed = self.shared.take_overflowed();
        if overflowed > 0 {
            self.session.handle(Input::Overflowed(overflowed), now);
        }
        if matches!(input, Input::LinkFailed { .. } | Input::LinkClosed { .. }) {
            self.link = Link::None;
        }
        self.session.handle(input, now);
    }

    /// Does everything the session wants done now; true when the session is over.
    fn perform(&mut self) -> bool {
        while let Some(output) = self.session.poll(self.started.elapsed()) {
            match output {
                Output::Open { url, subprotocol } => {
                    self.release();
                    let transport = Arc::clone(&self.transport);
                    self.link = Link::Connecting(transport::connect(url, subprotocol, transport));
                }
                Output::Write(messages) => self.with_socket(|socket| socket.write(messages)),
                Output::Ping(payload) => self.with_socket(|socket| socket.ping(payload)),
                Output::Disconnect(Some(code)) => self.with_socket(|socket| socket.close(code)),
                Output::Disconnect(None) => self.link = Link::None,
                Output::Journal(command) => {
                    if let Some(input) = self.keeper.perform(command) {
                        self.input(input);
                    }
                }
                Output::Notify(event) => (self.listener)(event),
                Output::Finished => {
                    self.release();
                    self.shared.publish(&self.session);
                    return true;
                }
            }
        }
        false
    }

    fn with_socket(&mut self, act: impl FnOnce(&mut WebSocket)) {
        if let Link::Open(socket) = &mut self.link {
            act(socket);
        }
    }

    /// Lets go of the link; a close frame on its way may still get out.
    fn release(&mut self) {
        if let Link::Open(socket) = std::mem::replace(&mut self.link, Link::None)
            && socket.is_closing()
        {
            tokio::spawn(tokio::time::timeout(LINGER, socket.linger()));
        }
    }
}

async fn receive(inbox: &mut Option<mpsc::Receiver<Command>>) -> Option<Command> {
    match inbox {
        Some(inbox) => inbox.recv().await,
        None => std::future::pending().await,
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::io::channel::Channel;
    use crate::io::thread::IoThread;
    use crate::proto::config::{Config, Target};

    const LINE: &str = r#"["logs",null,"a",1]"#;
    const PATIENCE: Duration = Duration::from_secs(30);

    fn start(thread: &IoThread, listener: Listener) -> Channel {
        let mut config = Config::new(Target::new("ws://127.0.0.1:1", "room").unwrap());
        config.close_timeout = Duration::ZERO;
        Channel::start(
            thread,
            ChannelOptions { config, transport: TransportOptions::default(), journal: None },
            listener,
        )
    }

    fn closed(channel: &Channel) {
        let (done, closed) = mpsc::channel();
        channel.close(move || done.send(()).unwrap());
        closed.recv_timeout(PATIENCE).unwrap();
    }

    #[test]
    fn closing_is_answered_when_the_thread_is_gone() {
        let thread = IoThread::lease().unwrap();
        let channel = start(&thread, Arc::new(|_| {}));
        let (done, told) = mpsc::channel();
        let again = done.clone();
        channel.close(move || done.send(1).unwrap());
        drop(thread);
        channel.close(move || again.send(2).unwrap());
        let mut answers: Vec<_> = (0..2).map(|_| told.recv_timeout(PATIENCE).unwrap()).collect();
        answers.sort_unstable();
        assert_eq!(answers, [1, 2]);
    }

    #[test]
    fn a_panic_closes_its_channel_with_an_error_and_no_other() {
        let thread = IoThread::lease().unwrap();
        let (tell, told) = mpsc::channel();
        let failing = start(
            &thread,
            Arc::new(move |event| match event {
                ChannelEvent::Rejected { .. } => panic!("provoked by a test"),
                event => tell.send(event).unwrap(),
            }),
        );
        let (tell, heard) = mpsc::channel();
        let other = start(&thread, Arc::new(move |event| tell.send(event).unwrap()));

        failing.push(LINE.to_owned());
        failing.push("no event".to_owned());
        let event = told.recv_timeout(PATIENCE).unwrap();
        assert!(matches!(event, ChannelEvent::Error { code: "ERR_RTCSTATS_INTERNAL", .. }), "{event:?}");
        assert!(failing.is_closed() && !failing.is_connected());

        // Closing it does not hang, and what comes too late is counted.
        closed(&failing);
        failing.push(LINE.to_owned());
        let stats = failing.stats();
        assert_eq!(stats.captured, stats.delivered + stats.pending + stats.dropped);
        assert_eq!(stats.rejected, 1);
        assert!(told.try_recv().is_err(), "nothing is told twice");

        other.push(LINE.to_owned());
        assert!(!other.is_closed());
        closed(&other);
        assert_eq!((other.stats().captured, other.stats().dropped), (1, 1));
        assert!(heard.iter().any(|event| matches!(event, ChannelEvent::Closed { .. })));
    }
}
