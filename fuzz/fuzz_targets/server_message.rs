//! See `checks::server_message`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::server_message(data));
