//! See `checks::delta_v5_round_trip`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::delta_v5_round_trip(data));
