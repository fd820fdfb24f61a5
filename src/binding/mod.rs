//! The only room that knows Node-API: options in, the `TraceChannel` class, stable error codes out.
//!
//! It translates and nothing else. No panic crosses it, no call waits, and nothing it creates keeps a process alive
//! except the promise of `close()`.

mod channel;
mod error;
mod lease;
mod options;
mod text;
