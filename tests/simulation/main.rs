//! Thousands of seeded fault schedules against the session, on virtual time, with an exact oracle: nothing accepted is
//! lost undeclared, no dump is out of order, every dump decodes on its own. Every second schedule speaks protocol 5.0.
//!
//! `RTCSTATS_SCHEDULES` sets how many (10,000 by default); `RTCSTATS_SEED` runs one again.
#![allow(clippy::disallowed_methods, reason = "how many schedules comes from the environment")]

mod courtesy;
#[path = "../common/disk.rs"]
mod disk;
#[path = "../common/messages.rs"]
mod messages;
mod path;
#[path = "../common/reader.rs"]
mod reader;
mod server;
mod server_v5;
mod world;

use std::panic::catch_unwind;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seeds: impl Iterator<Item = u64>) {
    for seed in seeds {
        if catch_unwind(|| world::World::new(seed).run()).is_err() {
            panic!("schedule failed; run it again with RTCSTATS_SEED={seed}");
        }
    }
}

#[test]
fn nothing_is_lost_whatever_fails() {
    if let Some(seed) = number("RTCSTATS_SEED") {
        return run(seed..=seed);
    }
    let schedules = number("RTCSTATS_SCHEDULES").unwrap_or(10_000);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || run((thread..schedules).step_by(threads as usize)));
        }
    });
}
