//! What the page hands over: checked, numbered, kept; or refused and counted.

use std::sync::Arc;
use std::time::Duration;

use super::Session;
use crate::proto::event::{Event, EventKind};
use crate::proto::retention::Retained;

impl Session {
    pub(super) fn push(&mut self, batch: &str, now: Duration) {
        for line in batch.split('\n').filter(|line| !line.is_empty()) {
            if self.is_leaving() {
                self.ledger.reject("closed");
                continue;
            }
            match self.config.dialect.accept(line, self.config.obfuscate) {
                Ok(event) => self.accept(event),
                Err(error) => self.ledger.reject(error.code()),
            }
        }
        if !self.retention.is_empty() {
            self.batch_deadline.get_or_insert(now + self.config.batch_max_delay);
        }
    }

    fn accept(&mut self, event: Event) {
        let event = match (event.kind(), self.newest_parent()) {
            (EventKind::Identity, Some(parent)) => self.config.dialect.with_parent(event, parent),
            _ => event,
        };
        let entry = Retained { event: Arc::new(event), sequence_number: self.next_sequence_number };
        self.next_sequence_number += 1;
        self.ledger.accept(entry.event.line().len());
        self.newest_live().observe(&entry);
        let removed = self.keep(entry);
        self.count_dropped(&removed);
    }

    pub(super) fn count_dropped(&mut self, removed: &[Retained]) {
        for entry in removed {
            self.ledger.drop(entry.event.event_type(), 1);
        }
    }
}
