//! See `checks::event_line`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::event_line(data));
