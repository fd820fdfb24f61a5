//! Delivers what earlier runs left in their journals, one after the other, oldest first, in the background.
//!
//! A journal is deleted only when the server has acknowledged its last event. One that cannot be read is set aside; one
//! that cannot be delivered now waits for the next start. Neither keeps the others from being delivered.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::{Directory, delete};
use super::{Journal, Lines};
use crate::core::config::{Config, Target};
use crate::core::journal::{self, Header, Position};
use crate::core::notification::ChannelEvent;
use crate::core::preamble::LiveState;
use crate::core::session::{Inherited, Session};
use crate::io::actor::Actor;
use crate::io::channel::Listener;
use crate::io::transport::TransportOptions;

/// What a scan of a journal found.
struct Scan {
    header: Header,
    inherited: Inherited,
    skipped: u64,
}

/// Delivers all orphans of a directory that were meant for this endpoint.
pub(in crate::io) async fn recover(
    directory: Directory,
    config: Config,
    transport: Arc<TransportOptions>,
    listener: Listener,
) {
    for (path, file) in directory.take_orphans() {
        let scan = match scan(&path, &file) {
            Ok(Some(scan)) => scan,
            Ok(None) => {
                Directory::set_aside(&path);
                listener(unreadable());
                continue;
            }
            Err(_) => continue,
        };
        if scan.header.endpoint != config.target.endpoint() {
            continue;
        }
        if scan.inherited.pending == 0 {
            delete(&path);
            continue;
        }
        deliver(&directory, path, file, scan, &config, &transport, &listener).await;
    }
}

async fn deliver(
    directory: &Directory,
    path: PathBuf,
    file: File,
    scan: Scan,
    config: &Config,
    transport: &TransportOptions,
    listener: &Listener,
) {
    let Scan { header, inherited, skipped } = scan;
    let Ok(target) = Target::new(&header.endpoint, &header.meeting_path) else {
        return Directory::set_aside(&path);
    };
    let (from, pending) = (header.stats_session_id.clone(), inherited.pending);
    let transport = TransportOptions {
        user_agent: header.user_agent.clone(),
        origin: header.origin.clone(),
        ..transport.clone()
    };
    let Ok(journal) = Journal::adopt(directory.clone(), path, file, header, inherited.position) else {
        return;
    };
    let session = Session::inherit(Config { target, ..config.clone() }, rand::random(), inherited);
    let (to, delivered) = Actor::recovering(session, transport, journal).recover().await;
    if delivered > 0 {
        listener(ChannelEvent::Recovered { from, to, count: delivered, skipped, left: pending - delivered });
    }
}

/// Reads a journal once, line by line, keeping what a preamble needs. `None` when it has no header of ours.
fn scan(path: &Path, file: &File) -> io::Result<Option<Scan>> {
    cut_torn_tail(file)?;
    let position = std::fs::read_to_string(Directory::position_path(path))
        .ok()
        .and_then(|text| Position::parse(&text))
        .unwrap_or_default();
    let mut lines = Lines::open(file, 0)?;
    let header = lines.next()?.and_then(|line| Header::parse(std::str::from_utf8(line).ok()?));
    let Some(header) = header else { return Ok(None) };
    let mut inherited = Inherited {
        stats_session_id: header.stats_session_id.clone(),
        parent_stats_session_id: header.parent_stats_session_id.clone(),
        position,
        live: LiveState::default(),
        pending: 0,
        last_sequence_number: position.acknowledged,
    };
    let mut skipped = 0;
    while let Some(line) = lines.next()? {
        match std::str::from_utf8(line).ok().and_then(journal::parse_line) {
            None => skipped += 1,
            Some(entry) => {
                inherited.live.observe(&entry);
                if entry.sequence_number > inherited.last_sequence_number {
                    inherited.last_sequence_number = entry.sequence_number;
                    inherited.pending += 1;
                }
            }
        }
    }
    inherited.live.acknowledge(position.acknowledged);
    Ok(Some(Scan { header, inherited, skipped }))
}

/// A crash in the middle of a write leaves a line without an end; what is appended later must not join it.
fn cut_torn_tail(file: &File) -> io::Result<()> {
    let mut whole = 0;
    let mut lines = Lines::open(file, 0)?;
    while lines.next()?.is_some() {
        whole = lines.offset();
    }
    if whole < file.metadata()?.len() { file.set_len(whole) } else { Ok(()) }
}

fn unreadable() -> ChannelEvent {
    ChannelEvent::Warning {
        code: "ERR_RTCSTATS_JOURNAL_UNREADABLE",
        message: "a journal of an earlier run cannot be read and was set aside".to_owned(),
    }
}
