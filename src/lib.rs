//! The native half of `@jitsi/rtcstats-native`: everything between a line of JSON from the page and an acknowledged
//! message on an rtcstats-server.
//!
//! ```text
//! binding/   Node-API only: the `TraceChannel` class, its options, errors with stable codes
//! io/        the tokio shell: one thread, one actor per channel that does what the session says
//!   transport/   from a URL to an open websocket: lookup, proxy, TLS
//!   journal/     files of what is not delivered yet, and what becomes of those an earlier run left
//! proto/     decides everything, touches nothing; imports run upwards in this list
//!   session/     the state machine: inputs and the time in, outputs and a deadline out
//!   link/        one socket: what was written on it, and how much may be under way
//!   journal/     what a journal's lines mean
//!   wire/        what is said, a folder for each protocol behind `Dialect`
//!   retention, preamble    what is not acknowledged; what a later part must repeat
//!   event/       one line of the page: checked, cleaned, owned
//!   obfuscate/, config, notification    addresses masked; what was asked for; what the app hears
//!   json/, backoff, ledger    text without values; when to try again; what became of every event
//! ```
//!
//! Data flows one way, `binding` → [`io`] → [`proto`] and back out through [`io`].

#![deny(missing_docs)]

mod binding;
pub mod io;
pub mod proto;
