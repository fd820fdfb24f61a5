//! One connection the server is ready on: what was written to it, and which barriers are on their way.
//!
//! A link never outlives its socket. Its encoder and its barriers live here, so that a new link starts with full reports
//! and owes nothing to the old one. How much may be under way is decided in [`flow`].

mod flow;

use std::collections::VecDeque;
use std::time::Duration;

use crate::proto::retention::{Retained, Retention};
use crate::proto::wire::Encoder;

pub(super) use flow::Flow;

/// Made ready for a batch, however large it may become.
const USUAL_BATCH_BYTES: usize = 64 * 1024;

/// A ping on its way: its pong proves that the server has read everything up to `sequence_number`.
#[derive(Debug)]
struct Barrier {
    payload: Vec<u8>,
    sequence_number: u64,
    sent_at: Duration,
    deadline: Duration,
    /// Bytes written before it and not covered by an earlier barrier.
    bytes: usize,
}

/// What an answered barrier proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Acked {
    /// The server has every event up to this number.
    pub(super) up_to: u64,
    /// So many bytes have arrived that were not known to.
    pub(super) bytes: usize,
    /// From the ping to its pong; `None` where the server said by itself what it has.
    pub(super) round_trip: Option<Duration>,
}

/// A piece of a message of text: what goes out at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// A part of the text, which may end within a character.
    pub bytes: Vec<u8>,
    /// Nothing of the message went before.
    pub is_first: bool,
    /// The message ends here.
    pub is_last: bool,
}

impl Fragment {
    fn whole(bytes: Vec<u8>) -> Self {
        Self { bytes, is_first: true, is_last: true }
    }
}

/// A message of which not everything has been written.
struct Unfinished {
    bytes: Vec<u8>,
    written: usize,
}

pub(super) struct Link {
    preamble: VecDeque<Retained>,
    encoder: Encoder,
    /// Highest sequence number encoded.
    sent_to: u64,
    /// Highest sequence number in a message that has been written to its end: the server reads no half ones.
    whole_to: u64,
    /// What the last barrier asked for.
    asked_to: u64,
    unfinished: Option<Unfinished>,
    /// In the order in which they will be answered.
    barriers: VecDeque<Barrier>,
    /// The last one's number, and how many more had the same.
    last_payload: (u64, u32),
    last_barrier_at: Option<Duration>,
    /// Bytes written behind the last barrier.
    unconfirmed_bytes: usize,
    last_message_at: Duration,
    opened_at: Duration,
    writable: bool,
}

impl Link {
    pub(super) fn new(encoder: Encoder, preamble: Vec<Retained>, sent_to: u64, now: Duration) -> Self {
        Self {
            preamble: preamble.into(),
            encoder,
            sent_to,
            whole_to: sent_to,
            asked_to: sent_to,
            unfinished: None,
            barriers: VecDeque::new(),
            last_payload: (u64::MAX, 0),
            last_barrier_at: None,
            unconfirmed_bytes: 0,
            last_message_at: now,
            opened_at: now,
            writable: true,
        }
    }

    /// How long the server has been ready.
    pub(super) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.opened_at)
    }

    pub(super) fn sent_to(&self) -> u64 {
        self.sent_to
    }

    /// From when more may be written; `None` while the socket has enough, or the flow.
    pub(super) fn writable_at(&self, flow: &Flow) -> Option<Duration> {
        self.writable.then(|| flow.next_write_at())?
    }

    pub(super) fn flushed(&mut self) {
        self.writable = true;
    }

    /// Whether there is what never waits for company: a preamble, or the rest of a message.
    pub(super) fn is_in_the_middle(&self) -> bool {
        !self.preamble.is_empty() || self.unfinished.is_some()
    }

    /// The next that goes out, about `max_bytes` of it and none from `ends_at` on; `None` when there is nothing to say. Entries share a message of
    /// a few fragments, at most `max_message_bytes`; pings, and others' packets, get in between.
    pub(super) fn write(
        &mut self,
        retention: &Retention,
        ends_at: u64,
        max_bytes: usize,
        max_message_bytes: usize,
        now: Duration,
    ) -> Option<Fragment> {
        let message = match self.unfinished.take() {
            Some(message) => message,
            None => match self.encode(retention, ends_at, max_message_bytes) {
                Some(bytes) => Unfinished { bytes, written: 0 },
                None => {
                    // A dialect has no words for some events, which arrive with what was said before them.
                    self.whole_to = self.sent_to;
                    return None;
                }
            },
        };
        let (begin, length) = (message.written, message.bytes.len());
        // A rest that is hardly worth a frame goes along.
        let end = if length - begin <= max_bytes + max_bytes / 4 { length } else { begin + max_bytes };
        let (is_first, is_last) = (begin == 0, end == length);
        let bytes = if is_first && is_last { message.bytes } else { self.cut(message, end) };
        if is_last {
            self.whole_to = self.sent_to;
        }
        self.written(bytes.len(), now);
        Some(Fragment { bytes, is_first, is_last })
    }

    /// Encodes the next messages, about `max_bytes` of them.
    fn encode(&mut self, retention: &Retention, ends_at: u64, max_bytes: usize) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(max_bytes.min(USUAL_BATCH_BYTES));
        while out.len() < max_bytes
            && let Some(entry) = self.preamble.pop_front()
        {
            self.encoder.write(&mut out, &entry);
        }
        for entry in retention.between(self.sent_to, ends_at) {
            if out.len() >= max_bytes {
                break;
            }
            self.encoder.write(&mut out, entry);
            self.sent_to = entry.sequence_number;
        }
        (!out.is_empty()).then_some(out)
    }

    /// The next fragment of a message, which keeps the rest.
    fn cut(&mut self, message: Unfinished, end: usize) -> Vec<u8> {
        let bytes = message.bytes[message.written..end].to_vec();
        self.unfinished = (end < message.bytes.len()).then_some(Unfinished { written: end, ..message });
        bytes
    }

    /// Says that we are still there; `None` where the server needs no message for that, and a ping is to do.
    pub(super) fn keepalive(&mut self, now: Duration) -> Option<Fragment> {
        self.last_message_at = now;
        // In the middle of a message there is no place for another.
        let message = self.encoder.keepalive().filter(|_| self.unfinished.is_none())?;
        self.written(message.len(), now);
        Some(Fragment::whole(message))
    }

    /// When a keepalive is due.
    pub(super) fn keepalive_at(&self, interval: Duration) -> Duration {
        self.last_message_at + interval
    }

    /// When the next barrier is due; `None` while enough are on their way or nothing is unconfirmed.
    ///
    /// A keepalive and a preamble want one as much as events do: they take up the window, and a link on which nothing
    /// else happens must be noticed when it dies.
    pub(super) fn barrier_at(&self, flow: &Flow, is_urgent: bool) -> Option<Duration> {
        if self.unconfirmed_bytes == 0 && self.asked_to == self.whole_to {
            return None;
        }
        let under_way = self.barriers.iter().filter(|barrier| barrier.bytes > 0).count();
        flow.barrier_at(self.unconfirmed_bytes, self.last_barrier_at, under_way, is_urgent)
    }

    /// Sends a barrier; returns the ping's payload, which no other of this link has.
    pub(super) fn send_barrier(&mut self, now: Duration, patience: Duration) -> Vec<u8> {
        let payload = self.next_payload();
        let bytes = std::mem::take(&mut self.unconfirmed_bytes);
        // One that only measures the path is no answer to what comes next.
        if bytes > 0 || self.asked_to < self.whole_to {
            self.last_barrier_at = Some(now);
        }
        self.asked_to = self.whole_to;
        self.barriers.push_back(Barrier {
            payload: payload.clone(),
            sequence_number: self.whole_to,
            sent_at: now,
            deadline: now + patience,
            bytes,
        });
        payload
    }

    /// When the oldest barrier on its way must be answered.
    pub(super) fn barrier_deadline(&self) -> Option<Duration> {
        self.barriers.front().map(|barrier| barrier.deadline)
    }

    /// What a pong proves. Late, repeated and unasked-for pongs prove nothing. One that skips others answers them too, as
    /// RFC 6455 allows.
    pub(super) fn pong(&mut self, payload: &[u8], now: Duration, patience: Duration) -> Option<Acked> {
        let index = self.barriers.iter().position(|barrier| barrier.payload == payload)?;
        let answered: Vec<Barrier> = self.barriers.drain(..=index).collect();
        self.give_more_time(now + patience);
        let last = answered.last()?;
        Some(Acked {
            up_to: last.sequence_number,
            bytes: answered.iter().map(|barrier| barrier.bytes).sum(),
            round_trip: Some(now.saturating_sub(last.sent_at)),
        })
    }

    /// What the server says it has; nothing, if it names what was never sent. The barriers before that are as good as
    /// answered, but say nothing about the path.
    pub(super) fn confirmed(&mut self, number: u64, now: Duration, patience: Duration) -> Option<Acked> {
        if number > self.whole_to {
            return None;
        }
        let covered = self.barriers.iter().take_while(|barrier| barrier.sequence_number <= number).count();
        let mut bytes: usize = self.barriers.drain(..covered).map(|barrier| barrier.bytes).sum();
        if number == self.whole_to && self.barriers.is_empty() && self.unfinished.is_none() {
            bytes += std::mem::take(&mut self.unconfirmed_bytes);
        }
        self.give_more_time(now + patience);
        Some(Acked { up_to: number, bytes, round_trip: None })
    }

    /// Those still on their way have as much time from now on: a link is dead when nothing is confirmed, not when much is
    /// queued.
    fn give_more_time(&mut self, deadline: Duration) {
        if let Some(next) = self.barriers.front_mut() {
            next.deadline = next.deadline.max(deadline);
        }
    }

    /// Shortens the wait for the next pong: the app has reason to believe that the link is dead.
    pub(super) fn expect_pong_by(&mut self, deadline: Duration) {
        if let Some(barrier) = self.barriers.front_mut() {
            barrier.deadline = barrier.deadline.min(deadline).max(barrier.sent_at);
        }
    }

    /// The number of the last event written to its end, and which ping of that number this is: a repeated pong answers
    /// no other.
    fn next_payload(&mut self) -> Vec<u8> {
        let (number, repeats) = self.last_payload;
        let repeats = if number == self.whole_to { repeats + 1 } else { 0 };
        self.last_payload = (self.whole_to, repeats);
        let payload =
            if repeats == 0 { self.whole_to.to_string() } else { format!("{}.{repeats}", self.whole_to) };
        payload.into_bytes()
    }

    fn written(&mut self, bytes: usize, now: Duration) {
        self.unconfirmed_bytes += bytes;
        self.last_message_at = now;
        self.writable = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::wire::Dialect;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// A link with three barriers on their way, a second and a message apart.
    fn busy() -> (Link, Vec<Vec<u8>>, usize) {
        let mut link = Link::new(Dialect::V3.encoder("id".into()), Vec::new(), 7, Duration::ZERO);
        let mut bytes = 0;
        let pings = (0..3).map(|second| {
            bytes = link.keepalive(seconds(second)).map_or(0, |message| message.bytes.len());
            link.send_barrier(seconds(second), PATIENCE)
        });
        let pings = pings.collect();
        (link, pings, bytes)
    }

    #[test]
    fn a_pong_answers_its_own_barrier_and_those_before_it() {
        let (mut link, pings, bytes) = busy();
        assert_eq!(pings, [b"7".to_vec(), b"7.1".to_vec(), b"7.2".to_vec()]);
        let acked = link.pong(&pings[1], seconds(5), PATIENCE).unwrap();
        assert_eq!(acked, Acked { up_to: 7, bytes: 2 * bytes, round_trip: Some(seconds(4)) });
        assert_eq!(link.pong(&pings[0], seconds(5), PATIENCE), None);
        assert_eq!(link.pong(&pings[1], seconds(5), PATIENCE), None);
        assert_eq!(link.pong(&pings[2], seconds(6), PATIENCE).map(|acked| acked.bytes), Some(bytes));
    }

    #[test]
    fn whatever_is_confirmed_gives_the_barriers_behind_it_more_time() {
        let (mut link, pings, _) = busy();
        assert_eq!(link.barrier_deadline(), Some(seconds(10)));
        link.pong(&pings[0], seconds(9), PATIENCE);
        assert_eq!(link.barrier_deadline(), Some(seconds(19)));
        link.expect_pong_by(seconds(11));
        assert_eq!(link.barrier_deadline(), Some(seconds(11)));
    }
}
