//! While the server is ready: what is written and when, what an acknowledgement frees.

use std::time::Duration;

use super::{Fragment, Link, Output, Phase, Session};
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
            self.is_probing = false;
            self.flow.on_acked(acked, now);
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
        self.acknowledge_live(sequence_number);
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
        let patience = self.flow.patience(self.config.pong_timeout);
        match &mut self.phase {
            Phase::Handshaking { .. } if initial => self.start_streaming(value, now),
            Phase::Streaming(link) => match link.confirmed(value, now, patience) {
                Some(acked) => {
                    self.flow.on_acked(acked, now);
                    self.acknowledge(acked.up_to);
                }
                None => self.warn_server_message("a sequence number that was never used"),
            },
            _ => {}
        }
    }

    pub(super) fn write_events(&mut self, now: Duration) {
        self.flow.on_start(now);
        let ends_at = self.room_ends_at();
        if self.flow.wants_measure(now) {
            self.send_barrier(now);
            self.flow.on_measure(now);
        }
        let Phase::Streaming(link) = &mut self.phase else { return };
        let most = self.config.batch_max_bytes;
        let (fragment, message) = (self.flow.fragment_bytes().min(most), self.flow.message_bytes().min(most));
        let fragment = link.write(&self.retention, ends_at, fragment, message, now);
        if let Some(fragment) = fragment {
            self.sent(fragment, now);
        }
        if let Phase::Streaming(link) = &self.phase
            && self.retention.between(link.sent_to(), ends_at).next().is_none()
        {
            self.batch_deadline = None;
        }
    }

    pub(super) fn write_keepalive(&mut self, now: Duration) {
        let Phase::Streaming(link) = &mut self.phase else { return };
        match link.keepalive(now) {
            Some(message) => self.sent(message, now),
            None if link.barrier_deadline().is_none() => self.send_barrier(now),
            None => {}
        }
    }

    fn sent(&mut self, fragment: Fragment, now: Duration) {
        self.ids.mark_used();
        self.flow.on_sent(fragment.bytes.len(), now);
        self.ledger.write(fragment.bytes.len());
        self.outbox.push_back(Output::Write(fragment));
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
            self.is_probing = true;
        }
    }

    /// When the next batch is due: at once for what has begun, a full batch or on leaving; else after the batch delay.
    pub(super) fn write_at(&self, link: &Link) -> Option<Duration> {
        if link.is_in_the_middle() {
            return Some(Duration::ZERO);
        }
        self.retention.between(link.sent_to(), self.room_ends_at()).next()?;
        if self.is_urgent() || self.retention.bytes_after(link.sent_to()) >= self.config.batch_max_bytes {
            return Some(Duration::ZERO);
        }
        self.batch_deadline
    }

    /// Leaving has no time to lose, what waits on disk comes in only as fast as memory is freed, and the journals that
    /// earlier runs left wait for one another.
    pub(super) fn is_urgent(&self) -> bool {
        self.intent.deadline().is_some()
            || !self.rooms.is_empty()
            || self.retention.spilled().count > 0
            || self.delivers_what_was_left()
    }
}
