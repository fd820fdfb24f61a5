//! See `checks::obfuscate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::obfuscate(data));
