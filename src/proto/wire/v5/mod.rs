//! The entries of protocol 5.0, that of rtcstats/rtcstats, as its server keeps them and its reader reads them.
//!
//! The server appends every message to the dump as it is, a line a message. So an entry is one line, and one that its reader
//! does not survive spoils the whole dump: nothing here may write such a one.

pub mod delta;
mod numbers;
mod tables;
mod transition;
mod value;
