//! The channel without input or output: every decision, no clock, no socket, no file, no randomness of its own.
//!
//! Time and a seed come in as arguments; what is to be done comes out as values. `clippy.toml` forbids the rest.
#![forbid(unsafe_code)]

pub mod backoff;
pub mod config;
pub mod event;
pub mod journal;
pub mod json;
pub mod ledger;
mod link;
pub mod notification;
pub mod obfuscate;
pub mod preamble;
pub mod retention;
pub mod session;
pub mod wire;
