//! The native half of `@jitsi/rtcstats-native`: everything between a line of JSON from the page and an acknowledged
//! message on an rtcstats-server.
//!
//! Data flows one way, `binding` → [`io`] → [`core`] and back out through [`io`]:
//!
//! - `binding` is the only room that knows Node-API. It reads options, offers the `TraceChannel` class and turns
//!   failures into JavaScript errors with stable codes.
//! - [`io`] is the tokio shell: one thread, one actor per channel that feeds what happens to the session and does what
//!   the session says, and the transport below it (name lookup, proxy, TLS, websocket).
//! - [`core`] decides everything and touches nothing. [`core::session`] is the state machine; [`core::event`] checks and
//!   owns what the page sent; [`core::obfuscate`] masks addresses before anything is kept; [`core::retention`] holds what
//!   is not acknowledged; [`core::preamble`] lets a later part stand alone; [`core::delta`] and [`core::wire`] encode
//!   for one connection; [`core::backoff`] says when to try again; [`core::notification`] is what the app hears.

#![deny(missing_docs)]

mod binding;
pub mod core;
pub mod io;
