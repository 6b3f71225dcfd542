//! `scripts/fuzz.sh`, or `cargo fuzz run --sanitizer none commands`
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| drop(ferrospike_fuzz::commands(data)));
