//! Changing rooms: what was said before a switch is delivered in the room it was said in, connected or not; what is said
//! after it belongs to the next room, whose session names the one that was entered first.
//!
//! Must never mix what was said in two rooms, nor open a session for a room in which nothing was said.

use std::time::Duration;

use super::{Output, Phase, Session};
use crate::proto::preamble::LiveState;

/// A room to go to.
#[derive(Debug)]
pub(super) struct Room {
    /// The first event said in it.
    first: u64,
    live: LiveState,
    parent: Option<String>,
}

impl Session {
    /// Whether to connect is to change rooms: into a breakout room, or out of one. The first room is no change, nor is going
    /// on with what an earlier run left.
    pub(super) fn changes_room(&mut self, breakout_room: bool) -> bool {
        let was_in_breakout_room = std::mem::replace(&mut self.in_breakout_room, breakout_room);

        (breakout_room || was_in_breakout_room) && !matches!(self.phase, Phase::Idle)
    }

    /// From the next event on everything belongs to another room.
    pub(super) fn switch_room(&mut self, now: Duration) {
        let parent = match self.rooms.back() {
            Some(room) => room.parent.clone(),
            None => self.ids.parent().or_else(|| self.has_dump().then(|| self.ids.uuid())).map(str::to_owned),
        };
        let live = self.newest_live().in_next_room();
        self.rooms.push_back(Room { first: self.next_sequence_number, live, parent });
        match self.phase {
            Phase::Waiting { .. } | Phase::Exhausted => self.reconnect_now(now),
            Phase::Opening { .. } | Phase::Handshaking { .. } if self.is_room_done() => {
                self.outbox.push_back(Output::Disconnect(None));
                self.enter_room(now);
            }
            _ => {}
        }
    }

    /// Whether the server has, or will have, a dump of the room.
    fn has_dump(&self) -> bool {
        self.streamed_as.is_some() || self.ids.is_used() || !self.retention.is_empty()
    }

    /// The number of the first event that does not belong to the room any more.
    pub(super) fn room_ends_at(&self) -> u64 {
        self.rooms.front().map_or(u64::MAX, |room| room.first)
    }

    /// Whether the room is left, and everything that was said in it has arrived.
    pub(super) fn is_room_done(&self) -> bool {
        let first = self.retention.first_sequence_number();

        !self.rooms.is_empty() && first.is_none_or(|first| first >= self.room_ends_at())
    }

    /// What is known of the room that events are accepted for.
    pub(super) fn newest_live(&mut self) -> &mut LiveState {
        self.rooms.back_mut().map_or(&mut self.live, |room| &mut room.live)
    }

    /// The session that the room was entered from in which events are accepted.
    pub(super) fn newest_parent(&self) -> Option<&str> {
        self.rooms.back().map_or_else(|| self.ids.parent(), |room| room.parent.as_deref())
    }

    /// Forgets of all rooms what an acknowledgement makes unnecessary.
    pub(super) fn acknowledge_live(&mut self, sequence_number: u64) {
        self.live.acknowledge(sequence_number);
        for room in &mut self.rooms {
            room.live.acknowledge(sequence_number);
        }
    }

    pub(super) fn enter_room(&mut self, now: Duration) {
        self.backoff.reset();
        self.open(now);
    }

    /// Goes on to the room that the next events were said in.
    pub(super) fn pass_rooms_that_are_done(&mut self) {
        while self.is_room_done()
            && let Some(room) = self.rooms.pop_front()
        {
            self.live = room.live;
            self.ids.enter_room(room.parent, &mut self.rng);
            self.streamed_as = None;
        }
    }
}
