//! The channel without input or output: every decision, no clock, no socket, no file.
#![forbid(unsafe_code)]

pub mod delta;
pub mod event;
pub mod json;
pub mod obfuscate;
mod shape;
pub mod wire;
