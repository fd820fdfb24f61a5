//! While the server is ready: what is written and when, what an acknowledgement frees.

use std::time::Duration;

use super::{Link, Output, Phase, Session};
use crate::proto::wire::ServerMessage;

impl Session {
    pub(super) fn link_message(&mut self, text: &str, now: Duration) {
        match self.config.dialect.read(text) {
            ServerMessage::SequenceNumber { value, initial } => self.sequence_number(value, initial, now),
            ServerMessage::Unknown { .. } => self.warn_server_message("a message of unknown type"),
            ServerMessage::Malformed => self.warn_server_message("a malformed message"),
        }
    }

    pub(super) fn link_pong(&mut self, payload: &[u8], now: Duration) {
        let patience = self.flow.patience(self.config.pong_timeout);
        if let Phase::Streaming(link) = &mut self.phase
            && let Some(acked) = link.pong(payload, now, patience)
        {
            self.flow.on_pong(acked, now);
            self.acknowledge(acked.up_to);
        }
    }

    pub(super) fn link_flushed(&mut self) {
        if let Phase::Streaming(link) = &mut self.phase {
            link.flushed();
        }
    }

    pub(super) fn acknowledge(&mut self, sequence_number: u64) {
        let acknowledged = self.retention.acknowledge(sequence_number);
        self.ledger.deliver(acknowledged);
        self.live.acknowledge(sequence_number);
        if acknowledged > 0 {
            self.flow.on_progress();
            self.backoff.reset();
        }
    }

    pub(super) fn warn_server_message(&mut self, what: &str) {
        if !std::mem::replace(&mut self.warned.server_message, true) {
            self.warn("ERR_RTCSTATS_SERVER_MESSAGE", &format!("the server sent {what}; it is ignored"));
        }
    }

    fn sequence_number(&mut self, value: u64, initial: bool, now: Duration) {
        match &mut self.phase {
            Phase::Handshaking { .. } if initial => self.start_streaming(value, now),
            Phase::Streaming(link) => match link.confirmed(value) {
                Some(confirmed) => self.acknowledge(confirmed),
                None => self.warn_server_message("a sequence number that was never used"),
            },
            _ => {}
        }
    }

    pub(super) fn write_events(&mut self, now: Duration) {
        let Phase::Streaming(link) = &mut self.phase else { return };
        if let Some(batch) = link.write_batch(&self.retention, self.config.batch_max_bytes, now) {
            self.ids.mark_used();
            self.flow.on_sent(batch.len(), now);
            self.ledger.write(batch.len());
            self.outbox.push_back(Output::Write(batch));
        }
        if self.retention.after(link.sent_to()).next().is_none() {
            self.batch_deadline = None;
        }
    }

    pub(super) fn write_keepalive(&mut self, now: Duration) {
        let Phase::Streaming(link) = &mut self.phase else { return };
        match link.keepalive(now) {
            Some(message) => {
                self.ids.mark_used();
                self.flow.on_sent(message.len(), now);
                self.ledger.write(message.len());
                self.outbox.push_back(Output::Write(message));
            }
            None if link.barrier_deadline().is_none() => self.send_barrier(now),
            None => {}
        }
    }

    pub(super) fn send_barrier(&mut self, now: Duration) {
        let patience = self.flow.patience(self.config.pong_timeout);
        let Phase::Streaming(link) = &mut self.phase else { return };
        self.outbox.push_back(Output::Ping(link.send_barrier(now, patience)));
    }

    /// Wants to know by then whether the link is alive.
    pub(super) fn probe(&mut self, deadline: Duration, now: Duration) {
        if matches!(&self.phase, Phase::Streaming(link) if link.barrier_deadline().is_none()) {
            self.send_barrier(now);
        }
        if let Phase::Streaming(link) = &mut self.phase {
            link.expect_pong_by(deadline);
        }
    }

    /// When the next batch is due: at once for a preamble, a full batch or on leaving; else after the batch delay.
    pub(super) fn write_at(&self, link: &Link) -> Option<Duration> {
        if link.has_preamble() {
            return Some(Duration::ZERO);
        }
        let mut unsent = self.retention.after(link.sent_to()).peekable();
        unsent.peek()?;
        let mut bytes = 0;
        let full = unsent.any(|entry| {
            bytes += entry.event.line().len();
            bytes >= self.config.batch_max_bytes
        });
        if full || self.is_urgent() { Some(Duration::ZERO) } else { self.batch_deadline }
    }

    /// Leaving has no time to lose, and what waits on disk comes in only as fast as memory is freed.
    pub(super) fn is_urgent(&self) -> bool {
        self.intent.deadline().is_some() || self.retention.spilled().count > 0
    }
}
