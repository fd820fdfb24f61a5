//! What a session does by itself, and when: the one list that both its deadline and its acting are made of.
//!
//! [`Session::when`] says when a task is due, [`Session::perform`] what it does; neither knows the other, and no task
//! can be in one and not in the other. A task's name is the reason for waking up.

use std::time::Duration;

use super::{Output, Phase, Session};

/// Something to do at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    /// The attempt takes too long.
    GiveUpConnecting,
    /// The server does not greet.
    GiveUpHandshake,
    /// A pong is overdue.
    GiveUpSilentLink,
    /// The waiting between two attempts is over.
    Reopen,
    /// The server does not answer our close frame.
    EndClosing,
    /// There is no more time for what was to arrive before leaving.
    Leave,
    /// Memory has room for what waits on disk.
    ReadBack,
    /// What was written is to survive the machine.
    SyncJournal,
    /// Events have waited long enough, or need not wait.
    Write,
    /// The server would give up a link on which nothing is said.
    Keepalive,
    /// It is time to learn what has arrived.
    Barrier,
    /// Everything has arrived for which leaving, or the next room, waits.
    LeaveWhenDone,
    /// What was dropped and rejected may be told again.
    Tell,
}

impl Task {
    /// In the order in which those are done that are due at the same time: what ends a link comes before what uses it.
    const ALL: [Self; 13] = [
        Self::GiveUpConnecting,
        Self::GiveUpHandshake,
        Self::GiveUpSilentLink,
        Self::Reopen,
        Self::EndClosing,
        Self::Leave,
        Self::ReadBack,
        Self::SyncJournal,
        Self::Write,
        Self::Keepalive,
        Self::Barrier,
        Self::LeaveWhenDone,
        Self::Tell,
    ];
}

const _: () = assert!(Task::ALL.len() == Task::Tell as usize + 1, "a task is missing in the list");

/// Due as soon as anybody looks.
const AT_ONCE: Duration = Duration::ZERO;

impl Session {
    /// When `poll` has something to do without any input.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        Task::ALL.into_iter().filter_map(|task| self.when(task)).min()
    }

    /// Does what is due.
    pub(super) fn act(&mut self, now: Duration) {
        for task in Task::ALL {
            if self.when(task).is_some_and(|at| at <= now) {
                self.perform(task, now);
            }
        }
    }

    fn when(&self, task: Task) -> Option<Duration> {
        if self.is_closed() {
            return None;
        }
        match (task, &self.phase) {
            (Task::GiveUpConnecting, Phase::Opening { deadline })
            | (Task::GiveUpHandshake, Phase::Handshaking { deadline })
            | (Task::EndClosing, Phase::Closing { deadline }) => Some(*deadline),
            (Task::GiveUpSilentLink, Phase::Streaming(link)) => link.barrier_deadline(),
            (Task::Reopen, Phase::Waiting { until }) => Some(*until),
            (Task::Leave, _) => self.intent.deadline(),
            (Task::ReadBack, _) => self.room_to_read_back().map(|_| AT_ONCE),
            (Task::SyncJournal, _) => self.journal.sync_at(),
            (Task::Write, Phase::Streaming(link)) => {
                let writable_at = link.writable_at(&self.flow)?;
                self.write_at(link).map(|at| at.max(writable_at))
            }
            (Task::Keepalive, Phase::Streaming(link)) => {
                Some(link.keepalive_at(self.config.keepalive_interval))
            }
            (Task::Barrier, Phase::Streaming(link)) => link.barrier_at(&self.flow, self.is_urgent()),
            (Task::LeaveWhenDone, Phase::Streaming(_)) => {
                (self.is_room_done() || (self.is_leaving() && self.retention.is_empty())).then_some(AT_ONCE)
            }
            (Task::Tell, _) => self.ledger.tell_at(),
            (
                Task::GiveUpConnecting
                | Task::GiveUpHandshake
                | Task::GiveUpSilentLink
                | Task::Reopen
                | Task::EndClosing
                | Task::Write
                | Task::Keepalive
                | Task::Barrier
                | Task::LeaveWhenDone,
                _,
            ) => None,
        }
    }

    fn perform(&mut self, task: Task, now: Duration) {
        match task {
            Task::GiveUpConnecting => self.drop_link("connecting took too long", now),
            Task::GiveUpHandshake => self.drop_link("the server did not say that it is ready", now),
            Task::GiveUpSilentLink => {
                if !self.is_probing {
                    self.flow.on_silence();
                }
                self.drop_link("the link is silent", now);
            }
            Task::Reopen => self.open(now),
            Task::EndClosing => {
                self.outbox.push_back(Output::Disconnect(None));
                self.finish(self.leave_code(), "left without the server's answer");
            }
            Task::Leave => self.leave_for_good(now),
            Task::LeaveWhenDone => self.leave_when_done(now),
            Task::ReadBack => self.read_back(),
            Task::SyncJournal => self.sync_journal(),
            Task::Write => self.write_events(now),
            Task::Keepalive => self.write_keepalive(now),
            Task::Barrier => self.send_barrier(now),
            Task::Tell => {
                let untold = self.ledger.take_due(now);
                self.tell(untold);
            }
        }
    }
}
