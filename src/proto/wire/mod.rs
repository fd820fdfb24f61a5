//! How events look on the wire, a folder for each protocol.

pub mod v3;
