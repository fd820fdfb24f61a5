//! Delivers what earlier runs left in their journals, one after the other, oldest first, in the background.
//!
//! A journal is deleted only when nothing in it is still to be delivered: the server has acknowledged it, or the bound
//! made it go, which the app is told. One that is none of ours is set aside; one that cannot be read or delivered now
//! waits for the next start. Neither keeps the others from being delivered.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::actor::Actor;
use super::journal::{Directory, Journal, Scan, delete, read_header, scan, take};
use super::shared::{ChannelOptions, Listener};
use super::transport::TransportOptions;
use crate::proto::config::{Config, Target, Token};
use crate::proto::notification::ChannelEvent;
use crate::proto::session::Session;

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

    /// Changes what says to the server that we may deliver.
    pub(super) fn set_token(&mut self, token: Option<Token>) {
        self.config.token = token;
    }

    /// Delivers all orphans that were meant for this endpoint.
    pub(super) async fn run(self) {
        let orphans = self.directory.orphans();
        if orphans.discarded > 0 {
            (self.listener)(discarded(orphans.discarded));
        }
        for path in orphans.journals {
            if let Some(file) = take(&path).filter(|file| self.is_ours(&path, file)) {
                self.recover(path, file).await;
            }
        }
    }

    async fn recover(&self, path: PathBuf, file: File) {
        // A crash while it was shortened left half a copy.
        let _ = std::fs::remove_file(Directory::temporary_path(&path));
        match scan(&path, &file) {
            Ok(Some(scan)) if scan.inherited.pending == 0 => delete(&path),
            Ok(Some(scan)) => self.deliver(path, file, scan).await,
            Ok(None) => self.set_aside(&path),
            Err(error) => (self.listener)(unusable(&error)),
        }
    }

    /// Whether it was going to this channel's endpoint.
    fn is_ours(&self, path: &Path, file: &File) -> bool {
        match read_header(file) {
            Ok(Some(header)) => return header.endpoint == self.config.target.endpoint(),
            // The run ended before its first line.
            Ok(None) if file.metadata().is_ok_and(|metadata| metadata.len() == 0) => delete(path),
            Ok(None) => self.set_aside(path),
            Err(error) => (self.listener)(unusable(&error)),
        }
        false
    }

    fn set_aside(&self, path: &Path) {
        Directory::set_aside(path);
        (self.listener)(unreadable());
    }

    async fn deliver(&self, path: PathBuf, file: File, scan: Scan) {
        let Scan { header, inherited, skipped } = scan;
        let Ok(target) = Target::new(&header.endpoint, &header.meeting_path) else {
            return self.set_aside(&path);
        };
        let config = Config { target, dialect: header.protocol, ..self.config.clone() };
        let from = header.stats_session_id.clone();
        let transport = TransportOptions {
            user_agent: header.user_agent.clone(),
            origin: header.origin.clone(),
            ..self.transport.clone()
        };
        let journal = match Journal::adopt(self.directory.clone(), path, file, header, inherited.position) {
            Ok(journal) => journal,
            Err(error) => return (self.listener)(unusable(&error)),
        };
        let session = Session::inherit(config, rand::random(), inherited);
        let stats =
            Actor::recovering(session, transport, journal, self.listener_for_losses()).recover().await;
        if stats.delivered > 0 {
            (self.listener)(ChannelEvent::Recovered {
                from,
                to: stats.stats_session_id,
                count: stats.delivered,
                skipped,
                left: stats.pending,
            });
        }
    }

    /// How the delivery goes is its own matter; what is lost and what the disk does concern the app.
    fn listener_for_losses(&self) -> Listener {
        let listener = Arc::clone(&self.listener);
        Arc::new(move |event| match event {
            ChannelEvent::Dropped { .. } | ChannelEvent::Warning { code: "ERR_RTCSTATS_JOURNAL", .. } => {
                listener(event);
            }
            _ => {}
        })
    }
}

fn unreadable() -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_JOURNAL_UNREADABLE",
        message: "a journal of an earlier run cannot be read and was set aside".to_owned(),
    }
}

fn unusable(error: &io::Error) -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_JOURNAL_UNREADABLE",
        message: format!(
            "a journal of an earlier run cannot be used now and is left for the next start: {error}"
        ),
    }
}

fn discarded(journals: usize) -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_JOURNAL_DISCARDED",
        message: format!("{journals} journals of earlier runs were too old or too large and are deleted"),
    }
}
