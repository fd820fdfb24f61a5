//! The native half of `@jitsi/rtcstats-native`.

pub mod core;
