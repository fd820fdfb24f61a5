//! The tokio shell around [`crate::proto`]: one thread, one actor per channel, one socket at a time.
//!
//! It moves bytes and reports what happened; it decides nothing about delivery. Everything here may use clocks, sockets
//! and files, which `clippy.toml` forbids elsewhere.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this room is the outside world")]

mod actor;
pub mod channel;
pub mod journal;
mod recovery;
pub mod shared;
pub mod thread;
pub mod transport;
