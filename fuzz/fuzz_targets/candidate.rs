//! See `checks::candidate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::candidate(data));
