//! How links come and go: opening, refusals, losses, waiting, changing rooms, leaving.

use std::time::Duration;

use rand::RngExt;

use super::{CLOSE_ABNORMAL, ChannelEvent, Intent, Link, Output, Phase, Session, Terminal};
use crate::proto::config::Token;
use crate::proto::preamble::Continuation;
use crate::proto::retention::Retained;
use crate::proto::wire::{CloseReason, Refusal};

/// After `reconnectNow` a link that was thought alive has at least this long to prove it, and more where its round trips
/// take longer; then another is opened at once.
const PROBE_TIMEOUT: Duration = Duration::from_millis(300);
/// A server that goes down or has too much to do lets go of thousands of links at once, which must not all be back at
/// once: chance adds up to this to the wait.
const HERD_JITTER: Duration = Duration::from_secs(120);
/// A server may ask for no longer wait than this.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// The server restarts (close code 1012, IANA's registry).
const SERVICE_RESTART: u16 = 1012;
/// The server has too much to do (1013).
const TRY_AGAIN_LATER: u16 = 1013;
/// A link that held for this long was progress, even if there was nothing to deliver.
const STABLE: Duration = Duration::from_secs(60);
/// On leaving there is no time for the backoff: a lost link is retried after this, until the deadline.
const LEAVING_RETRY: Duration = Duration::from_millis(250);

impl Session {
    pub(super) fn connect(&mut self, breakout_room: bool, now: Duration) {
        if self.is_leaving() {
            self.warn("ERR_RTCSTATS_CLOSED", "connect() after close() does nothing; create a new channel");
            return;
        }
        self.warn_legacy();
        if self.changes_room(breakout_room) {
            return self.switch_room(now);
        }
        match self.phase {
            Phase::Idle => self.open(now),
            Phase::Waiting { .. } | Phase::Exhausted => self.reconnect_now(now),
            _ => {}
        }
    }

    pub(super) fn reconnect_now(&mut self, now: Duration) {
        self.backoff.reset();
        match &self.phase {
            Phase::Streaming(_) => self.probe(now + PROBE_TIMEOUT.max(self.flow.usual_answer()), now),
            Phase::Opening { .. } | Phase::Handshaking { .. } => {
                self.outbox.push_back(Output::Disconnect(None));
                self.open(now);
            }
            Phase::Waiting { .. } | Phase::Exhausted => self.open(now),
            Phase::Idle | Phase::Closing { .. } | Phase::Closed => {}
        }
    }

    /// From the next link on; at once if the session has stopped because of the one before.
    pub(super) fn set_token(&mut self, token: Option<Token>, now: Duration) {
        self.config.token = token;
        if self.is_exhausted() {
            self.reconnect_now(now);
        }
    }

    pub(super) fn close(&mut self, now: Duration) {
        if self.is_leaving() {
            return;
        }
        self.intent = Intent::Close { deadline: now + self.config.close_timeout };
        match self.phase {
            Phase::Idle | Phase::Exhausted => self.finish(CLOSE_ABNORMAL, "closed before it was connected"),
            Phase::Waiting { .. } if self.retention.is_empty() => self.finish(CLOSE_ABNORMAL, "closed"),
            Phase::Waiting { .. } => self.open(now),
            Phase::Opening { .. } | Phase::Handshaking { .. } if self.retention.is_empty() => {
                self.outbox.push_back(Output::Disconnect(None));
                self.finish(CLOSE_ABNORMAL, "closed before it was connected");
            }
            _ => {}
        }
    }

    pub(super) fn link_opened(&mut self, now: Duration) {
        match self.phase {
            Phase::Opening { .. } if !self.config.dialect.greets() => self.start_streaming(0, now),
            Phase::Opening { .. } => {
                self.phase = Phase::Handshaking { deadline: now + self.config.connect_timeout };
            }
            _ => {}
        }
    }

    pub(super) fn link_failed(
        &mut self,
        reason: String,
        terminal: Option<Terminal>,
        retry_after: Option<Duration>,
        now: Duration,
    ) {
        match terminal.filter(|terminal| self.is_final(*terminal)) {
            None => {
                if terminal == Some(Terminal::Certificate) {
                    self.warn_certificate(&reason);
                }
                self.leave_alone_for = retry_after.map(|wait| wait.min(MAX_RETRY_AFTER));
                self.lost(CLOSE_ABNORMAL, reason, now);
            }
            Some(terminal) if self.has_link() => self.give_up(terminal.code(), reason),
            Some(_) => {}
        }
    }

    /// A server's certificate that is not trusted may be that of a captive portal, or of another network's interception:
    /// it is tried again until the budget is spent. Credentials are another matter, as a proxy locks accounts.
    fn is_final(&self, terminal: Terminal) -> bool {
        match terminal {
            Terminal::Certificate => false,
            Terminal::Trust => !self.ledger.was_ever_ready(),
            Terminal::ProxyCredentials => true,
        }
    }

    fn warn_certificate(&mut self, reason: &str) {
        if !self.ledger.was_ever_ready() && !std::mem::replace(&mut self.warned.certificate, true) {
            let message =
                format!("{reason}; it is tried again, in case this is the sign-in page of a network");
            self.warn(Terminal::Certificate.code(), &message);
        }
    }

    pub(super) fn link_closed(&mut self, code: u16, reason: String, now: Duration) {
        if matches!(code, SERVICE_RESTART | TRY_AGAIN_LATER) {
            self.leave_alone_for = Some(Duration::ZERO);
        }
        let is_ready = match self.phase {
            Phase::Handshaking { .. } => false,
            Phase::Streaming(_) => true,
            _ => return self.lost(code, reason, now),
        };
        match self.config.dialect.refusal(code, is_ready) {
            Refusal::TakenId => {
                self.ids.mark_used();
                self.config.resume_session = false;
                self.lost(code, reason, now);
            }
            Refusal::Terminal { code } => self.give_up(code, reason),
            Refusal::Lost => self.lost(code, reason, now),
        }
    }

    pub(super) fn start_streaming(&mut self, server_has: u64, now: Duration) {
        let id = self.ids.current();
        let continues = self.streamed_as.as_ref() == Some(&id);
        if continues {
            let first = self.retention.first_sequence_number().unwrap_or(self.next_sequence_number);
            if !(first - 1..self.next_sequence_number).contains(&server_has) {
                return self.restart_for_ordering(now);
            }
            self.acknowledge(server_has);
        }
        self.ledger.open_link(!continues);
        let preamble = if continues { Vec::new() } else { self.preamble() };
        self.is_probing = false;
        self.flow.on_open(now);
        let encoder = self.config.dialect.encoder(id.clone());
        self.phase = Phase::Streaming(Box::new(Link::new(encoder, preamble, self.acknowledged_to(), now)));
        self.notify(ChannelEvent::Connected { stats_session_id: id.clone() });
        if let Some(join) = self.ids.join().filter(|_| !continues) {
            self.notify(ChannelEvent::Resumed { from: join.previous, to: id.clone() });
        }
        self.streamed_as = Some(id);
        // What is pending has waited long enough.
        self.batch_deadline = (!self.retention.is_empty()).then_some(now);
    }

    pub(super) fn open(&mut self, now: Duration) {
        self.pass_rooms_that_are_done();
        let dialect = self.config.dialect;
        let continues = self.config.resume_session && dialect.continues() && self.ids.is_used();
        if !continues {
            self.ids.ensure_fresh();
        }
        let token = self.config.token.as_ref().map(Token::as_str);
        let url = dialect.url(&self.config.target, &self.ids.current(), continues, token);
        self.outbox.push_back(Output::Open { url, subprotocol: dialect.subprotocol(self.config.use_legacy) });
        self.phase = Phase::Opening { deadline: now + self.config.connect_timeout };
    }

    /// What this part starts with.
    fn preamble(&self) -> Vec<Retained> {
        let (join, parent) = (self.ids.join(), self.ids.parent());
        let continuation = Continuation {
            is_first: join.is_none() && parent.is_none(),
            join: join.as_ref(),
            parent,
            pending_from: self.retention.first_sequence_number(),
            first_pending: self.retention.first(),
        };
        self.config.dialect.preamble(&self.live, &continuation)
    }

    pub(super) fn acknowledged_to(&self) -> u64 {
        self.retention.first_sequence_number().unwrap_or(self.next_sequence_number) - 1
    }

    fn restart_for_ordering(&mut self, now: Duration) {
        self.config.resume_session = false;
        let code = self.config.dialect.close_code(CloseReason::Ordering);
        self.outbox.push_back(Output::Disconnect(Some(code)));
        self.lost(code, "the server is missing events that are gone".to_owned(), now);
    }

    fn has_link(&self) -> bool {
        matches!(self.phase, Phase::Opening { .. } | Phase::Handshaking { .. } | Phase::Streaming(_))
    }

    pub(super) fn drop_link(&mut self, reason: &str, now: Duration) {
        self.outbox.push_back(Output::Disconnect(None));
        self.lost(CLOSE_ABNORMAL, reason.to_owned(), now);
    }

    /// The link is gone without our wish.
    fn lost(&mut self, code: u16, reason: String, now: Duration) {
        if matches!(self.phase, Phase::Closing { .. }) {
            return self.finish(self.leave_code(), "left");
        }
        if !self.has_link() {
            return;
        }
        if matches!(&self.phase, Phase::Streaming(link) if link.age(now) >= STABLE) {
            self.backoff.reset();
        }
        if self.is_leaving() && self.retention.is_empty() {
            return self.finish(code, &reason);
        }
        if self.is_room_done() {
            return self.enter_room(now);
        }
        match self.next_attempt(now) {
            Some(until) => {
                self.phase = Phase::Waiting { until };
                let delay = u64::try_from((until - now).as_millis()).ok();
                self.notify(ChannelEvent::Disconnected { code, reason, will_reconnect: true, delay });
            }
            None => {
                self.notify(disconnected_for_good(code, reason));
                self.exhaust(
                    "ERR_RTCSTATS_UNREACHABLE",
                    "no connection within the reconnection budget".into(),
                );
            }
        }
    }

    fn next_attempt(&mut self, now: Duration) -> Option<Duration> {
        match self.intent {
            // Whoever asked whether the link is alive does not want to wait.
            Intent::Stay if std::mem::take(&mut self.is_probing) => Some(now),
            Intent::Stay => {
                let least = self.leave_alone_for.take().map(|wait| self.herd_delay(wait));
                self.backoff.next_delay(least, &mut self.rng).map(|delay| now + delay)
            }
            Intent::Close { .. } => Some(now + LEAVING_RETRY),
        }
    }

    /// Not all at once: whoever is asked to wait waits a while longer by chance.
    fn herd_delay(&mut self, wait: Duration) -> Duration {
        let jitter = u64::try_from(HERD_JITTER.as_millis()).unwrap_or(u64::MAX);
        wait + Duration::from_millis(self.rng.random_range(0..jitter))
    }

    fn give_up(&mut self, code: &'static str, reason: String) {
        self.notify(disconnected_for_good(CLOSE_ABNORMAL, reason.clone()));
        self.exhaust(code, reason);
    }

    fn exhaust(&mut self, code: &'static str, message: String) {
        self.phase = Phase::Exhausted;
        self.notify(ChannelEvent::Error { code, message });
        if matches!(self.intent, Intent::Close { .. }) {
            self.finish(CLOSE_ABNORMAL, "closed");
        }
    }

    /// Starts the session of another room as soon as this one has everything.
    /// Everything has arrived that had to: on to the next room, or away.
    pub(super) fn leave_when_done(&mut self, now: Duration) {
        if self.is_leaving() && self.retention.is_empty() {
            return self.leave_for_good(now);
        }
        if self.has_link() {
            self.outbox.push_back(Output::Disconnect(Some(self.leave_code())));
        }
        self.enter_room(now);
    }

    pub(super) fn leave_for_good(&mut self, now: Duration) {
        let Some(deadline) = self.intent.deadline() else { return };
        if self.is_connected() && now < deadline {
            self.outbox.push_back(Output::Disconnect(Some(self.leave_code())));
            self.phase = Phase::Closing { deadline };
        } else {
            if self.has_link() {
                self.outbox.push_back(Output::Disconnect(self.is_connected().then_some(self.leave_code())));
            }
            self.finish(CLOSE_ABNORMAL, "closed before everything was acknowledged");
        }
    }

    pub(super) fn leave_code(&self) -> u16 {
        self.config.dialect.close_code(CloseReason::Leave)
    }

    pub(super) fn finish(&mut self, code: u16, reason: &str) {
        self.close_journal();
        if !self.leaves_a_journal() {
            let left = self.retention.drain();
            self.count_dropped(&left);
        }
        self.intent = Intent::Stay;
        let untold = self.ledger.take();
        self.tell(untold);
        self.notify(ChannelEvent::Closed { code, reason: reason.to_owned() });
        self.outbox.push_back(Output::Finished);
        self.phase = Phase::Closed;
    }

    fn warn_legacy(&mut self) {
        if let Some(caveat) = self.config.dialect.caveat(self.config.use_legacy)
            && !std::mem::replace(&mut self.warned.legacy, true)
        {
            self.warn("ERR_RTCSTATS_LEGACY", caveat);
        }
    }
}

fn disconnected_for_good(code: u16, reason: String) -> ChannelEvent {
    ChannelEvent::Disconnected { code, reason, will_reconnect: false, delay: None }
}
