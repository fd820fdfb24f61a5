//! The native half of `@jitsi/rtcstats-native`: everything between a line of JSON from the page and an acknowledged
//! message on an rtcstats-server.
//!
//! Data flows one way, `binding` → [`io`] → [`proto`] and back out through [`io`]:
//!
//! - `binding` is the only room that knows Node-API. It reads options, offers the `TraceChannel` class and turns
//!   failures into JavaScript errors with stable codes.
//! - [`io`] is the tokio shell: one thread, one actor per channel that feeds what happens to the session and does what
//!   the session says, and the transport below it (name lookup, proxy, TLS, websocket).
//! - [`proto`] decides everything and touches nothing. [`proto::session`] is the state machine; [`proto::event`] checks and
//!   owns what the page sent; [`proto::obfuscate`] masks addresses before anything is kept; [`proto::retention`] holds what
//!   is not acknowledged; [`proto::preamble`] lets a later part stand alone; [`proto::wire`] writes for one
//!   connection, a folder for each protocol; [`proto::backoff`] says when to try again; [`proto::notification`] is what the app hears.

#![deny(missing_docs)]

mod binding;
pub mod io;
pub mod proto;
