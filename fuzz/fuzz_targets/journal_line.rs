//! See `checks::journal_line`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::journal_line(data));
