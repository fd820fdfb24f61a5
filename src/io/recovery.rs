//! Delivers what earlier runs left in their journals, one after the other, oldest first, in the background.
//!
//! A journal is deleted only when the server has acknowledged its last event. One that cannot be read is set aside; one
//! that cannot be delivered now waits for the next start. Neither keeps the others from being delivered.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use super::actor::Actor;
use super::journal::{Directory, Journal, Scan, delete, scan};
use super::shared::{ChannelOptions, Listener};
use super::transport::TransportOptions;
use crate::core::config::{Config, Target};
use crate::core::notification::ChannelEvent;
use crate::core::session::Session;

/// A directory whose orphans are to be delivered the way a channel delivers.
pub(super) struct Recovery {
    directory: Directory,
    config: Config,
    transport: TransportOptions,
    listener: Listener,
}

impl Recovery {
    /// For a channel with a journal.
    pub(super) fn of(options: &ChannelOptions, listener: &Listener) -> Option<Self> {
        Some(Self {
            directory: Directory::new(options.journal.clone()?),
            config: options.config.clone(),
            transport: options.transport.clone(),
            listener: Arc::clone(listener),
        })
    }

    /// Delivers all orphans that were meant for this endpoint.
    pub(super) async fn run(self) {
        let orphans = self.directory.take_orphans();
        if orphans.discarded > 0 {
            (self.listener)(discarded(orphans.discarded));
        }
        for (path, file) in orphans.journals {
            // The run ended before its first line.
            if file.metadata().is_ok_and(|metadata| metadata.len() == 0) {
                delete(&path);
                continue;
            }
            let scan = match scan(&path, &file) {
                Ok(Some(scan)) => scan,
                Ok(None) => {
                    Directory::set_aside(&path);
                    (self.listener)(unreadable());
                    continue;
                }
                Err(_) => continue,
            };
            if scan.header.endpoint != self.config.target.endpoint() {
                continue;
            }
            if scan.inherited.pending == 0 {
                delete(&path);
                continue;
            }
            self.deliver(path, file, scan).await;
        }
    }

    async fn deliver(&self, path: PathBuf, file: File, scan: Scan) {
        let Scan { header, inherited, skipped } = scan;
        let Ok(target) = Target::new(&header.endpoint, &header.meeting_path) else {
            return Directory::set_aside(&path);
        };
        let (from, pending) = (header.stats_session_id.clone(), inherited.pending);
        let transport = TransportOptions {
            user_agent: header.user_agent.clone(),
            origin: header.origin.clone(),
            ..self.transport.clone()
        };
        let Ok(journal) = Journal::adopt(self.directory.clone(), path, file, header, inherited.position)
        else {
            return;
        };
        let session = Session::inherit(Config { target, ..self.config.clone() }, rand::random(), inherited);
        let (to, delivered) = Actor::recovering(session, transport, journal).recover().await;
        if delivered > 0 {
            (self.listener)(ChannelEvent::Recovered {
                from,
                to,
                count: delivered,
                skipped,
                left: pending - delivered,
            });
        }
    }
}

fn unreadable() -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_JOURNAL_UNREADABLE",
        message: "a journal of an earlier run cannot be read and was set aside".to_owned(),
    }
}

fn discarded(journals: usize) -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_JOURNAL_DISCARDED",
        message: format!("{journals} journals of earlier runs were too old or too large and are deleted"),
    }
}
